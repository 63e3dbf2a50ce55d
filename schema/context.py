"""What one operation knows: who asks, the services, and loaders that live as long as the operation."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Generic, TypeAlias, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from domain.access import NO_RIGHTS, Rights
from domain.answers import Once
from domain.changes import Availability
from domain.errors import NotFound, TooManyAttempts
from domain.events import Event, Session, TicketType
from domain.ids import EventId, OrganizerId, SessionId, TicketTypeId, UserId
from domain.organizers import Organizer
from domain.repositories import StoredLayout
from domain.tickets import Ticket
from domain.viewers import User, Viewer
from resolvers import access, events, holds, orders, organizers, sales_channels, seats, sessions, tickets, viewers, waiting_rooms
from resolvers.services import Services
from schema.serving.contexts import OperationContext

K = TypeVar("K")
V = TypeVar("V")
Read: TypeAlias = Callable[[Services, Sequence[K]], Awaitable[Mapping[K, V]]]


ONE_AT_A_TIME_MS = 1_000


class Loaded(Generic[K, V]):
    """A loader that is made when it is first asked: most operations need one or two, and 15 take 25 µs."""

    def __init__(self, read: Read[K, V]) -> None:
        self._read = read

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, context: "Context", owner: type) -> DataLoader[K, V | None]:
        loader: DataLoader[K, V | None] = DataLoader(load_fn=partial(_in_order, self._read, context.services))
        # Found there before this is asked again.
        vars(context)[self._name] = loader
        return loader


async def _layouts(services: Services, hashes: Sequence[str]) -> Mapping[str, StoredLayout]:
    found = {hash: await seats.layout(services, hash) for hash in hashes}
    return {hash: layout for hash, layout in found.items() if layout}


class Context(OperationContext):
    """Made anew for every operation, also on a websocket: cached counts would go stale there for hours."""

    event = Loaded(events.events_by_ids)
    session = Loaded(sessions.sessions_by_ids)
    next_session = Loaded(sessions.next_sessions)
    venue = Loaded(sessions.venues_by_ids)
    ticket_type = Loaded(sessions.ticket_types_by_ids)
    ticket_types = Loaded(sessions.ticket_types_of_sessions)
    places_left = Loaded(sessions.places_left)
    availability = Loaded(sessions.availability_of_sessions)
    counts = Loaded(sessions.counts_of_sessions)
    seat_count = Loaded(seats.seat_counts)
    hold = Loaded(holds.holds_by_ids)
    hold_channel = Loaded(sales_channels.channels_of_holds)
    type_channels = Loaded(sales_channels.channels_of_ticket_types)
    ticket = Loaded(tickets.tickets_by_ids)
    admission = Loaded(tickets.admission_of_sessions)
    waiting_room = Loaded(waiting_rooms.rooms_of_sessions)
    order_tickets = Loaded(orders.tickets_of_orders)
    user = Loaded(viewers.users_by_ids)
    layout = Loaded(_layouts)
    buyer = Loaded(orders.buyers_of_orders)
    organizer = Loaded(organizers.organizers_by_ids)
    shown_ticket = Loaded(tickets.tickets_shown)
    rights = Loaded(access.rights_by_ids)

    def __init__(self, services: Services, viewer: Viewer | None, address: str = "") -> None:
        """`address` is where the caller is, as limits count it; nobody's is empty."""
        self.services = services
        self.address = address
        self._viewer = viewer
        self.asked_once: list[tuple[str, Once]] = []
        self._attempted = False

    def only_attempt(self) -> None:
        """At proving to be somebody: under aliases, one request could make many. Raises `TooManyAttempts`."""
        if self._attempted:
            raise TooManyAttempts(ONE_AT_A_TIME_MS)
        self._attempted = True

    @property
    def viewer(self) -> Viewer | None:
        self.personal = True
        return self._viewer

    def forget(self) -> None:
        """Before each message of a subscription: what it loads is as it is then."""
        for loader in vars(self).values():
            if isinstance(loader, DataLoader):
                loader.clear_all()

    async def sees_ticket(self, ticket: Ticket) -> bool:
        """At once for its holder."""
        viewer = self.viewer
        if viewer is None or viewer.user_id == ticket.user_id:
            return viewer is not None
        return await self.shown_ticket.load((viewer, ticket.id)) is not None

    async def found_event(self, event_id: EventId) -> Event:
        return _found(await self.seen_event(event_id))

    async def found_session(self, session_id: SessionId) -> Session:
        return _found(await self.seen_session(session_id))

    async def seen_event(self, event_id: EventId) -> Event | None:
        """A draft only by those who may see it."""
        return await self.event.load(event_id) or await organizers.draft_event(self.services, self.viewer, event_id)

    async def seen_session(self, session_id: SessionId) -> Session | None:
        """A draft only by those who may see it."""
        return await self.session.load(session_id) or await organizers.draft_session(self.services, self.viewer, session_id)

    async def found_organizer(self, organizer_id: OrganizerId) -> Organizer:
        return _found(await self.organizer.load(organizer_id))

    async def found_user(self, user_id: UserId) -> User:
        return _found(await self.user.load(user_id))

    async def rights_of_viewer(self) -> Rights:
        return (await self.rights.load(self.viewer.user_id) if self.viewer else None) or NO_RIGHTS

    async def found_ticket_type(self, type_id: TicketTypeId) -> TicketType:
        return _found(await self.ticket_type.load(type_id))

    async def found_availability(self, session_id: SessionId, *, with_seats: bool) -> Availability:
        return _found(await (self.availability if with_seats else self.counts).load(session_id))


def _found(value: V | None) -> V:
    if value is None:
        raise NotFound
    return value


async def _in_order(read: Read[K, V], services: Services, keys: Sequence[K]) -> list[V | None]:
    found = await read(services, keys)
    return [found.get(key) for key in keys]


Info = strawberry.Info[Context, None]
