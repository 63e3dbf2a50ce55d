// What is held: the countdown by the server's clock, paying, and giving back.

import { h, notice } from "/dom.js";
import { ask } from "/graphql.js";
import { countdown, money, refusal } from "/words.js";

const BUY = `mutation($input: BuyTicketsInput!) { buyTickets(input: $input) { __typename
  ... on Order { id status } ... on SeatsUnavailable { labels } ... on SoldOut { available } ... on TooManyTickets { limit }
  ... on AgeRestricted { minimumAge } ... on SaleNotOpen { opensAt } ... on Error { message } } }`;
const RELEASE = "mutation($id: ID!) { releaseHold(holdId: $id) { __typename ... on Error { message } } }";
const ORDER = "query($id: ID!) { order(id: $id) { status } }";
const METHODS = { "sandbox-ok": "Card that works", "sandbox-declined": "Card that is declined", "sandbox-slow": "Slow bank" };

export function basket(side, { onEnd, onBought }) {
  let hold = null;
  let tick = null;

  function end(after) {
    hold = null;
    clearInterval(tick);
    after();
  }

  function show(one) {
    hold = one;
    // Only the difference of the server's two times is used: our own clock may be wrong.
    const endsAt = performance.now() + (new Date(one.expiresAt) - new Date(one.serverTime));
    const left = h("strong", { class: "countdown", role: "timer" });
    const method = h("select", { "aria-label": "Payment method", id: "method" }, Object.entries(METHODS).map(([value, text]) => h("option", { value }, text)));
    const pay = h("button", { id: "buy", onclick: () => buy(method.value) }, `Pay ${money(one.total)}`);
    const back = h("button", { class: "plain", id: "release", onclick: release }, "Give back");
    const places = one.generalAdmission.reduce((total, group) => total + group.quantity, 0);
    side.replaceChildren(
      h("h2", {}, "Held for you"),
      h("p", {}, "Yours for another ", left),
      h("p", {}, [...one.seats, ...(places ? [`${places} without a seat`] : [])].join(", ")),
      h("p", { class: "total" }, money(one.total)),
      h("label", {}, "Pay with", method), h("div", { class: "line" }, pay, back));
    function count() {
      const rest = endsAt - performance.now();
      left.textContent = countdown(rest);
      if (rest <= 0 && one.state !== "ORDERED") { notice("Your time is up: the tickets are free again."); end(onEnd); }
    }
    clearInterval(tick);
    tick = setInterval(count, 500);
    count();
  }

  async function busy(work) {
    side.querySelectorAll("button, select").forEach((one) => { one.disabled = true; });
    try {
      await work();
    } catch (error) {
      notice(error.message, "bad");
    }
    side.querySelectorAll("button, select").forEach((one) => { one.disabled = false; });
  }

  const buy = (paymentMethod) => busy(async () => {
    const { buyTickets } = await ask(BUY, { input: { holdId: hold.id, paymentMethod, idempotencyKey: crypto.randomUUID() } });
    if (buyTickets.__typename === "Order") await settled(buyTickets);
    else {
      notice(refusal(buyTickets), "bad");
      if (buyTickets.__typename === "HoldExpired") end(onEnd);
    }
  });

  async function settled({ id, status }) {
    if (status === "AWAITING_PAYMENT") {
      clearInterval(tick);
      side.replaceChildren(h("h2", {}, "Waiting for your bank …"), h("p", { class: "quiet" }, "The tickets stay yours meanwhile."));
    }
    while (status === "AWAITING_PAYMENT") {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      ({ status } = (await ask(ORDER, { id })).order);
    }
    if (status === "PAID") end(onBought);
    else { notice("The payment did not go through."); end(onEnd); }
  }

  const release = () => busy(async () => {
    const { releaseHold } = await ask(RELEASE, { id: hold.id });
    if (releaseHold.message) notice(releaseHold.message, "bad");
    end(onEnd);
  });

  return { show, active: () => hold !== null, stop: () => clearInterval(tick) };
}
