// Puts tickets into the order in which they are needed.

interface Owned {
  readonly status: string;
  readonly seat: string | null;
  readonly session: { readonly id: string; readonly startsAt: string; readonly endsAt: string };
}

export interface Grouped<Ticket extends Owned> {
  readonly session: Ticket["session"];
  readonly tickets: readonly Ticket[];
}

/** Upcoming: the next one first; past: the last one first. What cannot be used any more comes last in its session. */
export function bySession<Ticket extends Owned>(tickets: readonly Ticket[], now: Date): { upcoming: Grouped<Ticket>[]; past: Grouped<Ticket>[] } {
  const groups = new Map<string, Ticket[]>();
  for (const ticket of tickets) groups.set(ticket.session.id, [...(groups.get(ticket.session.id) ?? []), ticket]);
  const all = [...groups.values()].flatMap((own): Grouped<Ticket>[] => (own[0] ? [{ session: own[0].session, tickets: own.toSorted(usableFirst) }] : []));
  const isComing = ({ session, tickets }: Grouped<Ticket>): boolean => Date.parse(session.endsAt) > now.getTime() && tickets.some(({ status }) => status === "VALID" || status === "USED");
  const starts = ({ session }: Grouped<Ticket>): number => Date.parse(session.startsAt);
  return {
    upcoming: all.filter(isComing).toSorted((a, b) => starts(a) - starts(b)),
    past: all.filter((one) => !isComing(one)).toSorted((a, b) => starts(b) - starts(a)),
  };
}

const RANKS = ["VALID", "USED", "EXPIRED", "CANCELLED"];

const usableFirst = (a: Owned, b: Owned): number =>
  RANKS.indexOf(a.status) - RANKS.indexOf(b.status) || (a.seat ?? "").localeCompare(b.seat ?? "", undefined, { numeric: true });
