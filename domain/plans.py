"""What an organizer wants to put on, before it has ids: made by importers, by the demo and by whoever creates events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.events import EventCategory
from domain.money import Money
from domain.single_seats import SingleSeats


@dataclass(frozen=True, slots=True)
class PlannedVenue:
    name: str
    city: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class PlannedTicketType:
    """With a category: its seats in the seat map, all of them. Without one: `capacity` places of general admission."""

    name: str
    price: Money
    category: str | None = None
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """Instants are aware UTC. `seat_map_hash` names a stored map; all ticket types have one currency."""

    starts_at: datetime
    ends_at: datetime
    timezone: str
    ticket_types: Sequence[PlannedTicketType]
    venue: PlannedVenue | None = None
    seat_map_hash: str | None = None
    sale_opens_at: datetime | None = None
    ticket_limit: int = 8
    single_seats: SingleSeats = SingleSeats.OFF
    holds_an_hour: int = 20


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    slug: str
    title: str
    description: str
    category: EventCategory
    sessions: Sequence[PlannedSession] = field(default=())
    minimum_age: int | None = None


@dataclass(frozen=True, slots=True)
class PutOn:
    """What became of a plan: sessions that were there already (same start and venue) are left as they are."""

    slug: str
    sessions_added: int
    sessions_present: int
