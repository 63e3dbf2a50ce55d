// Operations to begin with, and what to fill in for their variables.

import { newKey } from "../client/key";
import type { Known } from "./known";

const TEXTS = import.meta.glob<string>("./examples/*.gql", { query: "?raw", import: "default", eager: true });

export interface Example {
  /** Of the operation, and so of its tab. */
  readonly name: string;
  readonly title: string;
  readonly query: string;
  /** Opened as a tab from the start. */
  readonly first: boolean;
  variables(known: Known): Record<string, unknown>;
}

const example = (name: string, title: string, variables: Example["variables"], first = true): Example => ({
  name, title, variables, first, query: (TEXTS[`./examples/${name}.gql`] ?? "").trim(),
});

export const EXAMPLES: readonly Example[] = [
  example("Events", "What is on", () => ({ filter: { search: null, category: null, city: null }, first: 5 })),
  example("SessionMap", "A session and its map", ({ sessionId }) => ({ id: sessionId ?? "" })),
  example("LogIn", "Log in", ({ demo }) => ({ input: { email: demo?.accounts[0]?.email ?? "", password: demo?.password ?? "" } })),
  example("Lock", "Lock two seats", ({ sessionId, free }) => ({ input: { sessionId: sessionId ?? "", seats: free.slice(0, 2), idempotencyKey: newKey() } })),
  example("Buy", "Buy what is locked", (known) => ({ input: { ...bought(known), paymentMethod: "sandbox-ok", idempotencyKey: newKey() } })),
  example("Use", "Use a ticket at the gate", ({ tickets, sessionId }) => ({ input: { token: tickets.at(-1)?.token ?? "", sessionId, idempotencyKey: newKey() } })),
  example("Cancel", "Cancel a ticket", ({ tickets }) => ({ input: { ticketId: tickets[0]?.id ?? "", reason: "Cannot come", idempotencyKey: newKey() } })),
  example("LiveSeats", "Watch the seats live", ({ sessionId }) => ({ sessionId: sessionId ?? "" })),
  example("MyTickets", "What is yours", () => ({}), false),
  example("Release", "Release what is locked", ({ holdId }) => ({ holdId: holdId ?? "" }), false),
];

function bought({ holdId, sessionId, free }: Known): Record<string, unknown> {
  return holdId ? { holdId } : { tickets: { sessionId: sessionId ?? "", seats: free.slice(-2) } };
}

export const exampleOf = (operationName: string | null | undefined): Example | undefined => EXAMPLES.find((one) => one.name === operationName);

export const variablesOf = (one: Example, known: Known): string => JSON.stringify(one.variables(known), null, 2);
