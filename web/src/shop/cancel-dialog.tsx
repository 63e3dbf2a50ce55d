// Asks once more before a ticket is cancelled, and says why it cannot be where it cannot.

import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../client/transport";
import { CancelTicketDocument } from "../generated";
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
  const { session } = ticket;
  const paid = Number(ticket.price.amount) > 0;
  useEffect(() => dialog.current?.showModal(), []);

  async function cancel(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget as HTMLFormElement).get("reason")).trim();
    setBusy(true);
    setRefusal(null);
    try {
      const { cancelTicket } = await ask(client, CancelTicketDocument, { input: { ticketId: ticket.id, reason: reason || null } });
      done.current = cancelTicket.__typename === "Ticket";
      if (cancelTicket.__typename !== "Ticket") setRefusal(refusalToCancel(locale, cancelTicket, session.timezone));
    } catch {
      setRefusal(words.cancelUnreachable);
    }
    setBusy(false);
    if (!done.current) return;
    notify(paid ? words.cancelledPaid : words.cancelledFree);
    dialog.current?.close();
  }

  return (
    <dialog ref={dialog} class="asking" aria-labelledby="cancel-title" onClose={() => onClose(done.current)}>
      <form onSubmit={(event) => void cancel(event)}>
        <h2 id="cancel-title">{words.cancelTitle}</h2>
        <p><strong><bdi>{session.event.title}</bdi></strong></p>
        <p><bdi>{ticket.seat ?? ticket.ticketType.name}</bdi> · {whenShort(locale, session.startsAt, session.timezone)}</p>
        <p class="quiet">{paid ? words.cancelText(money(locale, ticket.price)) : words.cancelFree}</p>
        <label>
          {words.reason}
          <textarea name="reason" rows={2} maxLength={LONGEST_REASON} />
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
