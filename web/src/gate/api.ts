// What the gate asks the API.

import { auth } from "../shop/account";
import { listen } from "../client/line";
import { ask, type Heard, hear, makeClient } from "../client/transport";
import {
  GateActivityDocument, type GateActivitySubscription, GateMoreSessionsDocument, GateProgrammeDocument, type GateProgrammeQuery, GateSessionDocument,
  type GateSessionPartsFragment, UseTicketDocument, type UseTicketInput,
} from "../generated";
import { mayAdmit } from "./reach";
import type { Answer } from "./verdict";

export type GateSession = GateSessionPartsFragment;
export type Admission = Pick<GateActivitySubscription["gateActivity"], "expected" | "admitted">;

const client = makeClient("", auth);

/** Sessions may have begun this long ago and still admit. Milliseconds. */
const LONGEST = 3 * 86_400_000;
/** Pages of one event's sessions that are looked through: it may have had thousands. */
const MOST_PAGES = 20;

export async function useTicket(input: UseTicketInput): Promise<Heard<Answer>> {
  const { data, replayed } = await hear(client, UseTicketDocument, { input });
  return { data: data.useTicket, replayed };
}

/** null where there is none. */
export const sessionOf = async (id: string): Promise<GateSession | null> => (await ask(client, GateSessionDocument, { id })).session;

/** Until it is stopped by calling what it returns. `live` is false from a cut until counts come again. */
export function followAdmission(id: string, tell: (admission: Admission) => void, onLive: (live: boolean) => void): () => void {
  return listen({ origin: location.origin, auth }, GateActivityDocument, () => ({ id }), {
    fits: () => true,
    onData: ({ gateActivity }) => tell(gateActivity),
    onLive,
  });
}

export interface Programme {
  /** Not over, in the order of their start. */
  readonly sessions: readonly GateSession[];
  /** Where the next page begins; null at the end. */
  readonly after: string | null;
}

/** Of events that may be admitted to; pages of other organizers' are passed over. */
export async function programme(search: string, after: string | null): Promise<Programme> {
  const startsAfter = new Date(Date.now() - LONGEST).toISOString();
  for (let pages = 1; ; pages++) {
    const { events, me } = await ask(client, GateProgrammeDocument, { search: search || null, after, startsAfter });
    const sessions = (await Promise.all(events.nodes.filter((event) => mayAdmit(me, event)).map(allSessions))).flat();
    const found = upcoming(sessions, Date.now());
    after = events.pageInfo.hasNextPage ? events.pageInfo.endCursor : null;
    if (found.length || !after || pages === MOST_PAGES) return { sessions: found, after };
  }
}

export const upcoming = (sessions: readonly GateSession[], now: number): GateSession[] =>
  sessions.filter(({ status, endsAt }) => status === "PUBLISHED" && Date.parse(endsAt) > now).sort((a, b) => a.startsAt.localeCompare(b.startsAt) || a.event.title.localeCompare(b.event.title));

/** An event lists its sessions from the first on, so a long run has today's on a later page. */
async function allSessions({ id, sessions }: GateProgrammeQuery["events"]["nodes"][number]): Promise<GateSession[]> {
  const found = [...sessions.nodes];
  let page = sessions.pageInfo;
  for (let pages = 0; page.hasNextPage && pages < MOST_PAGES; pages++) {
    const { event } = await ask(client, GateMoreSessionsDocument, { eventId: id, after: page.endCursor });
    if (!event) break;
    found.push(...event.sessions.nodes);
    page = event.sessions.pageInfo;
  }
  return found;
}
