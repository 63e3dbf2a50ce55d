"""Sessions, their venues and what is sold for them."""

from datetime import UTC, datetime
from typing import Annotated, Self, TypeAlias

import strawberry
from strawberry import Private

from domain import check_ins
from domain import events as domain
from domain.events import EventStatus
from domain.orders import OrderFilter
from domain.single_seats import SingleSeats
from domain.tickets import TicketFilter
from resolvers.calendars import calendar_of
from resolvers.sessions import Watched
from schema.connections import After, Connection, First, page_request
from schema.context import Info
from schema.money import Money
from schema.nodes import Node
from schema.scalars import shown
from schema.seats import Availability, SeatMap
from schema.selections import asks_for
from schema.selling import LazyOrder, LazyTicket, OnlyBuyer, OnlyOrders, OnlySeat, OnlyTickets, orders_sold, tickets_sold
from schema.waiting_rooms import WaitingRoom

# Lazy, because an event names its sessions.
LazyEvent: TypeAlias = Annotated["Event", strawberry.lazy("schema.events")]  # type: ignore[name-defined]  # noqa: F821


@strawberry.type(description="Where a session takes place or departs from.")
class Venue(Node):
    name: str = strawberry.field(description="As people call it.")
    city: str | None = strawberry.field(description="The city, as people call it.")
    country: str | None = strawberry.field(description="ISO 3166-1 alpha-2 where known, e.g. PL.")
    latitude: float | None = strawberry.field(description="WGS 84, degrees north.")
    longitude: float | None = strawberry.field(description="WGS 84, degrees east.")

    @classmethod
    def of(cls, venue: domain.Venue) -> Self:
        return cls(
            id=shown("venue", venue.id),
            name=venue.name,
            city=venue.city,
            country=venue.country,
            latitude=venue.latitude,
            longitude=venue.longitude,
        )


@strawberry.type(description="What is sold: a price level of a session (Regular, VIP, Golden Circle), seated or general admission.")
class TicketType(Node):
    name: str = strawberry.field(description="The price level's name.")
    price: Money = strawberry.field(description="For one ticket, now; a hold keeps the price it was quoted.")
    capacity: int = strawberry.field(description="How many there are in all.")
    general_admission: bool = strawberry.field(description="Whether it is sold by quantity, without numbered seats.")
    category: str | None = strawberry.field(description="The layout's category whose seats it sells; null for general admission.")
    ticket_type: Private[domain.TicketType]

    @strawberry.field(description="How many can be locked now.")
    async def available(self, info: Info) -> int:
        return await info.context.places_left.load(self.ticket_type.id) or 0

    @strawberry.field(description="The channels that partners may sell it over; null: all of them.")
    async def channels(self, info: Info) -> list[str] | None:
        limited = await info.context.type_channels.load(self.ticket_type.id)
        return None if limited is None else list(limited)

    @classmethod
    def of(cls, one: domain.TicketType) -> Self:
        return cls(
            id=shown("tickettype", one.id),
            name=one.name,
            price=Money.of(one.price),
            capacity=one.capacity,
            general_admission=one.general_admission,
            category=one.category,
            ticket_type=one,
        )


@strawberry.type(description="How many have come to a session, for those who check tickets in.")
class Admission:
    expected: int = strawberry.field(description="Tickets that were not cancelled, used ones included.")
    admitted: int = strawberry.field(description="Tickets that were used.")

    @classmethod
    def of(cls, admission: check_ins.Admission) -> Self:
        return cls(expected=admission.expected, admitted=admission.admitted)


@strawberry.type(description="One dated occurrence that tickets are sold for: a performance, a screening, a departure.")
class Session(Node):
    status: EventStatus = strawberry.field(description="Only PUBLISHED sessions are sold.")
    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime = strawberry.field(description="When it is expected to end.")
    timezone: str = strawberry.field(description="IANA name, e.g. Europe/Warsaw; startsAt and endsAt are UTC instants.")
    sale_opens_at: datetime | None = strawberry.field(description="When its sale opens; null: as soon as it is published.")
    ticket_limit: int = strawberry.field(description="The most tickets one buyer may hold and own for it.")
    single_seats: SingleSeats = strawberry.field(description="What becomes of a pick by hand that leaves a seat alone beside it.")
    holds_an_hour: int = strawberry.field(description="The most holds one buyer may make for it within an hour, unless bought.")
    session: Private[domain.Session]

    @strawberry.field(description="What it is an occurrence of.")
    async def event(self, info: Info) -> LazyEvent:
        from schema.events import Event  # lazy like the annotation

        return Event.of(await info.context.found_event(self.session.event_id))

    @strawberry.field(description="Where it takes place; null where that is nowhere in particular.")
    async def venue(self, info: Info) -> Venue | None:
        venue = await info.context.venue.load(self.session.venue_id) if self.session.venue_id else None
        return Venue.of(venue) if venue else None

    @strawberry.field(description="Its price levels, in the organizer's order.")
    async def ticket_types(self, info: Info) -> list[TicketType]:
        return [TicketType.of(one) for one in await info.context.ticket_types.load(self.session.id) or ()]

    @strawberry.field(description="The immutable layout; null where every ticket type is general admission.")
    async def seat_map(self, info: Info) -> SeatMap | None:
        if self.session.seat_map_hash is None:
            return None
        types = await info.context.ticket_types.load(self.session.id) or ()
        return SeatMap(hash=self.session.seat_map_hash, ticket_types=types)

    @strawberry.field(description="Live state now; follow it with the subscription seatAvailability, from this version on.")
    async def availability(self, info: Info) -> Availability:
        wanted = "seats", "statusMap"
        with_seats = info.context.selects(*wanted) and any(asks_for(info.selected_fields, field) for field in wanted)
        state = await info.context.found_availability(self.session.id, with_seats=with_seats)
        return Availability.of(state, Watched(self.session))

    @strawberry.field(description="Its open waiting room; null where tickets are locked without queueing.")
    async def waiting_room(self, info: Info) -> WaitingRoom | None:
        room = await info.context.waiting_room.load(self.session.id)
        return WaitingRoom.of(room) if room else None

    @strawberry.field(description="How many have come, counted now; null for everyone who may not check its tickets in.")
    async def admission(self, info: Info) -> Admission | None:
        viewer = info.context.viewer
        counted = await info.context.admission.load((viewer, self.session.id)) if viewer else None
        return Admission.of(counted) if counted else None

    @strawberry.field(
        description="Its orders, newest first; null for everybody but the organizer's owners, managers and box office."
    )
    async def orders(
        self, info: Info, first: First = 20, after: After = None, status: OnlyOrders = None, email: OnlyBuyer = None
    ) -> Connection[LazyOrder] | None:
        where = OrderFilter(session_id=self.session.id, status=status, email=email)
        return await orders_sold(info, page_request(first, after), where)

    @strawberry.field(
        description="Its tickets, newest first; null for everybody but the organizer's owners, managers and box office."
    )
    async def tickets(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        status: OnlyTickets = None,
        seat: OnlySeat = None,
        email: OnlyBuyer = None,
    ) -> Connection[LazyTicket] | None:
        where = TicketFilter(self.session.id, status, seat, email)
        return await tickets_sold(info, page_request(first, after), where)

    @strawberry.field(
        description="The session as an iCalendar document (RFC 5545, text/calendar) with one event in its own time zone. Its UID "
        "is the session's id, so reading it again updates what a calendar has; STATUS says where it was cancelled."
    )
    async def calendar(self, info: Info) -> str:
        venue = await info.context.venue.load(self.session.venue_id) if self.session.venue_id else None
        return calendar_of(self.session, await info.context.found_event(self.session.event_id), venue, datetime.now(UTC))

    @classmethod
    def of(cls, session: domain.Session) -> Self:
        return cls(
            id=shown("session", session.id),
            status=session.status,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            timezone=session.timezone,
            sale_opens_at=session.sale_opens_at,
            ticket_limit=session.ticket_limit,
            single_seats=session.single_seats,
            holds_an_hour=session.holds_an_hour,
            session=session,
        )
