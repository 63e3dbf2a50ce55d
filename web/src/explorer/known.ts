// What is really there to try the examples with: a session on sale, free seats, and what answers have told since.

import type { Client } from "@urql/core";
import { type Layout, readLayout } from "../client/layout";
import { ask } from "../client/transport";
import { ExplorerSeatsDocument, ExplorerSessionsDocument, type ExplorerSessionsQuery } from "../generated";

export interface Demo {
  readonly accounts: readonly { email: string }[];
  readonly password: string;
}

export interface KnownTicket {
  readonly id: string;
  readonly token: string | null;
}

export interface Known {
  readonly demo: Demo | null;
  readonly sessionId: string | null;
  /** Labels of neighbours, in order, enough for some tries. */
  readonly free: readonly string[];
  readonly holdId: string | null;
  /** The last one bought comes last. */
  readonly tickets: readonly KnownTicket[];
}

export const NOTHING: Known = { demo: null, sessionId: null, free: [], holdId: null, tickets: [] };
const SEATS_WANTED = 8;

type Sessions = NonNullable<ExplorerSessionsQuery["events"]["nodes"][number]["nextSession"]>[];

/** `known` with a session on sale and seats that are free now. Throws `Unreachable`, `Refused`. */
export async function look(client: Client, known: Known): Promise<Known> {
  const { events } = await ask(client, ExplorerSessionsDocument, {});
  const open = events.nodes.filter((event) => event.minimumAge === null).map((event) => event.nextSession).filter((one) => one !== null);
  const session = known.sessionId ? open.find((one) => one.id === known.sessionId) ?? smallest(open) : smallest(open);
  if (!session?.seatMap) return { ...known, sessionId: open[0]?.id ?? null, free: [] };
  const layout = fetch(session.seatMap.url).then((answer) => answer.json() as Promise<Layout>);
  const { session: now } = await ask(client, ExplorerSeatsDocument, { id: session.id });
  const sold = new Set(now?.ticketTypes.map((type) => type.category));
  const taken = new Set(now?.availability.seats.flatMap((group) => group.labels));
  return { ...known, sessionId: session.id, free: neighbours(await layout, sold, taken) };
}

function smallest(sessions: Sessions): Sessions[number] | undefined {
  const onSale = sessions.filter((one) => one.seatMap && (!one.saleOpensAt || Date.parse(one.saleOpensAt) <= Date.now()));
  return onSale.sort((one, other) => (one.seatMap?.seatCount ?? 0) - (other.seatMap?.seatCount ?? 0))[0];
}

/** Free seats of one row, else of wherever there are some. */
function neighbours(layout: Layout, sold: ReadonlySet<string | null>, taken: ReadonlySet<string>): string[] {
  const room = readLayout(layout);
  const free = (seat: number): boolean => sold.has(room.categories[room.category[seat] ?? 0]?.name ?? "") && !taken.has(room.labels[seat] ?? "");
  const rows = room.rows.map((row) => room.labels.slice(row.first, row.end).filter((_, place) => free(row.first + place)));
  return (rows.find((row) => row.length >= SEATS_WANTED) ?? rows.flat()).slice(0, SEATS_WANTED);
}

/** `known` and what `answer` tells of holds and tickets, wherever in it they are; ids begin with the kind of thing. */
export function learn(known: Known, answer: unknown): Known {
  if (Array.isArray(answer)) return answer.reduce<Known>(learn, known);
  if (typeof answer !== "object" || answer === null) return known;
  const thing = answer as Thing;
  const after = typeof thing.id === "string" ? learnThing(known, thing.id, thing) : known;
  return Object.values(answer).reduce<Known>(learn, after);
}

interface Thing {
  id?: unknown;
  token?: unknown;
  state?: unknown;
  seats?: unknown;
}

function learnThing(known: Known, id: string, { token, state, seats }: Thing): Known {
  if (id.startsWith("order_")) return { ...known, holdId: null };
  if (id.startsWith("hold_")) {
    const taken: unknown[] = Array.isArray(seats) ? seats : [];
    return { ...known, holdId: state === undefined || state === "ACTIVE" ? id : null, free: known.free.filter((label) => !taken.includes(label)) };
  }
  if (!id.startsWith("ticket_")) return known;
  const before = known.tickets.find((ticket) => ticket.id === id);
  const ticket = { id, token: typeof token === "string" ? token : before?.token ?? null };
  return { ...known, tickets: [...known.tickets.filter((one) => one !== before), ticket] };
}
