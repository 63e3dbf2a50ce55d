// Which of the codes in view is a new one: a code is new once, until it has been out of view for a while.

/** Milliseconds out of view after which a code counts as shown again. */
export const FORGET = 4_000;

export interface Repeats {
  /** The first new code of those in view, which is from now on no new one; null while `ready` is false or there is none. */
  pick(inView: readonly string[], now: number, ready: boolean): string | null;
}

export function makeRepeats(forget = FORGET): Repeats {
  const seen = new Map<string, number>();
  return {
    pick(inView, now, ready) {
      for (const [code, at] of seen) if (now - at > forget) seen.delete(code);
      const next = ready ? inView.find((code) => !seen.has(code)) : undefined;
      for (const code of inView) if (seen.has(code) || code === next) seen.set(code, now);
      return next ?? null;
    },
  };
}
