// Time left, second by second; said aloud only when five minutes and one minute are left.

import { useEffect, useState } from "preact/hooks";
import { clockFace, type Deadline } from "../client/countdown";
import { Icon } from "./icons";
import { useWords } from "./speech";

const MINUTE = 60_000;

/** Renders again every half second while there is something to count. */
export function useTicks(counting: boolean): void {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!counting) return undefined;
    const timer = setInterval(() => tick((count) => count + 1), 500);
    return () => clearInterval(timer);
  }, [counting]);
}

export function Countdown({ deadline, title }: { deadline: Deadline; title: string }) {
  const { locale, words } = useWords();
  useTicks(true);
  const left = deadline.left();
  const said = left <= MINUTE ? words.minuteLeft(title) : left <= 5 * MINUTE ? words.minutesLeft(title) : "";
  return (
    <>
      <span class={`countdown${left <= MINUTE ? " last" : left <= 5 * MINUTE ? " late" : ""}`} role="timer" aria-live="off">
        <Icon name="clock" size={18} />
        <bdi>{clockFace(left, locale)}</bdi>
      </span>
      <span class="only-heard" role="status">{said}</span>
    </>
  );
}
