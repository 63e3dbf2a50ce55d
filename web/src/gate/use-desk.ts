// The desk of this page: its state for drawing, its list of scans, and what is heard of each result.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { newKey } from "../client/key";
import { useTicket } from "./api";
import { inputOf } from "./codes";
import { type Desk, type DeskState, makeDesk } from "./desk";
import { keepScans, keptScans, noted, type Scan } from "./scans";
import type { Settings } from "./settings";
import { signal, wakeSound } from "./signals";

export interface Work {
  readonly desk: Desk;
  readonly state: DeskState;
  readonly scans: readonly Scan[];
  /** How many were let in since the page was opened. */
  readonly letIn: number;
}

export function useDesk(settings: Settings): Work {
  const latest = useRef(settings);
  latest.current = settings;
  const desk = useMemo(() => makeDesk({ newScan: (code) => inputOf(code, gateOf(latest.current), newKey()), use: useTicket }), []);
  const page = useMemo(() => Date.now().toString(36), []);
  const [state, setState] = useState(desk.state);
  const [scans, setScans] = useState(keptScans);
  const [letIn, setLetIn] = useState(0);
  useEffect(
    () =>
      desk.listen((shown) => {
        setState(desk.state());
        if (!shown) return;
        signal(shown.verdict.kind, latest.current.muted);
        if (shown.verdict.kind === "in") setLetIn((before) => before + 1);
        setScans((before) => noted(before, shown, page));
      }),
    [desk, page],
  );
  useEffect(() => keepScans(scans), [scans]);
  useWaking(desk);
  return { desk, state, scans, letIn };
}

const gateOf = ({ session }: Settings): string | null => (session === "any" ? null : session);

/** The first touch lets the page be heard; the network coming back is the moment to try again. */
function useWaking(desk: Desk): void {
  useEffect(() => {
    addEventListener("pointerdown", wakeSound);
    addEventListener("keydown", wakeSound);
    addEventListener("online", desk.again);
    return () => {
      removeEventListener("pointerdown", wakeSound);
      removeEventListener("keydown", wakeSound);
      removeEventListener("online", desk.again);
    };
  }, [desk]);
}
