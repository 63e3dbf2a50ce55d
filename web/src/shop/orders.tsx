// What was ordered, when, and what it came to.

import { useState } from "preact/hooks";
import { MyOrdersDocument, type MyOrdersQuery, type OrderStatus } from "../generated";
import { date, money } from "../words/locale";
import { useAsked } from "./asked";
import { eventPath } from "./routes";
import { useWords } from "./speech";
import { Failed, Waiting } from "./states";

type Ordered = NonNullable<MyOrdersQuery["me"]>["orders"]["nodes"][number];

const KINDS: Record<OrderStatus, string> = { AWAITING_PAYMENT: "warn", PAID: "good", CANCELLED: "calm", EXPIRED: "calm", REFUNDED: "calm" };

export function Orders() {
  const { words } = useWords();
  const [after, setAfter] = useState<readonly (string | null)[]>([null]);
  const { data } = useAsked(MyOrdersDocument, { after: null });
  if (data?.me?.orders.nodes.length === 0) return null;
  return (
    <section class="orders" aria-labelledby="orders">
      <h2 id="orders">{words.orders}</h2>
      {after.map((cursor, at) => <OrdersFrom key={cursor} cursor={cursor} last={at === after.length - 1} more={(next) => setAfter((was) => [...was, next])} />)}
    </section>
  );
}

function OrdersFrom({ cursor, last, more }: { cursor: string | null; last: boolean; more(next: string): void }) {
  const { words } = useWords();
  const { data, failed, again } = useAsked(MyOrdersDocument, { after: cursor });
  const page = data?.me?.orders;
  if (failed) return <Failed why={failed} again={again} />;
  if (!page) return <Waiting shape="row" count={2} />;
  const next = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  return (
    <>
      <ul class="order-rows">{page.nodes.map((order) => <OrderRow key={order.id} order={order} />)}</ul>
      {last && next && <p class="more"><button type="button" class="plain" onClick={() => more(next)}>{words.moreOrders}</button></p>}
    </>
  );
}

function OrderRow({ order }: { order: Ordered }) {
  const { locale, words } = useWords();
  const status = order.status === "CANCELLED" ? words.ORDER_CANCELLED : order.status === "EXPIRED" ? words.ORDER_EXPIRED : words[order.status];
  return (
    <li>
      <span class="order-what">
        <a href={eventPath(order.session.event.slug)}><bdi>{order.session.event.title}</bdi></a>
        <span class="quiet small">{date(locale, order.createdAt)}{order.tickets.length > 0 && <> · {words.ticketsOf(order.tickets.length)}</>}</span>
      </span>
      <span class={`badge ${KINDS[order.status]}`}>{status}</span>
      <strong>{money(locale, order.total)}</strong>
    </li>
  );
}
