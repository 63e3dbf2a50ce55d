// What is held, and what ran out.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type HeldTickets, makeBasket, soonest } from "../../src/shop/basket-store";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

const SERVER = "2027-01-14T15:00:00.000Z";

const held = (id: string, seconds: number, part: Partial<HeldTickets> = {}): HeldTickets =>
  ({ id, state: "ACTIVE", seats: ["A-1"], generalAdmission: [], serverTime: SERVER, expiresAt: new Date(Date.parse(SERVER) + seconds * 1000).toISOString(), ...part }) as HeldTickets;

test("time is counted from the server's clock, whatever ours says", async () => {
  const basket = makeBasket(async () => [held("one", 60), held("two", 30)]);
  await basket.refresh();
  expect(soonest(basket.state().held)?.hold.id).toBe("two");
  vi.advanceTimersByTime(10_000);
  expect(basket.state().held.map(({ deadline }) => deadline.left())).toEqual([50_000, 20_000]);
});

test("what ran out is remembered until it was seen; what is being paid does not run out", async () => {
  const basket = makeBasket(async () => [held("one", 30), held("two", 30, { state: "ORDERED" }), held("three", 90)]);
  await basket.refresh();
  expect(basket.sweep()).toEqual([]);
  vi.advanceTimersByTime(30_000);
  expect(basket.sweep().map(({ id }) => id)).toEqual(["one"]);
  expect(basket.state().held.map(({ hold }) => hold.id)).toEqual(["two", "three"]);
  expect(basket.state().expired.map(({ id }) => id)).toEqual(["one"]);
  basket.forget("one");
  expect(basket.state().expired).toEqual([]);
});

test("a late answer to an earlier question is not heard", async () => {
  const answers: ((holds: HeldTickets[]) => void)[] = [];
  const basket = makeBasket(() => new Promise((resolve) => answers.push(resolve)));
  const both = [basket.refresh(), basket.refresh()];
  answers[1]?.([held("new", 60)]);
  answers[0]?.([held("old", 60)]);
  await Promise.all(both);
  expect(basket.state().held.map(({ hold }) => hold.id)).toEqual(["new"]);
});

test("no answer keeps what was known", async () => {
  let reachable = true;
  const basket = makeBasket(async () => {
    if (!reachable) throw new Error("unreachable");
    return [held("one", 60)];
  });
  await basket.refresh();
  reachable = false;
  await basket.refresh();
  expect(basket.state()).toMatchObject({ known: true, failed: true });
  expect(basket.state().held.length).toBe(1);
});
