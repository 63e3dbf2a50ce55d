// The keyboard's place on the map: one real, focusable checkbox at a time, laid over the seat it stands for.

import type { Room } from "../client/layout";

export interface CursorPort {
  /** Where the seat is, in pixels of the map, and how wide. */
  place(seat: number): { x: number; y: number; size: number };
  words(seat: number): string;
  checked(seat: number): boolean;
  disabled(seat: number): boolean;
  toggle(seat: number): void;
  /** The seat should be in sight. */
  reveal(seat: number): void;
  zoom(factor: number): void;
  whole(): void;
}

export class Cursor {
  private seat = 0;
  private box: HTMLButtonElement;

  constructor(
    private readonly room: Room,
    private readonly layer: HTMLElement,
    private readonly port: CursorPort,
  ) {
    this.box = this.made();
    layer.append(this.box);
    this.update();
  }

  /** After every change of view or state. */
  update(): void {
    const { box, seat, port } = this;
    const { x, y, size } = port.place(seat);
    box.style.transform = `translate(${x - size / 2}px, ${y - size / 2}px)`;
    box.style.inlineSize = box.style.blockSize = `${size}px`;
    setAttribute(box, "aria-label", port.words(seat));
    setAttribute(box, "aria-checked", String(port.checked(seat)));
    setAttribute(box, "aria-disabled", String(port.disabled(seat)));
  }

  /** Where the keyboard goes on after a seat was picked by other means. */
  stand(seat: number): void {
    this.seat = seat;
    this.update();
  }

  /** A new element for every seat: screen readers tell what gets the focus, not what changes its name. */
  private go(seat: number): void {
    if (seat === this.seat) return;
    this.seat = seat;
    this.port.reveal(seat);
    const old = this.box;
    this.box = this.made();
    this.layer.append(this.box);
    this.update();
    this.box.focus({ preventScroll: true });
    old.remove();
  }

  private made(): HTMLButtonElement {
    const box = document.createElement("button");
    box.type = "button";
    box.className = "cursor";
    box.setAttribute("role", "checkbox");
    box.setAttribute("part", "cursor");
    box.setAttribute("aria-describedby", "keys");
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("click", () => this.port.toggle(this.seat));
    box.addEventListener("focus", () => this.port.reveal(this.seat));
    return box;
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const act = this.acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  private readonly acts: Record<string, () => void> = {
    ArrowLeft: () => this.go(this.towards(-1, 0)),
    ArrowRight: () => this.go(this.towards(1, 0)),
    ArrowUp: () => this.go(this.towards(0, -1)),
    ArrowDown: () => this.go(this.towards(0, 1)),
    Home: () => this.go(this.row().first),
    End: () => this.go(this.row().end - 1),
    PageUp: () => this.section(-1),
    PageDown: () => this.section(1),
    "+": () => this.port.zoom(1.4),
    "=": () => this.port.zoom(1.4),
    "-": () => this.port.zoom(1 / 1.4),
    "0": () => this.port.whole(),
  };

  private row(): { first: number; end: number } {
    return this.room.rows[this.room.row[this.seat] ?? 0] ?? { first: this.seat, end: this.seat + 1 };
  }

  private section(step: number): void {
    const { rows, sections } = this.room;
    const here = rows[this.room.row[this.seat] ?? 0]?.section ?? 0;
    const next = rows[sections[here + step]?.first ?? -1];
    if (next && next.first < next.end) this.go(next.first);
  }

  /** The seat one would expect in that direction: near, and more along the way than aside. */
  private towards(dx: number, dy: number): number {
    const { x, y } = this.room;
    const [fromX, fromY] = [x[this.seat] ?? 0, y[this.seat] ?? 0];
    let best = this.seat;
    let least = Infinity;
    for (let seat = 0; seat < x.length; seat++) {
      const [apartX, apartY] = [(x[seat] ?? 0) - fromX, (y[seat] ?? 0) - fromY];
      const along = apartX * dx + apartY * dy;
      const aside = Math.abs(apartX * dy) + Math.abs(apartY * dx);
      if (along <= 0 || aside > along * 3) continue;
      const cost = along + aside * 2.5;
      if (cost < least) [best, least] = [seat, cost];
    }
    return best;
  }
}

function setAttribute(element: HTMLElement, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
