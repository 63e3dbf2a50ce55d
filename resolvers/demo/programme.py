"""The demo's programme: sixteen events in eight cities, made up for the weeks from a given day on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.plans import PlannedEvent
from domain.seats import SeatMap
from resolvers.demo.cinema import SCREENS, cinema_screen
from resolvers.demo.coach import coach
from resolvers.demo.films import on_screen
from resolvers.demo.lines import on_the_road
from resolvers.demo.stage import on_stage
from resolvers.demo.theatre import theatre
from resolvers.demo.unseated import without_seats


@dataclass(frozen=True, slots=True)
class Programme:
    """`rooms` are the seat maps of the sessions by their `seat_map_hash`."""

    events: tuple[PlannedEvent, ...]
    rooms: Mapping[str, SeatMap]


def programme(today: date) -> Programme:
    """The same for the same day. Sessions of that very day may have begun already; none is on a day before it."""
    hall, bus = theatre(), coach()
    screens = {number: cinema_screen(number) for number in SCREENS}
    shown = on_screen(today, {number: screen.hash for number, screen in screens.items()})
    events = (*on_stage(today, hall.hash), *shown, *on_the_road(today, bus.hash), *without_seats(today))
    return Programme(events, {room.hash: room for room in (hall, bus, *screens.values())})
