// How far paying has come, step by step.

import { expect, test } from "vitest";
import { afterAnswer, afterProgress, type Answer, type Attempt, keptOf, nextStep, type Refusal, resumed } from "../../src/shop/checkout";
import { order } from "./an-order";

const ATTEMPT: Attempt = { holdId: "hold_1", sessionId: "session_1", title: "Low Tide", method: "sandbox-ok", key: "k1" };

const said = { code: "", message: "" };
const declined: Answer = { __typename: "PaymentDeclined", code: "PAYMENT_DECLINED", message: "" };

test("an order is paid, waits for its bank, or is gone", () => {
  expect(afterAnswer(ATTEMPT, order("PAID"))).toEqual({ step: "paid", order: order("PAID") });
  expect(afterAnswer(ATTEMPT, order("AWAITING_PAYMENT"))).toEqual({ step: "waiting", attempt: ATTEMPT, orderId: "order_1" });
  expect(afterAnswer(ATTEMPT, order("CANCELLED"))).toEqual({ step: "gone", order: order("CANCELLED") });
});

test("a refusal is kept with its attempt; a busy server leaves open what was done", () => {
  expect(afterAnswer(ATTEMPT, declined)).toEqual({ step: "refused", attempt: ATTEMPT, refusal: declined });
  expect(afterAnswer(ATTEMPT, { __typename: "ServerBusy", ...said, retryAfterMs: 100 })).toEqual({ step: "unheard", attempt: ATTEMPT });
});

test("while the bank is silent it waits; paid, it is paid", () => {
  const waiting = { step: "waiting", attempt: ATTEMPT, orderId: "order_1" } as const;
  const me = { id: "user_1", holds: [{ id: "hold_1", state: "ORDERED" as const }] };
  expect(afterProgress(waiting, { order: order("AWAITING_PAYMENT"), me })).toEqual(waiting);
  expect(afterProgress(waiting, { order: order("PAID"), me })).toEqual({ step: "paid", order: order("PAID") });
  expect(afterProgress(waiting, { order: order("EXPIRED"), me })).toEqual({ step: "gone", order: order("EXPIRED") });
});

test("a bank that declines later frees the hold for another try", () => {
  const waiting = { step: "waiting", attempt: ATTEMPT, orderId: "order_1" } as const;
  const me = { id: "user_1", holds: [{ id: "hold_1", state: "ACTIVE" as const }] };
  expect(afterProgress(waiting, { order: order("AWAITING_PAYMENT"), me })).toEqual({ step: "refused", attempt: ATTEMPT, refusal: declined });
});

test("an attempt without an outcome survives a reload, under its key; the others need not", () => {
  expect(keptOf({ step: "asking", attempt: ATTEMPT })).toEqual(ATTEMPT);
  expect(resumed(ATTEMPT)).toEqual({ step: "unheard", attempt: ATTEMPT });
  const kept = keptOf({ step: "waiting", attempt: ATTEMPT, orderId: "order_1" });
  expect(kept && resumed(kept)).toEqual({ step: "waiting", attempt: ATTEMPT, orderId: "order_1" });
  expect(keptOf({ step: "paid", order: order("PAID") })).toBe(null);
  expect(keptOf({ step: "choosing" })).toBe(null);
});

test.each<[Refusal["__typename"], string]>([
  ["PaymentDeclined", "pay-again"], ["InvalidInput", "pay-again"], ["IdempotencyConflict", "pay-again"],
  ["SeatsUnavailable", "pick-again"], ["SoldOut", "pick-again"], ["HoldExpired", "pick-again"], ["NotFound", "pick-again"],
  ["SaleNotOpen", "other-dates"], ["AgeRestricted", "other-events"], ["TooManyTickets", "my-tickets"], ["NotAllowed", "my-tickets"], ["EmailNotVerified", "my-account"], ["ServerBusy", "ask-again"],
])("after %s one can %s", (kind, next) => {
  expect(nextStep({ __typename: kind } as Refusal)).toBe(next);
});
