"""Builders with keyword overrides: rooms, plans, people, and shows put on the way an organizer would."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from domain.answers import Once
from domain.events import Event, EventCategory, Session
from domain.holds import Admissions, ChangeHold, Hold, LockTickets
from domain.ids import EventId, OrganizerId, SessionId, TicketTypeId, UserId, new_id
from domain.money import Money
from domain.organizers import MemberRole, Post
from domain.plans import PlannedEvent, PlannedSession, PlannedTicketType, PlannedVenue
from domain.repositories import PageRequest, Transactions
from domain.seats import Category, Row, Seat, SeatMap, Section
from domain.viewers import Role, User
from resolvers import events
from resolvers.services import Services
from subscriptions.limits import LocalLimits
from tests.fakes import FakeTopics

SEAT_PRICE, STANDING_PRICE = Money(2500, "EUR"), Money(1000, "EUR")
ORGANIZER = ("house", "The House")


def in_days(days: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


def a_room(*, rows: int = 2, seats: int = 10, name: str = "Small room", category: str = "Stalls") -> SeatMap:
    """Labels are A-1, A-2, … B-1, …"""
    letters = [chr(ord("A") + at) for at in range(rows)]
    drawn = [(letter, at * 25.0) for at, letter in enumerate(letters)]
    made = tuple(
        Row(letter, tuple(Seat(f"{letter}-{n}", str(n), n * 25.0, y, category) for n in range(1, seats + 1))) for letter, y in drawn
    )
    return SeatMap(name, (Category(category, "#336699"),), (Section("Floor", made),))


def a_session(room: SeatMap | None = None, standing: int = 5, **overrides: Any) -> PlannedSession:
    """All seats of the room at 25 EUR, `standing` places at 10; in a week, for two hours."""
    seated = [PlannedTicketType("Seat", SEAT_PRICE, category=one.name) for one in room.categories] if room else []
    places = [PlannedTicketType("Standing", STANDING_PRICE, capacity=standing)] if standing else []
    starts_at = overrides.pop("starts_at", in_days(7))
    terms: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "timezone": "Europe/Warsaw",
        "ticket_types": (*seated, *places),
        "venue": PlannedVenue("The Room", "Kraków", "PL", 50.06, 19.94),
        "seat_map_hash": room.hash if room else None,
    }
    return PlannedSession(**(terms | overrides))


def an_event(*sessions: PlannedSession, **overrides: Any) -> PlannedEvent:
    terms: dict[str, Any] = {
        "slug": f"play-{new_id().hex}",
        "title": "A Play",
        "description": "Two acts.",
        "category": EventCategory.THEATRE,
    }
    return PlannedEvent(**(terms | {"sessions": sessions} | overrides))


def a_user(**overrides: Any) -> User:
    identity = UserId(new_id())
    terms: dict[str, Any] = {
        "id": identity,
        "email": f"{identity.hex}@example.com",
        "roles": frozenset({Role.ATTENDEE}),
        "password_hash": "none",
    }
    return User(**(terms | overrides))


def services_of(transaction: Transactions, **plugged: Any) -> Services:
    """What is not plugged in is None, and fails as soon as it is used; announcements go nowhere."""
    gateways = ("inventory", "seats", "payments", "queue", "passwords", "verification")
    names = (*gateways, "access_tokens", "refresh_tokens", "second_steps", "ticket_tokens", "queue_tokens")
    defaults = {**dict.fromkeys(names), "limits": LocalLimits(), "topics": FakeTopics()}
    return Services(transaction, transaction, **cast("dict[str, Any]", {**defaults, **plugged}))


async def put_on(transaction: Transactions, plan: PlannedEvent, *rooms: SeatMap, organizer: tuple[str, str] = ORGANIZER) -> Event:
    async with transaction() as work:
        for room in rooms:
            await work.seat_maps.add(room)
    await events.put_on(services_of(transaction), organizer, plan)
    async with transaction() as work:
        event = await work.events.by_slug(plan.slug)
    assert event is not None
    return event


async def belongs(
    transaction: Transactions, user_id: UserId, role: MemberRole, *events: EventId, organizer: tuple[str, str] = ORGANIZER
) -> OrganizerId:
    """A member of the organizer from now on, where it is none; of a GATE, only of the events, where there are any."""
    async with transaction() as work:
        organizer_id = await work.events.organizer(*organizer)
        if organizer_id not in (await work.organizers.rights([user_id]))[user_id].posts:
            await work.organizers.join(organizer_id, user_id, Post(role, frozenset(events) or None))
    return organizer_id


async def sessions_of(transaction: Transactions, event_id: EventId) -> Sequence[Session]:
    async with transaction() as work:
        return (await work.sessions.page_of(event_id, PageRequest(100))).items


def a_key(caller: UserId, operation: str, key: str, asked: object = "input") -> Once:
    return Once(caller, operation, key, repr(asked).encode())


@dataclass(frozen=True, slots=True)
class Show:
    """One session that was put on. Without seats or standing places it has no ticket type for them."""

    event_id: EventId
    session_id: SessionId
    starts_at: datetime
    seat_type: TicketTypeId | None
    standing_type: TicketTypeId | None

    def lock(self, buyer: UserId, *seats: str, standing: int = 0, key: str | None = None) -> LockTickets:
        places = (Admissions(self.standing_type, standing),) if standing and self.standing_type else ()
        command = LockTickets(self.session_id, buyer, seats, places)
        return replace(command, once=a_key(buyer, "lockTickets", key, command)) if key else command

    def change(
        self,
        hold: Hold,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        standing: int | None = None,
        key: str | None = None,
    ) -> ChangeHold:
        """By its own buyer."""
        places = (Admissions(self.standing_type, standing),) if standing is not None and self.standing_type else ()
        command = ChangeHold(hold.id, hold.user_id, add, remove, places)
        return replace(command, once=a_key(hold.user_id, "changeHold", key, command)) if key else command


async def a_show(
    transaction: Transactions, *, room: SeatMap | None = None, standing: int = 5, minimum_age: int | None = None, **overrides: Any
) -> Show:
    """`overrides` are those of the planned session."""
    room = room or a_room()
    plan = an_event(a_session(room, standing, **overrides), minimum_age=minimum_age)
    event = await put_on(transaction, plan, room)
    [session] = await sessions_of(transaction, event.id)
    async with transaction() as work:
        types = (await work.sessions.ticket_types_of([session.id]))[session.id]
    return Show(
        event_id=event.id,
        session_id=session.id,
        starts_at=session.starts_at,
        seat_type=next((one.id for one in types if not one.general_admission), None),
        standing_type=next((one.id for one in types if one.general_admission), None),
    )


async def buyers(transaction: Transactions, count: int, **overrides: Any) -> list[UserId]:
    people = [a_user(**overrides) for _ in range(count)]
    async with transaction() as work:
        for one in people:
            await work.users.add(one)
    return [one.id for one in people]


async def a_buyer(transaction: Transactions, **overrides: Any) -> UserId:
    [one] = await buyers(transaction, 1, **overrides)
    return one
