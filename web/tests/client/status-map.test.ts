import { expect, test } from "vitest";
import { readStatusMap } from "../../src/client/status-map";

const written = (...bytes: number[]): string => btoa(String.fromCharCode(...bytes));
const LABELS = ["A-1", "A-2", "A-3", "A-4", "B-1"];

test("two bits a seat, the first in the lowest, four seats a byte", () => {
  expect([...readStatusMap(written(1, 0b11_10_01_00, 0b01), LABELS)]).toEqual([["A-2", "HELD"], ["A-3", "SOLD"], ["A-4", "BLOCKED"], ["B-1", "HELD"]]);
});

test("a hall with nothing taken is empty", () => {
  expect(readStatusMap(written(1, 0, 0), LABELS).size).toBe(0);
});

test.each([
  [[2, 0, 0], "A status map of format 2; this reads 1."],
  [[1, 0], "A status map of 2 bytes does not fit 5 seats."],
  [[1, 0, 0, 0], "A status map of 4 bytes does not fit 5 seats."],
])("%j is refused", (bytes, why) => {
  expect(() => readStatusMap(written(...bytes), LABELS)).toThrow(why);
});
