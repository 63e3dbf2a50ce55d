// The sessions that a gate may choose from.

import { expect, test } from "vitest";
import { upcoming } from "../../src/gate/api";
import { dayName } from "../../src/words/locale";
import { aTicket } from "./answers";

const now = Date.parse("2027-01-31T12:00:00Z");
const at = (id: string, startsAt: string, endsAt: string, status: "PUBLISHED" | "CANCELLED" = "PUBLISHED") => ({ ...aTicket().session, id, startsAt, endsAt, status });

test("running and coming ones in the order of their start; none that is over or cancelled", () => {
  const sessions = [
    at("later", "2027-02-02T18:00:00.000Z", "2027-02-02T20:00:00.000Z"),
    at("over", "2027-01-31T09:00:00.000Z", "2027-01-31T11:00:00.000Z"),
    at("running", "2027-01-31T11:00:00.000Z", "2027-01-31T13:00:00.000Z"),
    at("cancelled", "2027-02-01T11:00:00.000Z", "2027-02-01T13:00:00.000Z", "CANCELLED"),
  ];
  expect(upcoming(sessions, now).map(({ id }) => id)).toEqual(["running", "later"]);
});

test("days have the names that people there give them", () => {
  expect(dayName("en", "2027-01-31T23:30:00Z", "Europe/Warsaw", new Date(now))).toBe("tomorrow");
  expect(dayName("en", "2027-01-31T22:30:00Z", "Europe/Warsaw", new Date(now))).toBe("today");
  expect(dayName("en", "2027-02-06T18:00:00Z", "Europe/Warsaw", new Date(now))).toBe("Saturday, February 6");
});
