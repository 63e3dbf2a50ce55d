// How far paying for a hold has come, as pure steps.

import type { BoughtPartsFragment, BuyTicketsMutation, OrderProgressQuery } from "../generated";

/** One try to pay; until its outcome is known, everything asks under its key. */
export interface Attempt {
  readonly holdId: string;
  readonly sessionId: string;
  readonly title: string;
  readonly method: string | null;
  readonly key: string;
}

export type Answer = BuyTicketsMutation["buyTickets"];
export type Refusal = Exclude<Answer, { __typename: "Order" }>;
export type Bought = BoughtPartsFragment;

export type Checkout =
  | { readonly step: "choosing" }
  | { readonly step: "asking"; readonly attempt: Attempt }
  | { readonly step: "unheard"; readonly attempt: Attempt }
  | { readonly step: "waiting"; readonly attempt: Attempt; readonly orderId: string }
  | { readonly step: "refused"; readonly refusal: Refusal; readonly attempt: Attempt }
  | { readonly step: "paid"; readonly order: Bought }
  | { readonly step: "gone"; readonly order: Bought };

export const CHOOSING: Checkout = { step: "choosing" };

export function afterAnswer(attempt: Attempt, answer: Answer): Checkout {
  if (answer.__typename === "Order") return afterOrder(attempt, answer);
  if (answer.__typename === "ServerBusy") return { step: "unheard", attempt };
  return { step: "refused", attempt, refusal: answer };
}

/** A bank may decline later: the order then still waits, but its hold is no longer ordered. */
export function afterProgress(waiting: Extract<Checkout, { step: "waiting" }>, { order, me }: OrderProgressQuery): Checkout {
  const { attempt } = waiting;
  if (!order) return { step: "refused", attempt, refusal: { __typename: "NotFound", code: "NOT_FOUND", message: "" } };
  const declined = order.status === "AWAITING_PAYMENT" && me?.holds.some(({ id, state }) => id === attempt.holdId && state === "ACTIVE");
  return declined ? { step: "refused", attempt, refusal: { __typename: "PaymentDeclined", code: "PAYMENT_DECLINED", message: "" } } : afterOrder(attempt, order);
}

function afterOrder(attempt: Attempt, order: Bought): Checkout {
  if (order.status === "PAID") return { step: "paid", order };
  return order.status === "AWAITING_PAYMENT" ? { step: "waiting", attempt, orderId: order.id } : { step: "gone", order };
}

/** What a reload must not forget. */
export interface Kept extends Attempt {
  readonly orderId?: string;
}

export function keptOf(checkout: Checkout): Kept | null {
  if (checkout.step === "asking" || checkout.step === "unheard") return checkout.attempt;
  return checkout.step === "waiting" ? { ...checkout.attempt, orderId: checkout.orderId } : null;
}

export const resumed = ({ orderId, ...attempt }: Kept): Checkout => (orderId ? { step: "waiting", attempt, orderId } : { step: "unheard", attempt });

/** Where somebody goes on from a refusal. */
export type NextStep = "pay-again" | "pick-again" | "other-dates" | "other-events" | "my-tickets" | "my-account" | "ask-again";

export function nextStep(refusal: Refusal): NextStep {
  switch (refusal.__typename) {
    case "PaymentDeclined":
    case "InvalidInput":
    case "IdempotencyConflict":
      return "pay-again";
    case "SeatsUnavailable":
    case "QueueRequired":
    case "WouldLeaveSingleSeat":
    case "SoldOut":
    case "HoldExpired":
    case "NotFound":
      return "pick-again";
    case "SaleNotOpen":
    case "NotSoldHere":
      return "other-dates";
    case "AgeRestricted":
      return "other-events";
    case "TooManyTickets":
    case "NotAllowed":
      return "my-tickets";
    case "EmailNotVerified":
      return "my-account";
    case "TooManyHolds":
    case "ServerBusy":
      return "ask-again";
  }
}
