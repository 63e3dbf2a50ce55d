// The gate: a code goes in, a result comes out that can be read at arm's length.

import { h } from "/dom.js";
import { ask } from "/graphql.js";
import { when } from "/words.js";

const USE = `mutation($input: UseTicketInput!) { useTicket(input: $input) { __typename
  ... on Ticket { id seat ticketType { name } session { startsAt timezone event { title } } }
  ... on TicketAlreadyUsed { firstUsedAt: usedAt } ... on TicketNotValid { status } ... on Error { message } } }`;

function verdict(result) {
  switch (result.__typename) {
    case "Ticket": return ["in", "Let in", `${result.seat ?? result.ticketType.name} · ${result.session.event.title} · ${when(result.session.startsAt, result.session.timezone)}`];
    case "TicketAlreadyUsed": return ["out", "Used before", `First used ${new Date(result.firstUsedAt).toLocaleString()}`];
    case "TicketNotValid": return ["out", "Not valid", result.message];
    case "NotAllowed": return ["out", "Not a gate account", "Sign in as gate staff."];
    default: return ["out", "No entry", result.message];
  }
}

export async function gatePage() {
  const code = h("input", { id: "code", autocomplete: "off", autocapitalize: "off", spellcheck: "false", required: true, "aria-label": "Code or ticket id" });
  const result = h("div", { class: "verdict", role: "alert", "aria-live": "assertive" }, h("strong", {}, "Ready"));
  const last = h("ol", { class: "quiet" });
  async function use(event) {
    event.preventDefault();
    const shown = code.value.trim();
    const input = shown.startsWith("ticket_") ? { ticketId: shown } : { token: shown };
    let words;
    try {
      words = verdict((await ask(USE, { input })).useTicket);
    } catch (error) {
      words = ["out", "Try again", error.code === "UNAUTHENTICATED" ? "Sign in as gate staff." : error.message];
    }
    result.className = `verdict ${words[0]}`;
    result.replaceChildren(h("strong", {}, words[1]), h("span", {}, words[2]));
    last.prepend(h("li", {}, `${new Date().toLocaleTimeString()} ${words[1]}: ${words[2]}`));
    while (last.children.length > 10) last.lastChild.remove();
    code.value = "";
    code.focus();
  }
  return { title: "Gate", content: [
    h("h1", {}, "Gate"), result,
    h("form", { class: "line", onsubmit: use }, code, h("button", {}, "Check in")), last] };
}
