import { expect, test } from "vitest";
import { type Layout, readLayout } from "../../src/client/layout";

const row = (name: string, y: number, seats: number, from = 0): Layout["sections"][number]["rows"][number] => ({
  name, labels: Array.from({ length: seats }, (_, at) => `${name}-${at + 1}`), numbers: Array.from({ length: seats }, (_, at) => `${at + 1}`),
  x: Array.from({ length: seats }, (_, at) => from + at * 20), y: Array.from({ length: seats }, () => y), categories: Array.from({ length: seats }, () => 0), accessible: [1],
});
const layout = (sections: Layout["sections"], shapes: Layout["shapes"] = []): Layout => ({
  format: "usher-layout/1", name: "Hall", categories: [{ name: "Stalls", color: "#336699" }], sections, shapes,
});

test("seats keep the layout's order, and every column has one entry a seat", () => {
  const room = readLayout(layout([{ name: "Left", rows: [row("A", 0, 3), row("B", 30, 2)] }, { name: "Right", rows: [row("C", 0, 2, 500)] }]));
  expect(room.labels).toEqual(["A-1", "A-2", "A-3", "B-1", "B-2", "C-1", "C-2"]);
  expect([...room.x]).toEqual([0, 20, 40, 0, 20, 500, 520]);
  expect([...room.row]).toEqual([0, 0, 0, 1, 1, 2, 2]);
  expect(room.rows).toEqual([{ name: "A", section: 0, first: 0, end: 3 }, { name: "B", section: 0, first: 3, end: 5 }, { name: "C", section: 1, first: 5, end: 7 }]);
  expect([...room.accessible]).toEqual([1, 4, 6]);
  expect(room.at.get("C-1")).toBe(5);
  expect(room.spacing).toBe(20);
});

test("a section is named at a seat of its own, also when it lies on two sides of another", () => {
  const room = readLayout(layout([{ name: "Boxes", rows: [row("L", 0, 2), row("R", 0, 2, 1000)] }]));
  expect([1, 2]).toContain(room.sections[0]?.middle);
});

test("the bounds hold turned shapes and absolute points", () => {
  const turned = readLayout(layout([{ name: "", rows: [row("A", 0, 2)] }], [{ kind: "rectangle", x: 0, y: 0, width: 100, height: 10, rotation: 90 }]));
  expect(turned.bounds.bottom).toBeCloseTo(100 + 32);
  expect(turned.bounds.left).toBeCloseTo(-10 - 32);
  const polygon = readLayout(layout([{ name: "", rows: [row("A", 0, 2)] }], [{ kind: "polygon", x: 0, y: 0, points: [[-50, -60], [5, 5]] }]));
  expect([polygon.bounds.left, polygon.bounds.top]).toEqual([-82, -92]);
});

test("a plan without seats can be shown", () => {
  const room = readLayout(layout([]));
  expect(room.bounds).toEqual({ left: 0, top: 0, right: 100, bottom: 100 });
});

test("a plan that writes its row names itself is known by them", () => {
  const rows = [{ name: "", rows: [row("A", 0, 2)] }];
  expect(readLayout(layout(rows, [{ kind: "text", x: 0, y: 0, text: "A" }])).named).toBe(true);
  expect(readLayout(layout(rows, [{ kind: "text", x: 0, y: 0, text: "Stage" }])).named).toBe(false);
});
