// Answers of the API for the tests of the gate.

import type { Answer } from "../../src/gate/verdict";

type TicketAnswer = Extract<Answer, { __typename: "Ticket" }>;

export const aTicket = (seat: string | null = "A-1"): TicketAnswer => ({
  __typename: "Ticket", id: "ticket_1", seat, admittedAt: "2027-01-31T18:30:00.000Z", ticketType: { id: "ticket_type_1", name: "Stalls" },
  session: {
    id: "session_1", status: "PUBLISHED", startsAt: "2027-01-31T19:00:00.000Z", endsAt: "2027-01-31T21:00:00.000Z", timezone: "Europe/Warsaw",
    event: { id: "event_1", title: "A Play" }, venue: null,
  },
});

export const usedBefore = (usedAt: number): Answer => ({ __typename: "TicketAlreadyUsed", usedAt: new Date(usedAt).toISOString(), code: "TICKET_ALREADY_USED", message: "Used." });

export const busy = (retryAfterMs: number): Answer => ({ __typename: "ServerBusy", retryAfterMs, code: "SERVER_BUSY", message: "Busy." });
