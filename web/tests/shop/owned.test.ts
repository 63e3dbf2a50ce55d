// Tickets in the order in which they are needed.

import { expect, test } from "vitest";
import { bySession } from "../../src/shop/owned";

const NOW = new Date("2027-01-14T15:00:00Z");
const sessions = {
  running: { id: "running", startsAt: "2027-01-14T14:00:00Z", endsAt: "2027-01-14T17:00:00Z" },
  soon: { id: "soon", startsAt: "2027-01-15T14:00:00Z", endsAt: "2027-01-15T17:00:00Z" },
  later: { id: "later", startsAt: "2027-03-01T14:00:00Z", endsAt: "2027-03-01T17:00:00Z" },
  yesterday: { id: "yesterday", startsAt: "2027-01-13T14:00:00Z", endsAt: "2027-01-13T17:00:00Z" },
  longAgo: { id: "longAgo", startsAt: "2026-01-13T14:00:00Z", endsAt: "2026-01-13T17:00:00Z" },
};
const ticket = (session: keyof typeof sessions, seat: string, status = "VALID") => ({ session: sessions[session], seat, status });

test("the next session comes first, of those of the past the last one", () => {
  const { upcoming, past } = bySession([ticket("later", "A"), ticket("longAgo", "A", "USED"), ticket("soon", "A"), ticket("yesterday", "A", "EXPIRED"), ticket("running", "A", "USED")], NOW);
  expect(upcoming.map(({ session }) => session.id)).toEqual(["running", "soon", "later"]);
  expect(past.map(({ session }) => session.id)).toEqual(["yesterday", "longAgo"]);
});

test("a session of which every ticket was cancelled is not coming", () => {
  const { upcoming, past } = bySession([ticket("soon", "A", "CANCELLED")], NOW);
  expect([upcoming.length, past.length]).toEqual([0, 1]);
});

test("within a session what can be used comes first, by seat as people count", () => {
  const { upcoming } = bySession([ticket("soon", "A-10"), ticket("soon", "A-3", "CANCELLED"), ticket("soon", "A-2"), ticket("soon", "A-1", "USED")], NOW);
  expect(upcoming[0]?.tickets.map(({ seat }) => seat)).toEqual(["A-2", "A-10", "A-1", "A-3"]);
});
