"""Single seats: whether a pick leaves a seat alone that nobody who comes in company can use, and what to take instead."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.best_seats import instead_of
from domain.seating import FreeSeats, lone_in


class SingleSeats(StrEnum):
    """What becomes of a pick that leaves a single seat."""

    OFF = "OFF"
    WARN = "WARN"
    REFUSE = "REFUSE"


@dataclass(frozen=True, slots=True)
class LeftSingle:
    """The seats that would be left alone, and as many seats of the same price that leave none."""

    labels: tuple[str, ...]
    suggestion: tuple[str, ...]


def left_single(free: FreeSeats, picked: Iterable[str]) -> tuple[str, ...]:
    """Free seats next to what is picked that would have nobody beside them to sell to: a taken seat, an aisle or a wall.

    Accessible places are kept for those who need them: they are nobody's neighbour, and never left single.
    """
    labels: list[str] = []
    for at, mask in free.seating.masks(picked).items():
        lone = lone_in(free.ordinary(at) & ~mask) & (mask << 1 | mask >> 1)
        labels += [label for bit, label in enumerate(free.seating.stretches[at].labels) if lone >> bit & 1]
    return tuple(labels)


def judge(free: FreeSeats, picked: Sequence[str], given_back: Collection[str] = ()) -> LeftSingle | None:
    """None where nothing is left alone, and where no seats side by side of the same price could be had without that.

    `given_back` are free again once the pick is taken. Moving a hole that was there is allowed, making one more is not.
    """
    after = free
    if given_back:
        after = free.copy()
        after.give(given_back)
    labels = left_single(after, picked)
    if not labels or (given_back and not _more_alone(free, after, picked)):
        return None
    suggestion = instead_of(after, picked)
    return LeftSingle(labels, suggestion) if suggestion else None


def _more_alone(before: FreeSeats, after: FreeSeats, picked: Iterable[str]) -> bool:
    taken = before.seating.masks(picked)
    return (
        sum(
            lone_in(after.ordinary(at) & ~taken.get(at, 0)).bit_count() - lone_in(before.ordinary(at)).bit_count()
            for at in range(len(before.masks))
            if at in taken or before.masks[at] != after.masks[at]
        )
        > 0
    )
