// Paying: one key for one attempt, whatever the network does.

import { expect, test } from "vitest";
import type { OrderProgressQuery } from "../../src/generated";
import type { Answer, Attempt } from "../../src/shop/checkout";
import { makePayments } from "../../src/shop/payments";
import { order } from "./an-order";

const WHAT = { holdId: "hold_1", sessionId: "session_1", title: "Low Tide", method: "sandbox-ok" };
const NO_ANSWER = new Error("no answer");

/** Answers one after the other; waiting takes no time and is noted. */
function aTill({ answers = [], progress = [], kept = new Map<string, string>() }: { answers?: (Answer | Error)[]; progress?: (OrderProgressQuery | Error)[]; kept?: Map<string, string> }) {
  const keys: string[] = [], pauses: number[] = [];
  let made = 0;
  const next = <Item,>(from: (Item | Error)[]): Promise<Item> => {
    const item = from.shift() ?? NO_ANSWER;
    return item instanceof Error ? Promise.reject(item) : Promise.resolve(item);
  };
  const payments = makePayments({
    name: "payments", newKey: () => `k${++made}`, storage: { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) },
    wait: async (milliseconds) => void pauses.push(milliseconds),
    buy: (attempt: Attempt) => (keys.push(attempt.key), next(answers)),
    progress: () => next(progress),
  });
  return { payments, keys, pauses, kept };
}

const declined: Answer = { __typename: "PaymentDeclined", code: "", message: "" };
const progressOf = (status: "AWAITING_PAYMENT" | "PAID"): OrderProgressQuery => ({ order: order(status), me: null });

test("every attempt has a new key", async () => {
  const { payments, keys } = aTill({ answers: [declined, order("PAID")] });
  await payments.pay(WHAT);
  expect(payments.of("hold_1").step).toBe("refused");
  await payments.pay(WHAT);
  expect(payments.of("hold_1").step).toBe("paid");
  expect(keys).toEqual(["k1", "k2"]);
});

test("without an answer it asks again under the same key", async () => {
  const { payments, keys, pauses } = aTill({ answers: [NO_ANSWER, { __typename: "ServerBusy", code: "", message: "", retryAfterMs: 250 }, order("PAID")] });
  await payments.pay(WHAT);
  expect(payments.of("hold_1").step).toBe("paid");
  expect(keys).toEqual(["k1", "k1", "k1"]);
  expect(pauses).toEqual([1000, 250]);
});

test("after three silences it leaves it to the person, who asks under the same key", async () => {
  const { payments, keys, kept } = aTill({ answers: [NO_ANSWER, NO_ANSWER, NO_ANSWER, order("PAID")] });
  await payments.pay(WHAT);
  expect(payments.of("hold_1").step).toBe("unheard");
  expect(JSON.parse(kept.get("payments") ?? "")).toEqual([{ ...WHAT, key: "k1" }]);
  await payments.askAgain("hold_1");
  expect(payments.of("hold_1").step).toBe("paid");
  expect(keys).toEqual(["k1", "k1", "k1", "k1"]);
  expect(kept.get("payments")).toBe("[]");
});

test("a slow bank is asked about until it answers, network or not", async () => {
  const { payments, keys, pauses } = aTill({ answers: [order("AWAITING_PAYMENT")], progress: [progressOf("AWAITING_PAYMENT"), NO_ANSWER, progressOf("PAID")] });
  await payments.pay(WHAT);
  expect(payments.of("hold_1").step).toBe("paid");
  expect(keys).toEqual(["k1"]);
  expect(pauses.map(Math.round)).toEqual([1000, 1200, 1440]);
});

test("a reload goes on waiting for the bank, and asks about an attempt without an answer under its key", async () => {
  const kept = new Map([["payments", JSON.stringify([{ ...WHAT, key: "k7", orderId: "order_1" }, { ...WHAT, holdId: "hold_2", key: "k8" }])]]);
  const { payments, keys } = aTill({ kept, progress: [progressOf("PAID")], answers: [order("PAID")] });
  payments.resume();
  expect([payments.of("hold_1").step, payments.of("hold_2").step]).toEqual(["waiting", "unheard"]);
  await payments.askAgain("hold_2");
  expect([payments.of("hold_1").step, payments.of("hold_2").step]).toEqual(["paid", "paid"]);
  expect(keys).toEqual(["k8"]);
});

test("what is not ours in the storage is left alone", () => {
  for (const text of ["", "{", "{}", "[null, 3, {}]"]) {
    const { payments } = aTill({ kept: new Map([["payments", text]]) });
    payments.resume();
    expect(payments.all().size).toBe(0);
  }
});
