import { expect, test } from "vitest";
import { clockFace } from "../../src/client/countdown";
import { money, plural, total, venueLine } from "../../src/words/locale";

test("money is written with the currency's own decimals, and exactly", () => {
  expect(money("en", { amount: "49.90", currency: "EUR" })).toBe("€49.90");
  expect(money("en", { amount: "5000", currency: "JPY" })).toBe("¥5,000");
  expect(money("en", { amount: "1.234", currency: "KWD" })).toBe("KWD\u00a01.234");
});

test("sums are made in the smallest unit", () => {
  expect(total([{ amount: "0.10", currency: "EUR" }, { amount: "0.20", currency: "EUR" }])).toEqual({ amount: "0.30", currency: "EUR" });
  expect(total([{ amount: "0.05", currency: "EUR" }])).toEqual({ amount: "0.05", currency: "EUR" });
  expect(total([{ amount: "700", currency: "JPY" }, { amount: "300", currency: "JPY" }])).toEqual({ amount: "1000", currency: "JPY" });
  expect(total([])).toBeNull();
});

test("the right form goes with a count", () => {
  const forms = { one: "تذكرة واحدة", two: "تذكرتان", few: "# تذاكر", other: "# تذكرة" };
  expect([1, 2, 3, 11].map((count) => plural("ar", count, forms).replace(/[٠-٩\d]+/, "#"))).toEqual(["تذكرة واحدة", "تذكرتان", "# تذاكر", "# تذكرة"]);
});

test("the clock says zero only when the time is over", () => {
  expect([0, 1, 1000, 61_000, 900_000].map((left) => clockFace(left, "en"))).toEqual(["0:00", "0:01", "0:01", "1:01", "15:00"]);
});

test("a place is its name and its city, as far as they are known", () => {
  expect([venueLine({ name: "The Room", city: "Kraków" }), venueLine({ name: "The Room", city: null }), venueLine(null)]).toEqual(["The Room, Kraków", "The Room", ""]);
});
