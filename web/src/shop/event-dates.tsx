// The sessions of one event in the order of their start; those of the past are folded away.

import { useEffect, useState } from "preact/hooks";
import { EventSessionsDocument, type EventSessionsQuery } from "../generated";
import { dayOf, money, plate, time, venueLine } from "../words/locale";
import { useAsked } from "./asked";
import { Icon } from "./icons";
import { sessionPath } from "./routes";
import { buyable, lowest, saleOf } from "./sale";
import { SaleBadge } from "./sale-badge";
import { useWords } from "./speech";
import { Empty, Failed, Waiting } from "./states";

type Dated = NonNullable<EventSessionsQuery["event"]>["sessions"]["nodes"][number];

export function EventDates({ slug }: { slug: string }) {
  const [after, setAfter] = useState<readonly (string | null)[]>([null]);
  const [past, setPast] = useState<Readonly<Record<string, readonly Dated[]>>>({});
  const folded = Object.values(past).flat();
  return (
    <div class="dates">
      {folded.length > 0 && <Past sessions={folded} />}
      {after.map((cursor, at) => (
        <DatesFrom key={cursor} slug={slug} cursor={cursor} first={at === 0} last={at === after.length - 1}
          more={(next) => setAfter((was) => [...was, next])} fold={(sessions) => setPast((was) => ({ ...was, [cursor ?? ""]: sessions }))} />
      ))}
    </div>
  );
}

interface DatesFromProps {
  slug: string;
  cursor: string | null;
  first: boolean;
  last: boolean;
  more(cursor: string): void;
  fold(sessions: readonly Dated[]): void;
}

function DatesFrom({ slug, cursor, first, last, more, fold }: DatesFromProps) {
  const { words } = useWords();
  const { data, failed, again } = useAsked(EventSessionsDocument, { slug, after: cursor });
  const sessions = data?.event?.sessions;
  const now = new Date();
  const isPast = (one: Dated): boolean => Date.parse(one.startsAt) <= now.getTime();
  const coming = sessions?.nodes.filter((one) => !isPast(one)) ?? [];
  const places = new Set(coming.map(({ venue }) => venueLine(venue)));
  const same = places.size === 1 ? [...places].join() : null;
  const next = sessions?.pageInfo.hasNextPage ? sessions.pageInfo.endCursor : null;
  useEffect(() => {
    if (!sessions) return;
    fold(sessions.nodes.filter(isPast));
    // A page of nothing but the past is not worth a click.
    if (last && next && !coming.length) more(next);
  }, [sessions]);
  if (failed) return <Failed why={failed} again={again} />;
  if (!sessions) return <Waiting shape="row" count={4} />;
  if (first && !coming.length && !next) return <Empty icon="calendar" title={words.noSessions} text={words.noSessionsHint}><a class="button plain" href="/">{words.allEvents}</a></Empty>;
  return (
    <>
      {same && first && <p class="quiet dates-place"><Icon name="place" size={18} /><bdi>{same}</bdi></p>}
      <ol class="dates-list">{coming.map((session, at) => <DateRow key={session.id} session={session} now={now} before={coming[at - 1]} placed={same !== null} />)}</ol>
      {last && next && coming.length > 0 && <p class="more"><button type="button" class="plain" onClick={() => more(next)}>{words.laterDates}</button></p>}
    </>
  );
}

function Past({ sessions }: { sessions: readonly Dated[] }) {
  const { words } = useWords();
  const now = new Date();
  return (
    <details class="past-dates">
      <summary>{words.pastSessions(sessions.length)}</summary>
      <ol class="dates-list">{sessions.map((session, at) => <DateRow key={session.id} session={session} now={now} before={sessions[at - 1]} placed={false} />)}</ol>
    </details>
  );
}

function DateRow({ session, now, before, placed }: { session: Dated; now: Date; before: Dated | undefined; /** Where it is was said above. */ placed: boolean }) {
  const { locale, words } = useWords();
  const sale = saleOf(session, now);
  const price = lowest(session.ticketTypes.map((type) => type.price));
  const { weekday, day, month } = plate(locale, session.startsAt, session.timezone);
  const again = before && dayOf(before.startsAt, before.timezone) === dayOf(session.startsAt, session.timezone);
  return (
    <li class={`date-row${again ? " same-day" : ""}${buyable(sale) ? "" : " spent"}`}>
      <a href={sessionPath(session.id)}>
        <span class={again ? "plate only-heard" : "plate"}><span>{weekday}</span> <b>{day}</b> <span>{month}</span></span>
        <span class="date-where">
          <strong>{time(locale, session.startsAt, session.timezone)}</strong>
          {!placed && <bdi class="quiet">{venueLine(session.venue)}</bdi>}
        </span>
        <span class="date-sale">
          <SaleBadge sale={sale} session={session} />
          {price && sale !== "over" && sale !== "cancelled" && <span class="quiet">{words.priceFrom(money(locale, price))}</span>}
        </span>
        <Icon name="chevron" turns />
      </a>
    </li>
  );
}
