"""What one operation knows: who asks, the services, and loaders that live as long as the operation."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from domain.answers import Once
from domain.changes import Availability
from domain.check_ins import Admission
from domain.errors import NotFound
from domain.events import Event, Session, TicketType, Venue
from domain.holds import Hold
from domain.ids import EventId, HoldId, OrderId, SessionId, TicketId, TicketTypeId, UserId, VenueId
from domain.repositories import StoredLayout
from domain.tickets import Ticket
from domain.viewers import User, Viewer
from resolvers import events, holds, orders, seats, sessions, tickets, viewers
from resolvers.services import Services

K = TypeVar("K")
V = TypeVar("V")


class Context:
    """Made anew for every operation, also on a websocket: cached counts would go stale there for hours."""

    def __init__(self, services: Services, viewer: Viewer | None) -> None:
        self.services = services
        self.viewer = viewer
        self.asked_once: list[tuple[str, Once]] = []
        self.event: DataLoader[EventId, Event | None] = self._loader(events.events_by_ids)
        self.session: DataLoader[SessionId, Session | None] = self._loader(sessions.sessions_by_ids)
        self.next_session: DataLoader[EventId, Session | None] = self._loader(sessions.next_sessions)
        self.venue: DataLoader[VenueId, Venue | None] = self._loader(sessions.venues_by_ids)
        self.ticket_type: DataLoader[TicketTypeId, TicketType | None] = self._loader(sessions.ticket_types_by_ids)
        self.ticket_types: DataLoader[SessionId, Sequence[TicketType] | None] = self._loader(sessions.ticket_types_of_sessions)
        self.places_left: DataLoader[TicketTypeId, int | None] = self._loader(sessions.places_left)
        self.availability: DataLoader[SessionId, Availability | None] = self._loader(sessions.availability_of_sessions)
        self.seat_count: DataLoader[str, int | None] = self._loader(seats.seat_counts)
        self.hold: DataLoader[HoldId, Hold | None] = self._loader(holds.holds_by_ids)
        self.ticket: DataLoader[TicketId, Ticket | None] = self._loader(tickets.tickets_by_ids)
        self.admission: DataLoader[SessionId, Admission | None] = self._loader(tickets.admission_of_sessions)
        self.order_tickets: DataLoader[OrderId, Sequence[Ticket] | None] = self._loader(orders.tickets_of_orders)
        self.user: DataLoader[UserId, User | None] = self._loader(viewers.users_by_ids)
        self.layout: DataLoader[str, StoredLayout | None] = DataLoader(load_fn=self._layouts)

    def _loader(self, read: Callable[[Services, Sequence[K]], Awaitable[Mapping[K, V]]]) -> DataLoader[K, V | None]:
        return DataLoader(load_fn=partial(_in_order, read, self.services))

    def forget(self) -> None:
        """Before each message of a subscription: what it loads is as it is then."""
        for loader in vars(self).values():
            if isinstance(loader, DataLoader):
                loader.clear_all()

    async def found_event(self, event_id: EventId) -> Event:
        return _found(await self.event.load(event_id))

    async def found_session(self, session_id: SessionId) -> Session:
        return _found(await self.session.load(session_id))

    async def found_ticket_type(self, type_id: TicketTypeId) -> TicketType:
        return _found(await self.ticket_type.load(type_id))

    async def found_availability(self, session_id: SessionId) -> Availability:
        return _found(await self.availability.load(session_id))

    async def _layouts(self, hashes: list[str]) -> list[StoredLayout | None]:
        return [await seats.layout(self.services, hash) for hash in hashes]


def _found(value: V | None) -> V:
    if value is None:
        raise NotFound
    return value


async def _in_order(
    read: Callable[[Services, Sequence[K]], Awaitable[Mapping[K, V]]], services: Services, keys: Sequence[K]
) -> list[V | None]:
    found = await read(services, keys)
    return [found.get(key) for key in keys]


Info = strawberry.Info[Context, None]
