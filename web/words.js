// Dates, money and refusals in words.

export function when(instant, timezone) {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
    timeZone: timezone, timeZoneName: "short",
  }).format(new Date(instant));
}

export const money = ({ amount, currency }) =>
  new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(amount);

export function sum(parts) {
  const currency = parts[0].currency;
  return money({ amount: parts.reduce((total, part) => total + Number(part.amount), 0).toFixed(3), currency });
}

export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export const STATES = { AVAILABLE: "available", HELD: "held by somebody", SOLD: "sold", BLOCKED: "not on sale" };

// What a refusal means for the person who met it.
export function refusal(result) {
  switch (result.__typename) {
    case "SeatsUnavailable": return `Somebody was quicker: ${result.labels.join(", ")}.`;
    case "SoldOut": return result.available ? `Only ${result.available} left.` : "Sold out.";
    case "TooManyTickets": return `One buyer can have at most ${result.limit} tickets here.`;
    case "AgeRestricted": return `Only for people of ${result.minimumAge} and older, with a date of birth in their account.`;
    case "SaleNotOpen": return result.opensAt ? `The sale opens ${new Date(result.opensAt).toLocaleString()}.` : "The sale is over.";
    case "HoldExpired": return "Your time was up; pick again.";
    case "PaymentDeclined": return "The payment was declined. Your tickets are still yours until the time is up: try another method.";
    default: return result.message ?? "Something went wrong.";
  }
}
