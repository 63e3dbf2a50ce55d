// The frame: paths to pages, the account in the corner, and what shows when a page fails.

import { h } from "/dom.js";
import { onAccount, tokens } from "/graphql.js";
import { accountCorner } from "/account.js";
import { eventPage, eventsPage } from "/events.js";
import { gatePage } from "/gate.js";
import { sessionPage } from "/session.js";
import { ticketsPage } from "/tickets.js";

const PAGES = [
  [/^\/$/, eventsPage],
  [/^\/events\/([^/]+)$/, eventPage],
  [/^\/sessions\/([^/]+)$/, sessionPage],
  [/^\/tickets$/, ticketsPage],
  [/^\/gate$/, gatePage],
];
const main = document.getElementById("main");
let leave = () => {};
let turn = 0;

export function go(path) {
  history.pushState(null, "", path);
  render();
}

function navigation() {
  const roles = tokens()?.user.roles ?? [];
  const entry = (path, text) => h("a", { href: path, "data-link": true, "aria-current": location.pathname === path ? "page" : null }, text);
  document.getElementById("nav").replaceChildren(
    entry("/", "Events"),
    ...(roles.length ? [entry("/tickets", "My tickets")] : []),
    ...(roles.includes("GATE") || roles.includes("ADMIN") ? [entry("/gate", "Gate")] : []),
  );
}

async function render() {
  const mine = ++turn;
  leave();
  leave = () => {};
  navigation();
  main.replaceChildren(h("p", { class: "quiet" }, "Loading …"));
  const [page, match] = PAGES.map(([pattern, page]) => [page, location.pathname.match(pattern)]).find(([, match]) => match) ?? [];
  try {
    if (!page) throw new Error("There is no such page.");
    const { title, content, onLeave } = await page(...match.slice(1).map(decodeURIComponent));
    if (mine !== turn) { onLeave?.(); return; }
    document.title = `${title} · Usher`;
    main.replaceChildren(...content);
    leave = onLeave ?? leave;
  } catch (error) {
    if (mine === turn) main.replaceChildren(failed(error));
  }
}

function failed(error) {
  const text = navigator.onLine === false || error instanceof TypeError ? "The server cannot be reached just now." : error.message;
  return h("section", { class: "card empty" }, h("h1", {}, "That did not work"), h("p", {}, text), h("button", { onclick: render }, "Try again"));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-link]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
  scrollTo(0, 0);
});
addEventListener("popstate", render);
onAccount(render);
accountCorner(document.getElementById("account"));
render();
