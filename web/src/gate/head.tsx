// What this gate admits to, and how far that has come.

import { number, whenShort } from "../words/locale";
import { useSpeech } from "./speech";
import { Symbol } from "./symbol";
import type { ChosenSession, Counts } from "./use-session";

interface HeadProps {
  /** Its id, or "any". */
  session: string;
  chosen: ChosenSession;
  admission: Counts | null;
  letIn: number;
  onChoose(): void;
}

export function Head({ session, chosen, admission, letIn, onChoose }: HeadProps) {
  const { locale, words } = useSpeech();
  return (
    <header class="head">
      <button type="button" class="plain session" onClick={onChoose}>
        <SessionName any={session === "any"} chosen={chosen} />
        <Symbol name="down" />
        <span class="only-heard">{words.change}</span>
      </button>
      {session === "any" ? <p class="counts quiet">{words.admittedHere(locale, letIn)}</p> : <Progress counts={admission} />}
      <Warning chosen={chosen} any={session === "any"} />
    </header>
  );
}

function SessionName({ any, chosen }: { any: boolean; chosen: ChosenSession }) {
  const { locale, words } = useSpeech();
  if (any) return <span class="name"><strong>{words.any}</strong><small>{words.anyHint}</small></span>;
  if (chosen.session) {
    const { event, startsAt, timezone, venue } = chosen.session;
    return (
      <span class="name">
        <strong><bdi>{event.title}</bdi></strong>
        <small>{whenShort(locale, startsAt, timezone)}{venue && <> · <bdi>{venue.name}</bdi></>}</small>
      </span>
    );
  }
  if (chosen.state === "loading") return <span class="name"><i class="bone" /><i class="bone short" /><span class="only-heard">{words.loading}</span></span>;
  return <span class="name"><strong>{words.unknownSession}</strong><small>{words.change}</small></span>;
}

function Warning({ any, chosen }: { any: boolean; chosen: ChosenSession }) {
  const { words } = useSpeech();
  const over = chosen.session !== null && Date.parse(chosen.session.endsAt) < Date.now();
  if (any || (chosen.state !== "gone" && !over)) return null;
  return <p class="warning" role="status">{over ? words.over : words.gone}</p>;
}

function Progress({ counts }: { counts: Counts | null }) {
  const { locale, words } = useSpeech();
  if (!counts) return <p class="counts"><i class="bone" /></p>;
  const { admitted, expected, old } = counts;
  const share = expected === 0 ? 0 : admitted / expected;
  return (
    <div class={`counts${old ? " old" : ""}`}>
      <p>
        {expected === 0 ? <span class="quiet">{words.noneExpected}</span> : (
          <>
            <span class="only-heard">{words.admitted(locale, admitted, expected)}</span>
            <span aria-hidden="true"><b>{number(locale, admitted)}</b> / {number(locale, expected)}</span>
          </>
        )}
        {old ? <small class="quiet">{words.countsOld}</small> : expected > 0 && <small class="quiet">{admitted === expected ? words.full : percent(locale, share)}</small>}
      </p>
      <div class="bar" role="progressbar" aria-label={words.counts} aria-valuemin={0} aria-valuemax={Math.max(1, expected)} aria-valuenow={admitted}>
        <i style={{ inlineSize: `${share * 100}%` }} />
      </div>
    </div>
  );
}

/** Rounded down: all of them is said only of all of them. */
const percent = (locale: "en" | "ar", share: number): string => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(Math.floor(share * 100) / 100);
