// The sessions to choose from, page by page, as the search is typed.

import { useEffect, useRef, useState } from "preact/hooks";
import { type GateSession, programme, upcoming } from "./api";

export interface ProgrammeList {
  readonly sessions: readonly GateSession[];
  readonly state: "loading" | "here" | "failed";
  again(): void;
  /** Loads the next page; null where there is none. */
  readonly more: (() => void) | null;
}

interface Loaded {
  readonly sessions: readonly GateSession[];
  readonly after: string | null;
  readonly state: ProgrammeList["state"];
}

/** Milliseconds without a key before it is asked. */
const TYPING = 250;
const NOTHING: Loaded = { sessions: [], after: null, state: "loading" };

export function useProgramme(search: string): ProgrammeList {
  const [loaded, set] = useState(NOTHING);
  const asked = useRef(0);
  const wanted = search.trim();

  async function load(before: Loaded): Promise<void> {
    const turn = ++asked.current;
    set({ ...before, state: "loading" });
    const page = await programme(wanted, before.after).catch(() => null);
    if (turn !== asked.current) return;
    if (!page) return set({ ...before, state: "failed" });
    const sessions = upcoming([...before.sessions, ...page.sessions], Date.now());
    set({ sessions, after: page.after, state: "here" });
  }

  useEffect(() => {
    asked.current++;
    set(NOTHING);
    const timer = setTimeout(() => void load(NOTHING), wanted ? TYPING : 0);
    return () => clearTimeout(timer);
  }, [wanted]);

  return { sessions: loaded.sessions, state: loaded.state, again: () => void load(loaded), more: loaded.after ? () => void load(loaded) : null };
}
