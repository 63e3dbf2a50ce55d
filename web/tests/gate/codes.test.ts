// What people and scanners give is what the API takes.

import { expect, test } from "vitest";
import { inputOf, tidy } from "../../src/gate/codes";

test.each([
  ["  US1.ABC2 \r\n", "US1.ABC2"],
  ["us1.abc2", "US1.ABC2"],
  ["\u200fUS1.AB\u00a0C2", "US1.ABC2"],
  ["TICKET_01M7YX06", "ticket_01m7yx06"],
  ["Something Else", "SomethingElse"],
  ["   ", ""],
])("%j is read as %j", (shown, code) => expect(tidy(shown)).toBe(code));

test("a ticket's id goes as an id, anything else as a token, with the gate's session and a key", () => {
  expect(inputOf("ticket_01m7", "session_1", "k")).toEqual({ ticketId: "ticket_01m7", sessionId: "session_1", idempotencyKey: "k" });
  expect(inputOf("US1.ABC", null, "k")).toEqual({ token: "US1.ABC", sessionId: null, idempotencyKey: "k" });
});
