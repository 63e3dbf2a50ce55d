// Follows a session: resumes from the version it has, and says when what it has is not live.

import { SeatAvailabilityDocument } from "../generated";
import { type Availability, reduce } from "./availability";
import { listen } from "./line";
import type { Auth } from "./transport";

export interface Watcher {
  onState(state: Availability): void;
  onLive(live: boolean): void;
}

/** Returns the way to stop. Public sessions need no token. */
export function follow(origin: string, auth: Auth, sessionId: string, watcher: Watcher): () => void {
  let state: Availability | null = null;
  return listen({ origin, auth }, SeatAvailabilityDocument, () => ({ sessionId, sinceVersion: state?.version ?? null }), {
    fits({ seatAvailability }) {
      state = reduce(state, seatAvailability);
      return state !== null;
    },
    onData: () => state && watcher.onState(state),
    onLive: watcher.onLive,
  });
}
