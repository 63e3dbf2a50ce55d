"""Events and their dated sessions, where they take place, and what is sold for them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import EventId, OrganizerId, SessionId, TicketTypeId, VenueId
from domain.money import Money
from domain.single_seats import SingleSeats


class EventStatus(StrEnum):
    DRAFT = "DRAFT"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    PUBLISHED = "PUBLISHED"
    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"
    ARCHIVED = "ARCHIVED"


# What anybody may see; drafts and archived events are their organizer's business.
PUBLIC = (EventStatus.PUBLISHED, EventStatus.CANCELLED, EventStatus.COMPLETED)


class EventCategory(StrEnum):
    CONCERT = "CONCERT"
    MOVIE = "MOVIE"
    THEATRE = "THEATRE"
    SPORT = "SPORT"
    TRANSPORT = "TRANSPORT"
    CONFERENCE = "CONFERENCE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Event:
    id: EventId
    organizer_id: OrganizerId
    slug: str
    title: str
    description: str
    category: EventCategory
    status: EventStatus
    minimum_age: int | None = None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """All given conditions must hold; the dates and the city are those of one and the same session."""

    search: str | None = None
    category: EventCategory | None = None
    city: str | None = None
    starts_after: datetime | None = None
    starts_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    id: VenueId
    name: str
    city: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """`timezone` is an IANA name; instants are UTC. No `sale_opens_at`: on sale as soon as it is published.

    `single_seats`: what becomes of a pick that leaves a seat alone; `holds_an_hour`: as many a buyer may make within one.
    """

    id: SessionId
    event_id: EventId
    venue_id: VenueId | None
    seat_map_hash: str | None
    status: EventStatus
    starts_at: datetime
    ends_at: datetime
    timezone: str
    currency: str
    sale_opens_at: datetime | None = None
    ticket_limit: int = 8
    single_seats: SingleSeats = SingleSeats.OFF
    holds_an_hour: int = 20


@dataclass(frozen=True, slots=True)
class TicketType:
    """Seated: sells the seats of `category` in the seat map. General admission: sells `capacity` places without seats."""

    id: TicketTypeId
    session_id: SessionId
    name: str
    price: Money
    general_admission: bool
    capacity: int
    position: int
    category: str | None = None
