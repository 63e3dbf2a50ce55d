// The live state of a session as a pure reducer over what the subscription sends.

import type { SeatAvailabilitySubscription, SeatStatus } from "../generated";

export type AvailabilityUpdate = SeatAvailabilitySubscription["seatAvailability"];

export interface Availability {
  readonly version: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** Every seat that is not AVAILABLE. */
  readonly status: ReadonlyMap<string, SeatStatus>;
  /** Places left by ticket type without seats. */
  readonly places: ReadonlyMap<string, number>;
}

/** The state after `update`; null where the update does not continue `state`: subscribe again, without sinceVersion. */
export function reduce(state: Availability | null, update: AvailabilityUpdate): Availability | null {
  if (update.__typename === "AvailabilityDelta" && state?.version !== update.previousVersion) return null;
  const groups = update.__typename === "AvailabilityDelta" ? update.changes : update.seats;
  const status = new Map(update.__typename === "AvailabilityDelta" ? state?.status : undefined);
  for (const group of groups)
    for (const label of group.labels)
      if (group.status === "AVAILABLE") status.delete(label);
      else status.set(label, group.status);
  const { version, available, held, sold } = update;
  return { version, available, held, sold, status, places: new Map(update.generalAdmission.map((one) => [one.ticketTypeId, one.available])) };
}
