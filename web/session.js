// One session: its live map, what is picked, and the basket.

import { basket } from "/basket.js";
import { h, notice } from "/dom.js";
import { ask, tokens } from "/graphql.js";
import { follow } from "/live.js";
import { seatMap } from "/seat-map.js";
import { money, refusal, sum, when } from "/words.js";

const SESSION = `query($id: ID!) { session(id: $id) { id startsAt timezone ticketLimit event { title slug minimumAge } venue { name city }
  ticketTypes { id name price { amount currency } generalAdmission category } seatMap { url seatCount } } }`;
const HOLDS = "{ me { holds { id state seats total { amount currency } expiresAt serverTime generalAdmission { quantity ticketTypeId } session { id } } } }";
const LOCK = `mutation($input: LockTicketsInput!) { lockTickets(input: $input) { __typename
  ... on Hold { id state seats total { amount currency } expiresAt serverTime generalAdmission { quantity ticketTypeId } }
  ... on SeatsUnavailable { labels } ... on SoldOut { available ticketTypeId } ... on TooManyTickets { limit }
  ... on AgeRestricted { minimumAge } ... on SaleNotOpen { opensAt } ... on Error { message } } }`;

export async function sessionPage(id) {
  const { session } = await ask(SESSION, { id });
  if (!session) throw new Error("There is no such session.");
  const layout = session.seatMap && (await fetch(session.seatMap.url).then((answer) => answer.json()));
  const seated = session.ticketTypes.filter((type) => !type.generalAdmission);
  const standing = session.ticketTypes.filter((type) => type.generalAdmission);
  const picked = new Set();
  const mine = new Set();
  const lost = new Set();
  const places = new Map(standing.map((type) => [type.id, 0]));
  let live = { status: new Map(), places: new Map() };

  const map = layout && seatMap(layout, new Map(seated.map((type) => [type.category, type])), pick);
  const status = h("p", { class: "live", role: "status" }, "Connecting …");
  const counts = h("p", { class: "quiet" });
  const side = h("aside", { class: "card side", "aria-label": "Your choice" });
  const held = basket(side, { onEnd: released, onBought: bought });
  const steppers = standing.map(stepper);

  function pick(label) {
    if (mine.has(label)) return;
    if (!picked.delete(label)) picked.add(label);
    lost.clear();
    paint();
  }

  function stepper(type) {
    const count = h("output", {}, "0");
    const left = h("span", { class: "quiet" });
    const step = (by) => { places.set(type.id, Math.max(0, places.get(type.id) + by)); paint(); };
    const row = h("div", { class: "line stepper" },
      h("span", {}, h("strong", {}, type.name), ` ${money(type.price)}`, h("br"), left),
      h("span", { class: "line" },
        h("button", { class: "plain", "aria-label": `One ${type.name} less`, onclick: () => step(-1) }, "−"), count,
        h("button", { class: "plain", "aria-label": `One ${type.name} more`, onclick: () => step(1) }, "+")));
    return { row, show() {
      count.textContent = places.get(type.id);
      const now = live.places.get(type.id);
      left.textContent = now === undefined ? "" : now ? `${now} left` : "sold out";
    } };
  }

  function chosen() {
    const seats = [...picked].filter((label) => !live.status.has(label));
    return { seats, prices: [
      ...seats.map((label) => map.priceOf(label)),
      ...standing.flatMap((type) => Array(places.get(type.id)).fill(type.price)),
    ] };
  }

  function paint() {
    for (const label of picked) if (live.status.has(label) && !mine.has(label)) { picked.delete(label); lost.add(label); }
    map?.paint({ status: live.status, picked, mine, lost });
    steppers.forEach((one) => one.show());
    if (!held.active()) side.replaceChildren(...choice());
  }

  function choice() {
    const { seats, prices } = chosen();
    const lock = h("button", { id: "lock", disabled: prices.length === 0, onclick: lockThem }, "Hold them for me");
    return [
      h("h2", {}, "Your choice"),
      seats.length ? h("p", {}, seats.join(", ")) : h("p", { class: "quiet" }, map ? "Pick seats on the map." : "Choose how many."),
      ...steppers.map((one) => one.row),
      prices.length ? h("p", { class: "total" }, sum(prices)) : null,
      tokens() ? lock : h("p", {}, h("button", { onclick: () => document.getElementById("sign-in").click() }, "Sign in to buy")),
    ].filter(Boolean);
  }

  async function lockThem(event) {
    event.target.disabled = true;
    const { seats } = chosen();
    const generalAdmission = [...places].filter(([, quantity]) => quantity).map(([ticketTypeId, quantity]) => ({ ticketTypeId, quantity }));
    const input = { sessionId: id, seats, generalAdmission, idempotencyKey: crypto.randomUUID() };
    try {
      const { lockTickets } = await ask(LOCK, { input });
      if (lockTickets.__typename === "Hold") { hold(lockTickets); return; }
      notice(refusal(lockTickets), "bad");
      lockTickets.labels?.forEach((label) => { picked.delete(label); lost.add(label); });
    } catch (error) {
      notice(error.message, "bad");
    }
    paint();
  }

  function hold(one) {
    one.seats.forEach((label) => mine.add(label));
    picked.clear();
    standing.forEach((type) => places.set(type.id, 0));
    held.show(one);
    paint();
  }
  function released() { mine.clear(); paint(); }
  function bought() { mine.clear(); notice("Yours. The tickets are under “My tickets”.", "good"); paint(); }

  const stop = follow(id, (state) => {
    live = state;
    counts.textContent = `${state.available} free · ${state.held} held · ${state.sold} sold`;
    paint();
  }, (word) => {
    status.textContent = word === "live" ? "Live" : "Not live: connecting …";
    status.classList.toggle("on", word === "live");
    map?.svg.classList.toggle("old", word !== "live");
  });
  if (tokens()) {
    const mineHere = (await ask(HOLDS)).me?.holds.find((one) => one.session.id === id);
    if (mineHere) hold(mineHere);
  }
  paint();

  const legend = h("ul", { class: "legend" },
    seated.map((type) => {
      const swatch = h("i", { class: "swatch" });
      swatch.style.background = layout.categories.find((one) => one.name === type.category).color;
      return h("li", {}, swatch, `${type.name} ${money(type.price)}`);
    }),
    layout && ["free", "picked", "mine", "held", "sold"].map((state) => h("li", {}, h("i", { class: `swatch ${state}` }), state)));
  const controls = map && h("div", { class: "controls" },
    h("button", { class: "plain", "aria-label": "Closer", onclick: () => map.zoom(1 / 1.4) }, "+"),
    h("button", { class: "plain", "aria-label": "Farther", onclick: () => map.zoom(1.4) }, "−"),
    h("button", { class: "plain", "aria-label": "Whole room", onclick: map.reset }, "⤢"));
  return {
    title: session.event.title,
    onLeave: () => { stop(); held.stop(); },
    content: [
      h("a", { class: "quiet", href: `/events/${encodeURIComponent(session.event.slug)}`, "data-link": true }, "← all dates"),
      h("h1", {}, session.event.title),
      h("p", {}, when(session.startsAt, session.timezone), session.venue ? ` · ${[session.venue.name, session.venue.city].filter(Boolean).join(", ")}` : ""),
      h("div", { class: "line" }, status, counts),
      h("div", { class: "room" }, map ? h("div", { class: "stage card" }, map.svg, controls, legend) : null, side),
    ],
  };
}
