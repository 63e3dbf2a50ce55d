"""Dated sessions, what is sold for them, and their live seats."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing

from domain.changes import Availability, AvailabilityUpdate
from domain.errors import NotFound
from domain.events import Session, TicketType, Venue
from domain.ids import EventId, SessionId, TicketTypeId, VenueId
from domain.repositories import Page, PageRequest
from resolvers.services import Services


async def sessions_by_ids(services: Services, ids: Collection[SessionId]) -> Mapping[SessionId, Session]:
    async with services.transaction() as work:
        return await work.sessions.by_ids(ids)


async def sessions_of_event(services: Services, event_id: EventId, wanted: PageRequest) -> Page[Session]:
    async with services.transaction() as work:
        return await work.sessions.page_of(event_id, wanted)


async def count_sessions_of_event(services: Services, event_id: EventId) -> int:
    async with services.transaction() as work:
        return await work.sessions.count_of(event_id)


async def next_sessions(services: Services, ids: Collection[EventId]) -> Mapping[EventId, Session]:
    async with services.transaction() as work:
        return await work.sessions.next_of(ids)


async def ticket_types_of_sessions(services: Services, ids: Collection[SessionId]) -> Mapping[SessionId, Sequence[TicketType]]:
    async with services.transaction() as work:
        return await work.sessions.ticket_types_of(ids)


async def ticket_types_by_ids(services: Services, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, TicketType]:
    async with services.transaction() as work:
        return await work.sessions.ticket_types(ids)


async def places_left(services: Services, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, int]:
    async with services.transaction() as work:
        return await work.sessions.places_left(ids)


async def availability_of_sessions(services: Services, ids: Collection[SessionId]) -> Mapping[SessionId, Availability]:
    async with services.transaction() as work:
        return await work.sessions.availability(ids)


async def venues_by_ids(services: Services, ids: Collection[VenueId]) -> Mapping[VenueId, Venue]:
    async with services.transaction() as work:
        return await work.venues.by_ids(ids)


async def watch_seats(
    services: Services, session_id: SessionId, since_version: int | None
) -> AsyncGenerator[AvailabilityUpdate, None]:
    """Raises `NotFound` before the first update."""
    if not await sessions_by_ids(services, [session_id]):
        raise NotFound
    async with aclosing(services.seats.watch(session_id, since_version)) as updates:
        async for update in updates:
            yield update
