// The list of scans: the newest first, twenty of them, one line a showing.

import { expect, test } from "vitest";
import type { Shown } from "../../src/gate/desk";
import { MOST, noted, type Scan } from "../../src/gate/scans";
import { verdictOf } from "../../src/gate/verdict";
import { aTicket } from "./answers";

const shown = (id: number, more: Partial<Shown> = {}): Shown => ({ id, at: Date.parse("2027-01-31T18:30:00Z") + id, verdict: verdictOf(aTicket()), retrying: false, ...more });

test("a scan says what was let in and when, and not the code", () => {
  expect(noted([], shown(1), "p")).toEqual([{ id: "p-1", at: "2027-01-31T18:30:00.001Z", kind: "in", why: "admitted", seat: "A-1", type: "Stalls", title: "A Play" }]);
});

test("a further answer takes the place of the one before", () => {
  const before = noted([], shown(1, { verdict: { kind: "wait", why: "unsent" }, retrying: true }), "p");
  expect(noted(before, shown(1), "p").map(({ why }) => why)).toEqual(["admitted"]);
  expect(noted(before, shown(1), "q").length).toBe(2);
});

test("the newest twenty are kept", () => {
  let scans: Scan[] = [];
  for (let id = 1; id <= 30; id++) scans = noted(scans, shown(id), "p");
  expect([scans.length, scans[0]?.id, scans.at(-1)?.id]).toEqual([MOST, "p-30", "p-11"]);
});
