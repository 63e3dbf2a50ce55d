"""The demo's coach line between Kraków and Vienna: four departures a day each way, for a week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from domain.events import EventCategory
from domain.plans import PlannedEvent, PlannedSession, PlannedVenue
from resolvers.demo import coach
from resolvers.demo.houses import House, day_after

KRAKOW = House(PlannedVenue("Kraków coach station, stand 7", "Kraków", "PL", 50.0686, 19.9478), "Europe/Warsaw", "PLN")
VIENNA = House(PlannedVenue("Vienna coach terminal, bay 3", "Vienna", "AT", 48.1887, 16.4129), "Europe/Vienna", "EUR")
DAYS = range(7)
JOURNEY_MINUTES = 370
SEATS_A_BUYER = 6


def on_the_road(today: date, room: str) -> tuple[PlannedEvent, ...]:
    return (
        PlannedEvent(
            slug="krakow-vienna",
            title="Kraków – Vienna by coach",
            description=(
                "From the middle of Kraków to the middle of Vienna in six hours and ten minutes, with one stop for coffee in "
                "Olomouc. Sockets and a table at every seat, bicycles by arrangement, a wheelchair lift at the middle door."
            ),
            category=EventCategory.TRANSPORT,
            sessions=tuple(
                _departures(
                    KRAKOW, today, ("06:30", "10:30", "14:30", "22:45"), {coach.FRONT: "129.00", coach.STANDARD: "99.00"}, room
                )
            ),
        ),
        PlannedEvent(
            slug="vienna-krakow",
            title="Vienna – Kraków by coach",
            description=(
                "Back from Vienna to Kraków, four times a day: the night coach arrives in time for breakfast at the market square. "
                "Sockets and a table at every seat, bicycles by arrangement, a wheelchair lift at the middle door."
            ),
            category=EventCategory.TRANSPORT,
            sessions=tuple(
                _departures(
                    VIENNA, today, ("07:00", "11:00", "15:00", "23:15"), {coach.FRONT: "30.00", coach.STANDARD: "23.00"}, room
                )
            ),
        ),
    )


def _departures(stop: House, today: date, clocks: Sequence[str], prices: Mapping[str, str], room: str) -> Iterator[PlannedSession]:
    for days in DAYS:
        for clock in clocks:
            departure = stop.session(stop.at(day_after(today, days), clock), JOURNEY_MINUTES, stop.seats(prices), room)
            yield replace(departure, ticket_limit=SEATS_A_BUYER)
