// Paints a room on a canvas: shapes, then seats from small pictures made once a size, then what sections have left.

import type { Room, Shape } from "../client/layout";
import { canPick, type SeatState } from "./choice";
import { contrast, drawAccessible, drawSeat, type Look, outlineOf, visible } from "./marks";
import type { Nearest } from "./nearest";
import type { Size, View } from "./view";

/** Seats smaller than this, in pixels, are dots: their state is a colour and the sections say how much is free. */
const DOT = 5;
/** From here on seats show their number. */
const NUMBERED = 19;
/** Below this the sections are named on top of the seats. */
const SUMMED = 7;

/** A seat's picture is wider than the seat: signs stand out. */
const BOX = 1.8;

export interface Shown {
  /** By seat. */
  readonly states: readonly SeatState[];
  readonly lost: ReadonlySet<number>;
  /** Words on each section, e.g. "Stalls" and "120 free". */
  readonly captions: readonly (readonly [string, string])[];
  /** Price level by category, in the order of prices; -1: not sold. */
  readonly levels: readonly number[];
  readonly live: boolean;
}

const SIGNS: readonly SeatState[] = ["picked", "mine", "leaving"];

export class Painter {
  private readonly pictures = new Map<string, OffscreenCanvas>();
  private pictured = 0;
  /** By category, as they are drawn on this ground. */
  private colors: string[] = [];

  constructor(
    private readonly room: Room,
    private readonly pen: CanvasRenderingContext2D,
    private readonly nearest: Nearest,
  ) {}

  /** Width of a seat in pixels. */
  seatSize(view: View): number {
    return this.room.spacing * 0.78 * view.scale;
  }

  paint(view: View, size: Size, density: number, shown: Shown, look: Look): void {
    const { pen } = this;
    if (!this.colors.length) this.colors = this.room.categories.map((category) => visible(category.color, look.ground));
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, size.width, size.height);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const summed = this.seatSize(view) < SUMMED;
    if (summed) this.outlines(view, look);
    for (const shape of this.room.shapes) this.shape(shape, view, look);
    if (this.seatSize(view) < DOT) this.dots(view, size, shown, look);
    else this.seats(view, size, density, shown, look);
    if (!this.room.named && this.seatSize(view) >= SUMMED) this.rowNames(view, size, look);
    if (summed) this.captions(view, size, shown, look);
  }

  /** What the rows of a section cover, as one stroke: overlaps inside it are not painted twice. */
  private outlines(view: View, look: Look): void {
    const { pen, room } = this;
    pen.lineJoin = pen.lineCap = "round";
    pen.globalAlpha = 0.09;
    pen.strokeStyle = look.ink;
    pen.lineWidth = room.spacing * 1.5 * view.scale;
    for (const section of room.sections) {
      pen.beginPath();
      for (const row of room.rows.slice(section.first, section.end))
        for (let seat = row.first; seat < row.end; seat++) {
          const [px, py] = [(room.x[seat] ?? 0) * view.scale + view.x, (room.y[seat] ?? 0) * view.scale + view.y];
          if (seat === row.first) pen.moveTo(px, py);
          pen.lineTo(px, py);
        }
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  private shape(shape: Shape, view: View, look: Look): void {
    const { pen } = this;
    const { x, y, width = 0, height = 0, rotation = 0 } = shape;
    const k = view.scale;
    pen.save();
    pen.translate(x * k + view.x, y * k + view.y);
    pen.rotate((rotation * Math.PI) / 180);
    pen.beginPath();
    let middle: readonly [number, number] = [0, 0];
    if (shape.kind === "rectangle") {
      pen.roundRect(0, 0, width * k, height * k, Math.min(6, width, height) * k);
      middle = [(width * k) / 2, (height * k) / 2];
    } else if (shape.kind === "circle") pen.arc(0, 0, (width * k) / 2, 0, 2 * Math.PI);
    else if (shape.kind === "ellipse") pen.ellipse(0, 0, (width * k) / 2, (height * k) / 2, 0, 0, 2 * Math.PI);
    else if (shape.kind === "polygon" && shape.points?.length) {
      for (const [px, py] of shape.points) pen.lineTo((px - x) * k, (py - y) * k);
      pen.closePath();
      const sum = shape.points.reduce(([sx, sy], [px, py]) => [sx + px - x, sy + py - y] as const, [0, 0] as const);
      middle = [(sum[0] / shape.points.length) * k, (sum[1] / shape.points.length) * k];
    }
    pen.globalAlpha = 0.3;
    pen.fillStyle = shape.color ?? look.off;
    if (shape.kind !== "text" && shape.color !== null) pen.fill();
    pen.globalAlpha = 1;
    if (shape.kind !== "text") {
      pen.strokeStyle = look.off;
      pen.lineWidth = 1;
      pen.stroke();
    }
    const letters = (shape.kind === "text" && height ? height : this.room.spacing * 0.62) * k;
    if (shape.text && letters >= 5) {
      pen.font = `600 ${Math.min(letters, 40)}px ${look.font}`;
      pen.fillStyle = shape.kind === "text" ? look.quiet : look.ink;
      pen.fillText(shape.text, middle[0], middle[1]);
    }
    pen.restore();
  }

  /** One filled path per colour: thousands of dots cost a few calls. */
  private dots(view: View, size: Size, shown: Shown, look: Look): void {
    const { pen, room } = this;
    const side = Math.max(1, this.seatSize(view));
    const paths = new Map<string, Path2D>();
    const small = side * 0.45;
    for (let seat = 0; seat < room.labels.length; seat++) {
      const px = (room.x[seat] ?? 0) * view.scale + view.x;
      const py = (room.y[seat] ?? 0) * view.scale + view.y;
      if (px < -side || py < -side || px > size.width + side || py > size.height + side) continue;
      const state = shown.states[seat] ?? "unknown";
      const taken = !canPick(state);
      const color = SIGNS.includes(state) ? look.accent : taken ? look.off : (this.colors[room.category[seat] ?? 0] ?? look.ink);
      const grown = SIGNS.includes(state) ? side * 1.5 : taken ? small : side;
      let path = paths.get(color);
      if (!path) paths.set(color, (path = new Path2D()));
      path.rect(px - grown / 2, py - grown / 2, grown, grown);
    }
    for (const [color, path] of paths) {
      pen.fillStyle = color;
      pen.fill(path);
    }
  }

  private seats(view: View, size: Size, density: number, shown: Shown, look: Look): void {
    const { pen, room } = this;
    const side = this.seatSize(view);
    // Pictures are made for sizes in steps of an eighth, so that a pinch does not make new ones every frame.
    const step = Math.max(0.5, 2 ** (Math.floor(Math.log2(side) * 8) / 8));
    if (step !== this.pictured) this.forget(step);
    const box = side * BOX;
    pen.font = `600 ${Math.max(8, side * 0.42)}px ${look.font}`;
    for (let seat = 0; seat < room.labels.length; seat++) {
      const px = (room.x[seat] ?? 0) * view.scale + view.x;
      const py = (room.y[seat] ?? 0) * view.scale + view.y;
      if (px < -box || py < -box || px > size.width + box || py > size.height + box) continue;
      const state = shown.states[seat] ?? "unknown";
      const picture = this.picture(room.category[seat] ?? 0, state, shown.lost.has(seat), room.accessible.has(seat), step, density, shown, look);
      pen.drawImage(picture, px - box / 2, py - box / 2, box, box);
      if (side < NUMBERED || state !== "free" || room.accessible.has(seat)) continue;
      pen.fillStyle = contrast(this.colors[room.category[seat] ?? 0] ?? "#000000");
      pen.fillText(room.numbers[seat] ?? "", px, py, side * 0.8);
    }
  }

  private picture(category: number, state: SeatState, lost: boolean, accessible: boolean, step: number, density: number, shown: Shown, look: Look): OffscreenCanvas {
    const key = `${category} ${state} ${lost} ${accessible}`;
    const kept = this.pictures.get(key);
    if (kept) return kept;
    const side = Math.ceil(step * BOX * density);
    const made = new OffscreenCanvas(side, side);
    const pen = made.getContext("2d");
    if (pen) {
      const color = this.colors[category] ?? look.ink;
      pen.translate(side / 2, side / 2);
      drawSeat(pen, side / BOX, outlineOf(shown.levels[category] ?? 0), color, state, lost, look);
      if (accessible && state === "free") drawAccessible(pen, side / BOX, contrast(color));
      else if (accessible && state === "unknown") drawAccessible(pen, side / BOX, look.off);
    }
    this.pictures.set(key, made);
    return made;
  }

  /** After a change of colours, of price levels or of size every picture is drawn anew. */
  forget(step = 0): void {
    this.pictures.clear();
    if (!step) this.colors = [];
    this.pictured = step;
  }

  /** At both ends of a row, where there is room: not on a seat, not on another name. */
  private rowNames(view: View, size: Size, look: Look): void {
    const { pen, room } = this;
    const away = room.spacing * 1.05;
    const letters = Math.min(14, Math.max(9, this.seatSize(view) * 0.6));
    pen.font = `500 ${letters}px ${look.font}`;
    pen.fillStyle = look.quiet;
    const written: (readonly [number, number, number])[] = [];
    for (const { x, y, name } of this.ends(away)) {
      const px = x * view.scale + view.x;
      const py = y * view.scale + view.y;
      if (px < -30 || py < -30 || px > size.width + 30 || py > size.height + 30) continue;
      const half = pen.measureText(name).width / 2 + 2;
      if (written.some(([ox, oy, other]) => Math.abs(ox - px) < other + half && Math.abs(oy - py) < letters)) continue;
      if (this.nearest(x, y, room.spacing * 0.45 + half / view.scale / 2) !== null && half * 2 > away * view.scale) continue;
      if (this.nearest(x, y, room.spacing * 0.6) !== null) continue;
      written.push([px, py, half]);
      pen.fillText(name, px, py);
    }
  }

  private *ends(away: number): Generator<{ x: number; y: number; name: string }> {
    const { room } = this;
    for (const row of room.rows)
      for (const [seat, next] of [[row.first, row.first + 1], [row.end - 1, row.end - 2]] as const) {
        if (row.first === row.end) continue;
        const [x, y] = [room.x[seat] ?? 0, room.y[seat] ?? 0];
        const alone = next < row.first || next >= row.end;
        const [dx, dy] = alone ? [seat === row.first ? -1 : 1, 0] : [x - (room.x[next] ?? x), y - (room.y[next] ?? y)];
        const length = Math.hypot(dx, dy) || 1;
        yield { x: x + (dx / length) * away, y: y + (dy / length) * away, name: row.name };
      }
  }

  private captions(view: View, size: Size, shown: Shown, look: Look): void {
    const { pen, room } = this;
    room.sections.forEach((section, index) => {
      const [name, free] = shown.captions[index] ?? ["", ""];
      const px = (room.x[section.middle] ?? 0) * view.scale + view.x;
      const py = (room.y[section.middle] ?? 0) * view.scale + view.y;
      if (!name || px < 0 || py < 0 || px > size.width || py > size.height) return;
      pen.font = `650 12px ${look.font}`;
      const wide = Math.max(pen.measureText(name).width, pen.measureText(free).width) + 18;
      pen.fillStyle = look.ground;
      pen.globalAlpha = 0.88;
      pen.beginPath();
      pen.roundRect(px - wide / 2, py - 19, wide, 38, 9);
      pen.fill();
      pen.globalAlpha = 1;
      pen.fillStyle = look.ink;
      pen.fillText(name, px, py - 8, wide);
      pen.font = `500 12px ${look.font}`;
      pen.fillStyle = look.quiet;
      pen.fillText(free, px, py + 9, wide);
    });
  }
}
