"""Seat maps: the immutable geometry of a room, and the states its seats can be in."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal


class SeatStatus(StrEnum):
    AVAILABLE = "AVAILABLE"
    HELD = "HELD"
    SOLD = "SOLD"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in the layout. `label` is unique in its seat map; x and y are the centre, in layout units, y downwards."""

    label: str
    number: str
    x: float
    y: float
    category: str
    accessible: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A group of seats that are priced alike; a session's ticket types name the category they sell. Colour: #RRGGBB."""

    name: str
    color: str


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn behind the seats: the stage, a bar, a label. Degrees clockwise round (x, y); points are absolute."""

    kind: Literal["rectangle", "circle", "ellipse", "polygon", "text"]
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    rotation: float = 0.0
    points: tuple[tuple[float, float], ...] = ()
    text: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True)
class SeatMap:
    """Two maps with the same content have the same hash; seats are numbered from 0 in the order of `seats()`."""

    name: str
    categories: tuple[Category, ...]
    sections: tuple[Section, ...]
    shapes: tuple[Shape, ...] = ()
    layout: bytes = field(init=False, repr=False, compare=False)
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        layout = json.dumps(layout_of(self), separators=(",", ":"), ensure_ascii=False).encode()
        object.__setattr__(self, "layout", layout)
        object.__setattr__(self, "hash", hashlib.sha256(layout).hexdigest())

    def seats(self) -> Iterator[Seat]:
        """All seats in layout order: sections, their rows, their seats."""
        for section in self.sections:
            for row in section.rows:
                yield from row.seats

    @property
    def seat_count(self) -> int:
        return sum(len(row.seats) for section in self.sections for row in section.rows)


def layout_of(seat_map: SeatMap) -> Mapping[str, object]:
    """The plain JSON that clients draw from: rows in columns, seats in layout order, categories by index."""
    index = {category.name: at for at, category in enumerate(seat_map.categories)}
    return {
        "format": "usher-layout/1",
        "name": seat_map.name,
        "categories": [{"name": one.name, "color": one.color} for one in seat_map.categories],
        "sections": [
            {"name": section.name, "rows": [_columns(row, index) for row in section.rows]} for section in seat_map.sections
        ],
        "shapes": [_shape(shape) for shape in seat_map.shapes],
    }


def categories_of(layout: bytes) -> tuple[Category, ...]:
    """The categories as `layout_of` wrote them."""
    return tuple(Category(one["name"], one["color"]) for one in json.loads(layout)["categories"])


def sections_of(layout: bytes) -> tuple[Section, ...]:
    """The sections as `layout_of` wrote them."""
    read = json.loads(layout)
    names = [category["name"] for category in read["categories"]]
    return tuple(Section(section["name"], tuple(_row(row, names) for row in section["rows"])) for section in read["sections"])


def _row(row: Mapping[str, Any], names: Sequence[str]) -> Row:
    columns = zip(row["labels"], row["numbers"], row["x"], row["y"], row["categories"], strict=True)
    accessible = frozenset(row["accessible"])
    return Row(
        row["name"],
        tuple(
            Seat(label, number, x, y, names[category], at in accessible)
            for at, (label, number, x, y, category) in enumerate(columns)
        ),
    )


def _columns(row: Row, index: Mapping[str, int]) -> Mapping[str, object]:
    return {
        "name": row.name,
        "labels": [seat.label for seat in row.seats],
        "numbers": [seat.number for seat in row.seats],
        "x": [round(seat.x, 2) for seat in row.seats],
        "y": [round(seat.y, 2) for seat in row.seats],
        "categories": [index[seat.category] for seat in row.seats],
        "accessible": [at for at, seat in enumerate(row.seats) if seat.accessible],
    }


def _shape(shape: Shape) -> Mapping[str, object]:
    drawn: dict[str, object] = {"kind": shape.kind, "x": round(shape.x, 2), "y": round(shape.y, 2)}
    for name in ("width", "height", "rotation", "text", "color"):
        if value := getattr(shape, name):
            drawn[name] = value if isinstance(value, str) else round(value, 2)
    if shape.points:
        drawn["points"] = [[round(x, 2), round(y, 2)] for x, y in shape.points]
    return drawn
