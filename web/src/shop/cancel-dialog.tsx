// Asks once more before a ticket is cancelled, and says why it cannot be where it cannot.

import { useEffect, useRef, useState } from "preact/hooks";
import { insist } from "../client/insist";
import { newKey } from "../client/key";
import { ask } from "../client/transport";
import { CancelTicketDocument, type CancelTicketInput } from "../generated";
import { money, whenShort } from "../words/locale";
import { notify } from "./notices";
import { refusalToCancel } from "./refusals";
import { useShop } from "./shop-context";
import { useWords } from "./speech";
import type { OwnedTicket } from "./tickets";

const LONGEST_REASON = 500;

export function CancelDialog({ ticket, onClose }: { ticket: OwnedTicket; onClose(done: boolean): void }) {
  const { locale, words } = useWords();
  const { client } = useShop();
  const dialog = useRef<HTMLDialogElement>(null);
  const done = useRef(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  // Sent, and not answered yet: until it is, only the same may be asked for again.
  const [unheard, setUnheard] = useState<CancelTicketInput | null>(null);
  const { session } = ticket;
  const paid = Number(ticket.price.amount) > 0;
  useEffect(() => dialog.current?.showModal(), []);

  async function cancel(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget as HTMLFormElement).get("reason")).trim();
    const input = unheard ?? { ticketId: ticket.id, reason: reason || null, idempotencyKey: newKey() };
    setBusy(true);
    setRefusal(null);
    setUnheard(input);
    try {
      const answer = await insist(async () => (await ask(client, CancelTicketDocument, { input })).cancelTicket);
      done.current = answer.__typename === "Ticket";
      if (answer.__typename !== "Ticket") setRefusal(refusalToCancel(locale, answer, session.timezone));
      if (answer.__typename !== "ServerBusy") setUnheard(null);
    } catch {
      setRefusal(words.cancelUnreachable);
    }
    setBusy(false);
    if (!done.current) return;
    notify(paid ? words.cancelledPaid : words.cancelledFree);
    dialog.current?.close();
  }

  return (
    <dialog ref={dialog} class="asking" aria-labelledby="cancel-title" onClose={() => onClose(done.current || unheard !== null)}>
      <form onSubmit={(event) => void cancel(event)}>
        <h2 id="cancel-title">{words.cancelTitle}</h2>
        <p><strong><bdi>{session.event.title}</bdi></strong></p>
        <p><bdi>{ticket.seat ?? ticket.ticketType.name}</bdi> · {whenShort(locale, session.startsAt, session.timezone)}</p>
        <p class="quiet">{paid ? words.cancelText(money(locale, ticket.price)) : words.cancelFree}</p>
        <label>
          {words.reason}
          <textarea name="reason" rows={2} maxLength={LONGEST_REASON} readOnly={unheard !== null} />
        </label>
        <p role="alert" class="trouble">{refusal}</p>
        <div class="choices">
          <button type="button" class="plain" autofocus onClick={() => dialog.current?.close()}>{words.keep}</button>
          <button class="danger" disabled={busy}>{busy ? words.cancelling : words.cancelYes}</button>
        </div>
      </form>
    </dialog>
  );
}
