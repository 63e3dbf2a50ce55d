// One ticket: its code, its seat, its state, and what can be done with it.

import { useState } from "preact/hooks";
import { money, whenShort } from "../words/locale";
import { CancelDialog } from "./cancel-dialog";
import { DoorView } from "./door-view";
import { qrImage } from "./qr";
import { useWords } from "./speech";
import type { OwnedTicket } from "./tickets";

const KINDS = { VALID: "good", USED: "calm", CANCELLED: "bad", EXPIRED: "calm" } as const;

export function TicketCard({ ticket, together, changed }: { ticket: OwnedTicket; together: readonly OwnedTicket[]; changed(): void }) {
  const { locale, words } = useWords();
  const [open, setOpen] = useState<"door" | "cancel" | null>(null);
  const valid = ticket.status === "VALID";
  const begun = Date.parse(ticket.session.startsAt) <= Date.now();
  const place = ticket.seat ?? ticket.ticketType.name;
  return (
    <li class={`ticket-card${valid ? "" : " spent"}`}>
      {valid && ticket.qrSvg && (
        <button type="button" class="qr" aria-label={`${words.showAtDoor}: ${place}`} onClick={() => setOpen("door")}>
          <img src={qrImage(ticket.qrSvg)} alt={words.qr(place)} width="200" height="200" />
        </button>
      )}
      <div class="ticket-text">
        <p class="ticket-place"><bdi>{place}</bdi></p>
        <p class="quiet">{ticket.seat && <><bdi>{ticket.ticketType.name}</bdi> · </>}{money(locale, ticket.price)}</p>
        <p>
          <span class={`badge ${KINDS[ticket.status]}`}>{words[ticket.status]}</span>
          {ticket.usedAt && <span class="quiet small"> {words.usedAt(whenShort(locale, ticket.usedAt, ticket.session.timezone))}</span>}
        </p>
        {valid && (
          <div class="choices">
            {ticket.qrSvg && <button type="button" onClick={() => setOpen("door")}>{words.showAtDoor}</button>}
            {!begun && <button type="button" class="plain" onClick={() => setOpen("cancel")}>{words.cancelTicket}</button>}
          </div>
        )}
      </div>
      {open === "door" && <DoorView first={ticket} tickets={together.filter((one) => one.status === "VALID" && one.qrSvg)} onClose={() => setOpen(null)} />}
      {open === "cancel" && <CancelDialog ticket={ticket} onClose={(done) => { setOpen(null); if (done) changed(); }} />}
    </li>
  );
}
