// The desk: one at a time, sent again where no answer came, under one key a scan.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Heard, Unreachable } from "../../src/client/transport";
import { inputOf } from "../../src/gate/codes";
import { makeDesk, PATIENCE } from "../../src/gate/desk";
import type { Answer } from "../../src/gate/verdict";
import { aTicket, busy, usedBefore } from "./answers";

const again = (data: Answer): Heard<Answer> => ({ data, replayed: true });

/** Answers in the order given; an Error is no answer, "never" none for ever. What was sent is told as `code/key`, keys are numbers. */
function aDesk(answers: (Answer | Heard<Answer> | Error | "never")[]) {
  const sent: string[] = [];
  let keys = 0;
  let gate: string | null = null;
  const desk = makeDesk({
    newScan: (code) => inputOf(code, gate, String(++keys)),
    async use({ token, idempotencyKey }) {
      sent.push(`${token}/${idempotencyKey}`);
      const answer = answers.shift() ?? new Error("nothing left");
      if (answer === "never") return new Promise(() => undefined);
      if (answer instanceof Error) throw answer;
      return "data" in answer ? answer : { data: answer, replayed: false };
    },
  });
  return { desk, sent, codes: () => sent.map((one) => one.split("/")[0]), why: () => desk.state().shown?.verdict.why, to: (session: string) => void (gate = session) };
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
  const { desk, sent, codes, why } = aDesk(Array.from({ length: 99 }, offline));
  desk.check("a");
  await soon();
  expect([why(), desk.state().shown?.retrying]).toEqual(["unsent", true]);
  await soon(1_500);
  expect(codes()).toEqual(["a", "a"]);
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

test("a lost yes is asked for under the key of its scan, and is a yes", async () => {
  const { desk, sent, why } = aDesk([offline(), busy(100), again(aTicket())]);
  desk.check("a");
  await soon(1_500);
  await soon(3_000);
  expect([why(), desk.state().shown?.verdict.kind]).toEqual(["justNow", "in"]);
  expect(sent.map((one) => one.split("/")[1])).toEqual(Array(3).fill(sent[0]?.split("/")[1]));
});

test("what another gate let in meanwhile is no lost yes", async () => {
  const { desk, why } = aDesk([offline(), usedBefore(Date.now() + 200)]);
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

test("a lost yes is a yes once: shown again after its answer it is another scan", async () => {
  const { desk, sent, why } = aDesk([offline(), again(aTicket()), offline(), usedBefore(Date.now())]);
  desk.check("a");
  await soon(1_500);
  expect(why()).toBe("justNow");
  desk.check("a");
  await soon(1_500);
  expect(why()).toBe("used");
  expect([sent[0] === sent[1], sent[1] === sent[2], sent[2] === sent[3]]).toEqual([true, false, true]);
});

test("what was set aside without an answer is the same scan when it is shown again, but at another gate", async () => {
  const { desk, sent, to } = aDesk([offline(), offline(), aTicket()]);
  for (const gate of ["session_1", "session_1", "session_2"]) {
    to(gate);
    desk.check("a");
    await soon();
    desk.dismiss();
  }
  expect([sent[0] === sent[1], sent[1] === sent[2]]).toEqual([true, false]);
});

test("a gate that is chosen while a ticket is not sent takes the ticket as a scan of its own", async () => {
  const { desk, sent, to } = aDesk([offline(), aTicket()]);
  desk.check("a");
  await soon();
  to("session_2");
  desk.check("a");
  await soon();
  expect(sent[0] === sent[1]).toBe(false);
});

test("another ticket takes the place of one that is not sent, which is left alone then", async () => {
  const { desk, codes, why } = aDesk([offline(), aTicket()]);
  desk.check("a");
  await soon();
  desk.check("b");
  await soon(60_000);
  expect([codes(), why()]).toEqual([["a", "b"], "admitted"]);
});

test("what is set aside is not sent again", async () => {
  const { desk, codes } = aDesk([offline(), aTicket()]);
  desk.check("a");
  await soon();
  desk.dismiss();
  await soon(60_000);
  desk.again();
  expect([codes(), desk.state().shown]).toEqual([["a"], null]);
});

test("codes that are typed while one is under way wait for their turn, the same one does not", async () => {
  const { desk, codes } = aDesk([aTicket(), aTicket()]);
  for (const code of ["a", "a", "b", "b"]) desk.check(code);
  await soon();
  expect(codes()).toEqual(["a", "b"]);
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
