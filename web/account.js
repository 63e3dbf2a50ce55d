// Signing in and out; in a demo with one click.

import { h, notice } from "/dom.js";
import { keep, onAccount, signIn, tokens } from "/graphql.js";

export async function accountCorner(corner) {
  const demo = await fetch("/demo.json").then((answer) => (answer.ok ? answer.json() : null), () => null);

  async function enter(email, password, dialog) {
    try {
      await signIn(email, password);
      dialog.close();
    } catch (error) {
      notice(error.message, "bad");
    }
  }

  function ask() {
    const email = h("input", { type: "email", name: "email", autocomplete: "username", required: true });
    const password = h("input", { type: "password", name: "password", autocomplete: "current-password", required: true });
    const dialog = h("dialog", { "aria-label": "Sign in", onclose: () => dialog.remove() },
      demo && h("section", {}, h("h2", {}, "Demo accounts"),
        h("div", { class: "stack" }, demo.accounts.map((account) =>
          h("button", { type: "button", class: "plain", onclick: () => enter(account.email, demo.password, dialog) }, account.email)))),
      h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); enter(email.value, password.value, dialog); } },
        h("h2", {}, "Sign in"),
        h("label", {}, "Email", email), h("label", {}, "Password", password),
        h("div", { class: "line" }, h("button", {}, "Sign in"), h("button", { type: "button", class: "plain", onclick: () => dialog.close() }, "Not now"))));
    document.body.append(dialog);
    dialog.showModal();
  }

  function show() {
    const user = tokens()?.user;
    corner.replaceChildren(user
      ? h("span", { class: "line" }, h("span", { class: "who" }, user.email), h("button", { class: "plain", onclick: () => keep(null) }, "Sign out"))
      : h("button", { id: "sign-in", onclick: ask }, "Sign in"));
  }
  onAccount(show);
  show();
}
