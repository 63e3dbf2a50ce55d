// Follows the viewer's place in a session's waiting room, until waiting changes nothing any more.

import { QueuePositionDocument, type QueuePositionSubscription } from "../generated";
import { listen } from "./line";
import type { Auth } from "./transport";

export type QueuePosition = QueuePositionSubscription["queuePosition"];

const waits = (position: QueuePosition): boolean => position.__typename === "AwaitingDraw" || position.__typename === "Queued";

/** Returns the way to stop. Needs a signed-in viewer. */
export function followQueue(origin: string, auth: Auth, sessionId: string, tell: (position: QueuePosition) => void): () => void {
  const stop = listen({ origin, auth }, QueuePositionDocument, () => ({ sessionId }), {
    fits: () => true,
    onData({ queuePosition }) {
      if (!waits(queuePosition)) stop();
      tell(queuePosition);
    },
    onLive: () => undefined,
  });
  return stop;
}
