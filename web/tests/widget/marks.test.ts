import { expect, test } from "vitest";
import { contrast, OUTLINES, outlineOf, visible } from "../../src/widget/marks";

test("a colour that stands out stays as the organizer chose it", () => {
  expect([visible("#0f766e", "#ffffff"), visible("#fde047", "#151b24")]).toEqual(["#0f766e", "#fde047"]);
});

test.each([["#1d4ed8", "#151b24"], ["#000000", "#000000"], ["#fde047", "#ffffff"]])("%s on %s is moved until it is seen", (color, ground) => {
  const moved = visible(color, ground);
  expect(moved).not.toBe(color);
  expect(visible(moved, ground)).toBe(moved);
});

test("what is not a plain colour is left alone", () => {
  expect(visible("red", "#ffffff")).toBe("red");
});

test("numbers are black on light seats and white on dark ones", () => {
  expect([contrast("#fde047"), contrast("#1d4ed8")]).toEqual(["#000000", "#ffffff"]);
});

test("price levels have an outline each, and begin again after the last", () => {
  expect(new Set(OUTLINES.map((_, level) => outlineOf(level))).size).toBe(OUTLINES.length);
  expect(outlineOf(OUTLINES.length)).toBe(outlineOf(0));
});
