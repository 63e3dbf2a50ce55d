"""What is on: finding events, and putting them on."""

from collections.abc import Collection, Mapping, Sequence

from slugify import slugify

from domain.audit import AuditAction, Subject
from domain.errors import InvalidInput
from domain.events import Event, EventFilter, EventStatus, Session, TicketType, Venue
from domain.ids import EventId, OrganizerId, SessionId, TicketTypeId, VenueId, new_id
from domain.plans import PlannedEvent, PlannedSession, PlannedTicketType, PutOn
from domain.repositories import Page, PageRequest, Transaction
from domain.seats import Seat, sections_of
from domain.topics import Kind, Topic
from resolvers.services import Services

LONGEST_SEARCH = 200


async def list_events(services: Services, wanted: PageRequest, where: EventFilter) -> Page[Event]:
    if where.search is not None and len(where.search) > LONGEST_SEARCH:
        raise InvalidInput(("filter", "search"), f"At most {LONGEST_SEARCH} characters.")
    async with services.reading() as work:
        return await work.events.page(wanted, where)


async def count_events(services: Services, where: EventFilter) -> int:
    async with services.reading() as work:
        return await work.events.count(where)


async def events_by_ids(services: Services, ids: Collection[EventId]) -> Mapping[EventId, Event]:
    async with services.reading() as work:
        return await work.events.by_ids(ids)


async def cities(services: Services) -> Sequence[str]:
    """As a reader looks them up: Łódź between Lisbon and London, whatever the database thinks of capitals and accents."""
    async with services.reading() as work:
        return sorted(await work.events.cities(), key=lambda city: (slugify(city), city))


async def event_by_slug(services: Services, slug: str) -> Event | None:
    async with services.reading() as work:
        return await work.events.by_slug(slug)


async def put_on(services: Services, organizer: tuple[str, str], plan: PlannedEvent) -> PutOn:
    """Publishes the event and its sessions in one transaction. `organizer` is a slug and a name.

    An event of that slug and organizer is overwritten, its sessions kept. Raises `NotAllowed` for another organizer's slug.
    """
    async with services.transaction() as work:
        event = await work.events.add(_planned_event(await work.events.organizer(*organizer), plan))
        added = [await _add_session(work, event.id, session) for session in plan.sessions]
        more = {"sessionsAdded": sum(added)}
        await work.audit.note(None, AuditAction.EVENT_PUT_ON, Subject("event", event.id), event.organizer_id, more)
    services.topics.announce(Topic(Kind.EVENT, event.id))
    return PutOn(plan.slug, sessions_added=sum(added), sessions_present=len(added) - sum(added))


def _planned_event(organizer_id: OrganizerId, plan: PlannedEvent) -> Event:
    return Event(
        id=EventId(new_id()),
        organizer_id=organizer_id,
        slug=plan.slug,
        title=plan.title,
        description=plan.description,
        category=plan.category,
        status=EventStatus.PUBLISHED,
        minimum_age=plan.minimum_age,
    )


async def _add_session(work: Transaction, event_id: EventId, plan: PlannedSession) -> bool:
    venue = None
    if plan.venue is not None:
        place = plan.venue
        venue = await work.venues.add(
            Venue(VenueId(new_id()), place.name, place.city, place.country, place.latitude, place.longitude)
        )
    seats = await _stored_seats(work, plan.seat_map_hash)
    session = Session(
        id=SessionId(new_id()),
        event_id=event_id,
        venue_id=venue.id if venue else None,
        seat_map_hash=plan.seat_map_hash,
        status=EventStatus.PUBLISHED,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        timezone=plan.timezone,
        currency=_one_currency(plan.ticket_types),
        sale_opens_at=plan.sale_opens_at,
        ticket_limit=plan.ticket_limit,
        single_seats=plan.single_seats,
        holds_an_hour=plan.holds_an_hour,
    )
    _check_categories(plan.ticket_types)
    types = [_ticket_type(session.id, at, one, seats) for at, one in enumerate(plan.ticket_types)]
    return await work.sessions.add(session, types, seats)


async def _stored_seats(work: Transaction, hash: str | None) -> Sequence[Seat]:
    if hash is None:
        return ()
    stored = await work.seat_maps.layout(hash)
    if stored is None:
        raise InvalidInput(("seatMapHash",), f"There is no seat map {hash}.")
    return [seat for section in sections_of(stored.plain) for row in section.rows for seat in row.seats]


def _one_currency(types: Sequence[PlannedTicketType]) -> str:
    currencies = {one.price.currency for one in types}
    if len(currencies) != 1:
        raise InvalidInput(("ticketTypes",), "A session has at least one ticket type, and all of them one currency.")
    return currencies.pop()


def _check_categories(types: Sequence[PlannedTicketType]) -> None:
    """A ticket type sells all seats of its category, so two of them would sell every seat twice."""
    seen: set[str] = set()
    for at, one in enumerate(types):
        if one.category in seen:
            path = ("ticketTypes", str(at), "category")
            raise InvalidInput(path, f"Another ticket type sells the seats of category {one.category!r} already.")
        if one.category is not None:
            seen.add(one.category)


def _ticket_type(session_id: SessionId, position: int, plan: PlannedTicketType, layout: Sequence[Seat]) -> TicketType:
    seats = [seat for seat in layout if seat.category == plan.category]
    if plan.category is not None and not seats:
        raise InvalidInput(("ticketTypes", str(position), "category"), f"The seat map has no seats of category {plan.category!r}.")
    return TicketType(
        id=TicketTypeId(new_id()),
        session_id=session_id,
        name=plan.name,
        price=plan.price,
        general_admission=plan.category is None,
        capacity=len(seats) if plan.category is not None else plan.capacity or 0,
        position=position,
        category=plan.category,
    )
