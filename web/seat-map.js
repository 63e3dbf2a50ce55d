// Draws a layout as SVG: states differ in shape and size, not in colour alone; wheel, drag, pinch and keys move about.

import { s } from "/dom.js";
import { STATES, money } from "/words.js";

const SIZE = 18;
const MARGIN = 40;

function drawnShape(shape) {
  const turn = shape.rotation ? `rotate(${shape.rotation} ${shape.x} ${shape.y})` : null;
  const common = { class: "shape", fill: shape.color ?? "none", transform: turn };
  const { x, y, width = 0, height = 0 } = shape;
  const label = (tx, ty) => shape.text && s("text", { class: "label", x: tx, y: ty, transform: turn }, shape.text);
  switch (shape.kind) {
    case "rectangle": return [s("rect", { ...common, x, y, width, height, rx: 6 }), label(x + width / 2, y + height / 2)];
    case "circle": return [s("circle", { ...common, cx: x, cy: y, r: width / 2 }), label(x, y)];
    case "ellipse": return [s("ellipse", { ...common, cx: x, cy: y, rx: width / 2, ry: height / 2 }), label(x, y)];
    case "polygon": {
      const middle = (axis) => shape.points.reduce((total, point) => total + point[axis], 0) / shape.points.length;
      return [s("polygon", { ...common, points: shape.points.join(" ") }), label(middle(0), middle(1))];
    }
    default: {
      const text = s("text", { class: "label", x, y, transform: turn }, shape.text);
      if (height) text.style.fontSize = `${height}px`;
      return [text];
    }
  }
}

function bounds(layout) {
  const xs = [], ys = [];
  for (const section of layout.sections) for (const row of section.rows) { xs.push(...row.x); ys.push(...row.y); }
  for (const shape of layout.shapes) {
    const points = shape.points ?? [[shape.x, shape.y], [shape.x + (shape.width ?? 0), shape.y + (shape.height ?? 0)]];
    for (const [x, y] of points) { xs.push(x); ys.push(y); }
  }
  const least = (values) => values.reduce((a, b) => Math.min(a, b)), most = (values) => values.reduce((a, b) => Math.max(a, b));
  const [left, top] = [least(xs) - MARGIN, least(ys) - MARGIN];
  return { x: left, y: top, width: most(xs) + MARGIN - left, height: most(ys) + MARGIN - top };
}

// `prices` is a ticket type per category name; `onPick(label)` when an available or picked seat is chosen.
export function seatMap(layout, prices, onPick) {
  const whole = bounds(layout);
  const svg = s("svg", { class: "map", preserveAspectRatio: "xMidYMin meet", role: "group", "aria-label": `Seats of ${layout.name}` });
  const seats = new Map();
  const rows = [];
  // Some plans draw the names of their rows themselves.
  const texts = new Set(layout.shapes.map((shape) => shape.text));
  const named = layout.sections.some((section) => section.rows.some((row) => texts.has(row.name)));
  for (const shape of layout.shapes) svg.append(...drawnShape(shape).filter(Boolean));
  for (const section of layout.sections)
    for (const row of section.rows) {
      const line = row.labels.map((label, at) => {
        const category = layout.categories[row.categories[at]];
        const type = prices.get(category.name);
        const round = row.accessible.includes(at) ? 4 : SIZE / 2;
        const mark = s("rect", { x: row.x[at] - SIZE / 2, y: row.y[at] - SIZE / 2, width: SIZE, height: SIZE, rx: round, role: "checkbox", tabindex: -1 });
        mark.style.setProperty("--category", category.color);
        const words = `${label}${row.accessible.includes(at) ? ", accessible" : ""}${type ? `, ${type.name}, ${money(type.price)}` : ""}`;
        const seat = { label, mark, words, sold: !type, x: row.x[at], y: row.y[at], row: rows.length, at };
        mark.append(s("title", {}, words));
        mark.seat = seat;
        seats.set(label, seat);
        svg.append(mark);
        return seat;
      });
      rows.push(line);
      if (line.length && !named) svg.append(s("text", { class: "row", x: line[0].x - SIZE * 1.1, y: line[0].y }, row.name));
    }

  let view = { ...whole };
  const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  show();

  function zoom(factor, atX = 0.5, atY = 0.5) {
    const width = Math.min(whole.width * 1.5, Math.max(SIZE * 8, view.width * factor));
    const real = width / view.width;
    view = { x: view.x + view.width * (1 - real) * atX, y: view.y + view.height * (1 - real) * atY, width, height: view.height * real };
    show();
  }
  const reset = () => { view = { ...whole }; show(); };
  const unit = () => Math.max(view.width / svg.clientWidth, view.height / svg.clientHeight);

  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }, { passive: false });

  const fingers = new Map();
  let moved = 0;
  svg.addEventListener("pointerdown", (event) => { fingers.set(event.pointerId, event); moved = 0; });
  svg.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const others = [...fingers.values()].filter((finger) => finger.pointerId !== event.pointerId);
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    moved += Math.hypot(dx, dy);
    if (moved > 6) svg.setPointerCapture(event.pointerId);
    if (others.length) {
      const apart = (finger) => Math.hypot(finger.clientX - others[0].clientX, finger.clientY - others[0].clientY);
      zoom(apart(before) / Math.max(1, apart(event)));
    } else {
      view = { ...view, x: view.x - dx * unit(), y: view.y - dy * unit() };
      show();
    }
    fingers.set(event.pointerId, event);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) svg.addEventListener(name, (event) => fingers.delete(event.pointerId));
  svg.addEventListener("click", (event) => { if (moved <= 6 && event.target.seat) choose(event.target.seat); });

  let focused = rows.find((line) => line.length)?.[0];
  focused?.mark.setAttribute("tabindex", 0);
  function focus(seat) {
    focused.mark.setAttribute("tabindex", -1);
    focused = seat;
    seat.mark.setAttribute("tabindex", 0);
    seat.mark.focus();
  }
  const nearest = (line, x) => line.reduce((best, seat) => (Math.abs(seat.x - x) < Math.abs(best.x - x) ? seat : best));
  svg.addEventListener("keydown", (event) => {
    const seat = event.target.seat;
    if (!seat) return;
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const upwards = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (sideways && rows[seat.row][seat.at + sideways]) focus(rows[seat.row][seat.at + sideways]);
    else if (upwards && rows[seat.row + upwards]?.length) focus(nearest(rows[seat.row + upwards], seat.x));
    else if (event.key === "Enter" || event.key === " ") choose(seat);
    else if (!sideways && !upwards) return;
    event.preventDefault();
  });
  const choose = (seat) => { if (!seat.sold && seat.mark.dataset.state !== "taken") onPick(seat.label); };

  // `mine` and `picked` are sets of labels, `status` the live map; `lost` are shown as just missed.
  function paint({ status, picked, mine, lost }) {
    for (const seat of seats.values()) {
      const state = seat.sold ? "BLOCKED" : (status.get(seat.label) ?? "AVAILABLE");
      const shown = mine.has(seat.label) ? "mine" : state !== "AVAILABLE" ? "taken" : picked.has(seat.label) ? "picked" : "free";
      if (seat.shown === `${shown}${state}${lost.has(seat.label)}`) continue;
      seat.shown = `${shown}${state}${lost.has(seat.label)}`;
      seat.mark.dataset.state = shown;
      seat.mark.setAttribute("class", `seat ${shown} ${state.toLowerCase()}${lost.has(seat.label) ? " lost" : ""}`);
      seat.mark.setAttribute("aria-checked", shown === "picked" || shown === "mine");
      seat.mark.setAttribute("aria-disabled", shown === "taken");
      seat.mark.setAttribute("aria-label", `${seat.words}, ${shown === "mine" ? "held for you" : shown === "picked" ? "picked" : STATES[state]}`);
    }
  }
  const priceOf = (label) => {
    const line = layout.sections.flatMap((section) => section.rows).find((row) => row.labels.includes(label));
    return prices.get(layout.categories[line.categories[line.labels.indexOf(label)]].name).price;
  };
  return { svg, paint, priceOf, zoom, reset };
}
