// The live state of a session as a pure reducer: a snapshot replaces it, a delta must follow it.

export const NOTHING = { version: null, status: new Map(), available: 0, held: 0, sold: 0, places: new Map() };

function counted(state, update) {
  const places = new Map(state.places);
  for (const { ticketTypeId, available } of update.generalAdmission) places.set(ticketTypeId, available);
  return { version: update.version, available: update.available, held: update.held, sold: update.sold, places };
}

// The next state, or null where the delta does not continue this one: then ask again without a version.
export function reduce(state, update) {
  if (update.__typename === "AvailabilitySnapshot") {
    const status = new Map(update.seats.flatMap((group) => group.labels.map((label) => [label, group.status])));
    return { ...counted(NOTHING, update), status };
  }
  if (update.previousVersion !== state.version) return null;
  const status = new Map(state.status);
  for (const group of update.changes)
    for (const label of group.labels)
      if (group.status === "AVAILABLE") status.delete(label);
      else status.set(label, group.status);
  return { ...counted(state, update), status };
}
