// One showing of a code is one scan, however long it stays in view.

import { expect, test } from "vitest";
import { FORGET, makeRepeats } from "../../src/gate/repeats";

test("a code in view is new once", () => {
  const repeats = makeRepeats();
  expect([0, 100, 200].map((now) => repeats.pick(["a"], now, true))).toEqual(["a", null, null]);
});

test("staying in view for long does not make it new again", () => {
  const repeats = makeRepeats(1_000);
  const picked = Array.from({ length: 50 }, (_, look) => repeats.pick(["a"], look * 900, true));
  expect(picked.filter(Boolean)).toEqual(["a"]);
});

test("out of view for a while it is new again, and not before", () => {
  const repeats = makeRepeats();
  repeats.pick(["a"], 0, true);
  expect(repeats.pick(["a"], FORGET, true)).toBe(null);
  expect(repeats.pick(["a"], 2 * FORGET + 1, true)).toBe("a");
});

test("what is seen while the desk is busy is still new afterwards", () => {
  const repeats = makeRepeats();
  expect(repeats.pick(["a"], 0, false)).toBe(null);
  expect(repeats.pick(["a"], 100, true)).toBe("a");
});

test("of several in view each gets its turn, one at a time", () => {
  const repeats = makeRepeats();
  expect([0, 100, 200].map((now) => repeats.pick(["a", "b"], now, true))).toEqual(["a", "b", null]);
});
