"""Seat maps and live availability."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Self, TypeAlias

import strawberry
from strawberry import Private

from domain import changes as domain
from domain import seats
from domain.events import TicketType
from domain.ids import TicketTypeId
from domain.seats import SeatStatus, sections_of
from resolvers.seat_orders import status_text
from resolvers.sessions import Watched, seat_order
from schema.context import Info
from schema.scalars import shown

LAYOUTS = "/layouts"


@strawberry.type(description="A place in the layout. Its label is unique in the seat map and is how every mutation names it.")
class Seat:
    label: str = strawberry.field(description="Unique in the seat map; mutations and availability name seats by it.")
    number: str = strawberry.field(description="As written on the seat, within its row.")
    x: float = strawberry.field(description="Centre, in layout units from the left.")
    y: float = strawberry.field(description="Centre, in layout units from the top.")
    accessible: bool = strawberry.field(description="A wheelchair place, or one reserved for its companion.")
    ticket_type_id: strawberry.ID | None = strawberry.field(description="What it is sold as; null where it is not sold.")

    @classmethod
    def of(cls, seat: seats.Seat, sold_as: Mapping[str, TicketTypeId]) -> Self:
        type_id = sold_as.get(seat.category)
        return cls(
            label=seat.label,
            number=seat.number,
            x=seat.x,
            y=seat.y,
            accessible=seat.accessible,
            ticket_type_id=shown("tickettype", type_id) if type_id else None,
        )


@strawberry.type(description="A row of seats, in the order they stand.")
class Row:
    name: str = strawberry.field(description="As written at the row.")
    seats: list[Seat] = strawberry.field(description="In layout order.")


@strawberry.type(description="A part of the room: stalls, a balcony, a coach's deck.")
class Section:
    name: str = strawberry.field(description="As written on signs.")
    rows: list[Row] = strawberry.field(description="In layout order.")

    @classmethod
    def of(cls, section: seats.Section, sold_as: Mapping[str, TicketTypeId]) -> Self:
        return cls(
            name=section.name,
            rows=[Row(name=row.name, seats=[Seat.of(seat, sold_as) for seat in row.seats]) for row in section.rows],
        )


@strawberry.type(description="Static geometry of a room. Never changes under one hash, so clients cache it for ever.")
class SeatMap:
    hash: str = strawberry.field(description="SHA-256 of the layout, hexadecimal.")
    ticket_types: Private[Sequence[TicketType]]

    @strawberry.field(
        description="Where the layout is served as plain, compressed, immutable JSON: GET, no auth, strong caching. A path here."
    )
    def url(self) -> str:
        return f"{LAYOUTS}/{self.hash}.json"

    @strawberry.field(description="All seats of the layout, sold in this session or not.")
    async def seat_count(self, info: Info) -> int:
        return await info.context.seat_count.load(self.hash) or 0

    @strawberry.field(description="The layout as objects. For drawing, `url` is far smaller and cached.")
    async def sections(self, info: Info) -> list[Section]:
        layout = await info.context.layout.load(self.hash)
        sold_as = {one.category: one.id for one in self.ticket_types if one.category}
        return [Section.of(section, sold_as) for section in sections_of(layout.plain)] if layout else []


@strawberry.type(description="Seats in one state.")
class SeatGroup:
    status: SeatStatus = strawberry.field(description="Their state.")
    labels: list[str] = strawberry.field(description="Their labels, in layout order.")


@strawberry.type(description="How many places of a general admission ticket type are left.")
class PlacesLeft:
    ticket_type_id: strawberry.ID = strawberry.field(description="The ticket type.")
    available: int = strawberry.field(description="Places that can be locked now.")


VERSION = "The session's version: grows by one with every committed change of its inventory, without gaps."
AVAILABLE = "Seats and places that can be locked."
HELD = "Seats and places in live holds."
SOLD = "Seats and places with a ticket."
PLACES = "Every general admission ticket type with what is left of it."
STATUS_MAP = (
    "The same as `seats` in compact form, for big halls: base64 of one byte with the format, 1, then two bits a seat in the "
    "layout's order, the first seat in the lowest two bits of the first byte: 0 AVAILABLE, 1 HELD, 2 SOLD, 3 BLOCKED. Where only "
    "some sections are watched, of their seats only. Null without a seat map."
)


@strawberry.type(
    description="Live state at one version. Versions of a session grow by one with every committed change, without gaps."
)
class Availability:
    version: int = strawberry.field(description=VERSION)
    available: int = strawberry.field(description=AVAILABLE)
    held: int = strawberry.field(description=HELD)
    sold: int = strawberry.field(description=SOLD)
    seats: list[SeatGroup] = strawberry.field(
        description="Every seat that is not AVAILABLE, grouped by status; empty for general admission."
    )
    general_admission: list[PlacesLeft] = strawberry.field(description=PLACES)
    state: Private[domain.Availability]
    watched: Private[Watched]

    @strawberry.field(description=STATUS_MAP)
    async def status_map(self, info: Info) -> str | None:
        order = self.watched.order or await seat_order(info.context.services, self.watched.session.seat_map_hash)
        return status_text(self.state.seats, order) if order else None

    @classmethod
    def of(cls, state: domain.Availability, watched: Watched) -> Self:
        return cls(
            version=state.version,
            available=state.available,
            held=state.held,
            sold=state.sold,
            seats=_groups(state.seats),
            general_admission=_places(state.general_admission),
            state=state,
            watched=watched,
        )


@strawberry.type(
    description="The whole state at a version: the first message of a subscription, and again whenever deltas cannot be continued."
)
class AvailabilitySnapshot(Availability):
    pass


@strawberry.type(
    description="What changed from previousVersion to version; for a slow client several commits in one. A seat's last status wins."
)
class AvailabilityDelta:
    previous_version: int = strawberry.field(description="The version this continues; a client at another one asks again.")
    version: int = strawberry.field(description=VERSION)
    available: int = strawberry.field(description=AVAILABLE)
    held: int = strawberry.field(description=HELD)
    sold: int = strawberry.field(description=SOLD)
    changes: list[SeatGroup] = strawberry.field(description="Seats by their new status, AVAILABLE ones included.")
    general_admission: list[PlacesLeft] = strawberry.field(description=PLACES)

    @classmethod
    def of(cls, delta: domain.AvailabilityDelta) -> Self:
        return cls(
            previous_version=delta.previous_version,
            version=delta.version,
            available=delta.available,
            held=delta.held,
            sold=delta.sold,
            changes=_groups(delta.changes),
            general_admission=_places(delta.general_admission),
        )


AvailabilityUpdate: TypeAlias = Annotated[
    AvailabilitySnapshot | AvailabilityDelta,
    strawberry.union("AvailabilityUpdate", description="A whole state, or what changed since the last one."),
]


def update_of(update: domain.AvailabilityUpdate, watched: Watched) -> AvailabilitySnapshot | AvailabilityDelta:
    if isinstance(update, domain.Availability):
        return AvailabilitySnapshot.of(update, watched)
    return AvailabilityDelta.of(update)


def _groups(groups: domain.SeatGroups) -> list[SeatGroup]:
    return [SeatGroup(status=status, labels=list(labels)) for status, labels in groups.items()]


def _places(places: domain.PlacesLeft) -> list[PlacesLeft]:
    return [PlacesLeft(ticket_type_id=shown("tickettype", type_id), available=left) for type_id, left in places.items()]
