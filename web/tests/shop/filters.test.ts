// What somebody looks for: in the address, and as the API's filter.

import { expect, test } from "vitest";
import { ALL, anyOf, eventFilter, type Filters, filtersOf, queryOf } from "../../src/shop/filters";

const looking = (part: Partial<Filters>): Filters => ({ ...ALL, ...part });
const local = (text: string): string => new Date(text).toISOString();
// A Thursday.
const NOW = new Date("2027-01-14T15:30:00");

test("no filters are no query", () => {
  expect(queryOf(ALL)).toBe("");
  expect(anyOf(ALL)).toBe(false);
  expect(filtersOf("")).toEqual(ALL);
});

test.each<Partial<Filters>>([
  { search: "paper fox & friends" },
  { category: "THEATRE", city: "Kraków" },
  { span: "week" },
  { from: "2027-01-20", to: "2027-02-01" },
  { search: "موسيقى", category: "CONCERT", city: "Berlin", span: "today" },
])("%o goes through the address and comes back", (part) => {
  expect(filtersOf(queryOf(looking(part)))).toEqual(looking(part));
  expect(anyOf(looking(part))).toBe(true);
});

test("what an address should not have is left out", () => {
  expect(filtersOf("?category=OPERA&when=never&from=tomorrow&to=2027-99-99&q=%20%20")).toEqual(ALL);
  expect(filtersOf(`?q=${"x".repeat(500)}`).search.length).toBe(200);
});

test("a span wins over days", () => {
  expect(filtersOf("?when=week&from=2027-01-20")).toEqual(looking({ span: "week" }));
  expect(queryOf(looking({ span: "today", from: "2027-01-20" }))).toBe("?when=today");
});

test("without dates nothing is asked about dates", () => {
  expect(eventFilter(looking({ search: "fox" }), NOW, 1)).toEqual({ search: "fox", category: null, city: null, startsAfter: null, startsBefore: null });
});

test.each([
  ["today", 1, "2027-01-15T00:00:00"],
  ["week", 1, "2027-01-18T00:00:00"],
  ["week", 7, "2027-01-17T00:00:00"],
  ["week", 6, "2027-01-16T00:00:00"],
  ["week", 4, "2027-01-21T00:00:00"],
  ["month", 1, "2027-02-01T00:00:00"],
] as const)("%s, in weeks that begin on day %i, is from now until %s", (span, firstDay, until) => {
  const { startsAfter, startsBefore } = eventFilter(looking({ span }), NOW, firstDay);
  expect([startsAfter, startsBefore]).toEqual([NOW.toISOString(), local(until)]);
});

test("days are whole days where the visitor is, the last one included", () => {
  const { startsAfter, startsBefore } = eventFilter(looking({ from: "2027-01-31", to: "2027-01-31" }), NOW, 1);
  expect([startsAfter, startsBefore]).toEqual([local("2027-01-31T00:00:00"), local("2027-02-01T00:00:00")]);
});
