// How the sale of a session stands.

import { expect, test } from "vitest";
import { lowest, type OnOffer, saleOf } from "../../src/shop/sale";

const NOW = new Date("2027-01-14T15:00:00Z");

const offer = (part: Partial<OnOffer> = {}): OnOffer => ({
  status: "PUBLISHED", startsAt: "2027-01-20T18:00:00Z", endsAt: "2027-01-20T20:00:00Z", saleOpensAt: null,
  availability: { available: 90, held: 4, sold: 6 }, ...part,
});

test.each<[string, Partial<OnOffer>, string]>([
  ["plenty left", {}, "onSale"],
  ["a tenth left", { availability: { available: 10, held: 0, sold: 90 } }, "fewLeft"],
  ["a handful of a small room", { availability: { available: 8, held: 0, sold: 12 } }, "fewLeft"],
  ["nothing left", { availability: { available: 0, held: 3, sold: 97 } }, "soldOut"],
  ["sale to come", { saleOpensAt: "2027-01-15T09:00:00Z" }, "notYet"],
  ["sale just open", { saleOpensAt: "2027-01-14T15:00:00Z" }, "onSale"],
  ["begun", { startsAt: "2027-01-14T14:00:00Z", endsAt: "2027-01-14T16:00:00Z" }, "begun"],
  ["over", { startsAt: "2027-01-14T12:00:00Z", endsAt: "2027-01-14T14:00:00Z" }, "over"],
  ["completed", { status: "COMPLETED" }, "over"],
  ["cancelled, even with places", { status: "CANCELLED" }, "cancelled"],
])("%s", (_, part, sale) => {
  expect(saleOf(offer(part), NOW)).toBe(sale);
});

test("the lowest price is found by amount, not by letters", () => {
  expect(lowest([{ amount: "100.00" }, { amount: "9.50" }, { amount: "23.00" }])).toEqual({ amount: "9.50" });
  expect(lowest([])).toBe(null);
});
