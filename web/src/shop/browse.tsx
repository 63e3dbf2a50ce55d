// What is on: filters above, a page of events after the other below. Going back finds the list as it was left.

import { useEffect, useRef, useState } from "preact/hooks";
import { EventsDocument, type EventFilter } from "../generated";
import { firstDayOfWeek } from "../words/locale";
import { useAsked } from "./asked";
import { EventCard, type ListedEvent } from "./event-card";
import { FilterBar } from "./filter-bar";
import { anyOf, eventFilter, type Filters, filtersOf, queryOf } from "./filters";
import { PageHeading } from "./router";
import { useWords } from "./speech";
import { Empty, Failed, Waiting } from "./states";

const PAGE = 12;

interface Left {
  readonly filter: EventFilter;
  /** Cursors of the pages after the first. */
  readonly after: readonly string[];
}

const left = new Map<string, Left>();

export function Browse({ search }: { search: string }) {
  const { words } = useWords();
  const filters = filtersOf(search);
  return (
    <>
      <div class="lead">
        <PageHeading title={words.whatsOn} />
        <p class="quiet">{words.lead}</p>
      </div>
      <FilterBar filters={filters} />
      <EventList filters={filters} />
    </>
  );
}

function EventList({ filters }: { filters: Filters }) {
  const { locale, words } = useWords();
  const query = queryOf(filters);
  const was = left.get(query) ?? { filter: eventFilter(filters, new Date(), firstDayOfWeek(locale)), after: [] };
  left.set(query, was);
  const [, again] = useState(0);
  const [fresh, setFresh] = useState<string | null>(null);
  const { data, failed, fetching, again: askAgain } = useAsked(EventsDocument, { first: PAGE, after: null, filter: was.filter, count: true });
  const kept = useRef(data);
  if (data) kept.current = data;
  const events = (data ?? kept.current)?.events;

  function more(cursor: string): void {
    left.set(query, { ...was, after: [...was.after, cursor] });
    setFresh(cursor);
    again((count) => count + 1);
  }

  if (failed) return <Failed why={failed} again={askAgain} />;
  if (!events) return <Waiting shape="card" count={6} />;
  const nothing = events.nodes.length === 0;
  return (
    <section aria-labelledby="events" aria-busy={fetching}>
      <h2 id="events" class="only-heard">{words.events}</h2>
      <p class="found quiet" role="status">{fetching && !data ? words.loading : nothing ? "" : words.found(events.totalCount ?? events.nodes.length)}</p>
      {nothing && data && <Empty icon="search" title={anyOf(filters) ? words.nothing : words.emptyTitle} text={anyOf(filters) ? words.nothingHint : words.emptyText} />}
      <ul class={fetching && !data ? "events fading" : "events"}>
        {events.nodes.map((event) => <EventCard key={event.id} event={event} filter={was.filter} />)}
        {was.after.map((cursor, at) => (
          <MoreEvents key={cursor} cursor={cursor} filter={was.filter} focus={cursor === fresh} last={at === was.after.length - 1} more={more} />
        ))}
      </ul>
      {was.after.length === 0 && events.pageInfo.hasNextPage && <More cursor={events.pageInfo.endCursor} more={more} />}
    </section>
  );
}

function MoreEvents({ cursor, filter, focus, last, more }: { cursor: string; filter: EventFilter; focus: boolean; last: boolean; more(cursor: string): void }) {
  const { words } = useWords();
  const { data, failed, again } = useAsked(EventsDocument, { first: PAGE, after: cursor, filter, count: false });
  const first = useRef<HTMLLIElement>(null);
  const nodes: readonly ListedEvent[] = data?.events.nodes ?? [];
  useEffect(() => {
    if (focus && nodes.length) first.current?.nextElementSibling?.querySelector("a")?.focus({ preventScroll: true });
  }, [nodes.length > 0]);
  return (
    <>
      <li ref={first} hidden />
      {failed && <li class="whole"><Failed why={failed} again={again} /></li>}
      {!data && !failed && <li class="whole" role="status"><span class="only-heard">{words.loadingMore}</span><div class="waiting waiting-cards"><div class="bone bone-card" /><div class="bone bone-card" /></div></li>}
      {nodes.map((event) => <EventCard key={event.id} event={event} filter={filter} />)}
      {last && data?.events.pageInfo.hasNextPage && <li class="whole"><More cursor={data.events.pageInfo.endCursor} more={more} /></li>}
    </>
  );
}

function More({ cursor, more }: { cursor: string | null; more(cursor: string): void }) {
  const { words } = useWords();
  return cursor === null ? null : (
    <p class="more">
      <button type="button" class="plain" onClick={() => more(cursor)}>{words.more}</button>
    </p>
  );
}
