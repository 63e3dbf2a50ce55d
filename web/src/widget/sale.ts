// One session for one buyer: what is sold, what is live, what is picked and held, and the steps between them.

import type { Client } from "@urql/core";
import type { Availability } from "../client/availability";
import { type Deadline, deadline } from "../client/countdown";
import { insist } from "../client/insist";
import { newKey } from "../client/key";
import { type Layout, type Room, readLayout } from "../client/layout";
import { follow } from "../client/live";
import { followQueue, type QueuePosition } from "../client/queue";
import { type Auth, ask, makeClient, Refused, Unreachable } from "../client/transport";
import {
  ChangeHoldDocument, type ChangeHoldMutation, ExtendHoldDocument, JoinQueueDocument, type HoldPartsFragment as Hold, LockTicketsDocument, type LockTicketsInput, type LockTicketsMutation, MyHoldsDocument,
  ReleaseHoldDocument, SessionDocument, type SessionQuery,
} from "../generated";
import * as choice from "./choice";

export type Session = NonNullable<SessionQuery["session"]>;
export type TicketType = Session["ticketTypes"][number];
export type Refusal = Exclude<ChangeHoldMutation["changeHold"] | LockTicketsMutation["lockTickets"], { __typename: "Hold" }>;

/** What the buyer should be told; the element has the words. */
export type Notice =
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "lost"; readonly seats: readonly string[] }
  | { readonly kind: "expired" | "released" | "offline" | "signIn" | "busy" };

export type Loading = "loading" | "ready" | "gone" | "unreachable";

export interface SaleEvents {
  changed(): void;
  selected(): void;
  held(hold: Hold): void;
  released(holdId: string): void;
  expired(holdId: string): void;
  live(live: boolean): void;
}

/** Milliseconds until a server that was silent is asked again what is held. */
const LOOK_AGAIN = 4_000;

export class Sale {
  loading: Loading = "loading";
  session: Session | null = null;
  room: Room | null = null;
  /** The last known live state; null until the first has come. */
  availability: Availability | null = null;
  live = false;
  liveUntil: Date | null = null;
  choice = choice.NOTHING;
  deadline: Deadline | null = null;
  notice: Notice | null = null;
  /** Where the buyer is in the session's waiting room; null where there is none, or nobody is signed in. */
  queue: QueuePosition | null = null;
  /** Until the draw, the buyer's turn or the end of it. */
  queueDeadline: Deadline | null = null;

  private readonly client: Client;
  private readonly ended = new AbortController();
  private alarm: ReturnType<typeof setTimeout> | undefined;
  private unfollow: (() => void) | undefined;
  private unqueue: (() => void) | undefined;
  private turnAlarm: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly origin: string,
    private readonly sessionId: string,
    private readonly auth: Auth,
    private readonly tell: SaleEvents,
  ) {
    this.client = makeClient(origin, auth);
  }

  async open(): Promise<void> {
    this.loading = "loading";
    this.tell.changed();
    this.unfollow ??= follow(this.origin, this.auth, this.sessionId, { onState: (state) => this.moved(state), onLive: (live) => this.said(live) });
    try {
      const { session } = await ask(this.client, SessionDocument, { id: this.sessionId });
      this.session = session;
      if (session?.seatMap) this.room = await this.layout(session.seatMap.url);
      this.loading = session ? "ready" : "gone";
    } catch {
      this.loading = "unreachable";
    }
    if (this.ended.signal.aborted) return;
    if (this.loading === "gone") this.unfollow();
    if (this.loading === "ready") {
      this.lookAtLosses();
      if (this.session?.waitingRoom) this.queueUp();
      await this.findHold();
    }
    this.tell.changed();
  }

  close(): void {
    this.ended.abort();
    clearTimeout(this.alarm);
    clearTimeout(this.turnAlarm);
    this.unqueue?.();
    this.unfollow?.();
  }

  /** Whether somebody else's turn comes first. */
  get waiting(): boolean {
    return this.queue !== null && this.queue.__typename !== "NoQueue" && this.queue.__typename !== "Admitted";
  }

  /** Takes a place in the queue, or finds the one that there is. */
  async join(): Promise<void> {
    const answer = await this.answered(async () => (await ask(this.client, JoinQueueDocument, { sessionId: this.sessionId })).joinQueue);
    if (answer && this.notice?.kind === "busy") this.notice = null;
    this.queueUp();
    this.tell.changed();
  }

  /** Looks for a hold that was made before a reload, in another window, without our hearing of it, or has been paid meanwhile. False where nobody answers. */
  async findHold(): Promise<boolean> {
    if (!this.auth.token()) {
      if (this.choice.hold) this.withoutHold();
      return true;
    }
    let heard = true;
    try {
      const { me } = await ask(this.client, MyHoldsDocument, {});
      if (this.notice?.kind === "offline") this.notice = null;
      const found = me?.holds.find((hold) => hold.session.id === this.sessionId);
      if (found) this.holding(found);
      else if (this.choice.hold) this.withoutHold();
    } catch (error) {
      this.notice ??= { kind: "offline" };
      heard = !(error instanceof Unreachable);
    }
    this.tell.changed();
    return heard;
  }

  typeOf(seat: number): TicketType | undefined {
    const category = this.room?.categories[this.room.category[seat] ?? -1]?.name;
    return this.session?.ticketTypes.find((type) => !type.generalAdmission && type.category === category);
  }

  /** What seats cost; the rest are places of general admission. */
  get seatTypes(): readonly TicketType[] {
    return this.session?.ticketTypes.filter((type) => !type.generalAdmission) ?? [];
  }

  stateOf(seat: number): choice.SeatState {
    const label = this.room?.labels[seat] ?? "";
    return choice.stateOf(this.choice, label, this.availability?.status.get(label), this.typeOf(seat) !== undefined, this.availability !== null);
  }

  /** What is wanted, at today's prices. */
  prices(): { amount: string; currency: string }[] {
    const seats = [...this.choice.seats].map((label) => this.typeOf(this.room?.at.get(label) ?? -1)?.price);
    const places = [...this.choice.places].flatMap(([id, quantity]) => Array<TicketType["price"] | undefined>(quantity).fill(this.session?.ticketTypes.find((type) => type.id === id)?.price));
    return [...seats, ...places].filter((price) => price !== undefined);
  }

  toggle(seat: number): void {
    const label = this.room?.labels[seat];
    if (label === undefined || !choice.canPick(this.stateOf(seat)) || this.fixed()) return;
    this.pick(choice.toggled(this.choice, label));
  }

  /** Picks those of `labels` that are there and not picked yet. */
  select(labels: readonly string[]): void {
    for (const label of labels) {
      const seat = this.room?.at.get(label);
      if (seat !== undefined && !this.choice.seats.has(label)) this.toggle(seat);
    }
  }

  /** Wants more or fewer places, never fewer than none nor more than there are. */
  places(ticketTypeId: string, step: number): void {
    const wanted = (this.choice.places.get(ticketTypeId) ?? 0) + step;
    if (!this.fixed() && wanted >= 0 && (step < 0 || wanted <= this.most(ticketTypeId))) this.pick(choice.withPlaces(this.choice, ticketTypeId, wanted));
  }

  /** Places left, with those that are held here. */
  most(ticketTypeId: string): number {
    const held = this.choice.hold?.generalAdmission.find((one) => one.ticketTypeId === ticketTypeId)?.quantity ?? 0;
    return (this.availability?.places.get(ticketTypeId) ?? 0) + held;
  }

  /** Back to what is held. */
  undo(): void {
    if (this.choice.hold) this.pick(choice.holding(this.choice, this.choice.hold));
  }

  /** Locks what is wanted, or changes the hold into it. */
  async lock(): Promise<void> {
    const { add, remove, places } = choice.difference(this.choice);
    const hold = this.choice.hold;
    if (!hold) return this.lockNew({ seats: add });
    const input = { holdId: hold.id, add, remove, generalAdmission: places, idempotencyKey: newKey(), queueToken: this.queueToken };
    await this.taken(async () => (await ask(this.client, ChangeHoldDocument, { input })).changeHold);
  }

  /** Locks the best seats there are of a ticket type, beside the places that are wanted. */
  async lockBest(ticketTypeId: string, quantity: number): Promise<void> {
    const seats = this.room?.labels.flatMap((_, seat) => (this.typeOf(seat)?.id === ticketTypeId ? [seat] : [])) ?? [];
    // Accessible places are given to those only who ask for them; who chose a price level of nothing else does.
    const accessible = seats.every((seat) => this.room?.accessible.has(seat)) ? quantity : 0;
    await this.lockNew({ bestAvailable: { ticketTypeId, quantity, accessible } });
  }

  /** Other seats that the server offered instead of what it refused. */
  offers(): readonly (readonly string[])[] {
    const refusal = this.notice?.kind === "refused" ? this.notice.refusal : null;
    if (refusal?.__typename === "SeatsUnavailable") return refusal.alternatives;
    return refusal?.__typename === "WouldLeaveSingleSeat" ? [refusal.suggestion] : [];
  }

  /** Wants these instead of what was refused, and locks them at once: they are offered to others too. */
  async accept(offer: readonly string[]): Promise<void> {
    const kept = this.choice.hold?.seats.filter((label) => this.choice.seats.has(label)) ?? [];
    this.pick({ ...this.choice, seats: new Set([...kept, ...offer]), lost: new Set() });
    await this.lock();
  }

  /** More time for the hold; it is given once. */
  async extend(): Promise<void> {
    const hold = this.choice.hold;
    if (!hold) return;
    const once = { holdId: hold.id, idempotencyKey: newKey() };
    this.asking(true);
    const answer = await this.answered(async () => (await ask(this.client, ExtendHoldDocument, once)).extendHold);
    this.asking(false);
    if (answer?.__typename === "Hold") this.deadlineOf(answer);
    else if (answer) await this.findHold();
    this.tell.changed();
  }

  async release(): Promise<void> {
    const hold = this.choice.hold;
    if (!hold) return;
    const once = { holdId: hold.id, idempotencyKey: newKey() };
    this.asking(true);
    const answer = await this.answered(async () => (await ask(this.client, ReleaseHoldDocument, once)).releaseHold);
    this.asking(false);
    const gone = answer ? ["Hold", "HoldExpired", "NotFound"].includes(answer.__typename) : !this.choice.hold;
    if (gone) {
      this.withoutHold();
      this.notice = { kind: "released" };
      this.tell.released(hold.id);
    } else if (answer) this.notice = { kind: "refused", refusal: answer as Refusal };
    this.tell.changed();
  }

  private queueUp(): void {
    if (!this.auth.token()) return;
    this.unqueue?.();
    this.unqueue = followQueue(this.origin, this.auth, this.sessionId, (position) => this.queued(position));
  }

  private queued(position: QueuePosition): void {
    this.queue = position;
    clearTimeout(this.turnAlarm);
    if (position.__typename === "AwaitingDraw") this.queueDeadline = deadline(position.opensAt, position.serverTime);
    else if (position.__typename === "Queued" && position.expectedAt !== null)
      this.queueDeadline = deadline(position.expectedAt, position.serverTime);
    else if (position.__typename === "Admitted") {
      this.queueDeadline = deadline(position.expiresAt, position.serverTime);
      this.turnAlarm = setTimeout(() => this.queueUp(), this.queueDeadline.left() + 500);
    } else this.queueDeadline = null;
    this.tell.changed();
  }

  private get queueToken(): string | null {
    return this.queue?.__typename === "Admitted" ? this.queue.queueToken : null;
  }

  private async lockNew(wanted: Pick<LockTicketsInput, "seats" | "bestAvailable">): Promise<void> {
    const { places } = choice.difference(this.choice);
    const input = { sessionId: this.sessionId, generalAdmission: places, idempotencyKey: newKey(), queueToken: this.queueToken, ...wanted };
    await this.taken(async () => (await ask(this.client, LockTicketsDocument, { input })).lockTickets);
  }

  private async taken(send: () => Promise<Hold & { __typename: "Hold" } | Refusal>): Promise<void> {
    this.asking(true);
    const answer = await this.answered(send);
    this.asking(false);
    if (answer?.__typename === "Hold") this.holding(answer);
    else if (answer) this.refused(answer);
    this.lookAtLosses();
    this.tell.changed();
  }

  private async layout(url: string): Promise<Room> {
    const answer = await fetch(new URL(url, this.origin), { signal: this.ended.signal });
    if (!answer.ok) throw new Error(`layout: ${answer.status}`);
    return readLayout((await answer.json()) as Layout);
  }

  /** The answer of `send`, as `insist` gets it; null with a notice where there is none, and what came of it is looked up. */
  private async answered<Answer extends { __typename: string }>(send: () => Promise<Answer>): Promise<Answer | null> {
    try {
      return await insist(send, () => this.busy());
    } catch (error) {
      this.notice = { kind: error instanceof Refused && error.code === "UNAUTHENTICATED" ? "signIn" : "offline" };
      if (error instanceof Unreachable) await this.untilFound();
      return null;
    }
  }

  private async untilFound(): Promise<void> {
    while (!(await this.findHold()) && !this.ended.signal.aborted) await new Promise((done) => setTimeout(done, LOOK_AGAIN));
  }

  private busy(): void {
    this.notice = { kind: "busy" };
    this.tell.changed();
  }

  /** A payment decides about the hold: nothing of it can be changed meanwhile. */
  private fixed(): boolean {
    return this.choice.asking || this.choice.hold?.state === "ORDERED";
  }

  private pick(next: choice.Choice): void {
    this.choice = next;
    this.notice = null;
    this.tell.selected();
    this.tell.changed();
  }

  private asking(now: boolean): void {
    this.choice = { ...this.choice, asking: now };
    if (now) this.notice = null;
    this.tell.changed();
  }

  private holding(hold: Hold): void {
    this.choice = choice.holding(this.choice, hold);
    this.deadlineOf(hold);
    this.tell.held(hold);
  }

  private deadlineOf(hold: Hold): void {
    this.choice = { ...this.choice, hold };
    this.deadline = deadline(hold.expiresAt, hold.serverTime);
    clearTimeout(this.alarm);
    if (hold.state === "ACTIVE") this.alarm = setTimeout(() => this.expired(hold.id), this.deadline.left());
  }

  private withoutHold(): void {
    clearTimeout(this.alarm);
    this.deadline = null;
    this.choice = choice.withoutHold(this.choice);
  }

  private expired(holdId: string): void {
    if (this.choice.hold?.id !== holdId) return;
    // A clock that slept fires early or late; the server's word counts.
    if (this.deadline && this.deadline.left() > 0) {
      this.alarm = setTimeout(() => this.expired(holdId), this.deadline.left());
      return;
    }
    this.withoutHold();
    this.notice = { kind: "expired" };
    this.tell.expired(holdId);
    this.tell.changed();
  }

  private refused(refusal: Refusal): void {
    if (refusal.__typename === "QueueRequired") this.queueUp();
    if (refusal.__typename === "SeatsUnavailable") this.choice = choice.refused(this.choice, refusal.labels);
    if (refusal.__typename === "HoldExpired" || (refusal.__typename === "NotFound" && this.choice.hold)) {
      this.withoutHold();
      this.notice = { kind: "expired" };
    } else this.notice = { kind: "refused", refusal };
    this.tell.selected();
  }

  private moved(state: Availability): void {
    this.availability = state;
    this.lookAtLosses();
    this.tell.changed();
  }

  private lookAtLosses(): void {
    if (!this.availability) return;
    const before = this.choice;
    this.choice = choice.afterChange(before, this.availability.status);
    if (this.choice === before) return;
    const lost = [...this.choice.lost].filter((label) => !before.lost.has(label));
    if (!lost.length) return;
    this.notice = { kind: "lost", seats: lost };
    this.tell.selected();
  }

  private said(live: boolean): void {
    this.live = live;
    this.liveUntil = live ? null : (this.liveUntil ?? new Date());
    this.tell.live(live);
    this.tell.changed();
    if (live && this.notice?.kind === "offline") void this.findHold();
  }
}
