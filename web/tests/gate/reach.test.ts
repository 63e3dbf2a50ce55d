// Whom a gate is offered: what it may admit to, and nothing of other organizers.

import { expect, test } from "vitest";
import { type GateStaff, mayAdmit } from "../../src/gate/reach";

const house = { id: "organizer_house" };
const play = { id: "event_play", organizer: house };
const concert = { id: "event_concert", organizer: house };
const elsewhere = { id: "event_elsewhere", organizer: { id: "organizer_elsewhere" } };

const staff = (role: GateStaff["memberships"][number]["role"], eventIds: string[] | null = null): GateStaff =>
  ({ id: "user_1", roles: ["ATTENDEE"], memberships: [{ role, eventIds, organizer: house }] }) as GateStaff;

test("owners, managers and gates admit to all of their organizer's events and to nobody else's", () => {
  for (const role of ["OWNER", "MANAGER", "GATE"] as const)
    expect([play, concert, elsewhere].map((event) => mayAdmit(staff(role), event))).toEqual([true, true, false]);
});

test("a gate with a list admits to the events on it", () => {
  expect([play, concert, elsewhere].map((event) => mayAdmit(staff("GATE", ["event_play"]), event))).toEqual([true, false, false]);
});

test("the box office, and who belongs to nobody, admits to nothing; an admin to everything", () => {
  const nobody = { id: "user_1", roles: ["GATE"], memberships: [] } as unknown as GateStaff;
  for (const one of [staff("BOX_OFFICE"), nobody, null]) expect(mayAdmit(one, play)).toBe(false);
  expect(mayAdmit({ ...nobody, roles: ["ADMIN"] } as GateStaff, elsewhere)).toBe(true);
});
