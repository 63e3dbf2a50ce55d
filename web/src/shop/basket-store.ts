// What this person holds in all sessions, with the time left; what ran out is remembered until it was seen.

import { type Deadline, deadline } from "../client/countdown";
import type { BasketQuery } from "../generated";

export type HeldTickets = NonNullable<BasketQuery["me"]>["holds"][number];

export interface Held {
  readonly hold: HeldTickets;
  readonly deadline: Deadline;
}

export interface BasketState {
  /** False until the server has answered once. */
  readonly known: boolean;
  readonly failed: boolean;
  readonly held: readonly Held[];
  readonly expired: readonly HeldTickets[];
}

const EMPTY: BasketState = { known: false, failed: false, held: [], expired: [] };

export interface Basket {
  state(): BasketState;
  refresh(): Promise<void>;
  /** Moves what is over to `expired`; answers what that was. */
  sweep(): readonly HeldTickets[];
  /** Bought or given back: gone, without having expired. */
  forget(holdId: string): void;
  listen(listener: () => void): () => void;
}

export function makeBasket(load: () => Promise<readonly HeldTickets[]>): Basket {
  let state = EMPTY;
  let asked = 0;
  const listeners = new Set<() => void>();
  const become = (next: BasketState): void => {
    state = next;
    listeners.forEach((listener) => listener());
  };

  return {
    state: () => state,
    async refresh() {
      const mine = ++asked;
      try {
        const holds = await load();
        if (mine === asked) become({ ...state, known: true, failed: false, held: holds.map((hold) => ({ hold, deadline: deadline(hold.expiresAt, hold.serverTime) })) });
      } catch {
        if (mine === asked) become({ ...state, failed: true });
      }
    },
    sweep() {
      const over = state.held.filter(({ hold, deadline }) => hold.state === "ACTIVE" && deadline.left() === 0).map(({ hold }) => hold);
      if (over.length) become({ ...state, held: state.held.filter(({ hold }) => !over.includes(hold)), expired: [...state.expired, ...over] });
      return over;
    },
    forget: (id) => become({ ...state, held: state.held.filter(({ hold }) => hold.id !== id), expired: state.expired.filter((hold) => hold.id !== id) }),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The one that ends first; those that are being paid do not end. */
export const soonest = (held: readonly Held[]): Held | null =>
  held.filter(({ hold }) => hold.state === "ACTIVE").reduce<Held | null>((least, one) => (least && least.deadline.left() <= one.deadline.left() ? least : one), null);
