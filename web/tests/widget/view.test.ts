import { expect, test } from "vitest";
import type { Room } from "../../src/client/layout";
import { nearestSeat } from "../../src/widget/nearest";
import { between, centred, fit, kept, zoomed } from "../../src/widget/view";

const box = { left: 100, top: 0, right: 300, bottom: 100 };
const size = { width: 400, height: 400 };

test("the whole room fits and is in the middle", () => {
  expect(fit(box, size)).toEqual({ scale: 2, x: -200, y: 100 });
});

test("zooming keeps what is under the finger", () => {
  const view = zoomed({ scale: 1, x: 10, y: 20 }, 2, 50, 60, 0.1, 10);
  expect(view).toEqual({ scale: 2, x: -30, y: -20 });
  expect([(50 - view.x) / view.scale, (60 - view.y) / view.scale]).toEqual([40, 40]);
});

test("zooming ends at the limits, without a jump", () => {
  expect(zoomed({ scale: 1, x: 0, y: 0 }, 100, 0, 0, 0.5, 4).scale).toBe(4);
  expect(zoomed({ scale: 1, x: 7, y: 8 }, 0.001, 0, 0, 1, 4)).toEqual({ scale: 1, x: 7, y: 8 });
});

test("the room cannot be pushed out of sight", () => {
  const far = kept({ scale: 2, x: 9000, y: -9000 }, box, size);
  expect(far.x + box.left * 2).toBeLessThan(size.width);
  expect(far.y + box.bottom * 2).toBeGreaterThan(0);
});

test("gliding begins and ends exactly", () => {
  const [from, to] = [fit(box, size), centred(200, 50, 5, size)];
  expect(between(from, to, 0)).toEqual(from);
  const end = between(from, to, 1);
  expect([end.scale, end.x, end.y].map((value) => value.toFixed(6))).toEqual([to.scale, to.x, to.y].map((value) => value.toFixed(6)));
});

test("the nearest seat is found across cells, and none beyond the reach", () => {
  const room = { x: Float64Array.from([0, 25, 49.9, -30]), y: Float64Array.from([0, 0, 0, -1]), spacing: 25 } as unknown as Room;
  const nearest = nearestSeat(room);
  expect([nearest(40, 0, 20), nearest(-20, -1, 15), nearest(12.4, 0, 13), nearest(12.4, 0, 5), nearest(500, 0, 20)]).toEqual([2, 3, 0, null, null]);
});
