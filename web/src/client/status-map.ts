// The compact form of a snapshot, for big halls: two bits a seat in the layout's order.

import type { SeatStatus } from "../generated";

const FORMAT = 1;
const STATUSES: readonly SeatStatus[] = ["AVAILABLE", "HELD", "SOLD", "BLOCKED"];

/** Every seat that is not AVAILABLE. `labels` are the layout's, in its order, of the watched sections where only some are. */
export function readStatusMap(statusMap: string, labels: readonly string[]): Map<string, SeatStatus> {
  const bytes = Uint8Array.from(atob(statusMap), (character) => character.charCodeAt(0));
  if (bytes[0] !== FORMAT) throw new Error(`A status map of format ${bytes[0]}; this reads ${FORMAT}.`);
  if (bytes.length !== 1 + Math.ceil(labels.length / 4)) throw new Error(`A status map of ${bytes.length} bytes does not fit ${labels.length} seats.`);
  const taken = new Map<string, SeatStatus>();
  labels.forEach((label, at) => {
    const status = STATUSES[((bytes[1 + (at >> 2)] ?? 0) >> (2 * (at & 3))) & 3];
    if (status && status !== "AVAILABLE") taken.set(label, status);
  });
  return taken;
}
