// How a seat looks: its price level is the outline, its state the filling and a sign, so that neither needs colour to be told.

import type { SeatState } from "./choice";

export interface Look {
  readonly ink: string;
  readonly ground: string;
  readonly quiet: string;
  readonly off: string;
  readonly accent: string;
  readonly bad: string;
  readonly font: string;
}

export type Outline = "circle" | "square" | "diamond" | "triangle" | "hexagon" | "cross";

export const OUTLINES: readonly Outline[] = ["circle", "square", "diamond", "triangle", "hexagon", "cross"];

export const outlineOf = (level: number): Outline => OUTLINES[level % OUTLINES.length] ?? "circle";

type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** The outline around (0, 0), `r` from the middle to the edge. */
function trace(pen: Pen, outline: Outline, r: number): void {
  const corners = (count: number, turn: number, radius: number): void => {
    for (let corner = 0; corner < count; corner++) {
      const angle = turn + (corner * 2 * Math.PI) / count;
      pen.lineTo(Math.cos(angle) * radius, Math.sin(angle) * radius);
    }
    pen.closePath();
  };
  pen.beginPath();
  if (outline === "circle") pen.arc(0, 0, r, 0, 2 * Math.PI);
  else if (outline === "square") pen.roundRect(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8, r * 0.3);
  else if (outline === "diamond") corners(4, 0, r * 1.15);
  else if (outline === "triangle") corners(3, -Math.PI / 2, r * 1.2);
  else if (outline === "hexagon") corners(6, 0, r * 1.05);
  else {
    const [a, b] = [r * 0.42, r];
    for (const [x, y] of [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]] as const) pen.lineTo(x, y);
    pen.closePath();
  }
}

/** Draws a seat around (0, 0); `size` is its width in pixels. */
export function drawSeat(pen: Pen, size: number, outline: Outline, color: string, state: SeatState, lost: boolean, look: Look): void {
  const r = size / 2;
  const thin = Math.max(1, size * 0.08);
  pen.lineWidth = thin;
  pen.setLineDash([]);
  switch (state) {
    case "free":
      trace(pen, outline, r * 0.92);
      pen.fillStyle = color;
      pen.fill();
      break;
    case "picked":
    case "mine":
      // Larger than the others, so that one's own seats are found in a full hall.
      trace(pen, outline, r * 1.25);
      pen.fillStyle = state === "mine" ? look.ink : look.accent;
      pen.strokeStyle = look.ground;
      pen.lineWidth = thin * 1.5;
      pen.stroke();
      pen.fill();
      sign(pen, r * 1.15, look.ground, "check");
      break;
    case "leaving":
      trace(pen, outline, r * 0.9);
      pen.strokeStyle = look.ink;
      pen.lineWidth = thin * 1.6;
      pen.stroke();
      sign(pen, r * 0.8, look.ink, "minus");
      break;
    case "held":
      trace(pen, outline, r * 0.8);
      pen.strokeStyle = color;
      pen.lineWidth = thin * 1.5;
      pen.setLineDash([size * 0.16, size * 0.12]);
      pen.stroke();
      pen.setLineDash([]);
      break;
    case "unknown":
      trace(pen, outline, r * 0.8);
      pen.strokeStyle = look.off;
      pen.stroke();
      break;
    case "sold":
      sign(pen, r * 0.62, look.off, "times");
      break;
    case "blocked":
      pen.beginPath();
      pen.arc(0, 0, Math.max(0.8, r * 0.22), 0, 2 * Math.PI);
      pen.fillStyle = look.off;
      pen.fill();
  }
  if (!lost) return;
  trace(pen, "circle", r * 1.1);
  pen.strokeStyle = look.bad;
  pen.lineWidth = thin * 2;
  pen.stroke();
}

function sign(pen: Pen, r: number, color: string, kind: "check" | "minus" | "times"): void {
  pen.beginPath();
  if (kind === "check") {
    pen.moveTo(-r * 0.45, 0);
    pen.lineTo(-r * 0.1, r * 0.38);
    pen.lineTo(r * 0.5, -r * 0.36);
  } else {
    pen.moveTo(-r * 0.6, kind === "minus" ? 0 : -r * 0.6);
    pen.lineTo(r * 0.6, kind === "minus" ? 0 : r * 0.6);
    if (kind === "times") {
      pen.moveTo(-r * 0.6, r * 0.6);
      pen.lineTo(r * 0.6, -r * 0.6);
    }
  }
  pen.strokeStyle = color;
  pen.lineWidth = Math.max(1, r * 0.26);
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.stroke();
}

/** The sign of an accessible place: a ring and a dot beside the seat's middle, in the seat's contrast colour. */
export function drawAccessible(pen: Pen, size: number, color: string): void {
  const r = size / 2;
  pen.strokeStyle = color;
  pen.fillStyle = color;
  pen.lineWidth = Math.max(1, r * 0.16);
  pen.beginPath();
  pen.arc(-r * 0.02, r * 0.2, r * 0.36, -0.2 * Math.PI, 1.15 * Math.PI);
  pen.moveTo(-r * 0.05, -r * 0.3);
  pen.lineTo(-r * 0.02, r * 0.12);
  pen.lineTo(r * 0.3, r * 0.12);
  pen.lineTo(r * 0.46, r * 0.5);
  pen.stroke();
  pen.beginPath();
  pen.arc(-r * 0.05, -r * 0.52, r * 0.14, 0, 2 * Math.PI);
  pen.fill();
}

function luminance(color: string): number {
  const part = (at: number): number => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

const ratio = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** Black or white, whichever reads better on `color`; colours are "#rrggbb". */
export const contrast = (color: string): string => (luminance(color) > 0.18 ? "#000000" : "#ffffff");

/** `color`, moved towards black or white until it stands out from `ground` by 3 to 1 (WCAG 2.2, 1.4.11): organizers choose colours for one of both. */
export function visible(color: string, ground: string): string {
  if (!HEX.test(color) || !HEX.test(ground)) return color;
  const behind = luminance(ground);
  const target = behind > 0.18 ? 0 : 255;
  for (let part = 0; part < 1; part += 0.1) {
    const mixed = [1, 3, 5].map((at) => Math.round(Number.parseInt(color.slice(at, at + 2), 16) * (1 - part) + target * part).toString(16).padStart(2, "0"));
    if (ratio(luminance(`#${mixed.join("")}`), behind) >= 3) return `#${mixed.join("")}`;
  }
  return color;
}

const HEX = /^#[0-9a-f]{6}$/i;
