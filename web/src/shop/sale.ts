// How the sale of a session stands, from what the API says of it and the time.

import type { EventStatus } from "../generated";

export interface OnOffer {
  status: EventStatus;
  startsAt: string;
  endsAt?: string;
  saleOpensAt: string | null;
  availability: { available: number; held: number; sold: number };
}

export type Sale = "onSale" | "fewLeft" | "soldOut" | "notYet" | "begun" | "over" | "cancelled";

const FEW_OF_ALL = 0.1;
const FEW = 8;

export function saleOf({ status, startsAt, endsAt, saleOpensAt, availability }: OnOffer, now: Date): Sale {
  if (status === "CANCELLED") return "cancelled";
  if (status !== "PUBLISHED" || Date.parse(endsAt ?? startsAt) <= now.getTime()) return "over";
  if (Date.parse(startsAt) <= now.getTime()) return "begun";
  if (saleOpensAt && Date.parse(saleOpensAt) > now.getTime()) return "notYet";
  const { available, held, sold } = availability;
  if (!available) return "soldOut";
  return available <= Math.max(FEW, (available + held + sold) * FEW_OF_ALL) ? "fewLeft" : "onSale";
}

export const buyable = (sale: Sale): boolean => sale === "onSale" || sale === "fewLeft";

/** The lowest of prices of one currency; null where there are none. */
export function lowest<Price extends { amount: string }>(prices: readonly Price[]): Price | null {
  return prices.reduce<Price | null>((least, price) => (least && Number(least.amount) <= Number(price.amount) ? least : price), null);
}
