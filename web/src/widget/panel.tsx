// Beside the map: what is live, what it costs, what is picked and held, and what to do next.

import { useEffect, useState } from "preact/hooks";
import { clockFace } from "../client/countdown";
import { type Locale, money, number, regional, total, when } from "../words/locale";
import { count, differs, type SeatState } from "./choice";
import { type Look, visible } from "./marks";
import { Sign } from "./outline";
import type { Notice, Sale, TicketType } from "./sale";
import type { WidgetWords } from "./words";

/** From then on more time is offered. Milliseconds. */
const ENDING = 120_000;

export interface PanelGiven {
  sale: Sale;
  words: WidgetWords;
  locale: Locale;
  look: Look;
  /** Price level by category. */
  levels: readonly number[];
  hold(): void;
  best(ticketTypeId: string, quantity: number): void;
  pay(): void;
  signedIn: boolean;
  link: string;
}

export function Panel(given: PanelGiven) {
  const { sale, words, locale } = given;
  const standing = sale.session?.ticketTypes.filter((type) => type.generalAdmission) ?? [];
  return (
    <section class="panel" part="panel" aria-label={words.yours}>
      <Live sale={sale} words={words} locale={locale} />
      <Queue {...given} />
      {standing.length > 0 && <ul class="places">{standing.map((type) => <Places key={type.id} type={type} {...given} />)}</ul>}
      <Chosen {...given} />
      {sale.room && <Best {...given} />}
      <p class={sale.notice?.kind === "released" ? "notice calm" : "notice"} part="notice" role="status">{sale.notice && told(sale.notice, given)}</p>
      <Offers {...given} />
      <Actions {...given} />
      {sale.room && <Legend {...given} />}
    </section>
  );
}

function Live({ sale, words, locale }: Pick<PanelGiven, "sale" | "words" | "locale">) {
  const { availability: state, live, liveUntil } = sale;
  const since = liveUntil && new Intl.DateTimeFormat(regional(locale), { timeStyle: "medium" }).format(liveUntil);
  return (
    <div class={live ? "live on" : "live"} part="live">
      <span role="status">{live ? words.live : state && since ? words.notLive(since) : words.connecting}</span>
      {state && live && <span class="counts" part="counts">{words.counts(state.available, state.held, state.sold)}</span>}
    </div>
  );
}

/** The waiting room: what it says, and for how long. */
function Queue({ sale, words, locale, signedIn }: PanelGiven) {
  useTicking(sale.queueDeadline !== null);
  const room = sale.session?.waitingRoom;
  const { queue } = sale;
  if (!signedIn && room) return <p class="queue" part="queue">{words.queueSignIn}</p>;
  if (!queue || queue.__typename === "NoQueue") return null;
  const left = sale.queueDeadline && clockFace(sale.queueDeadline.left(), locale);
  const join = <button type="button" part="join" onClick={() => void sale.join()}>{words.queueJoin}</button>;
  switch (queue.__typename) {
    case "NotQueued":
      return <div class="queue" part="queue" role="status"><p>{words.queueThere(queue.peopleWaiting)}</p>{join}</div>;
    case "AwaitingDraw":
      return <div class="queue" part="queue" role="status"><p>{words.queueDraw}</p><p class="countdown">{words.queueOpens(left ?? "")}</p></div>;
    case "Queued":
      return <div class="queue" part="queue" role="status"><p>{words.queueAhead(queue.peopleAhead)}</p><p class="countdown">{queue.expectedAt === null ? words.queuePaused : words.queueTurn(left ?? "")}</p></div>;
    case "Admitted":
      return <div class="queue turn" part="queue" role="status"><p>{words.queueYours}</p><p class="countdown">{words.left(left ?? "")}</p></div>;
    case "AdmissionMissed":
      return <div class="queue" part="queue" role="status"><p>{words.queueMissed}</p>{join}</div>;
  }
}

function useTicking(on: boolean): void {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => tick((now) => now + 1), 250);
    return () => clearInterval(timer);
  }, [on]);
}

function Places({ type, sale, words, locale }: PanelGiven & { type: TicketType }) {
  const wanted = sale.choice.places.get(type.id) ?? 0;
  const left = sale.availability?.places.get(type.id);
  return (
    <li>
      <span><strong>{type.name}</strong> {money(locale, type.price)}<br /><small>{left === undefined ? "…" : left ? words.free(left) : words.soldOut}</small></span>
      <Stepper of={type.name} wanted={wanted} least={0} most={sale.most(type.id)} by={(step) => sale.places(type.id, step)} words={words} locale={locale} />
    </li>
  );
}

interface StepperGiven extends Pick<PanelGiven, "words" | "locale"> {
  of: string;
  wanted: number;
  least: number;
  most: number;
  by(step: number): void;
}

function Stepper({ of, wanted, least, most, by, words, locale }: StepperGiven) {
  return (
    <span class="stepper">
      <button type="button" class="plain" aria-label={words.fewer(of)} disabled={wanted <= least} onClick={() => by(-1)}>−</button>
      <output>{number(locale, wanted)}</output>
      <button type="button" class="plain" aria-label={words.more(of)} disabled={wanted >= most} onClick={() => by(1)}>+</button>
    </span>
  );
}

function Chosen({ sale, words, locale }: PanelGiven) {
  const { choice } = sale;
  if (count(choice) === 0 && !choice.hold) return <p class="hint">{sale.room ? words.none : words.nonePlaces}</p>;
  const sum = choice.hold && !differs(choice) ? choice.hold.total : total(sale.prices());
  return (
    <>
      <h2>{choice.hold ? words.held : words.yours}</h2>
      {choice.seats.size > 0 && (
        <ul class="chips" part="seats">
          {[...choice.seats].map((label) => (
            <li key={label}>
              <bdi>{label}</bdi>
              <button type="button" class="plain" aria-label={words.remove(label)} onClick={() => sale.toggle(sale.room?.at.get(label) ?? -1)}>×</button>
            </li>
          ))}
        </ul>
      )}
      <p class="sum" part="total"><span>{words.total}</span> <strong>{sum ? money(locale, sum) : ""}</strong></p>
      {choice.hold && choice.hold.leavesSingle.length > 0 && <p class="hint" part="single">{words.leavesSingle(choice.hold.leavesSingle.join(", "))}</p>}
      {choice.hold && <Countdown sale={sale} words={words} locale={locale} />}
    </>
  );
}

/** Seats without looking for them. */
function Best({ sale, words, locale, best }: PanelGiven) {
  const types = sale.seatTypes;
  const [quantity, setQuantity] = useState(2);
  const [chosen, choose] = useState("");
  const type = types.find((one) => one.id === chosen) ?? types[0];
  if (!type || sale.choice.hold || sale.choice.seats.size > 0) return null;
  const most = sale.session?.ticketLimit ?? 1;
  const wanted = Math.min(quantity, most);
  return (
    <div class="best" part="best" role="group" aria-label={words.best}>
      <select aria-label={words.levels} value={type.id} onChange={(event) => choose(event.currentTarget.value)}>
        {types.map((one) => <option key={one.id} value={one.id}>{one.name} · {money(locale, one.price)}</option>)}
      </select>
      <Stepper of={words.best} wanted={wanted} least={1} most={most} by={(step) => setQuantity(wanted + step)} words={words} locale={locale} />
      <button type="button" class="plain" part="find" disabled={sale.choice.asking || !sale.live || sale.waiting} onClick={() => best(type.id, wanted)}>{words.holdBest(wanted)}</button>
    </div>
  );
}

function Offers({ sale, words }: PanelGiven) {
  const offers = sale.offers();
  if (offers.length === 0) return null;
  return (
    <p class="actions" part="offers">
      {offers.map((offer) => (
        <button key={offer.join()} type="button" class="plain" disabled={sale.choice.asking || !sale.live} onClick={() => void sale.accept(offer)}>
          {words.instead(offer.map((label) => `\u2068${label}\u2069`).join(", "))}
        </button>
      ))}
    </p>
  );
}

function Countdown({ sale, words, locale }: Pick<PanelGiven, "sale" | "words" | "locale">) {
  useTicking(true);
  if (sale.choice.hold?.state === "ORDERED") return <p class="countdown">{words.underWay}</p>;
  const left = sale.deadline?.left() ?? 0;
  return <p class={left < 60_000 ? "countdown soon" : "countdown"} part="countdown" role="timer">{words.left(clockFace(left, locale))}</p>;
}

function Actions({ sale, words, locale, hold, pay, signedIn, link }: PanelGiven) {
  const { choice } = sale;
  useTicking(choice.hold?.extendable ?? false);
  const changed = differs(choice);
  const busy = choice.asking || !sale.live || sale.waiting;
  if (choice.hold?.state === "ORDERED") return null;
  if (!choice.hold) {
    if (count(choice) === 0) return null;
    return (
      <p class="actions">
        {signedIn ? <button type="button" part="hold" disabled={busy} onClick={hold}>{words.hold(count(choice))}</button>
          : <a class="button" part="hold" href={link} target="_top" onClick={(event) => { event.preventDefault(); hold(); }}>{words.proceed}</a>}
      </p>
    );
  }
  return (
    <p class="actions">
      {changed && count(choice) > 0 && <button type="button" part="change" disabled={busy} onClick={hold}>{words.change}</button>}
      {changed && <button type="button" class="plain" onClick={() => sale.undo()}>{words.undo}</button>}
      {!changed && choice.hold.extendable && (sale.deadline?.left() ?? 0) < ENDING && <button type="button" class="plain" part="extend" disabled={busy} onClick={() => void sale.extend()}>{words.moreTime}</button>}
      {!changed && <button type="button" part="pay" onClick={pay}>{words.pay(money(locale, choice.hold.total))}</button>}
      <button type="button" class="plain" part="release" disabled={choice.asking} onClick={() => void sale.release()}>{words.release}</button>
    </p>
  );
}

function Legend({ sale, words, locale, look, levels }: PanelGiven) {
  const room = sale.room;
  if (!room) return null;
  const types = sale.seatTypes;
  const states: readonly SeatState[] = ["free", "picked", "mine", "held", "sold"];
  return (
    <div class="legend" part="legend">
      <ul aria-label={words.levels}>
        {types.map((type) => {
          const category = room.categories.findIndex((one) => one.name === type.category);
          return (
            <li key={type.id}>
              <Sign level={levels[category] ?? 0} color={visible(room.categories[category]?.color ?? look.ink, look.ground)} state="free" look={look} />
              {type.name} <strong>{money(locale, type.price)}</strong>
            </li>
          );
        })}
      </ul>
      <ul aria-label={words.states}>
        {states.map((state) => <li key={state}><Sign level={0} color={look.ink} state={state} look={look} />{words[`state_${state}`]}</li>)}
      </ul>
    </div>
  );
}

function told(notice: Notice, { sale, words, locale }: PanelGiven): string {
  switch (notice.kind) {
    case "lost": return words.quicker(notice.seats.join(", "), sale.choice.seats.size);
    case "expired": return words.ranOut;
    case "released": return words.givenBack;
    case "offline": return words.offline;
    case "signIn": return words.signIn;
    case "busy": return words.busy;
  }
  const { refusal } = notice;
  const zone = sale.session?.timezone ?? "UTC";
  switch (refusal.__typename) {
    case "SeatsUnavailable": return words.quicker(refusal.labels.join(", "), sale.choice.seats.size);
    case "SoldOut": return words.fewLeft(sale.session?.ticketTypes.find((type) => type.id === refusal.ticketTypeId)?.name ?? "", refusal.available);
    case "TooManyTickets": return words.tooMany(refusal.limit);
    case "QueueRequired": return words.queueNeeded;
    case "TooManyHolds": return words.tooOften(Math.max(1, Math.ceil(refusal.holdsRetryAfterMs / 60_000)));
    case "WouldLeaveSingleSeat": return words.single(refusal.labels.join(", "));
    case "AgeRestricted": return words.age(refusal.minimumAge);
    case "SaleNotOpen": return refusal.opensAt ? words.opens(when(locale, refusal.opensAt, zone)) : words.closed;
    case "HoldExpired": return words.ranOut;
    case "ServerBusy": return words.busy;
    case "NotSoldHere": return words.soldElsewhere;
    case "EmailNotVerified": return words.unconfirmed;
    case "NotAllowed": return words.notAllowed;
    case "NotFound":
    case "InvalidInput":
    case "IdempotencyConflict": return words.failed;
    default: return unheardOf(refusal, words);
  }
}

/** A newer API may refuse for reasons of its own. */
const unheardOf = (_: never, words: WidgetWords): string => words.failed;
