// What somebody has picked and holds, as pure steps: nothing here knows of screens or of the network.

import type { HoldPartsFragment as Hold, SeatStatus } from "../generated";

export interface Choice {
  /** What is held for this buyer in this session now. */
  readonly hold: Hold | null;
  /** What is wanted; with a hold, what it should become. */
  readonly seats: ReadonlySet<string>;
  /** Wanted places by ticket type without seats. */
  readonly places: ReadonlyMap<string, number>;
  /** Just taken by somebody else while picked here. */
  readonly lost: ReadonlySet<string>;
  /** Asked for and not answered: others' and our own locks cannot be told apart meanwhile. */
  readonly asking: boolean;
}

export const NOTHING: Choice = { hold: null, seats: new Set(), places: new Map(), lost: new Set(), asking: false };

export type SeatState = "free" | "picked" | "mine" | "leaving" | "held" | "sold" | "blocked" | "unknown";

/** How a seat is shown. `status` undefined: available; `known` false: the live state has not come yet. */
export function stateOf(choice: Choice, label: string, status: SeatStatus | undefined, onSale: boolean, known: boolean): SeatState {
  const wanted = choice.seats.has(label);
  if (choice.hold?.seats.includes(label)) return wanted ? "mine" : "leaving";
  if (!onSale) return "blocked";
  if (!known) return "unknown";
  if (wanted && (choice.asking || status === undefined)) return "picked";
  if (status === undefined) return "free";
  return status === "HELD" ? "held" : status === "SOLD" ? "sold" : "blocked";
}

export const canPick = (state: SeatState): boolean => state === "free" || state === "picked" || state === "mine" || state === "leaving";

export function toggled(choice: Choice, label: string): Choice {
  const seats = new Set(choice.seats);
  if (!seats.delete(label)) seats.add(label);
  return { ...choice, seats, lost: new Set() };
}

export function withPlaces(choice: Choice, ticketTypeId: string, quantity: number): Choice {
  const places = new Map(choice.places);
  if (quantity > 0) places.set(ticketTypeId, quantity);
  else places.delete(ticketTypeId);
  return { ...choice, places, lost: new Set() };
}

/** Seats that were taken by others are no longer wanted, and marked. */
export function afterChange(choice: Choice, status: ReadonlyMap<string, SeatStatus>): Choice {
  if (choice.asking) return choice;
  const mine = new Set(choice.hold?.seats);
  const gone = [...choice.seats].filter((label) => status.has(label) && !mine.has(label));
  const back = [...choice.lost].some((label) => !status.has(label));
  if (!gone.length && !back) return choice;
  const seats = new Set([...choice.seats].filter((label) => !gone.includes(label)));
  return { ...choice, seats, lost: new Set([...choice.lost, ...gone].filter((label) => status.has(label))) };
}

export function holding(choice: Choice, hold: Hold): Choice {
  return {
    ...choice, hold, asking: false, lost: new Set(), seats: new Set(hold.seats),
    places: new Map(hold.generalAdmission.map((one) => [one.ticketTypeId, one.quantity])),
  };
}

/** The hold is over: given back, expired, or paid. */
export const withoutHold = (choice: Choice): Choice => ({ ...NOTHING, lost: choice.lost });

/** Refused because of `labels`: those are lost, the rest stays wanted. */
export function refused(choice: Choice, labels: readonly string[]): Choice {
  const mine = new Set(choice.hold?.seats);
  const gone = labels.filter((label) => !mine.has(label));
  return { ...choice, asking: false, seats: new Set([...choice.seats].filter((label) => !gone.includes(label))), lost: new Set(gone) };
}

/** What would have to change for the hold to be what is wanted. */
export function difference(choice: Choice): { add: string[]; remove: string[]; places: { ticketTypeId: string; quantity: number }[] } {
  const mine = new Set(choice.hold?.seats);
  const held = new Map(choice.hold?.generalAdmission.map((one) => [one.ticketTypeId, one.quantity]));
  const types = new Set([...held.keys(), ...choice.places.keys()]);
  return {
    add: [...choice.seats].filter((label) => !mine.has(label)),
    remove: [...mine].filter((label) => !choice.seats.has(label)),
    places: [...types]
      .map((ticketTypeId) => ({ ticketTypeId, quantity: choice.places.get(ticketTypeId) ?? 0 }))
      .filter(({ ticketTypeId, quantity }) => quantity !== (held.get(ticketTypeId) ?? 0)),
  };
}

export function differs(choice: Choice): boolean {
  const { add, remove, places } = difference(choice);
  return add.length + remove.length + places.length > 0;
}

export function count(choice: Choice): number {
  return choice.seats.size + [...choice.places.values()].reduce((sum, quantity) => sum + quantity, 0);
}
