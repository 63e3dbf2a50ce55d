// What part of the room is seen: pure arithmetic of zooming and panning.

import type { Box } from "../client/layout";

/** Pixel = unit × scale + (x, y). */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function fit(box: Box, size: Size): View {
  const scale = Math.min(size.width / (box.right - box.left), size.height / (box.bottom - box.top));
  return {
    scale,
    x: (size.width - (box.left + box.right) * scale) / 2,
    y: (size.height - (box.top + box.bottom) * scale) / 2,
  };
}

/** Zooms so that what is under (px, py) stays there. */
export function zoomed(view: View, factor: number, px: number, py: number, least: number, most: number): View {
  const scale = Math.min(most, Math.max(least, view.scale * factor));
  const real = scale / view.scale;
  return { scale, x: px - (px - view.x) * real, y: py - (py - view.y) * real };
}

/** The room's middle cannot leave the window altogether: a third of either stays in sight. */
export function kept(view: View, box: Box, size: Size): View {
  const within = (offset: number, low: number, high: number, length: number): number => {
    const room = (high - low) * view.scale;
    const slack = Math.min(room, length) / 3;
    return Math.min(length - slack - low * view.scale, Math.max(slack - high * view.scale, offset));
  };
  return { scale: view.scale, x: within(view.x, box.left, box.right, size.width), y: within(view.y, box.top, box.bottom, size.height) };
}

/** The view that shows the unit (ux, uy) in the middle at `scale`. */
export const centred = (ux: number, uy: number, scale: number, size: Size): View => ({ scale, x: size.width / 2 - ux * scale, y: size.height / 2 - uy * scale });

export function between(from: View, to: View, part: number): View {
  const eased = 1 - (1 - part) ** 3;
  const scale = from.scale * (to.scale / from.scale) ** eased;
  // What is fixed between both views stays fixed on the way: offsets go with the scale, not with time.
  const way = to.scale === from.scale ? eased : (scale - from.scale) / (to.scale - from.scale);
  return { scale, x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way };
}
