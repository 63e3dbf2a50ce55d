// Sections, rows and seats as a list, in the layout's order: the map for those who do not see it, or would rather read.

import { useState } from "preact/hooks";
import type { Room } from "../client/layout";
import { canPick } from "./choice";
import type { Sale } from "./sale";
import type { WidgetWords } from "./words";

interface Given {
  sale: Sale;
  room: Room;
  words: WidgetWords;
  spoken(seat: number): string;
}

export function SeatList({ sale, room, words, spoken }: Given) {
  const freeIn = (from: number, to: number): number => {
    let free = 0;
    for (let seat = from; seat < to; seat++) if (sale.stateOf(seat) === "free") free++;
    return free;
  };
  return (
    <div class="list" part="list">
      {room.sections.map((section, index) => {
        const rows = room.rows.slice(section.first, section.end);
        const free = freeIn(rows[0]?.first ?? 0, rows.at(-1)?.end ?? 0);
        return (
          <Fold key={index} open={room.sections.length === 1} title={words.section(section.name, free)}>
            {() => rows.map((row) => (
              <Fold key={row.first} open={false} title={words.row(row.name, freeIn(row.first, row.end), row.end - row.first)}>
                {() => <Seats {...{ sale, room, words, spoken }} first={row.first} end={row.end} />}
              </Fold>
            ))}
          </Fold>
        );
      })}
    </div>
  );
}

/** What is inside is made when it is opened: a hall has tens of thousands of seats. */
function Fold({ title, open, children }: { title: string; open: boolean; children: () => preact.ComponentChildren }) {
  const [opened, setOpened] = useState(open);
  return (
    <details open={opened} onToggle={(event) => event.target === event.currentTarget && setOpened(event.currentTarget.open)}>
      <summary>{title}</summary>
      {opened && children()}
    </details>
  );
}

function Seats({ sale, room, spoken, first, end }: Given & { first: number; end: number }) {
  return (
    <ul class="seats">
      {Array.from({ length: end - first }, (_, at) => first + at).map((seat) => {
        const state = sale.stateOf(seat);
        return (
          <li key={seat}>
            <button
              type="button" role="checkbox" class={`seat ${state}`} aria-label={spoken(seat)} aria-disabled={!canPick(state)}
              aria-checked={sale.choice.seats.has(room.labels[seat] ?? "")} onClick={() => sale.toggle(seat)}
            >
              {room.numbers[seat]}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
