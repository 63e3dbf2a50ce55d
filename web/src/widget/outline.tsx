// A seat's sign as a small picture beside words, drawn by the same pen as the map.

import { useEffect, useRef } from "preact/hooks";
import type { SeatState } from "./choice";
import { drawSeat, type Look, outlineOf } from "./marks";

const SIDE = 22;

export function Sign({ level, color, state, look }: { level: number; color: string; state: SeatState; look: Look }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const density = Math.min(2, devicePixelRatio || 1);
    const pen = canvas.current?.getContext("2d");
    if (!canvas.current || !pen) return;
    canvas.current.width = canvas.current.height = SIDE * density;
    pen.scale(density, density);
    pen.translate(SIDE / 2, SIDE / 2);
    drawSeat(pen, SIDE * (state === "picked" || state === "mine" ? 0.64 : 0.74), outlineOf(level), color, state, false, look);
  }, [level, color, state, look]);
  return <canvas ref={canvas} class="sign" aria-hidden="true" />;
}
