// Every screen speaks both languages, every refusal has its words, and a cover is always the same.

import { expect, test } from "vitest";
import { chanceOf } from "../../src/shop/cover";
import type { Refusal } from "../../src/shop/checkout";
import { refusalToBuy, refusalToCancel, type RefusalToCancel, refusalToJoin, type RefusalToJoin } from "../../src/shop/refusals";
import { WORDS } from "../../src/shop/words";

test("Arabic has what English has, and nothing is empty", () => {
  expect(Object.keys(WORDS.ar).sort()).toEqual(Object.keys(WORDS.en).sort());
  for (const words of Object.values(WORDS)) for (const text of Object.values(words)) expect(typeof text === "function" || text.length > 0).toBe(true);
});

test("Arabic counts as Arabic does", () => {
  expect([0, 1, 2, 3, 11, 100].map(WORDS.ar.found)).toEqual(["لا فعاليات", "فعالية واحدة", "فعاليتان", "3 فعاليات", "11 فعالية", "100 فعالية"]);
  expect([1, 2].map(WORDS.en.found)).toEqual(["1 event", "2 events"]);
});

const said = { code: "", message: "never shown" };

test.each<Refusal>([
  { __typename: "SeatsUnavailable", ...said, labels: ["A-1", "A-2"] }, { __typename: "SoldOut", ...said, available: 0 }, { __typename: "SoldOut", ...said, available: 2 },
  { __typename: "SaleNotOpen", ...said, opensAt: null }, { __typename: "SaleNotOpen", ...said, opensAt: "2027-01-20T18:00:00Z" }, { __typename: "TooManyTickets", ...said, limit: 8 },
  { __typename: "AgeRestricted", ...said, minimumAge: 18 }, { __typename: "HoldExpired", ...said }, { __typename: "PaymentDeclined", ...said }, { __typename: "NotFound", ...said },
  { __typename: "NotAllowed", ...said }, { __typename: "InvalidInput", ...said }, { __typename: "IdempotencyConflict", ...said }, { __typename: "ServerBusy", ...said, retryAfterMs: 5 },
])("$__typename has words in both languages, and not the server's", (refusal) => {
  const [english, arabic] = [refusalToBuy("en", refusal, "Europe/Prague"), refusalToBuy("ar", refusal, "Europe/Prague")];
  expect(english).not.toContain("never shown");
  expect(english.length > 10 && arabic.length > 10 && english !== arabic).toBe(true);
});

test.each<RefusalToCancel>([
  { __typename: "TicketAlreadyUsed", ...said, gone: "2027-01-20T18:00:00Z" }, { __typename: "TicketNotValid", ...said, now: "CANCELLED" },
  { __typename: "SessionStarted", ...said, startsAt: "2027-01-20T18:00:00Z" }, { __typename: "NotFound", ...said }, { __typename: "NotAllowed", ...said },
  { __typename: "InvalidInput", ...said }, { __typename: "ServerBusy", ...said, retryAfterMs: 5 },
])("not cancelling for $__typename has words in both languages", (refusal) => {
  const [english, arabic] = [refusalToCancel("en", refusal, "Europe/Prague"), refusalToCancel("ar", refusal, "Europe/Prague")];
  expect(english.length > 10 && arabic.length > 10 && english !== arabic).toBe(true);
});

test.each<RefusalToJoin>([
  { __typename: "AlreadyMember", ...said }, { __typename: "NotFound", ...said }, { __typename: "InvalidInput", ...said }, { __typename: "IdempotencyConflict", ...said },
  { __typename: "ServerBusy", ...said },
])("not joining for $__typename has words in both languages", (refusal) => {
  const [english, arabic] = [refusalToJoin("en", refusal), refusalToJoin("ar", refusal)];
  expect(english).not.toContain("never shown");
  expect(english.length > 10 && arabic.length > 10 && english !== arabic).toBe(true);
});

test("a cover depends on its slug alone", () => {
  const [one, again, other] = [chanceOf("low-tide"), chanceOf("low-tide"), chanceOf("high-tide")];
  const draws = [one(), one(), one()];
  expect([again(), again(), again()]).toEqual(draws);
  expect([other(), other(), other()]).not.toEqual(draws);
  expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
});
