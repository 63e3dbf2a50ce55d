// The desk: one ticket at a time is sent, sent again where no answer came, and what became of it is noted.

import type { Heard } from "../client/transport";
import type { UseTicketInput } from "../generated";
import { type Answer, type TicketFacts, type Verdict, verdictOf, verdictWithout } from "./verdict";

/** Milliseconds: without an answer it counts as not sent; between tries; after the first try nobody may be at the door any more. */
export const PATIENCE = 8_000;
const WAITS = [1_500, 3_000, 5_000];
const GIVE_UP = 60_000;
/** A result stays at least this long before the camera may bring the next. */
const READING = { in: 1_200, out: 2_500, wait: 1_500 } as const;

export interface DeskParts {
  /** A new scan of `code`, under a key of its own, for the gate as it is now. */
  newScan(code: string): UseTicketInput;
  use(scan: UseTicketInput): Promise<Heard<Answer>>;
}

export interface Shown {
  readonly id: number;
  /** When it was shown to the desk, in milliseconds since 1970. */
  readonly at: number;
  readonly verdict: Verdict;
  /** Will be sent again by itself. */
  readonly retrying: boolean;
}

export interface DeskState {
  readonly sending: boolean;
  readonly shown: Shown | null;
}

export interface Desk {
  state(): DeskState;
  /** Whether the camera may bring the next code. */
  ready(): boolean;
  check(code: string): void;
  /** Sends again what got no answer. */
  again(): void;
  /** The result was read; what got no answer is set aside. */
  dismiss(): void;
  listen(listener: (shown: Shown | null) => void): () => void;
}

interface Matter {
  readonly id: number;
  readonly code: string;
  readonly scan: UseTicketInput;
  readonly at: number;
  readonly since: number;
  tries: number;
}

export function makeDesk({ newScan, use }: DeskParts): Desk {
  const listeners = new Set<(shown: Shown | null) => void>();
  const waiting: string[] = [];
  /** What this page let in, with what is known of it. */
  const letIn = new Map<string, TicketFacts | undefined>();
  /** Scans that may have let somebody in: a code is asked for under the same key until an answer comes. */
  const unanswered = new Map<string, UseTicketInput>();
  let state: DeskState = { sending: false, shown: null };
  let matter: Matter | null = null;
  let count = 0;
  let free = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function become(next: Partial<DeskState>): void {
    const before = state.shown;
    state = { ...state, ...next };
    for (const listener of listeners) listener(state.shown === before ? null : state.shown);
  }

  function check(code: string): void {
    if (state.sending) {
      if (code !== matter?.code && !waiting.includes(code)) waiting.push(code);
      return;
    }
    const scan = scanOf(code);
    if (matter?.scan === scan && state.shown?.verdict.kind === "wait") return void send(matter);
    matter = { id: ++count, code, scan, at: Date.now(), since: performance.now(), tries: 0 };
    void send(matter);
  }

  async function send(current: Matter): Promise<void> {
    clearTimeout(timer);
    current.tries++;
    become({ sending: true });
    const verdict = await answered(current);
    show(current, verdict);
    const next = waiting.shift();
    if (next !== undefined) check(next);
  }

  /** At another gate it is another scan. */
  function scanOf(code: string): UseTicketInput {
    const before = unanswered.get(code);
    const now = newScan(code);
    return before && before.sessionId === now.sessionId ? before : now;
  }

  async function answered({ code, scan }: Matter): Promise<Verdict> {
    const verdict = await withinPatience(use(scan)).then(({ data, replayed }) => verdictOf(data, replayed), verdictWithout);
    if (verdict.kind === "wait") {
      unanswered.set(code, scan);
      return verdict;
    }
    unanswered.delete(code);
    const ticket = letIn.get(code);
    if (verdict.why === "used" && letIn.has(code)) return { ...verdict, ...(ticket ? { ticket } : {}), here: true };
    if (verdict.kind === "in") letIn.set(code, verdict.ticket);
    return verdict;
  }

  function show(current: Matter, verdict: Verdict): void {
    const wait = waitFor(current, verdict);
    free = performance.now() + READING[verdict.kind];
    if (wait !== null) timer = setTimeout(() => void send(current), wait);
    become({ sending: false, shown: { id: current.id, at: current.at, verdict, retrying: wait !== null } });
  }

  return {
    state: () => state,
    ready: () => !state.sending && performance.now() >= free,
    check,
    again() {
      if (matter && !state.sending && state.shown?.verdict.kind === "wait") void send(matter);
    },
    dismiss() {
      clearTimeout(timer);
      free = 0;
      if (!state.sending) matter = null;
      become({ shown: null });
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Milliseconds to the next try, or null for none. */
function waitFor({ tries, since }: Matter, { kind, why, retryAfter }: Verdict): number | null {
  const again = kind === "wait" && why !== "signedOut" && performance.now() - since < GIVE_UP;
  return again ? Math.max(retryAfter ?? 0, WAITS[Math.min(tries, WAITS.length) - 1] ?? 0) : null;
}

function withinPatience<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout>;
  const over = new Promise<never>((_, fail) => (timer = setTimeout(() => fail(new Error("no answer in time")), PATIENCE)));
  return Promise.race([answer, over]).finally(() => clearTimeout(timer));
}
