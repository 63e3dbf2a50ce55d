"""The demo's cinema: two screens, each with love seats in its back row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.seats import Category, Row, Seat, SeatMap, Section, Shape
from resolvers.demo.curves import PITCH, Arc, blocks

STANDARD, COMFORT, LOVE_SEAT = "Standard", "Comfort", "Love seat"
CATEGORIES = (Category(STANDARD, "#0F766E"), Category(COMFORT, "#1D4ED8"), Category(LOVE_SEAT, "#BE185D"))
CENTRE = -2_000.0
ROW_DEPTH = 30.0
AISLE = 40.0
SCREEN, INK = "#7B8494", "#6B7280"


@dataclass(frozen=True, slots=True)
class Screen:
    """`block_seats` are those of every row but the last, which has `pairs` of love seats instead."""

    block_seats: Sequence[int]
    rows: str
    comfort_rows: str
    pairs: int


SCREENS = {
    1: Screen((4, 8, 4), rows="ABCDEFGHIJK", comfort_rows="GHIJ", pairs=10),
    2: Screen((6, 6), rows="ABCDEFGH", comfort_rows="EFG", pairs=6),
}


def cinema_screen(number: int) -> SeatMap:
    """Screen 1 has 180 seats, screen 2 has 96."""
    screen = SCREENS[number]
    rows = [_row(screen, at, name) for at, name in enumerate(screen.rows[:-1])]
    section = Section(f"Screen {number}", (*rows, _love_seats(screen)))
    return SeatMap(f"Lichtspiele Nordlicht, screen {number}", CATEGORIES, (section,), tuple(_shapes(screen)))


def _row(screen: Screen, at: int, name: str) -> Row:
    """Wheelchairs stand at the ends of the front row, which is reached without a step."""
    category = COMFORT if name in screen.comfort_rows else STANDARD
    last = sum(screen.block_seats)
    places = enumerate(blocks(screen.block_seats, AISLE), start=1)
    return Row(
        name,
        tuple(
            Seat(f"{name}-{number}", str(number), *_arc(at).at(along), category, accessible=at == 0 and number in (1, last))
            for number, along in places
        ),
    )


def _love_seats(screen: Screen) -> Row:
    name, arc = screen.rows[-1], _arc(len(screen.rows) - 1, further=10.0)
    places = enumerate(blocks((2,) * screen.pairs, 10.0, 22.0), start=1)
    return Row(name, tuple(Seat(f"{name}-{number}", str(number), *arc.at(along), LOVE_SEAT) for number, along in places))


def _arc(at: int, further: float = 0.0) -> Arc:
    return Arc(CENTRE, -CENTRE + ROW_DEPTH * at + further)


def _shapes(screen: Screen) -> Iterator[Shape]:
    half = (sum(screen.block_seats) * PITCH + AISLE) / 2
    # A screen is hollow towards the audience: the rows' curve, upside down.
    hollow = tuple((x, -115 - y) for x, y in Arc(CENTRE, -CENTRE).band(half, 8))
    yield Shape("polygon", 0, -115, points=hollow, color=SCREEN)
    yield Shape("text", 0, -80, height=18, text="SCREEN", color=INK)
    for at, name in enumerate(screen.rows):
        yield Shape("text", -half - 65, _arc(at).at(half)[1], height=14, text=name, color=INK)
