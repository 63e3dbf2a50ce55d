"""Who sits next to whom: the seats of a seat map that are sold in a session, in stretches side by side, and which are free."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist
from statistics import median
from typing import Self

from domain.seats import Row, Seat, Section

# Seats further apart than so many times the usual distance in their row have an aisle between them.
AISLE = 1.6
# One row further back is as good as so many seats further from the middle of the row.
SEATS_A_ROW = 2.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seats of one row with nothing between them. In every mask, bit n is the n-th seat.

    `row` counts from 0 at the front of its section. `aside` is how many seats each is from the middle of its whole row, to
    one side negative; `centre` is in layout units, `pitch` the distance of two neighbours.
    """

    section: str
    row: int
    labels: tuple[str, ...]
    aside: tuple[float, ...]
    spots: tuple[tuple[float, float], ...]
    pitch: float
    categories: Mapping[str, int]
    accessible: int

    @property
    def centre(self) -> tuple[float, float]:
        (x, y), (u, v) = self.spots[0], self.spots[-1]
        return (x + u) / 2, (y + v) / 2

    @property
    def best_cost(self) -> float:
        """No seats of it cost less than this."""
        beside = 0.0 if self.aside[0] <= 0 <= self.aside[-1] else min(abs(self.aside[0]), abs(self.aside[-1]))
        return self.row + beside / SEATS_A_ROW


@dataclass(frozen=True, slots=True)
class Seating:
    """Immutable. `places` says of each seat that is sold its stretch and its bit; `numbered` has the labels of all
    seats in layout order, `ranked` the stretches from the best on."""

    stretches: tuple[Stretch, ...]
    places: Mapping[str, tuple[int, int]]
    numbered: tuple[str, ...]
    ranked: tuple[int, ...]
    sections: frozenset[str]
    _near: dict[int, "array[int]"] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, sections: Iterable[Section], sold: Collection[str]) -> Self:
        """`sold` are the categories that are; other seats are as if there was a wall."""
        sections = tuple(sections)
        stretches = tuple(one for section in sections for one in _stretches(section, sold))
        places = {label: (at, bit) for at, one in enumerate(stretches) for bit, label in enumerate(one.labels)}
        numbered = tuple(seat.label for section in sections for row in section.rows for seat in row.seats)
        ranked = sorted(range(len(stretches)), key=lambda at: stretches[at].best_cost)
        return cls(stretches, places, numbered, tuple(ranked), frozenset(one.name for one in sections))

    def near(self, at: int) -> Sequence[int]:
        """All stretches, the nearest to that one first."""
        if at not in self._near:
            here = self.stretches[at].centre
            away = [dist(here, one.centre) for one in self.stretches]
            self._near[at] = array("I", sorted(range(len(away)), key=away.__getitem__))
        return self._near[at]

    def masks(self, labels: Iterable[str]) -> dict[int, int]:
        """The named seats as a mask for each stretch; what is not sold is left out."""
        found: dict[int, int] = {}
        for label in labels:
            if label in self.places:
                at, bit = self.places[label]
                found[at] = found.get(at, 0) | 1 << bit
        return found


@dataclass(slots=True)
class FreeSeats:
    """Which seats can be had now: a mask for each stretch. `longest` bounds how many of a category are side by side."""

    seating: Seating
    masks: list[int]
    longest: dict[str, int] = field(default_factory=dict)

    @classmethod
    def all_of(cls, seating: Seating) -> Self:
        return cls(seating, [(1 << len(one.labels)) - 1 for one in seating.stretches])

    def copy(self) -> "FreeSeats":
        return FreeSeats(self.seating, self.masks.copy(), self.longest.copy())

    def take(self, labels: Iterable[str]) -> None:
        for at, mask in self.seating.masks(labels).items():
            self.masks[at] &= ~mask

    def give(self, labels: Iterable[str]) -> None:
        for at, mask in self.seating.masks(labels).items():
            self.masks[at] |= mask
        self.longest.clear()

    def has(self, label: str) -> bool:
        at, bit = self.seating.places.get(label, (0, 0))
        return label in self.seating.places and bool(self.masks[at] >> bit & 1)

    def ordinary(self, at: int) -> int:
        """Free seats of the stretch that are for everybody."""
        return self.masks[at] & ~self.seating.stretches[at].accessible


def lone_in(mask: int) -> int:
    """The bits of it without a neighbour."""
    return mask & ~(mask << 1) & ~(mask >> 1)


def _stretches(section: Section, sold: Collection[str]) -> Iterator[Stretch]:
    for at, row in enumerate(section.rows):
        if row.seats:
            yield from _of_row(section.name, at, row, sold)


def _of_row(section: str, at: int, row: Row, sold: Collection[str]) -> Iterator[Stretch]:
    gaps = [dist((one.x, one.y), (other.x, other.y)) for one, other in pairwise(row.seats)]
    pitch = median(gaps) if gaps else 1.0
    pitch = pitch or 1.0
    along = [0.0]
    for gap in gaps:
        along.append(along[-1] + gap / pitch)
    # The last one has nobody beside it.
    for first, last in _together(row.seats, [*gaps, 2 * AISLE * pitch], AISLE * pitch, sold):
        seats = row.seats[first:last]
        yield Stretch(
            section=section,
            row=at,
            labels=tuple(seat.label for seat in seats),
            aside=tuple(one - along[-1] / 2 for one in along[first:last]),
            spots=tuple((seat.x, seat.y) for seat in seats),
            pitch=pitch,
            categories=_categories(seats),
            accessible=sum(1 << bit for bit, seat in enumerate(seats) if seat.accessible),
        )


def _together(seats: Sequence[Seat], gaps: Sequence[float], aisle: float, sold: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where stretches begin and end; `gaps` come after each seat."""
    first = 0
    for at, (seat, gap) in enumerate(zip(seats, gaps, strict=True)):
        if seat.category not in sold:
            if first < at:
                yield first, at
            first = at + 1
        elif gap > aisle:
            yield first, at + 1
            first = at + 1


def _categories(seats: Sequence[Seat]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for bit, seat in enumerate(seats):
        found[seat.category] = found.get(seat.category, 0) | 1 << bit
    return found
