// Moving between pages: links, history, the place on the page, the heading's focus and the tab's title.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { routeOf } from "./routes";

export interface Place {
  readonly path: string;
  readonly search: string;
  /** Another one for every step in the history. */
  readonly key: string;
}

/** How long a page may take to grow to where it was left. Milliseconds. */
const GROWING = 1_500;

const listeners = new Set<() => void>();
const scrolled = new Map<string, number>();
let key = "first";
let steps = 0;
let arriving = false;
let wanted: number | null = null;

export const place = (): Place => ({ path: location.pathname, search: location.search, key });

export function go(to: string, { replace = false, stay = false }: { replace?: boolean; stay?: boolean } = {}): void {
  const same = new URL(to, location.href).pathname === location.pathname;
  scrolled.set(key, scrollY);
  if (!replace) key = `${Date.now()}-${++steps}`;
  history[replace ? "replaceState" : "pushState"]({ key }, "", to);
  if (!stay && !(same && replace)) arrive(0);
  listeners.forEach((listener) => listener());
}

/** Call once, at the start. */
export function startRouter(): () => void {
  history.scrollRestoration = "manual";
  key = (history.state as { key?: string } | null)?.key ?? key;
  history.replaceState({ key }, "");
  const moved = (): void => {
    scrolled.set(key, scrollY);
    key = (history.state as { key?: string } | null)?.key ?? "first";
    arrive(scrolled.get(key) ?? 0);
    listeners.forEach((listener) => listener());
  };
  addEventListener("popstate", moved);
  document.addEventListener("click", follow);
  return () => {
    removeEventListener("popstate", moved);
    document.removeEventListener("click", follow);
  };
}

function arrive(scroll: number): void {
  arriving = true;
  wanted = scroll;
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** A plain click on a link to one of our own pages. */
function follow(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin || routeOf(link.pathname).page === "lost") return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

export function usePlace(): Place {
  const [now, setNow] = useState(place);
  useEffect(() => {
    const look = (): void => setNow(place());
    listeners.add(look);
    look();
    return () => void listeners.delete(look);
  }, []);
  useLayoutEffect(restore, [now.key]);
  return now;
}

function restore(): void {
  if (wanted === null) return;
  const goal = wanted;
  const until = performance.now() + GROWING;
  wanted = null;
  scrollTo(0, goal);
  const again = (): void => {
    if (Math.abs(scrollY - goal) < 2 || wanted !== null || performance.now() > until) return;
    if (document.documentElement.scrollHeight - innerHeight >= goal) scrollTo(0, goal);
    else requestAnimationFrame(again);
  };
  requestAnimationFrame(again);
}

/** The page's heading: names the tab, and is where somebody who came by a link goes on reading. */
export function PageHeading({ title, children, class: classes }: { title: string; children?: ComponentChildren; class?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Usher`;
  }, [title]);
  useEffect(() => {
    const free = document.activeElement === document.body || document.activeElement?.id === "main";
    if (arriving && free) heading.current?.focus({ preventScroll: true });
    arriving = false;
  }, []);
  return <h1 ref={heading} tabIndex={-1} class={classes}>{children ?? title}</h1>;
}
