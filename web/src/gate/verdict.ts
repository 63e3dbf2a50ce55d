// What an answer of the API, or none, means at the door.

import type { GateSessionPartsFragment, UseTicketMutation } from "../generated";
import { Refused } from "../client/transport";

export type Answer = UseTicketMutation["useTicket"];

/** Let in; do not let in; not known yet. */
export type Kind = "in" | "out" | "wait";

export type Why =
  | "admitted" | "justNow"
  | "used" | "cancelled" | "expired" | "notValid" | "wrongSession" | "unknown" | "forged" | "notAllowed" | "refused"
  | "unsent" | "busy" | "signedOut" | "broken";

export interface TicketFacts {
  readonly seat: string | null;
  readonly type: string;
  readonly session: GateSessionPartsFragment;
}

export interface Verdict {
  readonly kind: Kind;
  readonly why: Why;
  readonly ticket?: TicketFacts;
  readonly usedAt?: string;
  /** Used before, and let in by this very device. */
  readonly here?: boolean;
  /** The session that a ticket at the wrong gate is for. */
  readonly sessionId?: string;
  /** Milliseconds to wait before it is sent again by itself. */
  readonly retryAfter?: number;
}

/** `replayed`: it was given before, and got lost. */
export function verdictOf(answer: Answer, replayed = false): Verdict {
  switch (answer.__typename) {
    case "Ticket": return admitted(answer, replayed);
    case "TicketAlreadyUsed": return { kind: "out", why: "used", usedAt: answer.usedAt };
    case "TicketNotValid": return { kind: "out", why: STATES[answer.status] };
    case "WrongSession": return { kind: "out", why: "wrongSession", sessionId: answer.sessionId };
    case "NotFound": return { kind: "out", why: "unknown" };
    case "NotAllowed": return { kind: "out", why: "notAllowed" };
    case "InvalidInput": return { kind: "out", why: "forged" };
    case "IdempotencyConflict": return { kind: "out", why: "refused" };
    case "ServerBusy": return { kind: "wait", why: "busy", retryAfter: answer.retryAfterMs };
    default: return unheardOf(answer);
  }
}

/** No answer: what is not known is amber, and sending the same scan again is safe. */
export function verdictWithout(error: unknown): Verdict {
  if (!(error instanceof Refused)) return { kind: "wait", why: "unsent" };
  return { kind: "wait", why: error.code === "UNAUTHENTICATED" ? "signedOut" : "broken" };
}

const STATES = { CANCELLED: "cancelled", EXPIRED: "expired", USED: "used", VALID: "notValid" } as const;

function admitted(ticket: Extract<Answer, { __typename: "Ticket" }>, replayed: boolean): Verdict {
  const facts: TicketFacts = { seat: ticket.seat, type: ticket.ticketType.name, session: ticket.session };
  return { kind: "in", why: replayed ? "justNow" : "admitted", ticket: facts, ...(ticket.admittedAt ? { usedAt: ticket.admittedAt } : {}) };
}

/** A newer API may refuse for reasons of its own: nobody is let in for one that is not known here. */
const unheardOf = (_: never): Verdict => ({ kind: "out", why: "refused" });
