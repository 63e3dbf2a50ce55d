"""Rows of seats on circles and straight lines, for drawing rooms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, sin

# Layout units from the middle of a seat to the middle of its neighbour.
PITCH = 25.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Arc:
    """A circle round (0, `centre`), seen from its lowest point: the ends of a row bend up, towards the stage."""

    centre: float
    radius: float

    def at(self, along: float) -> Point:
        """`along` is the way on the circle from its lowest point, negative to the left."""
        angle = along / self.radius
        return self.radius * sin(angle), self.centre + self.radius * cos(angle)

    def band(self, half: float, depth: float) -> tuple[Point, ...]:
        """The outline of the strip between this circle and one `depth` further out, `half` to either side along this one."""
        outer = Arc(self.centre, self.radius + depth)
        steps = [half * step / 12 for step in range(-12, 13)]
        stretch = outer.radius / self.radius
        return tuple(self.at(step) for step in steps) + tuple(outer.at(step * stretch) for step in reversed(steps))


def blocks(counts: Sequence[int], aisle: float, pitch: float = PITCH) -> Iterator[float]:
    """Where the seats of a row are along it, from left to right round 0, with aisles of `aisle` between the blocks."""
    along = -((sum(counts) - 1) * pitch + (len(counts) - 1) * aisle) / 2
    for count in counts:
        for _ in range(count):
            yield along
            along += pitch
        along += aisle
