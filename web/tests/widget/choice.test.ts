import { expect, test } from "vitest";
import type { HoldPartsFragment, SeatStatus } from "../../src/generated";
import * as choice from "../../src/widget/choice";

const hold = (seats: string[], places: [string, number][] = []): HoldPartsFragment => ({
  id: "hold_1", state: "ACTIVE", seats, expiresAt: "2027-01-01T00:15:00.000Z", serverTime: "2027-01-01T00:00:00.000Z", total: { amount: "10.00", currency: "EUR" },
  generalAdmission: places.map(([ticketTypeId, quantity]) => ({ ticketTypeId, quantity })), extendable: true, leavesSingle: [], session: { id: "session_1" },
});
const taken = (...labels: string[]): Map<string, SeatStatus> => new Map(labels.map((label) => [label, "HELD"]));
const picked = (...labels: string[]): choice.Choice => labels.reduce(choice.toggled, choice.NOTHING);

test("picking twice is not picking", () => {
  expect([...picked("A", "B", "A").seats]).toEqual(["B"]);
});

test("a picked seat that somebody else takes is lost, the others stay", () => {
  const after = choice.afterChange(picked("A", "B"), taken("B", "X"));
  expect([[...after.seats], [...after.lost]]).toEqual([["A"], ["B"]]);
});

test("a lost seat that comes free again is no longer marked", () => {
  const lost = choice.afterChange(picked("A"), taken("A"));
  expect([...choice.afterChange(lost, taken()).lost]).toEqual([]);
});

test("while the answer is awaited our own lock is not taken for a rival's", () => {
  const asking = { ...picked("A"), asking: true };
  expect(choice.afterChange(asking, taken("A"))).toBe(asking);
  expect(choice.stateOf(asking, "A", "HELD", true, true)).toBe("picked");
});

test("what is held for us is never lost to us", () => {
  const held = choice.holding(picked("A"), hold(["A", "B"]));
  expect(choice.afterChange(held, taken("A", "B"))).toBe(held);
  expect(choice.stateOf(held, "A", "HELD", true, true)).toBe("mine");
});

test("a refusal takes away exactly the seats it names", () => {
  const after = choice.refused({ ...picked("A", "B", "C"), asking: true }, ["B"]);
  expect([[...after.seats], [...after.lost], after.asking]).toEqual([["A", "C"], ["B"], false]);
});

test("what is held is not lost by a refusal to change it", () => {
  const changing = { ...choice.toggled(choice.holding(choice.NOTHING, hold(["A"])), "B"), asking: true };
  const after = choice.refused(changing, ["A", "B"]);
  expect([[...after.seats], [...after.lost]]).toEqual([["A"], ["B"]]);
});

test("the difference to the hold is what has to be added, removed and counted anew", () => {
  const held = choice.holding(choice.NOTHING, hold(["A", "B"], [["floor", 2]]));
  const wanted = choice.withPlaces(choice.toggled(choice.toggled(held, "A"), "C"), "floor", 0);
  expect(choice.difference(wanted)).toEqual({ add: ["C"], remove: ["A"], places: [{ ticketTypeId: "floor", quantity: 0 }] });
  expect([choice.differs(held), choice.differs(wanted)]).toEqual([false, true]);
});

test.each([
  [undefined, true, true, "free"], ["HELD", true, true, "held"], ["SOLD", true, true, "sold"], ["BLOCKED", true, true, "blocked"],
  [undefined, false, true, "blocked"], [undefined, true, false, "unknown"],
] as const)("status %s, on sale %s, known %s is shown as %s", (status, onSale, known, expected) => {
  expect(choice.stateOf(choice.NOTHING, "A", status, onSale, known)).toBe(expected);
});

test("a held seat that is not wanted any more is leaving until the change is made", () => {
  const held = choice.toggled(choice.holding(choice.NOTHING, hold(["A"])), "A");
  expect(choice.stateOf(held, "A", "HELD", true, true)).toBe("leaving");
});

test("after the hold nothing is wanted, but what was lost stays marked", () => {
  const held = { ...choice.holding(choice.NOTHING, hold(["A"])), lost: new Set(["B"]) };
  const after = choice.withoutHold(held);
  expect([after.hold, choice.count(after), [...after.lost]]).toEqual([null, 0, ["B"]]);
});
