// Fingers, mouse and wheel as three things: pan by, zoom by at a point, tap at a point. In pixels of the element.

export interface Gestures {
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  tap(x: number, y: number, touch: boolean): void;
  hover(x: number, y: number): void;
  leave(): void;
}

/** Further than this, in pixels, and a press is not a tap. */
const STEADY = 8;

export function listen(element: HTMLElement, gestures: Gestures): void {
  const fingers = new Map<number, { x: number; y: number }>();
  let moved = 0;

  const at = (event: MouseEvent): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = at(event);
    // A trackpad's pinch comes as a wheel with Ctrl and small steps; lines and pages become pixels.
    const step = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    gestures.zoom(Math.exp(-Math.max(-120, Math.min(120, step)) * (event.ctrlKey ? 0.012 : 0.0025)), x, y);
  }, { passive: false });

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (fingers.size === 0) moved = 0;
    fingers.set(event.pointerId, at(event));
  });

  element.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    const now = at(event);
    if (!before) {
      if (event.pointerType === "mouse") gestures.hover(now.x, now.y);
      return;
    }
    moved += Math.hypot(now.x - before.x, now.y - before.y);
    if (moved > STEADY && !element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (other) {
      moved = STEADY + 1;
      const apart = (finger: { x: number; y: number }): number => Math.max(8, Math.hypot(finger.x - other.x, finger.y - other.y));
      gestures.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
      gestures.zoom(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else if (moved > STEADY) gestures.pan(now.x - before.x, now.y - before.y);
  });

  element.addEventListener("pointerup", (event) => {
    if (!fingers.delete(event.pointerId) || fingers.size || moved > STEADY) return;
    const { x, y } = at(event);
    gestures.tap(x, y, event.pointerType !== "mouse");
  });
  element.addEventListener("pointercancel", (event) => {
    fingers.delete(event.pointerId);
  });
  element.addEventListener("pointerleave", () => gestures.leave());
}
