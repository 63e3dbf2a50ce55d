// My tickets, with their codes; cancelling one.

import { h, notice } from "/dom.js";
import { ask, tokens } from "/graphql.js";
import { money, refusal, when } from "/words.js";

const MINE = `query($after: String) { me { tickets(first: 24, after: $after) { totalCount pageInfo { hasNextPage endCursor }
  nodes { id seat status usedAt token qrSvg price { amount currency } ticketType { name }
    session { startsAt timezone event { title } venue { name city } } } } } }`;
const CANCEL = `mutation($input: CancelTicketInput!) { cancelTicket(input: $input) { __typename ... on Error { message } } }`;

function card(ticket, reload) {
  const { session } = ticket;
  const valid = ticket.status === "VALID";
  async function cancel() {
    if (!confirm(`Cancel ${ticket.seat ?? ticket.ticketType.name} of ${session.event.title}?`)) return;
    const { cancelTicket } = await ask(CANCEL, { input: { ticketId: ticket.id } });
    notice(cancelTicket.message ? refusal(cancelTicket) : "Cancelled; the money is on its way back.", cancelTicket.message ? "bad" : "good");
    reload();
  }
  return h("li", { class: `card ticket ${ticket.status.toLowerCase()}` },
    valid && h("img", { alt: "Code for the gate", width: 160, height: 160, src: `data:image/svg+xml,${encodeURIComponent(ticket.qrSvg)}` }),
    h("div", {},
      h("strong", {}, session.event.title), h("br"), when(session.startsAt, session.timezone), h("br"),
      h("span", { class: "quiet" }, [session.venue?.name, session.venue?.city].filter(Boolean).join(", ")),
      h("p", {}, h("span", { class: "seat-name" }, ticket.seat ?? ticket.ticketType.name), ` · ${money(ticket.price)} · ${ticket.status.toLowerCase()}`),
      valid && h("details", {}, h("summary", {}, "The code as text"), h("code", { class: "token" }, ticket.token)),
      valid && h("button", { class: "plain", onclick: cancel }, "Cancel this ticket")));
}

export async function ticketsPage() {
  if (!tokens()) return { title: "My tickets", content: [h("section", { class: "card empty" }, h("h1", {}, "My tickets"), h("p", {}, "Sign in to see them."))] };
  const list = h("ul", { class: "stack" });
  const more = h("button", { class: "plain", onclick: () => load() }, "Older ones");
  let after = null;
  async function load() {
    const { me } = await ask(MINE, { after });
    if (after === null) list.replaceChildren();
    list.append(...me.tickets.nodes.map((ticket) => card(ticket, () => { after = null; load(); })));
    if (!list.children.length) list.append(h("li", { class: "card empty" }, "No tickets yet."));
    after = me.tickets.pageInfo.endCursor;
    more.hidden = !me.tickets.pageInfo.hasNextPage;
  }
  await load();
  return { title: "My tickets", content: [h("h1", {}, "My tickets"), list, more] };
}
