// An order as the API answers it.

import type { OrderStatus } from "../../src/generated";
import type { Bought } from "../../src/shop/checkout";

export const order = (status: OrderStatus): Bought & { __typename: "Order" } => ({
  __typename: "Order", id: "order_1", status, createdAt: "2027-01-14T15:00:00Z", total: { amount: "10.00", currency: "EUR" }, tickets: [],
  session: {
    id: "session_1", status: "PUBLISHED", startsAt: "2027-01-20T18:00:00Z", endsAt: "2027-01-20T20:00:00Z", timezone: "Europe/Prague",
    event: { slug: "low-tide", title: "Low Tide", category: "CONCERT" }, venue: null,
  },
});
