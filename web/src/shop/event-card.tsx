// One event in the list: when it is next, where, from what price, and whether there is still something.

import type { EventFilter, EventsQuery } from "../generated";
import { money, venueLine, whenShort } from "../words/locale";
import { Cover } from "./cover";
import { eventPath } from "./routes";
import { lowest, saleOf } from "./sale";
import { SaleBadge } from "./sale-badge";
import { useWords } from "./speech";

export type ListedEvent = EventsQuery["events"]["nodes"][number];

export function EventCard({ event, filter }: { event: ListedEvent; filter: EventFilter }) {
  const { locale, words } = useWords();
  const next = event.nextSession;
  const sale = next && saleOf(next, new Date());
  const price = next && lowest(next.ticketTypes.map((type) => type.price));
  return (
    <li class={`card event-card${sale === "soldOut" || !next ? " spent" : ""}`}>
      <div class="picture">
        <Cover slug={event.slug} category={event.category} />
        <span class="chip on-picture">{words[event.category]}</span>
        {event.minimumAge && <span class="chip on-picture age">{words.minimumAge(event.minimumAge)}</span>}
      </div>
      <div class="event-text">
        <h3><a href={eventPath(event.slug)}><bdi>{event.title}</bdi></a></h3>
        {next ? (
          <>
            <p class="event-when">{whenShort(locale, next.startsAt, next.timezone)}</p>
            {!fits(next, filter) && <p class="small">{filter.city ? words.alsoThere(filter.city) : words.alsoThen}</p>}
            <p class="quiet"><bdi>{venueLine(next.venue) || "\u00a0"}</bdi></p>
          </>
        ) : (
          <p class="quiet">{words.noDates}</p>
        )}
        {next && sale && (
          <p class="event-foot">
            {price && <strong>{words.priceFrom(money(locale, price))}</strong>}
            <SaleBadge sale={sale} session={next} brief />
          </p>
        )}
      </div>
    </li>
  );
}

/** Some session fits the filter; the next one, which is shown, may be another. */
function fits(next: NonNullable<ListedEvent["nextSession"]>, { startsAfter, startsBefore, city }: EventFilter): boolean {
  const starts = Date.parse(next.startsAt);
  if (startsAfter && starts < Date.parse(startsAfter)) return false;
  if (startsBefore && starts >= Date.parse(startsBefore)) return false;
  return !city || next.venue?.city?.toLowerCase() === city.toLowerCase();
}
