// Addresses of the shop's pages.

import { expect, test } from "vitest";
import { eventPath, routeOf, seatsOf, sessionPath } from "../../src/shop/routes";

test("every page has its address, with or without a slash at the end", () => {
  expect(routeOf("/")).toEqual({ page: "browse" });
  expect(routeOf("/basket")).toEqual({ page: "basket" });
  expect(routeOf("/tickets/")).toEqual({ page: "tickets" });
  expect(routeOf("/invitation")).toEqual({ page: "invitation" });
  expect(routeOf("/events/low-tide")).toEqual({ page: "event", slug: "low-tide" });
  expect(routeOf("/sessions/session_01")).toEqual({ page: "session", id: "session_01" });
});

test.each(["/gate", "/events", "/events/a/b", "/sessions/", "/nope", "/basket/1", "/explorer"])("%s is not a page of the shop", (path) => {
  expect(routeOf(path)).toEqual({ page: "lost" });
});

test("names from strangers go through an address and come back", () => {
  expect(routeOf(eventPath("jazz & / späti?"))).toEqual({ page: "event", slug: "jazz & / späti?" });
  expect(routeOf("/events/100%")).toEqual({ page: "event", slug: "100%" });
});

test("seats go through an address and come back, those with commas too", () => {
  for (const seats of [["A-1", "A-2"], ["Row 3, seat 4", "B & C"]]) {
    const address = new URL(sessionPath("session_01", seats), "https://shop.example");
    expect(seatsOf(address.search)).toEqual(seats);
  }
  expect(sessionPath("session_01", ["A-1", "A-2"])).toBe("/sessions/session_01?seats=A-1%2CA-2");
  expect(sessionPath("session_01")).toBe("/sessions/session_01");
});

test("seats in an address may have spaces and gaps, and may be none", () => {
  expect(seatsOf("?seats=A-1,+A-2,,")).toEqual(["A-1", "A-2"]);
  expect(seatsOf("?seats=[1,\"A\"]")).toEqual(["A"]);
  expect(seatsOf("")).toEqual([]);
});
