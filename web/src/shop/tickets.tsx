// The tickets of this person, by session: what is coming first, what is past folded below, and the orders.

import { useState } from "preact/hooks";
import { MyTicketsDocument, type MyTicketsQuery } from "../generated";
import { venueLine, when } from "../words/locale";
import { useAsked } from "./asked";
import { CalendarButton } from "./calendar";
import { Cover } from "./cover";
import { Orders } from "./orders";
import { PageHeading } from "./router";
import { eventPath } from "./routes";
import { useShop } from "./shop-context";
import { useWords } from "./speech";
import { Empty, Failed, SignedOut, Waiting } from "./states";
import { bySession, type Grouped } from "./owned";
import { TicketCard } from "./ticket-card";

export type OwnedTicket = NonNullable<MyTicketsQuery["me"]>["tickets"]["nodes"][number];

export function TicketsPage() {
  const { words } = useWords();
  const { user } = useShop();
  return user ? <Owned key={user.id} /> : <SignedOut icon="ticket" title={words.ticketsNobody} text={words.ticketsNobodyText} />;
}

function Owned() {
  const { words } = useWords();
  const [pages, setPages] = useState<ReadonlyMap<string, readonly OwnedTicket[]>>(new Map());
  const [after, setAfter] = useState<string | null>(null);
  const { data, failed, fetching, again } = useAsked(MyTicketsDocument, { after });
  const page = data?.me?.tickets;
  const tickets = [...new Map([...pages.values(), page?.nodes ?? []].flat().map((ticket) => [ticket.id, ticket])).values()];
  if (failed && !tickets.length) return <Failed page why={failed} again={again} />;
  if (!page && !tickets.length) return <><PageHeading title={words.myTickets} /><Waiting shape="ticket" count={2} /></>;
  if (page && !tickets.length && !after)
    return <><Empty page icon="ticket" title={words.ticketsNothing} text={words.ticketsNothingText}><a class="button" href="/">{words.lostWay}</a></Empty><Orders /></>;

  const { upcoming, past } = bySession(tickets, new Date());
  const next = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  function more(): void {
    setPages((was) => new Map(was).set(after ?? "", page?.nodes ?? []));
    setAfter(next);
  }
  return (
    <div class="tickets-page" aria-busy={fetching}>
      <PageHeading title={words.myTickets} />
      <section aria-labelledby="upcoming">
        <h2 id="upcoming">{words.upcoming}</h2>
        {upcoming.length ? upcoming.map((one) => <SessionTickets key={one.session.id} {...one} changed={again} />) : <p class="quiet">{words.upcomingNothing}</p>}
      </section>
      {past.length > 0 && (
        <details class="past-tickets" open={!upcoming.length}>
          <summary><h2>{words.past}</h2></summary>
          {past.map((one) => <SessionTickets key={one.session.id} {...one} changed={again} />)}
        </details>
      )}
      {failed && <Failed why={failed} again={again} />}
      {next && <p class="more"><button type="button" class="plain" disabled={fetching} onClick={more}>{words.moreTickets}</button></p>}
      <Orders />
    </div>
  );
}

function SessionTickets({ session, tickets, changed }: Grouped<OwnedTicket> & { changed(): void }) {
  const { locale } = useWords();
  const { event, venue } = session;
  return (
    <section class="card owned" aria-labelledby={`s-${session.id}`}>
      <header class="owned-head">
        <div class="thumb"><Cover slug={event.slug} category={event.category} /></div>
        <div>
          <h3 id={`s-${session.id}`}><a href={eventPath(event.slug)}><bdi>{event.title}</bdi></a></h3>
          <p>{when(locale, session.startsAt, session.timezone)}</p>
          <p class="quiet"><bdi>{venueLine(venue)}</bdi></p>
        </div>
        <CalendarButton sessionId={session.id} slug={event.slug} />
      </header>
      <ul class="ticket-cards">
        {tickets.map((ticket) => <TicketCard key={ticket.id} ticket={ticket} together={tickets} changed={changed} />)}
      </ul>
    </section>
  );
}
