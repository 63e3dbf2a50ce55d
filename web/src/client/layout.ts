// The layout as it is served, and as a map needs it: seats in columns, in the layout's own order.

export interface Shape {
  kind: "rectangle" | "circle" | "ellipse" | "polygon" | "text";
  x: number;
  y: number;
  width?: number;
  height?: number;
  rotation?: number;
  color?: string | null;
  text?: string | null;
  points?: [number, number][];
}

export interface Layout {
  format: "usher-layout/1";
  name: string;
  categories: { name: string; color: string }[];
  sections: { name: string; rows: { name: string; labels: string[]; numbers: string[]; x: number[]; y: number[]; categories: number[]; accessible: number[] }[] }[];
  shapes: Shape[];
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface RoomRow {
  readonly name: string;
  readonly section: number;
  /** Seats `first` to `end`, without `end`. */
  readonly first: number;
  readonly end: number;
}

export interface RoomSection {
  readonly name: string;
  /** Rows `first` to `end`, without `end`. */
  readonly first: number;
  readonly end: number;
  /** The seat nearest to the middle of its seats; a section may lie on two sides of another. */
  readonly middle: number;
}

/** A seat is its position in the layout: every column here has one entry a seat. */
export interface Room {
  readonly name: string;
  readonly labels: readonly string[];
  readonly numbers: readonly string[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly category: Uint16Array;
  readonly row: Uint32Array;
  readonly accessible: ReadonlySet<number>;
  readonly at: ReadonlyMap<string, number>;
  readonly rows: readonly RoomRow[];
  readonly sections: readonly RoomSection[];
  readonly categories: Layout["categories"];
  readonly shapes: readonly Shape[];
  /** Typical distance of neighbours, in the layout's units. */
  readonly spacing: number;
  readonly bounds: Box;
  /** The plan writes its row names itself. */
  readonly named: boolean;
}

export function readLayout(layout: Layout): Room {
  const labels: string[] = [], numbers: string[] = [], xs: number[] = [], ys: number[] = [], categories: number[] = [], rowOf: number[] = [];
  const accessible = new Set<number>();
  const rows: RoomRow[] = [];
  const sections = layout.sections.map((section, index) => {
    const first = rows.length;
    const from = labels.length;
    for (const row of section.rows) {
      const start = labels.length;
      for (const place of row.accessible) accessible.add(start + place);
      for (const _ of row.labels) rowOf.push(rows.length);
      labels.push(...row.labels);
      numbers.push(...row.numbers);
      xs.push(...row.x);
      ys.push(...row.y);
      categories.push(...row.categories);
      rows.push({ name: row.name, section: index, first: start, end: labels.length });
    }
    return { name: section.name, first, end: rows.length, middle: middleOf(xs, ys, from) };
  });
  const x = Float64Array.from(xs), y = Float64Array.from(ys);
  const texts = new Set(layout.shapes.map((shape) => shape.text).filter(Boolean));
  const spacing = typicalSpacing(x, y, rows);
  return {
    name: layout.name, labels, numbers, x, y, rows, sections, accessible, spacing,
    category: Uint16Array.from(categories), row: Uint32Array.from(rowOf), at: new Map(labels.map((label, seat) => [label, seat])),
    categories: layout.categories, shapes: layout.shapes, bounds: boundsOf(x, y, layout.shapes, spacing),
    named: rows.some((row) => texts.has(row.name)),
  };
}

function middleOf(xs: number[], ys: number[], from: number): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs.slice(from)), mean(ys.slice(from))];
  let best = from;
  const apart = (seat: number): number => Math.hypot((xs[seat] ?? 0) - x, (ys[seat] ?? 0) - y);
  for (let seat = from; seat < xs.length; seat++) if (apart(seat) < apart(best)) best = seat;
  return best;
}

/** The median distance from a seat to the next in its row, so that a few odd seats don't make all of them tiny. */
function typicalSpacing(x: Float64Array, y: Float64Array, rows: readonly RoomRow[]): number {
  const distances: number[] = [];
  for (const row of rows)
    for (let seat = row.first + 1; seat < row.end; seat++) {
      const apart = Math.hypot((x[seat] ?? 0) - (x[seat - 1] ?? 0), (y[seat] ?? 0) - (y[seat - 1] ?? 0));
      if (apart > 0) distances.push(apart);
    }
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1] ?? 25;
}

function boundsOf(x: Float64Array, y: Float64Array, shapes: readonly Shape[], spacing: number): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const take = (px: number, py: number): void => {
    box.left = Math.min(box.left, px);
    box.top = Math.min(box.top, py);
    box.right = Math.max(box.right, px);
    box.bottom = Math.max(box.bottom, py);
  };
  x.forEach((px, seat) => take(px, y[seat] ?? 0));
  for (const shape of shapes) for (const [px, py] of cornersOf(shape)) take(px, py);
  if (box.left > box.right) return { left: 0, top: 0, right: 100, bottom: 100 };
  const margin = spacing * 1.6;
  return { left: box.left - margin, top: box.top - margin, right: box.right + margin, bottom: box.bottom + margin };
}

function cornersOf({ kind, x, y, width = 0, height = 0, rotation = 0, points }: Shape): [number, number][] {
  if (points) return points;
  const centred = kind === "circle" || kind === "ellipse";
  const [left, top] = centred ? [-width / 2, -(kind === "circle" ? width : height) / 2] : [0, 0];
  const [w, h] = kind === "text" ? [0, 0] : [width, kind === "circle" ? width : height];
  const turn = (rotation * Math.PI) / 180;
  return [[left, top], [left + w, top], [left + w, top + h], [left, top + h]].map(([dx = 0, dy = 0]) => [
    x + dx * Math.cos(turn) - dy * Math.sin(turn),
    y + dx * Math.sin(turn) + dy * Math.cos(turn),
  ]);
}
