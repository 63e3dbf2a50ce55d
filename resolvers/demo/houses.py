"""Where the demo plays: a venue with its own zone and currency, and sessions put on there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.money import Money, minor_units
from domain.plans import PlannedSession, PlannedTicketType, PlannedVenue

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class House:
    venue: PlannedVenue
    timezone: str
    currency: str

    def at(self, day: date, clock: str) -> datetime:
        """The instant when the house's clocks show `clock` on that day."""
        return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(self.timezone)).astimezone(UTC)

    def session(
        self, starts_at: datetime, minutes: int, tickets: Sequence[PlannedTicketType], room: str | None = None
    ) -> PlannedSession:
        """`room` is the hash of its seat map."""
        return PlannedSession(
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            timezone=self.timezone,
            ticket_types=tickets,
            venue=self.venue,
            seat_map_hash=room,
        )

    def seats(self, prices: Mapping[str, str]) -> tuple[PlannedTicketType, ...]:
        """A ticket type for each category of the room, named like it; prices in major units."""
        return tuple(PlannedTicketType(category, self._money(price), category=category) for category, price in prices.items())

    def places(self, name: str, price: str, capacity: int) -> PlannedTicketType:
        return PlannedTicketType(name, self._money(price), capacity=capacity)

    def _money(self, price: str) -> Money:
        return Money(minor_units(Decimal(price), self.currency), self.currency)


def day_after(today: date, days: int) -> date:
    return today + timedelta(days=days)


def saturday(today: date, weeks: int) -> date:
    """The first Saturday after today, or so many weeks later."""
    return today + timedelta(days=(SATURDAY - today.weekday() - 1) % 7 + 1 + 7 * weeks)
