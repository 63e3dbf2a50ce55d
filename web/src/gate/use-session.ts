// The session that this gate admits to, and how many have come to it.

import { useEffect, useRef, useState } from "preact/hooks";
import { type Admission, admissionOf, type GateSession, sessionOf } from "./api";
import { useVisible } from "./use-camera";

export interface ChosenSession {
  readonly session: GateSession | null;
  readonly state: "loading" | "here" | "gone" | "unreachable";
}

/** Milliseconds. */
const POLL = 2_000;
const RETRY = 4_000;

const LOADING: ChosenSession = { session: null, state: "loading" };

/** Asked again until somebody answers. */
export function useSession(id: string | null): ChosenSession {
  const [found, setFound] = useState<ChosenSession & { id: string | null }>({ ...LOADING, id });
  useEffect(() => {
    if (id === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const load = async (): Promise<void> => {
      const session = await sessionOf(id).catch(() => undefined);
      if (ended) return;
      setFound({ id, session: session ?? null, state: session === undefined ? "unreachable" : session ? "here" : "gone" });
      if (session === undefined) timer = setTimeout(() => void load(), RETRY);
    };
    void load();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [id]);
  return found.id === id ? found : LOADING;
}

export interface Counts extends Admission {
  /** The last question got no answer. */
  readonly old: boolean;
}

/** Asked every two seconds while somebody looks, and whenever `results` changes; null until there is an answer. */
export function useAdmission(id: string | null, results: number): Counts | null {
  const [counts, setCounts] = useState<(Counts & { id: string }) | null>(null);
  const visible = useVisible();
  const asked = useRef(0);
  useEffect(() => {
    if (id === null || !visible) return;
    const load = async (): Promise<void> => {
      const turn = ++asked.current;
      const admission = await admissionOf(id).catch(() => undefined);
      if (turn !== asked.current) return;
      if (admission) setCounts({ ...admission, id, old: false });
      else setCounts((before) => (admission === null || !before ? null : { ...before, old: true }));
    };
    void load();
    const timer = setInterval(() => void load(), POLL);
    return () => {
      asked.current++;
      clearInterval(timer);
    };
  }, [id, visible, results]);
  return counts?.id === id ? counts : null;
}
