// The desk: one at a time, sent again where no answer came, and honest about whose use it was.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Unreachable } from "../../src/client/transport";
import { makeDesk, PATIENCE } from "../../src/gate/desk";
import type { Answer } from "../../src/gate/verdict";
import { aTicket, busy, usedBefore } from "./answers";

/** Answers in the order given; an Error is no answer, "never" none for ever. */
function aDesk(answers: (Answer | Error | "never")[], serverAhead = 0) {
  const sent: string[] = [];
  const desk = makeDesk({
    use(code) {
      sent.push(code);
      const answer = answers.shift() ?? new Error("nothing left");
      if (answer === "never") return new Promise(() => undefined);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    serverTime: async () => Date.now() + serverAhead,
  });
  return { desk, sent, why: () => desk.state().shown?.verdict.why };
}

const offline = (): Error => new Unreachable("offline");
const soon = (milliseconds = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => vi.useFakeTimers({ now: Date.parse("2027-01-31T18:30:00Z") }));
afterEach(() => vi.useRealTimers());

test("a good ticket is let in, and the camera waits until that was read", async () => {
  const { desk, why } = aDesk([aTicket()]);
  expect(desk.ready()).toBe(true);
  desk.check("a");
  expect(desk.ready()).toBe(false);
  await soon();
  expect([why(), desk.ready()]).toEqual(["admitted", false]);
  await soon(1_200);
  expect(desk.ready()).toBe(true);
});

test("without an answer it is sent again by itself, ever more slowly, and not for ever", async () => {
  const { desk, sent, why } = aDesk(Array.from({ length: 99 }, offline));
  desk.check("a");
  await soon();
  expect([why(), desk.state().shown?.retrying]).toEqual(["unsent", true]);
  await soon(1_500);
  expect(sent).toEqual(["a", "a"]);
  await soon(3_000);
  expect(sent.length).toBe(3);
  await soon(120_000);
  const after = sent.length;
  expect(desk.state().shown?.retrying).toBe(false);
  await soon(120_000);
  expect(sent.length).toBe(after);
  desk.again();
  expect(sent.length).toBe(after + 1);
});

test("a server that never answers counts as not sent", async () => {
  const { desk, why } = aDesk(["never"]);
  desk.check("a");
  await soon(PATIENCE);
  expect(why()).toBe("unsent");
});

test("a busy server is asked again when it said", async () => {
  const { desk, sent, why } = aDesk([busy(2_500), aTicket()]);
  desk.check("a");
  await soon(2_400);
  expect([why(), sent.length]).toEqual(["busy", 1]);
  await soon(200);
  expect([why(), sent.length]).toEqual(["admitted", 2]);
});

test.each([0, 3_600_000, -3_600_000])("a lost yes is a yes, even with a clock that is %d ms wrong", async (ahead) => {
  const { desk, why } = aDesk([offline(), usedBefore(Date.now() + ahead + 200)], ahead);
  desk.check("a");
  await soon(1_500);
  expect([why(), desk.state().shown?.verdict.kind]).toEqual(["justNow", "in"]);
});

test("a ticket used before the first try is no lost yes", async () => {
  const { desk, why } = aDesk([offline(), usedBefore(Date.now() - 60_000)]);
  desk.check("a");
  await soon(1_500);
  expect([why(), desk.state().shown?.verdict.kind]).toEqual(["used", "out"]);
});

test("a ticket that was used, without anything lost, is used before, however short ago", async () => {
  const { desk, why } = aDesk([usedBefore(Date.now())]);
  desk.check("a");
  await soon();
  expect(why()).toBe("used");
});

test("what this device let in is not let in twice, and it says so", async () => {
  const { desk } = aDesk([aTicket("B-2"), offline(), usedBefore(Date.now())]);
  desk.check("a");
  await soon(2_000);
  desk.check("a");
  await soon(1_500);
  expect(desk.state().shown?.verdict).toMatchObject({ kind: "out", why: "used", here: true, ticket: { seat: "B-2" } });
});

test("a lost yes is a yes once", async () => {
  const { desk, why } = aDesk([offline(), usedBefore(Date.now()), offline(), usedBefore(Date.now())]);
  desk.check("a");
  await soon(1_500);
  expect(why()).toBe("justNow");
  desk.check("a");
  await soon(1_500);
  expect(why()).toBe("used");
});

test("another ticket takes the place of one that is not sent, which is left alone then", async () => {
  const { desk, sent, why } = aDesk([offline(), aTicket()]);
  desk.check("a");
  await soon();
  desk.check("b");
  await soon(60_000);
  expect([sent, why()]).toEqual([["a", "b"], "admitted"]);
});

test("what is set aside is not sent again", async () => {
  const { desk, sent } = aDesk([offline(), aTicket()]);
  desk.check("a");
  await soon();
  desk.dismiss();
  await soon(60_000);
  desk.again();
  expect([sent, desk.state().shown]).toEqual([["a"], null]);
});

test("codes that are typed while one is under way wait for their turn, the same one does not", async () => {
  const { desk, sent } = aDesk([aTicket(), aTicket()]);
  for (const code of ["a", "a", "b", "b"]) desk.check(code);
  await soon();
  expect(sent).toEqual(["a", "b"]);
});

test("the listeners get each result once, and the further answer under the same number", async () => {
  const { desk } = aDesk([offline(), aTicket(), aTicket()]);
  const heard: [number, string][] = [];
  desk.listen((shown) => shown && heard.push([shown.id, shown.verdict.why]));
  desk.check("a");
  await soon(1_500);
  desk.check("b");
  await soon();
  desk.dismiss();
  expect(heard).toEqual([[1, "unsent"], [1, "admitted"], [2, "admitted"]]);
});
