// Every answer has a colour and words of its own, in every language.

import { expect, test } from "vitest";
import { Refused, Unreachable } from "../../src/client/transport";
import { type Answer, verdictOf, verdictWithout, type Why } from "../../src/gate/verdict";
import { reasonOf, retryLine, usedLine, wordOf } from "../../src/gate/verdict-words";
import { aTicket } from "./answers";

const refusal = { code: "SOME", message: "Some." };
const ANSWERS: [Answer, string, Why][] = [
  [aTicket(), "in", "admitted"],
  [{ __typename: "TicketAlreadyUsed", usedAt: "2027-01-31T18:30:00.000Z", ...refusal }, "out", "used"],
  [{ __typename: "TicketNotValid", status: "CANCELLED", ...refusal }, "out", "cancelled"],
  [{ __typename: "TicketNotValid", status: "EXPIRED", ...refusal }, "out", "expired"],
  [{ __typename: "WrongSession", sessionId: "session_2", ...refusal }, "out", "wrongSession"],
  [{ __typename: "NotFound", ...refusal }, "out", "unknown"],
  [{ __typename: "NotAllowed", ...refusal }, "out", "notAllowed"],
  [{ __typename: "InvalidInput", path: ["input", "token"], ...refusal }, "out", "forged"],
  [{ __typename: "ServerBusy", retryAfterMs: 300, ...refusal }, "wait", "busy"],
];

test.each(ANSWERS)("%j", (answer, kind, why) => expect(verdictOf(answer)).toMatchObject({ kind, why }));

test("only a ticket that was let in before says that its answer was lost", () => {
  expect(ANSWERS.map(([answer]) => verdictOf(answer, true)).filter(({ why }) => why === "justNow").map(({ kind }) => kind)).toEqual(["in"]);
});

test("only a ticket lets in", () => {
  expect(ANSWERS.filter(([answer]) => verdictOf(answer).kind === "in").map(([{ __typename }]) => __typename)).toEqual(["Ticket"]);
});

test("a member of a newer API does not let in", () => {
  expect(verdictOf({ __typename: "TooEarly" } as unknown as Answer)).toEqual({ kind: "out", why: "refused" });
});

test("without an answer nothing is known", () => {
  expect(verdictWithout(new Unreachable("offline"))).toEqual({ kind: "wait", why: "unsent" });
  expect(verdictWithout(new Refused("UNAUTHENTICATED", ""))).toEqual({ kind: "wait", why: "signedOut" });
  expect(verdictWithout(new Refused("INTERNAL", ""))).toEqual({ kind: "wait", why: "broken" });
});

test.each(["en", "ar"] as const)("every refusal has a word and a reason of its own in %s", (locale) => {
  const whys = [...new Set([...ANSWERS.map(([, , why]) => why), "unsent", "signedOut", "broken", "refused"] as Why[])].filter((why) => why !== "admitted");
  expect(new Set(whys.map((why) => reasonOf(locale, why))).size).toBe(whys.length);
  expect(new Set(whys.map((why) => wordOf(locale, why))).size).toBe(whys.length);
  expect(whys.filter((why) => !reasonOf(locale, why) || wordOf(locale, why) === wordOf(locale, "admitted"))).toEqual([]);
});

test("a used ticket says when, in the session's time zone, and whether it was here", () => {
  const usedAt = new Date().toISOString();
  const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "Asia/Tokyo" }).format(new Date(usedAt));
  expect(usedLine("en", { kind: "out", why: "used", usedAt, here: true }, "Asia/Tokyo")).toBe(`Used at ${clock}, on this device`);
  expect(usedLine("en", verdictOf(aTicket()), undefined)).toBe(null);
});

test("only what got no answer speaks of trying again", () => {
  expect(retryLine("en", { kind: "wait", why: "unsent" }, true)).toBe("Trying again by itself …");
  expect(retryLine("en", { kind: "wait", why: "unsent" }, false)).toBe("Not tried any more by itself.");
  expect(retryLine("en", { kind: "wait", why: "signedOut" }, false)).toBe(null);
  expect(retryLine("en", { kind: "out", why: "used" }, false)).toBe(null);
});
