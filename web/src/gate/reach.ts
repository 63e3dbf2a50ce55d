// Which events somebody may admit to: those of the organizers they check tickets in for, or some of these.

import type { GateProgrammeQuery } from "../generated";

export type GateStaff = NonNullable<GateProgrammeQuery["me"]>;

interface Offered {
  readonly id: string;
  readonly organizer: { readonly id: string };
}

const CHECKING_IN: readonly string[] = ["OWNER", "MANAGER", "GATE"];

export function mayAdmit(staff: GateStaff | null, event: Offered): boolean {
  if (!staff) return false;
  if (staff.roles.includes("ADMIN")) return true;
  return staff.memberships.some(({ role, eventIds, organizer }) => organizer.id === event.organizer.id && CHECKING_IN.includes(role) && (!eventIds || eventIds.includes(event.id)));
}
