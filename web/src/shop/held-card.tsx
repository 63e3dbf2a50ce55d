// One hold in the basket: what it is, how long it is ours, and paying for it.

import { useState } from "preact/hooks";
import { insist } from "../client/insist";
import { newKey } from "../client/key";
import { ask } from "../client/transport";
import { ReleaseHoldDocument } from "../generated";
import { money, venueLine, whenShort } from "../words/locale";
import type { Held, HeldTickets } from "./basket-store";
import { Countdown } from "./countdown";
import { Cover } from "./cover";
import { notify } from "./notices";
import { OutcomeOf } from "./payment-cards";
import { PayForm } from "./pay-form";
import { eventPath, sessionPath } from "./routes";
import { usePayments, useShop } from "./shop-context";
import { useWords } from "./speech";

export function HeldCard({ hold, deadline }: Held) {
  const { locale, words } = useWords();
  const { step } = usePayments().of(hold.id);
  const { event, venue } = hold.session;
  const free = step === "choosing" || step === "refused";
  return (
    <section class="card basket-card held-card" aria-labelledby={`title-${hold.id}`}>
      <div class="held-what">
        <div class="thumb"><Cover slug={event.slug} category={event.category} /></div>
        <div class="held-text">
          <h2 id={`title-${hold.id}`}><a href={eventPath(event.slug)}><bdi>{event.title}</bdi></a></h2>
          <p>{whenShort(locale, hold.session.startsAt, hold.session.timezone)}</p>
          <p class="quiet"><bdi>{venueLine(venue)}</bdi></p>
        </div>
      </div>
      <Contents hold={hold} />
      {hold.state === "ACTIVE" && free && (
        <p class="held-time">
          {words.reservedFor} <Countdown deadline={deadline} title={event.title} />
        </p>
      )}
      <p class="held-total"><span>{words.total}</span> <strong>{money(locale, hold.total)}</strong></p>
      <OutcomeOf holdId={hold.id} timezone={hold.session.timezone} ordered={hold.state === "ORDERED"} />
      {free && hold.state === "ACTIVE" && <PayForm hold={hold} />}
      {free && hold.state === "ACTIVE" && <Back hold={hold} />}
    </section>
  );
}

function Contents({ hold }: { hold: HeldTickets }) {
  const { words } = useWords();
  const typeName = (id: string): string => hold.session.ticketTypes.find((type) => type.id === id)?.name ?? "";
  return (
    <ul class="seat-tags">
      {hold.seats.map((label) => <li key={label}><bdi>{label}</bdi></li>)}
      {hold.generalAdmission.map(({ ticketTypeId, quantity }) => <li key={ticketTypeId}><bdi>{words.places(quantity, typeName(ticketTypeId))}</bdi></li>)}
    </ul>
  );
}

function Back({ hold }: { hold: HeldTickets }) {
  const { words } = useWords();
  const { client, basket } = useShop();
  const [busy, setBusy] = useState(false);
  const [key] = useState(newKey);

  async function giveBack(): Promise<void> {
    setBusy(true);
    try {
      const answer = await insist(async () => (await ask(client, ReleaseHoldDocument, { holdId: hold.id, idempotencyKey: key })).releaseHold);
      if (answer.__typename === "ServerBusy") notify(words.serverBusy, "bad");
      else if (answer.__typename === "NotAllowed") notify(words.notAllowed, "bad");
      else {
        basket.forget(hold.id);
        notify(words.givenBack);
      }
      await basket.refresh();
    } catch {
      notify(words.failedOffline, "bad");
    }
    setBusy(false);
  }

  return (
    <div class="choices quiet-choices">
      <a class="button plain" href={sessionPath(hold.session.id)}>{words.changeTickets}</a>
      <button type="button" class="plain" disabled={busy} onClick={() => void giveBack()}>{busy ? words.givingBack : words.giveBack}</button>
    </div>
  );
}
