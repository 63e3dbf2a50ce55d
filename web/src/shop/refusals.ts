// What a refusal means for the person who met it.

import type { AcceptInvitationMutation, CancelTicketMutation } from "../generated";
import { list, type Locale, when } from "../words/locale";
import type { Refusal } from "./checkout";
import { WORDS } from "./words";

/** A label keeps its own direction within a sentence of the other one. */
const isolated = (label: string): string => `\u2068${label}\u2069`;

export function refusalToBuy(locale: Locale, refusal: Refusal, timezone: string): string {
  const words = WORDS[locale];
  switch (refusal.__typename) {
    case "SeatsUnavailable": return words.seatsUnavailable(list(locale, refusal.labels.map(isolated)));
    case "SoldOut": return words.soldOutNow(refusal.available);
    case "SaleNotOpen": return refusal.opensAt ? words.saleNotYet(when(locale, refusal.opensAt, timezone)) : words.saleOver;
    case "TooManyTickets": return words.tooMany(refusal.limit);
    case "QueueRequired": return words.queueRequired;
    case "TooManyHolds": return words.tooOften(Math.max(1, Math.ceil(refusal.holdsRetryAfterMs / 60_000)));
    case "WouldLeaveSingleSeat": return words.wouldLeaveSingle(list(locale, refusal.labels.map(isolated)));
    case "AgeRestricted": return words.tooYoung(refusal.minimumAge);
    case "HoldExpired": return words.holdExpired;
    case "PaymentDeclined": return words.paymentDeclined;
    case "NotSoldHere": return words.notSoldHere;
    case "EmailNotVerified": return words.emailNotVerified;
    case "NotFound": return words.notFound;
    case "NotAllowed": return words.notAllowed;
    case "InvalidInput": return words.invalidInput;
    case "IdempotencyConflict": return words.conflict;
    case "ServerBusy": return words.serverBusy;
  }
}

export type RefusalToCancel = Exclude<CancelTicketMutation["cancelTicket"], { __typename: "Ticket" }>;

export function refusalToCancel(locale: Locale, refusal: RefusalToCancel, timezone: string): string {
  const words = WORDS[locale];
  switch (refusal.__typename) {
    case "TicketAlreadyUsed": return words.cancelUsed(when(locale, refusal.gone, timezone));
    case "TicketNotValid": return words.cancelNotValid;
    case "SessionStarted": return words.cancelStarted(when(locale, refusal.startsAt, timezone));
    case "NotFound": return words.cancelNotFound;
    case "NotAllowed": return words.cancelNotAllowed;
    case "InvalidInput":
    case "IdempotencyConflict": return words.cancelInvalid;
    case "ServerBusy": return words.cancelBusy;
  }
}

export type RefusalToJoin = Exclude<AcceptInvitationMutation["acceptInvitation"], { __typename: "Member" }>;

export function refusalToJoin(locale: Locale, refusal: RefusalToJoin): string {
  const words = WORDS[locale];
  switch (refusal.__typename) {
    case "AlreadyMember": return words.joinedBefore;
    case "NotFound": return words.joinGoneText;
    case "InvalidInput":
    case "IdempotencyConflict": return words.joinInvalid;
    case "ServerBusy": return words.accountBusy;
  }
}
