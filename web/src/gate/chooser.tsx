// Choosing the session that this gate admits to: today's and those to come, by day; or any.

import { useEffect, useRef, useState } from "preact/hooks";
import { dayName, dayOf, time, venueLine } from "../words/locale";
import { AccountLine } from "./account-line";
import type { GateSession } from "./api";
import { useSpeech } from "./speech";
import { Symbol } from "./symbol";
import { useProgramme } from "./use-programme";

interface ChooserProps {
  email: string;
  /** An id, "any", or null where nothing was chosen yet. */
  chosen: string | null;
  onChoose(session: string): void;
  onBack?(): void;
}

export function Chooser({ email, chosen, onChoose, onBack }: ChooserProps) {
  const { words } = useSpeech();
  const [search, setSearch] = useState("");
  const list = useProgramme(search);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main class="chooser">
      {onBack && <button type="button" class="plain back" onClick={onBack}>{words.back}</button>}
      <h1 ref={heading} tabIndex={-1}>{words.choose}</h1>
      <p class="quiet">{words.chooseHint}</p>
      <label class="search">
        <span class="only-heard">{words.search}</span>
        <Symbol name="search" />
        <input type="search" placeholder={words.search} value={search} maxLength={200} onInput={(event) => setSearch(event.currentTarget.value)} />
      </label>
      {!search && <Choice chosen={chosen === "any"} onClick={() => onChoose("any")} name={words.any} hint={words.anyHint} />}
      <div aria-busy={list.state === "loading"}>
        <Days sessions={list.sessions} chosen={chosen} onChoose={onChoose} />
        {list.state === "loading" && <Bones />}
        {list.state === "here" && list.sessions.length === 0 && <p class="quiet empty">{search ? words.noneFound : words.none}</p>}
        {list.state === "failed" && <p class="warning" role="alert">{words.listFailed} <button type="button" class="plain" onClick={list.again}>{words.tryAgain}</button></p>}
        {list.state === "here" && list.more && <button type="button" class="plain wide" onClick={list.more}>{words.more}</button>}
      </div>
      <AccountLine email={email} />
    </main>
  );
}

function Days({ sessions, chosen, onChoose }: { sessions: readonly GateSession[]; chosen: string | null; onChoose(id: string): void }) {
  const { locale } = useSpeech();
  return byDay(sessions).map(([day, those]) => (
    <section key={day}>
      {those[0] && <h2>{dayName(locale, those[0].startsAt, those[0].timezone)}</h2>}
      <ul>
        {those.map((session) => (
          <li key={session.id}><SessionChoice session={session} chosen={session.id === chosen} onChoose={onChoose} /></li>
        ))}
      </ul>
    </section>
  ));
}

/** In the order in which the days begin. */
function byDay(sessions: readonly GateSession[]): [string, GateSession[]][] {
  const days = new Map<string, GateSession[]>();
  for (const session of sessions) {
    const day = dayOf(session.startsAt, session.timezone);
    days.set(day, [...(days.get(day) ?? []), session]);
  }
  return [...days];
}

function SessionChoice({ session, chosen, onChoose }: { session: GateSession; chosen: boolean; onChoose(id: string): void }) {
  const { locale, words } = useSpeech();
  const { id, event, venue, startsAt, timezone } = session;
  const running = Date.parse(startsAt) <= Date.now();
  return <Choice chosen={chosen} onClick={() => onChoose(id)} when={time(locale, startsAt, timezone)} name={event.title} hint={venueLine(venue)} note={running ? words.running : ""} />;
}

interface ChoiceProps {
  chosen: boolean;
  when?: string;
  name: string;
  hint: string;
  note?: string;
  onClick(): void;
}

function Choice({ chosen, when, name, hint, note, onClick }: ChoiceProps) {
  const { words } = useSpeech();
  return (
    <button type="button" class={`choice card${chosen ? " chosen" : ""}`} aria-current={chosen} onClick={onClick}>
      {when && <span class="time">{when}{note && <span class="note">{note}</span>}</span>}
      <span class="name">
        <strong><bdi>{name}</bdi></strong>
        <small class="quiet"><bdi>{hint}</bdi></small>
      </span>
      {chosen && <><Symbol name="chosen" /><span class="only-heard">{words.chosen}</span></>}
    </button>
  );
}

function Bones() {
  const { words } = useSpeech();
  return (
    <div class="bones">
      <p class="only-heard" role="status">{words.loading}</p>
      {[1, 2, 3, 4].map((each) => <div key={each} class="choice card"><i class="bone short" /><i class="bone" /></div>)}
    </div>
  );
}
