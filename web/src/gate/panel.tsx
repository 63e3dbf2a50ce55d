// The result, to be read at arm's length: a colour, a sign and a giant word; then the seat; then the rest.

import { whenShort } from "../words/locale";
import type { Shown } from "./desk";
import { useSpeech } from "./speech";
import { Symbol } from "./symbol";
import { useSession } from "./use-session";
import type { TicketFacts } from "./verdict";
import { placeOf, reasonOf, retryLine, usedLine, wordOf } from "./verdict-words";

interface PanelProps {
  shown: Shown;
  sending: boolean;
  /** Of the gate's session, for times of tickets that are not known. */
  timezone: string | undefined;
  onNext(): void;
  onAgain(): void;
}

export function Panel({ shown, sending, timezone, onNext, onAgain }: PanelProps) {
  const { locale, words } = useSpeech();
  const { verdict, retrying } = shown;
  const waiting = verdict.kind === "wait";
  const used = usedLine(locale, verdict, verdict.ticket?.session.timezone ?? timezone);
  const reason = reasonOf(locale, verdict.why);
  const retry = sending ? words.sending : retryLine(locale, verdict, retrying);
  return (
    <section class={`panel ${verdict.kind}`}>
      <div class="says">
        <Symbol name={verdict.kind} />
        <h2>{wordOf(locale, verdict.why)}</h2>
        {verdict.ticket && <Facts ticket={verdict.ticket} />}
        {used && <p class="used">{used}</p>}
        {verdict.sessionId && <OtherSession id={verdict.sessionId} />}
        {reason && <p>{reason}</p>}
        {retry && <p>{retry}</p>}
      </div>
      <div class="choices">
        {waiting && <button type="button" disabled={sending} onClick={onAgain}>{words.tryAgain}</button>}
        <button type="button" class={waiting ? "second" : ""} onClick={onNext}>{waiting ? words.aside : words.next}</button>
      </div>
    </section>
  );
}

function Facts({ ticket: { seat, type, session } }: { ticket: TicketFacts }) {
  const { locale } = useSpeech();
  return (
    <>
      <p class="seat"><bdi>{seat ?? type}</bdi></p>
      <p class="type"><bdi>{seat ? type : placeOf(locale, null)}</bdi></p>
      <p class="what"><bdi>{session.event.title}</bdi> · {whenShort(locale, session.startsAt, session.timezone)}</p>
    </>
  );
}

function OtherSession({ id }: { id: string }) {
  const { locale } = useSpeech();
  const { session } = useSession(id);
  if (!session) return <p class="what"><i class="bone" /></p>;
  return <p class="what"><bdi>{session.event.title}</bdi> · {whenShort(locale, session.startsAt, session.timezone)}</p>;
}

/** For who does not see it: a yes is said in turn, anything else at once. */
export function Announced({ shown, timezone }: { shown: Shown | null; timezone: string | undefined }) {
  const { locale } = useSpeech();
  const verdict = shown?.verdict;
  const said = verdict && shown
    ? [wordOf(locale, verdict.why), verdict.ticket && placeOf(locale, verdict.ticket.seat), verdict.ticket?.type, usedLine(locale, verdict, timezone), reasonOf(locale, verdict.why)].filter(Boolean).join(". ")
    : "";
  return (
    <div class="only-heard">
      <p role="status" key={`in-${shown?.id}`}>{verdict?.kind === "in" ? said : ""}</p>
      <p role="alert" key={`out-${shown?.id}`}>{verdict && verdict.kind !== "in" ? said : ""}</p>
    </div>
  );
}
