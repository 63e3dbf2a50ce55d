// The map itself: canvas, gestures, zooming, the keyboard's cursor. Knows seats by position, and nothing of buying.

import type { Room } from "../client/layout";
import { Cursor } from "./cursor";
import { listen } from "./gestures";
import type { Look } from "./marks";
import { type Nearest, nearestSeat } from "./nearest";
import { Painter, type Shown } from "./painter";
import { between, centred, fit, kept, type Size, type View, zoomed } from "./view";

export interface StagePort {
  shown(): Shown;
  words(seat: number): string;
  checked(seat: number): boolean;
  pickable(seat: number): boolean;
  toggle(seat: number): void;
}

/** A finger needs this many pixels; below it a tap comes closer first. */
const FINGER = 16;
const MOUSE = 7;
/** A seat's width in pixels at the closest, and where a tap or the keyboard brings it. */
const CLOSEST = 72;
const COMFORTABLE = 30;
const GLIDE = 220;
/** While the map moves, its last picture is moved: painting anew waits for rest, or until the picture no longer serves. */
const REST = 110;
const OUTGROWN = 1.7;
/** Painted beyond each edge, as a part of the width and height, so that there is something to move in. */
const MARGIN = 0.2;
/** More device pixels than these cost time and show nothing. */
const DENSEST = 2;

export class Stage {
  readonly element = document.createElement("div");
  private readonly canvas = document.createElement("canvas");
  private readonly bubble = document.createElement("div");
  private readonly painter: Painter;
  private readonly nearest: Nearest;
  private readonly cursor: Cursor;
  private readonly resized: ResizeObserver;
  private size: Size = { width: 0, height: 0 };
  private view: View = { scale: 1, x: 0, y: 0 };
  private untouched = true;
  /** What the canvas shows, and when it was painted. */
  private painted: View = this.view;
  private paintedAt = 0;
  private movedAt = 0;
  private stale = true;
  private due = 0;
  private glide: { from: View; to: View; start: number } | null = null;
  private look: Look | null = null;
  private hovered: number | null = null;

  constructor(
    private readonly room: Room,
    private readonly port: StagePort,
  ) {
    this.element.className = "stage";
    this.canvas.setAttribute("part", "map");
    this.canvas.setAttribute("aria-hidden", "true");
    this.bubble.className = "bubble";
    this.bubble.hidden = true;
    this.bubble.setAttribute("aria-hidden", "true");
    const layer = document.createElement("div");
    layer.className = "layer";
    this.element.append(this.canvas, layer, this.bubble);
    const pen = this.canvas.getContext("2d");
    if (!pen) throw new Error("no canvas here");
    this.nearest = nearestSeat(room);
    this.painter = new Painter(room, pen, this.nearest);
    this.cursor = new Cursor(room, layer, {
      place: (seat) => this.place(seat),
      words: (seat) => port.words(seat),
      checked: (seat) => port.checked(seat),
      disabled: (seat) => !port.pickable(seat),
      toggle: (seat) => port.toggle(seat),
      reveal: (seat) => this.reveal(seat),
      zoom: (factor) => this.zoom(factor),
      whole: () => this.whole(),
    });
    listen(this.element, {
      pan: (dx, dy) => this.moveTo({ ...this.view, x: this.view.x + dx, y: this.view.y + dy }),
      zoom: (factor, x, y) => this.moveTo(this.closer(factor, x, y)),
      tap: (x, y, touch) => this.tap(x, y, touch),
      hover: (x, y) => this.hover(x, y),
      leave: () => this.hint(null),
    });
    this.resized = new ResizeObserver(() => this.resize());
    this.resized.observe(this.element);
  }

  close(): void {
    this.resized.disconnect();
    cancelAnimationFrame(this.due);
  }

  /** Something to be seen has changed. */
  invalidate(): void {
    this.stale = true;
    this.schedule();
  }

  private schedule(): void {
    if (!this.due) this.due = requestAnimationFrame((now) => this.frame(now));
  }

  /** Colours have changed. */
  restyle(look: Look): void {
    this.look = look;
    this.painter.forget();
    this.invalidate();
  }

  /** Price levels have changed. */
  relevel(): void {
    this.painter.forget();
    this.invalidate();
  }

  zoom(factor: number): void {
    this.glideTo(this.closer(factor, this.size.width / 2, this.size.height / 2));
  }

  whole(): void {
    this.untouched = true;
    this.glideTo(fit(this.room.bounds, this.size));
  }

  /** The middle of a seat in pixels of the element, and its width. */
  place(seat: number): { x: number; y: number; size: number } {
    const x = (this.room.x[seat] ?? 0) * this.view.scale + this.view.x;
    const y = (this.room.y[seat] ?? 0) * this.view.scale + this.view.y;
    return { x, y, size: Math.max(12, this.painter.seatSize(this.view)) };
  }

  /** Brings a seat into sight, close enough to be read. */
  reveal(seat: number): void {
    if (!this.size.width) return;
    const { x, y, size } = this.place(seat);
    const near = size < COMFORTABLE * 0.6 ? this.scaleFor(COMFORTABLE) : this.view.scale;
    const edge = Math.min(60, this.size.width / 5);
    const inside = x > edge && y > edge && x < this.size.width - edge && y < this.size.height - edge;
    if (inside && near === this.view.scale) return;
    this.glideTo(centred(this.room.x[seat] ?? 0, this.room.y[seat] ?? 0, near, this.size));
  }

  private scaleFor(pixels: number): number {
    return pixels / (this.room.spacing * 0.78);
  }

  private closer(factor: number, x: number, y: number): View {
    const least = fit(this.room.bounds, this.size).scale * 0.8;
    return zoomed(this.glide?.to ?? this.view, factor, x, y, least, Math.max(least, this.scaleFor(CLOSEST)));
  }

  private moveTo(view: View): void {
    this.glide = null;
    this.untouched = false;
    this.view = kept(view, this.room.bounds, this.size);
    this.movedAt = performance.now();
    this.hint(null);
    this.schedule();
  }

  private glideTo(view: View): void {
    const to = kept(view, this.room.bounds, this.size);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.view = to;
    else this.glide = { from: this.view, to, start: performance.now() };
    this.untouched = this.untouched && to.scale === fit(this.room.bounds, this.size).scale;
    this.hint(null);
    this.schedule();
  }

  private frame(now: number): void {
    this.due = 0;
    if (this.glide) {
      const part = Math.min(1, Math.max(0, (now - this.glide.start) / GLIDE));
      this.view = between(this.glide.from, this.glide.to, part);
      this.movedAt = now;
      if (part === 1) this.glide = null;
    }
    if (!this.size.width || !this.look) return;
    const moving = this.glide !== null || now - this.movedAt < REST;
    if (moving ? this.outgrown() || (this.stale && now - this.paintedAt > REST) : this.stale || this.painted !== this.view) this.paint(this.look, now);
    this.shift();
    this.cursor.update();
    if (this.glide || this.stale || this.painted !== this.view) this.schedule();
  }

  /** The picture no longer covers the window, or is enlarged too much. */
  private outgrown(): boolean {
    const grown = this.view.scale / this.painted.scale;
    if (grown > OUTGROWN || grown < 1 / OUTGROWN) return true;
    const [mx, my] = this.margins();
    const covered = (from: number, to: number, length: number, margin: number): boolean => {
      const start = to - (from + margin) * grown;
      return start <= 1 && start + (length + 2 * margin) * grown >= length - 1;
    };
    return !covered(this.painted.x, this.view.x, this.size.width, mx) || !covered(this.painted.y, this.view.y, this.size.height, my);
  }

  private paint(look: Look, now: number): void {
    const [mx, my] = this.margins();
    const wide = { width: this.size.width + 2 * mx, height: this.size.height + 2 * my };
    this.painter.paint({ scale: this.view.scale, x: this.view.x + mx, y: this.view.y + my }, wide, this.density(), this.port.shown(), look);
    this.painted = this.view;
    this.paintedAt = now;
    this.stale = false;
  }

  /** Moves the picture from where it was painted to where it belongs: the browser's compositor does that alone. */
  private shift(): void {
    const grown = this.view.scale / this.painted.scale;
    const [mx, my] = this.margins();
    const [tx, ty] = [this.view.x - (this.painted.x + mx) * grown, this.view.y - (this.painted.y + my) * grown];
    this.canvas.style.transform = `translate(${tx}px, ${ty}px) scale(${grown})`;
  }

  /** In whole pixels: a picture that begins between two of them is blurred. */
  private margins(): [number, number] {
    return [Math.round(this.size.width * MARGIN), Math.round(this.size.height * MARGIN)];
  }

  private density(): number {
    return Math.min(DENSEST, devicePixelRatio || 1);
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    const first = !this.size.width;
    this.size = { width, height };
    const [mx, my] = this.margins();
    this.canvas.width = Math.round((width + 2 * mx) * this.density());
    this.canvas.height = Math.round((height + 2 * my) * this.density());
    this.canvas.style.inlineSize = `${this.canvas.width / this.density()}px`;
    this.canvas.style.blockSize = `${this.canvas.height / this.density()}px`;
    this.view = first || this.untouched ? fit(this.room.bounds, this.size) : kept(this.view, this.room.bounds, this.size);
    this.painter.forget();
    // The canvas is empty after a change of its size: no frame without a picture.
    this.stale = true;
    this.movedAt = 0;
    cancelAnimationFrame(this.due);
    this.frame(performance.now());
  }

  private seatAt(x: number, y: number, within: number): number | null {
    const reach = Math.max(this.painter.seatSize(this.view) / 2, within) / this.view.scale;
    return this.nearest((x - this.view.x) / this.view.scale, (y - this.view.y) / this.view.scale, Math.min(reach, this.room.spacing * 3));
  }

  private tap(x: number, y: number, touch: boolean): void {
    const reach = touch ? FINGER : MOUSE;
    const seat = this.seatAt(x, y, reach);
    const small = this.painter.seatSize(this.view) < (touch ? FINGER : MOUSE);
    if (small) {
      const near = this.scaleFor(COMFORTABLE);
      this.glideTo(zoomed(this.view, near / this.view.scale, x, y, this.view.scale, near));
      return;
    }
    if (seat === null) return;
    this.cursor.stand(seat);
    this.port.toggle(seat);
    this.hint(seat);
  }

  private hover(x: number, y: number): void {
    const seat = this.painter.seatSize(this.view) < MOUSE ? null : this.seatAt(x, y, MOUSE);
    this.element.style.cursor = seat !== null && this.port.pickable(seat) ? "pointer" : "";
    if (seat !== this.hovered) this.hint(seat);
  }

  private hint(seat: number | null): void {
    this.hovered = seat;
    this.bubble.hidden = seat === null;
    if (seat === null) return;
    const { x, y, size } = this.place(seat);
    this.bubble.textContent = this.port.words(seat);
    const half = Math.min(this.bubble.offsetWidth, this.size.width) / 2;
    const left = Math.min(this.size.width - half, Math.max(half, x));
    const above = y - size / 2 - 8 > this.bubble.offsetHeight;
    this.bubble.style.transform = `translate(calc(${left}px - 50%), ${above ? `calc(${y - size / 2 - 8}px - 100%)` : `${y + size / 2 + 8}px`})`;
  }
}
