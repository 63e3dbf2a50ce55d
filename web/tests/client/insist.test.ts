// One answer, however often it takes to get it.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { insist } from "../../src/client/insist";
import { newKey } from "../../src/client/key";
import { Refused, Unreachable } from "../../src/client/transport";

const done = { __typename: "Hold" };
const busy = (retryAfterMs: number) => ({ __typename: "ServerBusy", retryAfterMs });

/** Answers in the order given; an Error is thrown. */
function aServer(answers: (typeof done | Error)[]) {
  const asked: number[] = [];
  const send = async () => {
    asked.push(performance.now());
    const answer = answers.shift() ?? new Unreachable("nobody");
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { send, asked };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function settled<Value>(answer: Promise<Value>): Promise<Value | Error> {
  const caught = answer.catch((error: Error) => error);
  await vi.runAllTimersAsync();
  return caught;
}

test("a silent server is asked again, ever more slowly, and then answers", async () => {
  const { send, asked } = aServer([new Unreachable(""), new Unreachable(""), done]);
  expect(await settled(insist(send))).toBe(done);
  expect(asked.map((at) => at - (asked[0] ?? 0))).toEqual([0, 400, 1_200]);
});

test("a busy server is asked again no sooner than it said, and the caller knows", async () => {
  const { send, asked } = aServer([busy(3_000), done]);
  let told = 0;
  expect(await settled(insist(send, () => told++))).toBe(done);
  const waited = (asked[1] ?? 0) - (asked[0] ?? 0);
  expect([told, waited >= 3_000, waited <= 6_000]).toEqual([1, true, true]);
});

test("six tries, and what the last one gave is how it is", async () => {
  const silent = aServer([]);
  expect(await settled(insist(silent.send))).toBeInstanceOf(Unreachable);
  const crowded = aServer(Array.from({ length: 9 }, () => busy(100)));
  expect(await settled(insist(crowded.send))).toEqual(busy(100));
  expect([silent.asked.length, crowded.asked.length]).toEqual([6, 6]);
});

test("who is refused is not asking again", async () => {
  const { send, asked } = aServer([new Refused("UNAUTHENTICATED", ""), done]);
  expect(await settled(insist(send))).toBeInstanceOf(Refused);
  expect(asked.length).toBe(1);
});

test("a key is new every time, and of a length that the API takes", () => {
  const keys = Array.from({ length: 100 }, newKey);
  expect([new Set(keys).size, keys.filter((key) => /^[0-9a-f]{32}$/.test(key)).length]).toEqual([100, 100]);
});
