// The session that this gate admits to, and how many have come to it.

import { useEffect, useState } from "preact/hooks";
import { type Admission, followAdmission, type GateSession, sessionOf } from "./api";
import { useVisible } from "./use-camera";

export interface ChosenSession {
  readonly session: GateSession | null;
  readonly state: "loading" | "here" | "gone" | "unreachable";
}

/** Milliseconds. */
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
  /** The line is down: they may have grown since. */
  readonly old: boolean;
}

/** As the house says it while somebody looks; null until there is an answer. */
export function useAdmission(id: string | null): Counts | null {
  const [counts, setCounts] = useState<(Counts & { id: string }) | null>(null);
  const visible = useVisible();
  useEffect(() => {
    if (id === null || !visible) return;
    return followAdmission(
      id,
      ({ expected, admitted }) => setCounts({ id, expected, admitted, old: false }),
      (live) => setCounts((before) => before && { ...before, old: !live }),
    );
  }, [id, visible]);
  return counts?.id === id ? counts : null;
}
