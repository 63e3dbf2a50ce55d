// What is on: the list with search, and one event with its sessions.

import { h } from "/dom.js";
import { ask } from "/graphql.js";
import { money, when } from "/words.js";

const LIST = `query($after: String, $filter: EventFilter) { events(first: 12, after: $after, filter: $filter) {
  nodes { slug title category minimumAge nextSession { startsAt timezone venue { name city } availability { available } } }
  pageInfo { hasNextPage endCursor } } }`;
const ONE = `query($slug: String!, $after: String) { event(slug: $slug) { title description category minimumAge
  sessions(first: 60, after: $after) { nodes { id status startsAt endsAt timezone venue { name city }
    availability { available } ticketTypes { price { amount currency } } } pageInfo { hasNextPage endCursor } } } }`;
const CATEGORIES = ["CONCERT", "MOVIE", "THEATRE", "SPORT", "TRANSPORT", "CONFERENCE", "OTHER"];
const named = (category) => category[0] + category.slice(1).toLowerCase();

function card(event) {
  const next = event.nextSession;
  return h("li", {}, h("a", { class: "card event", href: `/events/${encodeURIComponent(event.slug)}`, "data-link": true },
    h("span", { class: `tag ${event.category.toLowerCase()}` }, named(event.category), event.minimumAge ? ` · ${event.minimumAge}+` : null),
    h("strong", {}, event.title),
    next
      ? h("span", { class: "quiet" }, when(next.startsAt, next.timezone), h("br"), [next.venue?.name, next.venue?.city].filter(Boolean).join(", "))
      : h("span", { class: "quiet" }, "No more dates"),
    next && h("span", { class: "left" }, next.availability.available ? `${next.availability.available} left` : "Sold out")));
}

export async function eventsPage() {
  const list = h("ul", { class: "grid" });
  const more = h("button", { class: "plain", onclick: () => load() }, "Load more");
  const search = h("input", { type: "search", placeholder: "Search events", "aria-label": "Search events", maxlength: 200 });
  const category = h("select", { "aria-label": "Category", onchange: () => start() },
    h("option", { value: "" }, "Everything"), CATEGORIES.map((one) => h("option", { value: one }, named(one))));
  let after = null;
  let asked = 0;

  async function load() {
    const mine = ++asked;
    const filter = { search: search.value || null, category: category.value || null };
    const { events } = await ask(LIST, { after, filter });
    if (mine !== asked) return;
    if (after === null) list.replaceChildren();
    list.append(...events.nodes.map(card));
    if (!list.children.length) list.append(h("li", { class: "card empty" }, "Nothing fits. Try fewer words."));
    after = events.pageInfo.endCursor;
    more.hidden = !events.pageInfo.hasNextPage;
  }
  const start = () => { after = null; return load(); };
  let typing = null;
  search.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(start, 250); });
  await start();
  return { title: "Events", content: [h("h1", {}, "What is on"), h("div", { class: "line tools" }, search, category), list, more] };
}

function sessionRow(session) {
  const prices = session.ticketTypes.map((type) => type.price).sort((a, b) => a.amount - b.amount);
  const open = session.status === "PUBLISHED" && new Date(session.startsAt) > new Date();
  return h("li", {}, h("a", { class: "card session", href: `/sessions/${session.id}`, "data-link": true },
    h("span", {}, h("strong", {}, when(session.startsAt, session.timezone)), h("br"),
      h("span", { class: "quiet" }, [session.venue?.name, session.venue?.city].filter(Boolean).join(", "))),
    h("span", { class: "left" }, open ? `from ${money(prices[0])} · ${session.availability.available} left` : "Over or begun")));
}

export async function eventPage(slug) {
  const list = h("ul", { class: "stack" });
  const more = h("button", { class: "plain", onclick: () => load() }, "Later dates");
  let after = null;
  let event = null;
  async function load() {
    ({ event } = await ask(ONE, { slug, after }));
    if (!event) throw new Error("There is no such event.");
    list.append(...event.sessions.nodes.map(sessionRow));
    after = event.sessions.pageInfo.endCursor;
    more.hidden = !event.sessions.pageInfo.hasNextPage;
  }
  await load();
  const paragraphs = event.description.split(/\n\s*\n/).map((text) => h("p", {}, text));
  return { title: event.title, content: [
    h("span", { class: `tag ${event.category.toLowerCase()}` }, named(event.category), event.minimumAge ? ` · ${event.minimumAge}+` : null),
    h("h1", {}, event.title), ...paragraphs, h("h2", {}, "Dates"), list, more] };
}
