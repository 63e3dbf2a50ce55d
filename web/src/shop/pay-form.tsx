// Choosing how to pay, and paying.

import { useState } from "preact/hooks";
import { money } from "../words/locale";
import type { HeldTickets } from "./basket-store";
import { usePayments } from "./shop-context";
import { useWords } from "./speech";

const METHODS = ["sandbox-ok", "sandbox-declined", "sandbox-slow"] as const;

export function PayForm({ hold }: { hold: HeldTickets }) {
  const { locale, words } = useWords();
  const payments = usePayments();
  const [method, setMethod] = useState<(typeof METHODS)[number]>("sandbox-ok");
  const free = Number(hold.total.amount) === 0;

  function pay(event: SubmitEvent): void {
    event.preventDefault();
    void payments.pay({ holdId: hold.id, sessionId: hold.session.id, title: hold.session.event.title, method: free ? null : method });
  }

  return (
    <form class="pay-form" onSubmit={pay}>
      {!free && (
        <fieldset>
          <legend>{words.payWith}</legend>
          <p class="quiet small">{words.testMethods}</p>
          <div class="methods">
            {METHODS.map((one) => (
              <label key={one} class="method">
                <input type="radio" name={`method-${hold.id}`} value={one} checked={method === one} onChange={() => setMethod(one)} />
                <span><b>{words[one]}</b><small class="quiet">{words[`${one}Hint`]}</small></span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <button class="large">{free ? words.payNothing : words.pay(money(locale, hold.total))}</button>
    </form>
  );
}
