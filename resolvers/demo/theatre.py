"""The demo's theatre: 1,200 seats in curved stalls, two balconies and ten boxes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

from domain.seats import Category, Row, Seat, SeatMap, Section, Shape
from resolvers.demo.curves import PITCH, Arc, Point, blocks

PREMIUM, STALLS, FIRST, SECOND, BOX, WHEELCHAIR = (
    "Premium stalls",
    "Stalls",
    "Balcony 1",
    "Balcony 2",
    "Box",
    "Wheelchair and companion",
)
CATEGORIES = (
    Category(PREMIUM, "#B45309"),
    Category(STALLS, "#0F766E"),
    Category(FIRST, "#1D4ED8"),
    Category(SECOND, "#7C3AED"),
    Category(BOX, "#BE185D"),
    Category(WHEELCHAIR, "#0284C7"),
)
# Theatres have no rows I and O: they read like 1 and 0.
ROW_NAMES = "ABCDEFGHJKLMNPQRST"
PREMIUM_ROWS = "CDEFGHJK"
CENTRE = -550.0
ROW_DEPTH = 28.0
AISLE = 42.0
WALL, INK, STAGE = "#7B8494", "#6B7280", "#4B5563"


@dataclass(frozen=True, slots=True)
class Tier:
    """A balcony: seats per block, row by row from its front; `radius` is its front row's."""

    name: str
    radius: float
    rows: Sequence[tuple[int, int, int]]


STALLS_RADIUS = 620.0
LAST_STALLS_RADIUS = STALLS_RADIUS + ROW_DEPTH * len(ROW_NAMES) + 10
BALCONIES = (
    Tier(FIRST, 1_250.0, [(14, 18, 14), (14, 18, 14), (15, 18, 15), (15, 18, 15), (16, 18, 16), (16, 18, 16)]),
    Tier(SECOND, 1_500.0, [(15, 20, 15), (15, 20, 15), (16, 20, 16), (17, 20, 17), (17, 20, 17)]),
)


def theatre() -> SeatMap:
    curved = (_stalls(), *(_balcony(tier) for tier in BALCONIES))
    boxes = Section("Boxes", tuple(_boxes()))
    return SeatMap("Teatr Srebrny Most, main hall", CATEGORIES, (*curved, boxes), (*_shapes(), *_row_names(curved)))


def _stalls() -> Section:
    rows = [_stalls_row(at, name) for at, name in enumerate(ROW_NAMES)]
    return Section("Stalls", (*rows, _wheelchair_row()))


def _stalls_row(at: int, name: str) -> Row:
    side, centre = 6 + at // 3, 14 + at // 3 - at % 2
    seats = _curved("Stalls", name, Arc(CENTRE, STALLS_RADIUS + ROW_DEPTH * at), (side, centre, side))
    middle = range(side, side + centre) if name in PREMIUM_ROWS else range(0)
    category = [PREMIUM if place in middle else STALLS for place in range(side * 2 + centre)]
    return Row(name, tuple(Seat(label, number, x, y, of) for (label, number, x, y), of in zip(seats, category, strict=True)))


def _wheelchair_row() -> Row:
    """Behind the last row, where the floor is level: every wheelchair place has its companion's seat beside it."""
    seats = _curved("Stalls", "W", Arc(CENTRE, LAST_STALLS_RADIUS), (6, 6, 6), aisle=180.0, pitch=32.0)
    return Row(
        "W",
        tuple(Seat(label, number, x, y, WHEELCHAIR, accessible=int(number) % 2 == 1) for label, number, x, y in seats),
    )


def _balcony(tier: Tier) -> Section:
    rows = []
    for at, counts in enumerate(tier.rows):
        name = ROW_NAMES[at]
        seats = _curved(tier.name, name, Arc(CENTRE, tier.radius + ROW_DEPTH * at), counts)
        rows.append(Row(name, tuple(Seat(label, number, x, y, tier.name) for label, number, x, y in seats)))
    return Section(tier.name, tuple(rows))


def _curved(
    section: str, row: str, arc: Arc, counts: Sequence[int], *, aisle: float = AISLE, pitch: float = PITCH
) -> Iterator[tuple[str, str, float, float]]:
    for number, along in enumerate(blocks(counts, aisle, pitch), start=1):
        yield f"{section} {row}-{number}", str(number), *arc.at(along)


# From the stage along the stalls' right edge; the left side is its mirror image.
BOXES_FROM, BOXES_TO = (452.0, -46.0), (632.0, 366.0)
BOXES_PER_SIDE = 5


def _boxes() -> Iterator[Row]:
    for box in range(1, 2 * BOXES_PER_SIDE + 1):
        places = enumerate(_inside(box, ((-13.0, -13.0), (13.0, -13.0), (-13.0, 13.0), (13.0, 13.0))), start=1)
        yield Row(f"Box {box}", tuple(Seat(f"Box {box}-{seat}", str(seat), x, y, BOX) for seat, (x, y) in places))


def _inside(box: int, places: Sequence[Point]) -> list[Point]:
    """Places in a box, given as ways across and along the wall from the box's middle. 1 to 5 are on the left."""
    across, along = BOXES_TO[0] - BOXES_FROM[0], BOXES_TO[1] - BOXES_FROM[1]
    length = hypot(across, along)
    share = ((box - 1) % BOXES_PER_SIDE + 0.5) / BOXES_PER_SIDE
    middle = BOXES_FROM[0] + share * across, BOXES_FROM[1] + share * along
    mirror = -1.0 if box <= BOXES_PER_SIDE else 1.0
    return [
        (
            mirror * (middle[0] + (right * along + down * across) / length),
            middle[1] + (down * along - right * across) / length,
        )
        for right, down in places
    ]


def _shapes() -> Iterator[Shape]:
    yield Shape("polygon", 0, -40, points=Arc(CENTRE, STALLS_RADIUS - 190).band(250, 130), color=STAGE)
    yield Shape("text", 0, CENTRE + STALLS_RADIUS - 125, height=26, text="STAGE", color="#FFFFFF")
    for box in range(1, 2 * BOXES_PER_SIDE + 1):
        outline = tuple(_inside(box, ((-29.0, -31.0), (-29.0, 31.0), (-26.0, 31.0), (-26.0, -31.0))))
        yield Shape("polygon", *outline[0], points=outline, color=WALL)
        for edge in (-31.0, 31.0):
            partition = tuple(_inside(box, ((-29.0, edge - 1.5), (29.0, edge - 1.5), (29.0, edge + 1.5), (-29.0, edge + 1.5))))
            yield Shape("polygon", *partition[0], points=partition, color=WALL)
        yield Shape("text", *_inside(box, ((46.0, 0.0),))[0], height=16, text=str(box), color=INK)
    for tier in BALCONIES:
        front = Arc(CENTRE, tier.radius - 26)
        yield Shape("polygon", *front.at(0), points=front.band(690, 6), color=WALL)
    for name, radius in (("Stalls", STALLS_RADIUS), *((tier.name, tier.radius) for tier in BALCONIES)):
        yield Shape("text", 0, CENTRE + radius - 42, height=18, text=name, color=INK)


def _row_names(sections: Sequence[Section]) -> Iterator[Shape]:
    for section in sections:
        for row in section.rows:
            first = row.seats[0]
            yield Shape("text", first.x - 22, first.y - 7, height=12, text=row.name, color=INK)
