import { describe, expect, test } from "vitest";
import { type Availability, type AvailabilityUpdate, reduce } from "../../src/client/availability";
import type { SeatStatus } from "../../src/generated";

const counts = { available: 0, held: 0, sold: 0, generalAdmission: [] };
const snapshot = (version: number, seats: Record<string, SeatStatus>): AvailabilityUpdate => ({
  __typename: "AvailabilitySnapshot", version, ...counts, seats: Object.entries(seats).map(([label, status]) => ({ status, labels: [label] })),
});
const delta = (previousVersion: number, version: number, changes: Record<string, SeatStatus>): AvailabilityUpdate => ({
  __typename: "AvailabilityDelta", previousVersion, version, ...counts, changes: Object.entries(changes).map(([label, status]) => ({ status, labels: [label] })),
});
const shown = (state: Availability | null): [number, Record<string, string>] | null => state && [state.version, Object.fromEntries(state.status)];

describe("the live state", () => {
  test("is replaced by a snapshot, whatever was there before", () => {
    const before = reduce(null, snapshot(9, { A: "SOLD" }));
    expect(shown(reduce(before, snapshot(3, { B: "HELD" })))).toEqual([3, { B: "HELD" }]);
  });

  test("follows deltas that continue it; an available seat is in no list", () => {
    const first = reduce(null, snapshot(1, { A: "HELD", B: "SOLD" }));
    expect(shown(reduce(first, delta(1, 4, { A: "AVAILABLE", C: "HELD" })))).toEqual([4, { B: "SOLD", C: "HELD" }]);
    expect(shown(first)).toEqual([1, { A: "HELD", B: "SOLD" }]);
  });

  test.each([[0, 2], [2, 3]])("refuses a delta from %i when it is at 1", (from, to) => {
    expect(reduce(reduce(null, snapshot(1, {})), delta(from, to, {}))).toBeNull();
  });

  test("does not begin with a delta", () => {
    expect(reduce(null, delta(0, 1, {}))).toBeNull();
  });

  test("an empty delta onto itself changes nothing", () => {
    expect(shown(reduce(reduce(null, snapshot(5, { A: "SOLD" })), delta(5, 5, {})))).toEqual([5, { A: "SOLD" }]);
  });

  test("has the places left of every message", () => {
    const update = { ...snapshot(1, {}), generalAdmission: [{ ticketTypeId: "t", available: 7 }] };
    expect([...(reduce(null, update)?.places ?? [])]).toEqual([["t", 7]]);
  });
});
