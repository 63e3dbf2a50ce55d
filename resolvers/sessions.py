"""Dated sessions, what is sold for them, and their live seats."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from domain.changes import Availability, AvailabilityUpdate
from domain.errors import NotFound
from domain.events import Session, TicketType, Venue
from domain.ids import EventId, SessionId, TicketTypeId, VenueId
from domain.repositories import Page, PageRequest
from domain.seat_orders import SeatOrder, only_in
from resolvers.seat_orders import sections_in
from resolvers.services import Services


async def sessions_by_ids(services: Services, ids: Collection[SessionId]) -> Mapping[SessionId, Session]:
    async with services.reading() as work:
        return await work.sessions.by_ids(ids)


async def sessions_of_event(services: Services, event_id: EventId, wanted: PageRequest) -> Page[Session]:
    async with services.reading() as work:
        return await work.sessions.page_of(event_id, wanted)


async def count_sessions_of_event(services: Services, event_id: EventId) -> int:
    async with services.reading() as work:
        return await work.sessions.count_of(event_id)


async def next_sessions(services: Services, ids: Collection[EventId]) -> Mapping[EventId, Session]:
    async with services.reading() as work:
        return await work.sessions.next_of(ids)


async def ticket_types_of_sessions(services: Services, ids: Collection[SessionId]) -> Mapping[SessionId, Sequence[TicketType]]:
    async with services.reading() as work:
        return await work.sessions.ticket_types_of(ids)


async def ticket_types_by_ids(services: Services, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, TicketType]:
    async with services.reading() as work:
        return await work.sessions.ticket_types(ids)


async def places_left(services: Services, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, int]:
    async with services.reading() as work:
        return await work.sessions.places_left(ids)


async def availability_of_sessions(services: Services, ids: Collection[SessionId]) -> Mapping[SessionId, Availability]:
    async with services.reading() as work:
        return await work.sessions.availability(ids)


async def counts_of_sessions(services: Services, ids: Collection[SessionId]) -> Mapping[SessionId, Availability]:
    """Without seats: a thousandth of the work in a big hall."""
    async with services.reading() as work:
        return await work.sessions.availability(ids, with_seats=False)


async def venues_by_ids(services: Services, ids: Collection[VenueId]) -> Mapping[VenueId, Venue]:
    async with services.reading() as work:
        return await work.venues.by_ids(ids)


@dataclass(frozen=True, slots=True)
class Watched:
    """What of a session is watched: with `order`, only the seats in it."""

    session: Session
    order: SeatOrder | None = None


async def seats_to_watch(services: Services, session_id: SessionId, sections: Sequence[str] | None) -> Watched:
    """Raises `NotFound`, and `InvalidInput` for sections that the session's seat map has not."""
    session = (await sessions_by_ids(services, [session_id])).get(session_id)
    if session is None:
        raise NotFound
    if sections is None:
        return Watched(session)
    return Watched(session, sections_in(await seat_order(services, session.seat_map_hash), sections))


async def watch_seats(services: Services, watched: Watched, since_version: int | None) -> AsyncGenerator[AvailabilityUpdate, None]:
    """Every version, also where it changed none of the seats that are watched: a client has to know that it has missed nothing."""
    async with aclosing(services.seats.watch(watched.session.id, since_version)) as updates:
        async for update in updates:
            yield update if watched.order is None else only_in(watched.order, update)


async def seat_order(services: Services, seat_map_hash: str | None) -> SeatOrder | None:
    """None for general admission only."""
    return await services.seat_orders.of(services.transaction, seat_map_hash) if seat_map_hash else None
