// What was scanned, typed or pasted, as the API takes it.

import type { UseTicketInput } from "../generated";

const TOKEN = /^US\d+\./i;
const TICKET_ID = /^ticket_/i;

/** Scanners that type may end with anything blank and have caps lock on; tokens are upper case, ids lower case. */
export function tidy(shown: string): string {
  const code = shown.replace(/[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, "");
  if (TOKEN.test(code)) return code.toUpperCase();
  return TICKET_ID.test(code) ? code.toLowerCase() : code;
}

export function inputOf(code: string, sessionId: string | null, idempotencyKey: string): UseTicketInput {
  return { ...(TICKET_ID.test(code) ? { ticketId: code } : { token: code }), sessionId, idempotencyKey };
}
