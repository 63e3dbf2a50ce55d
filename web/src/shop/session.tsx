// One session: the seat map to choose from, and beside it where and when.

import { SessionPageDocument, type SessionPageQuery } from "../generated";
import { money, time, when } from "../words/locale";
import { useAsked } from "./asked";
import { CalendarButton } from "./calendar";
import { Icon } from "./icons";
import { PageHeading } from "./router";
import { eventPath } from "./routes";
import { buyable, saleOf } from "./sale";
import { SaleBadge } from "./sale-badge";
import { SeatChoice } from "./seat-choice";
import { useWords } from "./speech";
import { Failed, Lost, Waiting } from "./states";

type Shown = NonNullable<SessionPageQuery["session"]>;

export function SessionPage({ id, search }: { id: string; search: string }) {
  const { locale } = useWords();
  const { data, failed, again } = useAsked(SessionPageDocument, { id });
  if (failed) return <Failed page why={failed} again={again} />;
  if (!data) return <Waiting shape="map" />;
  const { session } = data;
  if (!session) return <Lost />;
  // What is left is the map's to say, live.
  const sale = saleOf({ ...session, availability: { available: 100, held: 0, sold: 0 } }, new Date());
  return (
    <div class="session-page">
      <header class="session-head">
        <PageHeading title={session.event.title}><a href={eventPath(session.event.slug)}><bdi>{session.event.title}</bdi></a></PageHeading>
        <p class="session-when">{when(locale, session.startsAt, session.timezone)} {!buyable(sale) && <SaleBadge sale={sale} session={session} />}</p>
      </header>
      <SeatChoice key={id} sessionId={id} search={search} seated={session.ticketTypes.some((type) => !type.generalAdmission)} />
      <About session={session} />
    </div>
  );
}

function About({ session }: { session: Shown }) {
  const { locale, words } = useWords();
  const { venue, event } = session;
  return (
    <aside class="card session-about">
      <dl>
        <div>
          <dt><Icon name="clock" />{words.whenLabel}</dt>
          <dd>{when(locale, session.startsAt, session.timezone)}<br /><span class="quiet">{words.until(time(locale, session.endsAt, session.timezone))}</span></dd>
        </div>
        {venue && (
          <div>
            <dt><Icon name="place" />{words.whereLabel}</dt>
            <dd><bdi>{venue.name}</bdi><br /><bdi class="quiet">{venue.city}</bdi></dd>
          </div>
        )}
        <div>
          <dt><Icon name="ticket" />{words.prices}</dt>
          <dd>
            <ul class="prices">{session.ticketTypes.map((type) => <li key={type.id}><bdi>{type.name}</bdi> <span>{money(locale, type.price)}</span></li>)}</ul>
            <span class="quiet">{words.limit(session.ticketLimit)}</span>
          </dd>
        </div>
      </dl>
      {event.minimumAge && <p class="hint warn"><Icon name="alert" />{words.minimumAgeLong(event.minimumAge)}</p>}
      <div class="choices">
        <CalendarButton sessionId={session.id} slug={event.slug} />
        <a class="button plain" href={eventPath(event.slug)}>{words.toEvent}</a>
      </div>
    </aside>
  );
}
