// <usher-seat-map session="…" src="…" lang="…">: seats of one session, live, to be picked, held, changed and given back.

import { render } from "preact";
import { type Auth, NOBODY } from "../client/transport";
import type { HoldPartsFragment as Hold } from "../generated";
import { directionOf, type Locale, localeOf, money, total } from "../words/locale";
import { canPick } from "./choice";
import { SeatList } from "./list";
import type { Look } from "./marks";
import type { Shown } from "./painter";
import { Panel } from "./panel";
import { Sale } from "./sale";
import { Stage } from "./stage";
import css from "./widget.css?inline";
import { WORDS } from "./words";

export interface SeatMapEvents {
  "usher-selection": { seats: string[]; places: { ticketTypeId: string; quantity: number }[]; total: { amount: string; currency: string } | null };
  "usher-hold": { hold: Hold };
  "usher-release": { holdId: string };
  "usher-expired": { holdId: string };
  "usher-checkout": { hold: Hold };
  "usher-sign-in": Record<string, never>;
  "usher-live": { live: boolean };
}

const STYLES = new CSSStyleSheet();
STYLES.replaceSync(css);

/** Where this script came from: the API, unless `src` names another. */
const HOME = document.currentScript instanceof HTMLScriptElement && document.currentScript.src ? new URL(document.currentScript.src).origin : location.origin;

/** A mark on the page's performance timeline, for whoever measures: the first live map is painted. */
const FIRST_MAP = "usher-first-map";

const COLOURS = { ink: "--usher-ink", ground: "--usher-ground", quiet: "--usher-quiet", off: "--usher-off", accent: "--usher-accent", bad: "--usher-bad" } as const;

export class SeatMapElement extends HTMLElement {
  static readonly observedAttributes = ["session", "src", "lang"];

  private readonly root = this.attachShadow({ mode: "open" });
  private readonly frame = document.createElement("div");
  private readonly mapPart = document.createElement("div");
  private readonly stagePart = document.createElement("div");
  private readonly toolPart = document.createElement("div");
  private readonly listPart = document.createElement("div");
  private readonly panelPart = document.createElement("div");
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private who: Auth = NOBODY;
  private sale: Sale | null = null;
  private stage: Stage | null = null;
  private look: Look | null = null;
  private wanted: string[] = [];
  private listed = false;
  private due = 0;
  /** What the map shows, until something changes; panning and zooming change nothing of it. */
  private seen: Shown | null = null;

  constructor() {
    super();
    this.root.adoptedStyleSheets = [STYLES];
    this.frame.className = "frame";
    this.frame.setAttribute("part", "frame");
    this.mapPart.className = "map";
    this.toolPart.className = "tools";
    this.listPart.className = "listing";
    this.panelPart.className = "side";
    this.stagePart.className = "view";
    this.mapPart.append(this.toolPart, this.stagePart, this.listPart);
    this.frame.append(this.mapPart, this.panelPart);
    this.root.append(this.frame);
  }

  /** Who buys. Without a token the button says "Continue" and leads to the shop at `src`. */
  get auth(): Auth {
    return this.who;
  }

  set auth(auth: Auth) {
    this.who = auth;
    if (this.isConnected) this.start();
  }

  /** Picks seats by label, as soon as the map is there; what is taken or unknown is left out. */
  select(labels: readonly string[]): void {
    this.wanted.push(...labels);
    this.catchUp();
  }

  /** Asks again what is held: after a payment, after signing in. */
  async refresh(): Promise<void> {
    await this.sale?.findHold();
  }

  /** Where a seat is drawn, for pointing at it from outside; null for a label this map does not have. */
  boxOf(label: string): DOMRect | null {
    const seat = this.sale?.room?.at.get(label);
    if (seat === undefined || !this.stage) return null;
    const { x, y, size } = this.stage.place(seat);
    const box = this.stage.element.getBoundingClientRect();
    return new DOMRect(box.x + x - size / 2, box.y + y - size / 2, size, size);
  }

  /** How a seat is shown now: free, picked, mine, leaving, held, sold, blocked, unknown; null for an unknown label. */
  stateOf(label: string): string | null {
    const seat = this.sale?.room?.at.get(label);
    return seat === undefined ? null : (this.sale?.stateOf(seat) ?? null);
  }

  /** The version of the live state that is shown, and whether it is live. */
  get shownVersion(): { version: number; live: boolean } | null {
    return this.sale?.availability ? { version: this.sale.availability.version, live: this.sale.live } : null;
  }

  connectedCallback(): void {
    this.scheme.addEventListener("change", this.restyle);
    document.addEventListener("visibilitychange", this.wake);
    this.start();
  }

  disconnectedCallback(): void {
    this.scheme.removeEventListener("change", this.restyle);
    document.removeEventListener("visibilitychange", this.wake);
    cancelAnimationFrame(this.due);
    this.due = 0;
    this.stop();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || before === after) return;
    if (name === "lang") this.restyle();
    else this.start();
  }

  private get locale(): Locale {
    return localeOf(this.getAttribute("lang") ?? this.closest("[lang]")?.getAttribute("lang") ?? null);
  }

  private get origin(): string {
    return new URL(this.getAttribute("src") ?? HOME, location.href).origin;
  }

  private start(): void {
    this.stop();
    const session = this.getAttribute("session");
    if (!session) return;
    this.restyle();
    this.sale = new Sale(this.origin, session, this.who, {
      changed: () => this.draw(),
      selected: () => this.say("usher-selection", this.selection()),
      held: (hold) => this.say("usher-hold", { hold }),
      released: (holdId) => this.say("usher-release", { holdId }),
      expired: (holdId) => this.say("usher-expired", { holdId }),
      live: (live) => this.say("usher-live", { live }),
    });
    void this.sale.open();
  }

  private stop(): void {
    this.sale?.close();
    this.sale = null;
    this.stage?.close();
    this.stage?.element.remove();
    this.stage = null;
  }

  private readonly wake = (): void => {
    if (document.visibilityState === "visible" && this.sale?.choice.hold) void this.sale.findHold();
  };

  private readonly restyle = (): void => {
    this.frame.dir = directionOf(this.locale);
    this.frame.lang = this.locale;
    const style = getComputedStyle(this.frame);
    const colours = Object.fromEntries(Object.entries(COLOURS).map(([key, name]) => [key, style.getPropertyValue(name).trim()]));
    this.look = { ...(colours as unknown as Look), font: style.fontFamily };
    this.stage?.restyle(this.look);
    this.draw();
  };

  private draw(): void {
    this.seen = null;
    if (!this.due) this.due = requestAnimationFrame(() => this.drawn());
  }

  private drawn(): void {
    this.due = 0;
    const { sale, look, locale } = this;
    if (!sale || !look || !this.isConnected) return;
    const words = WORDS[locale];
    this.frame.dataset["state"] = sale.loading;
    this.frame.classList.toggle("old", sale.loading === "ready" && !sale.live && sale.availability !== null);
    this.frame.classList.toggle("listed", this.listed);
    this.frame.classList.toggle("seated", sale.session?.seatMap != null || sale.loading === "loading");
    this.buildStage(sale, look);
    this.catchUp();
    this.stage?.invalidate();
    if (this.stage && sale.availability && !performance.getEntriesByName(FIRST_MAP).length) requestAnimationFrame(() => performance.mark(FIRST_MAP));
    if (sale.loading !== "ready") {
      const failed = sale.loading !== "loading";
      render(
        <p class="wait" role={failed ? "alert" : "status"}>
          {sale.loading === "loading" ? words.loading : sale.loading === "gone" ? words.gone : words.unreachable}
          {sale.loading === "unreachable" && <button type="button" onClick={() => void sale.open()}>{words.again}</button>}
        </p>, this.panelPart);
      return;
    }
    const given = { sale, words, locale, look, levels: this.levels() };
    render(<Panel {...given} signedIn={this.who.token() !== null} link={this.link()} hold={() => this.hold()} best={(type, quantity) => this.best(type, quantity)} pay={() => this.pay()} />, this.panelPart);
    render(this.tools(words), this.toolPart);
    render(this.listed && sale.room ? <SeatList sale={sale} room={sale.room} words={words} spoken={(seat) => this.spoken(seat)} /> : null, this.listPart);
  }

  private buildStage(sale: Sale, look: Look): void {
    if (this.stage || !sale.room) return;
    this.stage = new Stage(sale.room, {
      shown: () => (this.seen ??= this.shown()),
      words: (seat) => this.spoken(seat),
      checked: (seat) => sale.choice.seats.has(sale.room?.labels[seat] ?? ""),
      pickable: (seat) => canPick(sale.stateOf(seat)),
      toggle: (seat) => sale.toggle(seat),
    });
    this.stage.restyle(look);
    this.stagePart.replaceChildren(this.stage.element);
    this.mapPart.setAttribute("role", "group");
    this.mapPart.setAttribute("aria-label", WORDS[this.locale].map(sale.room.name));
  }

  private tools(words: (typeof WORDS)[Locale]): preact.ComponentChildren {
    const { stage } = this;
    if (!stage) return null;
    return (
      <>
        <button type="button" class="plain wide" aria-pressed={this.listed} onClick={() => { this.listed = !this.listed; this.draw(); }}>
          {words.list}
        </button>
        {!this.listed && (
          <>
            <button type="button" class="plain" aria-label={words.farther} onClick={() => stage.zoom(1 / 1.6)}>−</button>
            <button type="button" class="plain" aria-label={words.closer} onClick={() => stage.zoom(1.6)}>+</button>
            <button type="button" class="plain" aria-label={words.whole} onClick={() => stage.whole()}>⤢</button>
          </>
        )}
        <span id="keys" hidden>{words.keys}</span>
      </>
    );
  }

  private shown(): Shown {
    const { sale } = this;
    const room = sale?.room;
    if (!sale || !room) return { states: [], lost: new Set(), captions: [], levels: [], live: false };
    const states = room.labels.map((_, seat) => sale.stateOf(seat));
    const words = WORDS[this.locale];
    const captions = room.sections.map((section): [string, string] => {
      const [first, end] = [room.rows[section.first]?.first ?? 0, room.rows[section.end - 1]?.end ?? 0];
      let free = 0;
      for (let seat = first; seat < end; seat++) if (states[seat] === "free") free++;
      return [section.name || room.name, sale.availability ? (free ? words.free(free) : words.soldOut) : "…"];
    });
    const lost = new Set([...sale.choice.lost].map((label) => room.at.get(label) ?? -1));
    return { states, lost, captions, levels: this.levels(), live: sale.live };
  }

  /** Price levels from the dearest down, so that the same sign means the same rank on every map. */
  private levels(): number[] {
    const { sale } = this;
    const ranked = [...(sale?.seatTypes ?? [])].sort((a, b) => Number(b.price.amount) - Number(a.price.amount));
    return sale?.room?.categories.map((category) => ranked.findIndex((type) => type.category === category.name)) ?? [];
  }

  private spoken(seat: number): string {
    const { sale, locale } = this;
    const room = sale?.room;
    const row = room?.rows[room.row[seat] ?? -1];
    if (!sale || !room || !row) return "";
    const words = WORDS[locale];
    const type = sale.typeOf(seat);
    return [
      words.seat(room.sections[row.section]?.name ?? "", row.name, room.numbers[seat] ?? ""),
      room.accessible.has(seat) ? words.accessible : "",
      type ? `${type.name}, ${money(locale, type.price)}` : "",
      words[`state_${sale.stateOf(seat)}`],
    ].filter(Boolean).join(locale === "ar" ? "، " : ", ");
  }

  private selection(): SeatMapEvents["usher-selection"] {
    const { sale } = this;
    const places = [...(sale?.choice.places ?? [])].map(([ticketTypeId, quantity]) => ({ ticketTypeId, quantity }));
    return { seats: [...(sale?.choice.seats ?? [])], places, total: total(sale?.prices() ?? []) };
  }

  private link(): string {
    const page = new URL(`/sessions/${this.getAttribute("session") ?? ""}`, this.origin);
    const seats = [...(this.sale?.choice.seats ?? [])];
    if (seats.length) page.searchParams.set("seats", JSON.stringify(seats));
    return page.href;
  }

  private hold(): void {
    if (this.who.token()) void this.sale?.lock();
    else if (this.say("usher-sign-in", {})) window.open(this.link(), "_top");
  }

  private best(ticketTypeId: string, quantity: number): void {
    if (this.who.token()) void this.sale?.lockBest(ticketTypeId, quantity);
    else if (this.say("usher-sign-in", {})) window.open(this.link(), "_top");
  }

  private pay(): void {
    const hold = this.sale?.choice.hold;
    if (hold && this.say("usher-checkout", { hold })) window.open(new URL("/basket", this.origin), "_top");
  }

  private catchUp(): void {
    if (!this.sale?.room || !this.sale.availability || this.sale.loading !== "ready" || !this.wanted.length) return;
    this.sale.select(this.wanted.splice(0));
  }

  /** False when somebody said preventDefault. */
  private say<Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name]): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: name === "usher-sign-in" || name === "usher-checkout" }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "usher-seat-map": SeatMapElement;
  }
}
