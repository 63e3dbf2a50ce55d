// Pays, asks again under the same key where no answer came, waits for slow banks, and survives a reload.

import { type Answer, type Attempt, afterAnswer, afterProgress, type Checkout, CHOOSING, type Kept, keptOf, resumed } from "./checkout";
import type { Keeping } from "../client/storage";
import type { OrderProgressQuery } from "../generated";

const TRIES = 3;
const PAUSE = 1_000;
const LONGEST_PAUSE = 4_000;

export interface Till {
  /** Throws where no answer came. */
  buy(attempt: Attempt): Promise<Answer>;
  progress(orderId: string): Promise<OrderProgressQuery>;
  wait(milliseconds: number): Promise<void>;
  newKey(): string;
  storage: Pick<Keeping, "getItem" | "setItem">;
  /** Where in the storage; another one for every person. */
  name: string;
}

export interface Payments {
  of(holdId: string): Checkout;
  all(): ReadonlyMap<string, Checkout>;
  pay(what: Omit<Attempt, "key">): Promise<void>;
  /** The same attempt again, under its own key. */
  askAgain(holdId: string): Promise<void>;
  dismiss(holdId: string): void;
  /** Goes on with what a reload interrupted. */
  resume(): void;
  stop(): void;
  listen(listener: () => void): () => void;
}

export function makePayments({ buy, progress, wait, newKey, storage, name }: Till): Payments {
  const checkouts = new Map<string, Checkout>();
  const listeners = new Set<() => void>();
  let ended = false;

  function become(holdId: string, checkout: Checkout): void {
    if (ended) return;
    checkouts.set(holdId, checkout);
    storage.setItem(name, JSON.stringify([...checkouts.values()].map(keptOf).filter(Boolean)));
    listeners.forEach((listener) => listener());
  }

  async function attemptIt(attempt: Attempt): Promise<void> {
    become(attempt.holdId, { step: "asking", attempt });
    for (let tries = 1; tries <= TRIES && !ended; tries++) {
      let pause = PAUSE * tries;
      try {
        const answer = await buy(attempt);
        if (answer.__typename !== "ServerBusy") return settled(attempt.holdId, afterAnswer(attempt, answer));
        pause = Math.min(LONGEST_PAUSE, answer.retryAfterMs);
      } catch {
        // Nobody knows whether it was paid: only the same key may ask again.
      }
      if (tries < TRIES) await wait(pause);
    }
    become(attempt.holdId, { step: "unheard", attempt });
  }

  async function settled(holdId: string, checkout: Checkout): Promise<void> {
    become(holdId, checkout);
    let pause = PAUSE;
    while (!ended) {
      const now = checkouts.get(holdId);
      if (now?.step !== "waiting") return;
      await wait(pause);
      pause = Math.min(LONGEST_PAUSE, pause * 1.2);
      const next = await progress(now.orderId).then((came) => afterProgress(now, came), () => now);
      if (next !== now && checkouts.get(holdId) === now && next.step !== "waiting") become(holdId, next);
    }
  }

  return {
    of: (holdId) => checkouts.get(holdId) ?? CHOOSING,
    all: () => checkouts,
    pay: (what) => attemptIt({ ...what, key: newKey() }),
    async askAgain(holdId) {
      const checkout = checkouts.get(holdId);
      if (checkout?.step === "unheard") await attemptIt(checkout.attempt);
    },
    dismiss(holdId) {
      become(holdId, CHOOSING);
      checkouts.delete(holdId);
    },
    resume() {
      for (const kept of readKept(storage.getItem(name))) void settled(kept.holdId, resumed(kept));
    },
    stop() {
      ended = true;
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function readKept(text: string | null): Kept[] {
  try {
    const kept = JSON.parse(text ?? "[]") as unknown;
    return Array.isArray(kept) ? (kept as Partial<Kept>[]).filter((one): one is Kept => Boolean(one?.holdId && one.sessionId && one.key)) : [];
  } catch {
    return [];
  }
}
