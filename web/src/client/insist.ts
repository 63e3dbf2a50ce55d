// Asks until there is an answer: for what is done once however often it is asked for.

import { Unreachable } from "./transport";

const TRIES = 6;
/** Milliseconds after the first try; longer after every further one. */
const PAUSE = 400;

interface Answered {
  readonly __typename: string;
  /** Of a busy server. */
  readonly retryAfterMs?: number;
}

/**
 * The answer of `send`, which is sent again while nobody answers or the server is busy: under the same key, since whether anything
 * was done is not known. `onBusy` is called before the server is given time. Throws what the last try threw.
 */
export async function insist<Answer extends Answered>(send: () => Promise<Answer>, onBusy?: () => void): Promise<Answer> {
  for (let tries = 1; ; tries++)
    try {
      const answer = await send();
      if (answer.__typename !== "ServerBusy" || tries === TRIES) return answer;
      onBusy?.();
      await pause((answer.retryAfterMs ?? PAUSE) * (1 + Math.random()));
    } catch (error) {
      if (!(error instanceof Unreachable) || tries === TRIES) throw error;
      await pause(PAUSE * tries);
    }
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
