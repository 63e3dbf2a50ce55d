"""Who has bought already: parties that sit together, most of them where one sees well."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import hypot
from random import Random

from domain.seats import Row, Seat, SeatMap

# The labels of one buyer's seats, side by side, in row order.
Party = tuple[str, ...]
Run = tuple[Seat, ...]

SIZES = (1, 2, 3, 4, 5, 6)
OF_A_HUNDRED = (10, 52, 12, 18, 3, 5)
LOOKED_AT = 3
MOOD = 0.15


def half_sold(seat_map: SeatMap, share: float = 0.5, seed: str = "") -> tuple[Party, ...]:
    """Parties of 1 to 6 that together take `share` of the seats, never a wheelchair place: the same for the same seed.

    Nobody sits across an aisle or in two categories. Raises `ValueError` for a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is not a share")
    chance = Random(f"{seat_map.hash}:{seed}")
    distance = _distances(seat_map)
    free = [run for section in seat_map.sections for row in section.rows for run in _runs(row)]
    left = min(round(share * seat_map.seat_count), sum(len(run) for run in free))
    parties: list[Party] = []
    while left:
        size = min(*chance.choices(SIZES, OF_A_HUNDRED), left, max(len(run) for run in free))
        run, start = _choice(free, size, distance, chance)
        parties.append(tuple(seat.label for seat in run[start : start + size]))
        free.remove(run)
        free += [rest for rest in (run[:start], run[start + size :]) if rest]
        left -= size
    return tuple(parties)


def _choice(free: Sequence[Run], size: int, distance: Mapping[str, float], chance: Random) -> tuple[Run, int]:
    """Of a few rows looked at, the place to sit that leaves no seat alone, if there is one, and lies best."""
    fitting = [run for run in free if len(run) >= size]
    looked_at = chance.sample(fitting, min(LOOKED_AT, len(fitting)))

    def dislike(place: tuple[Run, int]) -> tuple[bool, float]:
        run, start = place
        alone = start == 1 or len(run) - start - size == 1
        ends = distance[run[start].label] + distance[run[start + size - 1].label]
        return alone, ends / 2 + chance.uniform(0, MOOD)

    return min(((run, start) for run in looked_at for start in range(len(run) - size + 1)), key=dislike)


def _distances(seat_map: SeatMap) -> Mapping[str, float]:
    """How far each seat is from the best ones: in the middle, two fifths of the way back; in room sizes."""
    seats = tuple(seat_map.seats())
    left, right = min(seat.x for seat in seats), max(seat.x for seat in seats)
    front, back = min(seat.y for seat in seats), max(seat.y for seat in seats)
    best_x, best_y = (left + right) / 2, front + (back - front) * 0.4
    width, depth = max(right - left, 1.0), max(back - front, 1.0)
    return {seat.label: hypot((seat.x - best_x) / width, (seat.y - best_y) / depth) for seat in seats}


def _runs(row: Row) -> Iterator[Run]:
    """Neighbours in one category without an aisle between them. A seat alone beside a wheelchair place is its companion's."""
    steps = [hypot(two.x - one.x, two.y - one.y) for one, two in pairwise(row.seats)]
    aisle = min(steps, default=0.0) * 1.3
    run: Run = ()
    for at, seat in enumerate(row.seats):
        apart = at > 0 and (steps[at - 1] > aisle or row.seats[at - 1].category != seat.category)
        if apart or seat.accessible:
            if len(run) > 1:
                yield run
            run = ()
        if not seat.accessible:
            run += (seat,)
    if len(run) > 1:
        yield run
