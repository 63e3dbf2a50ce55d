// One event: what it is, and its dates.

import { EventPageDocument } from "../generated";
import { useAsked } from "./asked";
import { Cover } from "./cover";
import { EventDates } from "./event-dates";
import { Icon } from "./icons";
import { PageHeading } from "./router";
import { useWords } from "./speech";
import { Failed, Lost, Waiting } from "./states";

export function EventPage({ slug }: { slug: string }) {
  const { words } = useWords();
  const { data, failed, again } = useAsked(EventPageDocument, { slug });
  if (failed) return <Failed page why={failed} again={again} />;
  if (!data) return <Waiting shape="page" />;
  const { event } = data;
  if (!event) return <Lost />;
  return (
    <article class="event-page">
      <header class="billboard">
        <Cover slug={event.slug} category={event.category} />
        <div class="billboard-text">
          <p class="chips">
            <span class="chip on-picture">{words[event.category]}</span>
            {event.minimumAge && <span class="chip on-picture">{words.minimumAge(event.minimumAge)}</span>}
          </p>
          <PageHeading title={event.title}><bdi>{event.title}</bdi></PageHeading>
        </div>
      </header>
      <div class="event-columns">
        <section class="about" aria-label={words.about}>
          {event.description.split(/\n\s*\n/).filter(Boolean).map((paragraph, at) => <p key={at} dir="auto">{paragraph}</p>)}
          {event.minimumAge && <p class="hint warn"><Icon name="alert" />{words.minimumAgeLong(event.minimumAge)}</p>}
        </section>
        <section aria-labelledby="dates-title">
          <h2 id="dates-title">{words.sessionsTitle}</h2>
          {event.status === "CANCELLED" && <p class="hint bad"><Icon name="alert" />{words.cancelledEvent}</p>}
          <EventDates slug={event.slug} />
        </section>
      </div>
    </article>
  );
}
