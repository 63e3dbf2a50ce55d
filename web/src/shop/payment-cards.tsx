// What became of a payment, in words, with the next step.

import { useEffect, useRef } from "preact/hooks";
import { whenShort } from "../words/locale";
import { type Bought, type Checkout, nextStep, type Refusal } from "./checkout";
import { Icon } from "./icons";
import { refusalToBuy } from "./refusals";
import { sessionPath } from "./routes";
import { usePayments } from "./shop-context";
import { useWords } from "./speech";

export function PaidCard({ order, dismiss }: { order: Bought; dismiss(): void }) {
  const { locale, words } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="card basket-card paid" role="status">
      <span class="paid-sign"><Icon name="check" size={34} /></span>
      <h2 ref={heading} tabIndex={-1}>{words.paidTitle}</h2>
      <p><strong><bdi>{order.session.event.title}</bdi></strong></p>
      <p class="quiet">{whenShort(locale, order.session.startsAt, order.session.timezone)}</p>
      <ul class="seat-tags">{order.tickets.map((ticket) => <li key={ticket.id}><bdi>{ticket.seat ?? ticket.ticketType.name}</bdi></li>)}</ul>
      <p>{words.paidText(order.tickets.length)}</p>
      <div class="choices">
        <a class="button" href="/tickets" onClick={dismiss}>{words.showTickets}</a>
        <button type="button" class="plain" onClick={dismiss}>{words.dismiss}</button>
      </div>
    </section>
  );
}

/** A payment whose hold is no longer in the basket. */
export function OutcomeCard({ holdId }: { holdId: string }) {
  const checkout = usePayments().of(holdId);
  return (
    <section class="card basket-card">
      {"attempt" in checkout && <h2><bdi>{checkout.attempt.title}</bdi></h2>}
      {checkout.step === "gone" && <h2><bdi>{checkout.order.session.event.title}</bdi></h2>}
      <OutcomeOf holdId={holdId} timezone={Intl.DateTimeFormat().resolvedOptions().timeZone} alone />
    </section>
  );
}

interface OutcomeProps {
  holdId: string;
  timezone: string;
  /** The server is still waiting for a payment, of this browser or of another one. */
  ordered?: boolean;
  /** There is no form to pay again beside it. */
  alone?: boolean;
}

export function OutcomeOf({ holdId, timezone, ordered = false, alone = false }: OutcomeProps) {
  const { words } = useWords();
  const payments = usePayments();
  const checkout: Checkout = payments.of(holdId);
  switch (checkout.step) {
    case "paid":
      return null;
    case "choosing":
      return ordered ? <Hint busy title={words.waitingTitle} text={words.waitingText} /> : null;
    case "asking":
      return <Hint busy title={words.paying} text="" />;
    case "waiting":
      return <Hint busy title={words.waitingTitle} text={words.waitingText} />;
    case "unheard":
      return (
        <Hint kind="warn" title={words.unheardTitle} text={words.unheardText}>
          <button type="button" onClick={() => void payments.askAgain(holdId)}>{words.askAgain}</button>
        </Hint>
      );
    case "gone":
      return <Hint kind="bad" title={words.orderGoneTitle} text={words.orderGoneText}><a class="button" href={sessionPath(checkout.order.session.id)} onClick={() => payments.dismiss(holdId)}>{words.pickAgain}</a></Hint>;
    case "refused":
      return <Refused refusal={checkout.refusal} sessionId={checkout.attempt.sessionId} timezone={timezone} alone={alone} dismiss={() => payments.dismiss(holdId)} />;
  }
}

function Refused({ refusal, sessionId, timezone, alone, dismiss }: { refusal: Refusal; sessionId: string; timezone: string; alone: boolean; dismiss(): void }) {
  const { locale, words } = useWords();
  const next = nextStep(refusal);
  const link = (to: string, text: string) => <a class="button" href={to} onClick={dismiss}>{text}</a>;
  return (
    <Hint kind="bad" text={refusalToBuy(locale, refusal, timezone)}>
      {(next === "pick-again" || (next === "pay-again" && alone)) && link(sessionPath(sessionId), words.pickAgain)}
      {next === "other-dates" && link(sessionPath(sessionId), words.seeDates)}
      {next === "other-events" && link("/", words.seeEvents)}
      {next === "my-tickets" && link("/tickets", words.showTickets)}
      {next === "my-account" && link("/account", words.myAccount)}
      {alone && <button type="button" class="plain" onClick={dismiss}>{words.dismiss}</button>}
    </Hint>
  );
}

function Hint({ kind = "calm", busy = false, title, text, children }: { kind?: "calm" | "warn" | "bad"; busy?: boolean; title?: string; text: string; children?: preact.ComponentChildren }) {
  return (
    <div class={`outcome ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      {busy ? <span class="spinner" aria-hidden="true" /> : <Icon name="alert" />}
      <div>
        {title && <strong>{title}</strong>}
        {text && <p>{text}</p>}
        {children && <div class="choices">{children}</div>}
      </div>
    </div>
  );
}
