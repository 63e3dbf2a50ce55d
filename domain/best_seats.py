"""Best available, and the next best: seats side by side, near the middle and the front, no single seat left behind."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import dist

from domain.seating import SEATS_A_ROW, FreeSeats, Stretch, lone_in

# Seats that cost this much more than the best are as good, so a crowd is spread over them.
AS_GOOD = 2.0
# For each side where the rest of the row is no multiple of the quantity: more than what moving by a seat costs and AS_GOOD.
UNEVEN = 2.75
MOST_ALTERNATIVES = 3
# Of so many windows near what was asked the best are offered.
LOOKED_AT = 6

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many seats side by side of a category; `accessible` of them are accessible places. No sections: anywhere."""

    category: str
    quantity: int
    sections: frozenset[str] = frozenset()
    accessible: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Free seats side by side: of a stretch, `quantity` from bit `first` on. The lower the cost, the better."""

    stretch: int
    first: int
    mask: int
    leaves_single: bool
    cost: float


def best_available(free: FreeSeats, wanted: Wanted, seed: int) -> tuple[str, ...] | None:
    """Labels in the order they stand; None where there are not so many seats. The same seed picks the same seats.

    Side by side where possible, leaving no single seat where possible; among seats as good as the best, the seed decides.
    Otherwise in as few and as large groups near together as can be had, rather two and two than three and one.
    """
    if wanted.accessible:
        return _with_accessible(free, wanted, seed)
    window = _best_window(free, wanted, seed)
    if window is not None:
        return _labels(free, window)
    return _split(free, wanted, seed) if places_left(free, wanted) >= wanted.quantity else None


def places_left(free: FreeSeats, wanted: Wanted) -> int:
    """How many seats could be had, wherever they are; accessible ones only for those who ask for any."""
    return sum(_usable(free, at, wanted).bit_count() for at in range(len(free.masks)))


def alternatives(free: FreeSeats, asked: Sequence[str]) -> list[tuple[str, ...]]:
    """At most three, the nearest first: as many seats as were asked for, as many of each category and accessible.

    Of a category that can still be had as it was asked for, it stays so.
    """
    parts = [_part(free, labels) for labels in _by_category(free, asked).values()]
    if not parts or not all(parts):
        return []
    count = min(MOST_ALTERNATIVES, max(len(part) for part in parts))
    # Where one category has fewer choices than another, its nearest one serves again.
    rounds = [[part[min(at, len(part) - 1)] for part in parts] for at in range(count)]
    return [tuple(label for labels in one for label in labels) for one in rounds]


def instead_of(free: FreeSeats, picked: Sequence[str]) -> tuple[str, ...]:
    """The nearest seats, side by side and of the same categories, that leave no single seat; empty where there are none."""
    found: list[str] = []
    trial = free.copy()
    for labels in _by_category(free, picked).values():
        windows = _nearest(trial, _alike(free, labels), _middle(free, labels), clean=True)
        if not windows:
            return ()
        chosen = _labels(free, windows[0])
        trial.take(chosen)
        found += chosen
    return tuple(found)


def _part(free: FreeSeats, labels: Sequence[str]) -> list[tuple[str, ...]]:
    if all(free.has(label) for label in labels):
        return [tuple(labels)]
    wanted, where = _alike(free, labels), _middle(free, labels)
    windows = _nearest(free, wanted, where, clean=True) or _nearest(free, wanted, where, clean=False)
    if windows:
        return [_labels(free, window) for window in windows]
    if wanted.accessible or places_left(free, wanted) < wanted.quantity:
        return []
    return [_split(free, wanted, 0, where)]


def _by_category(free: FreeSeats, labels: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for label in labels:
        if label in free.seating.places:
            at, bit = free.seating.places[label]
            categories = free.seating.stretches[at].categories
            found.setdefault(next(name for name, mask in categories.items() if mask >> bit & 1), []).append(label)
    return found


def _alike(free: FreeSeats, labels: Sequence[str]) -> Wanted:
    """What was asked for, as a wish: all labels are of one category."""
    [category] = _by_category(free, labels[:1])
    places = [free.seating.places[label] for label in labels]
    accessible = sum(free.seating.stretches[at].accessible >> bit & 1 for at, bit in places)
    return Wanted(category, len(labels), accessible=accessible)


def _middle(free: FreeSeats, labels: Sequence[str]) -> tuple[int, Spot]:
    """A stretch of the seats, and the middle of all of them."""
    places = [free.seating.places[label] for label in labels]
    spots = [free.seating.stretches[at].spots[bit] for at, bit in places]
    return places[0][0], (sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots))


def _best_window(free: FreeSeats, wanted: Wanted, seed: int) -> Window | None:
    best: dict[bool, list[Window]] = {False: [], True: []}
    least: dict[bool, float] = {False: float("inf"), True: float("inf")}
    if _hopeless(free, wanted):
        return None
    for at in free.seating.ranked:
        stretch = free.seating.stretches[at]
        # Only seats that leave no single one end the search: those that do are a last resort.
        if stretch.best_cost > least[False] + AS_GOOD:
            break
        for window in _windows(free, at, wanted, _from_front(stretch, wanted.quantity)):
            least[window.leaves_single] = min(least[window.leaves_single], window.cost)
            best[window.leaves_single].append(window)
    leaves_single = not best[False]
    as_good = [one for one in best[leaves_single] if one.cost <= least[leaves_single] + AS_GOOD]
    if not as_good:
        _note_hopeless(free, wanted)
    return random.Random(seed).choice(as_good) if as_good else None


def _nearest(free: FreeSeats, wanted: Wanted, where: tuple[int, Spot], *, clean: bool) -> list[Window]:
    """Windows that don't overlap, the nearest first; `clean` ones leave no single seat."""
    if _hopeless(free, wanted):
        return []
    (start, middle), found = where, list[Window]()
    for at in free.seating.near(start):
        stretch = free.seating.stretches[at]
        cost = _from_there(stretch, wanted.quantity, middle)
        windows = [one for one in _windows(free, at, wanted, cost) if not (clean and one.leaves_single)]
        found += _apart(windows)
        if len(found) >= LOOKED_AT:
            break
    if not found and not clean:
        _note_hopeless(free, wanted)
    return sorted(found, key=lambda one: one.cost)[:MOST_ALTERNATIVES]


def _hopeless(free: FreeSeats, wanted: Wanted) -> bool:
    """Whether it was looked for before in vain: near a sell-out everybody asks for what is not there."""
    return not wanted.accessible and free.longest.get(wanted.category, wanted.quantity) < wanted.quantity


def _note_hopeless(free: FreeSeats, wanted: Wanted) -> None:
    if not wanted.accessible and not wanted.sections:
        free.longest[wanted.category] = wanted.quantity - 1


def _apart(windows: list[Window]) -> list[Window]:
    taken, found = 0, list[Window]()
    for window in sorted(windows, key=lambda one: one.cost):
        if not window.mask & taken:
            taken |= window.mask
            found.append(window)
    return found[:MOST_ALTERNATIVES]


def _from_front(stretch: Stretch, quantity: int) -> Callable[[int], float]:
    """One for each row from the front, and for each two seats from the middle of the row."""
    return lambda first: stretch.row + abs(stretch.aside[first] + stretch.aside[first + quantity - 1]) / 2 / SEATS_A_ROW


def _from_there(stretch: Stretch, quantity: int, middle: Spot) -> Callable[[int], float]:
    def cost(first: int) -> float:
        (x, y), (u, v) = stretch.spots[first], stretch.spots[first + quantity - 1]
        return dist(((x + u) / 2, (y + v) / 2), middle) / stretch.pitch

    return cost


def _usable(free: FreeSeats, at: int, wanted: Wanted) -> int:
    stretch = free.seating.stretches[at]
    if wanted.sections and stretch.section not in wanted.sections:
        return 0
    seats = free.masks[at] if wanted.accessible else free.ordinary(at)
    return seats & stretch.categories.get(wanted.category, 0)


def _windows(free: FreeSeats, at: int, wanted: Wanted, cost: Callable[[int], float]) -> Iterator[Window]:
    """All of the stretch; costs are higher where the rest of the row is no multiple of what is asked."""
    usable, many = _usable(free, at, wanted), wanted.quantity
    if usable.bit_count() < many:
        return
    starts = usable
    for _ in range(many - 1):
        starts &= starts >> 1
    ordinary, accessible = free.ordinary(at), free.seating.stretches[at].accessible
    while starts:
        first = (starts & -starts).bit_length() - 1
        starts &= starts - 1
        mask = (1 << many) - 1 << first
        if (mask & accessible).bit_count() != wanted.accessible:
            continue
        rest = ordinary & ~mask
        alone = lone_in(rest) & (mask << 1 | mask >> 1)
        uneven = (_ones_below(usable, first) % many > 0) + (_ones_from(usable, first + many) % many > 0)
        yield Window(at, first, mask, alone > 0, cost(first) + UNEVEN * uneven)


def _ones_below(mask: int, bit: int) -> int:
    """How many bits in a row are set just below that one."""
    return bit - (~mask & ((1 << bit) - 1)).bit_length()


def _ones_from(mask: int, bit: int) -> int:
    above = mask >> bit
    return (above ^ (above + 1)).bit_length() - 1


def _split(free: FreeSeats, wanted: Wanted, seed: int, where: tuple[int, Spot] | None = None) -> tuple[str, ...]:
    """There must be enough seats. The first group is the best there is, or the nearest; the others are near it."""
    trial, found, rest = free.copy(), list[str](), wanted.quantity
    while rest:
        window = _largest(trial, replace(wanted, quantity=rest), seed, where)
        labels = _labels(free, window)
        trial.take(labels)
        found += labels
        rest -= len(labels)
        where = where or _middle(free, labels)
    return _standing(free, found)


def _largest(free: FreeSeats, wanted: Wanted, seed: int, where: tuple[int, Spot] | None) -> Window:
    for size in sorted(range(1, wanted.quantity + 1), key=lambda size: (wanted.quantity - size == 1 or size == 1, -size)):
        part = replace(wanted, quantity=size)
        if where is None:
            found = _best_window(free, part, seed)
        else:
            found = next(iter(_nearest(free, part, where, clean=True) or _nearest(free, part, where, clean=False)), None)
        if found is not None:
            return found
    raise ValueError("fewer seats than were to be split")


def _with_accessible(free: FreeSeats, wanted: Wanted, seed: int) -> tuple[str, ...] | None:
    """In one row where possible; otherwise the accessible places first, and the others near them."""
    window = _best_window(free, wanted, seed)
    if window is not None:
        return _labels(free, window)
    trial, found = free.copy(), list[str]()
    for _ in range(wanted.accessible):
        one = replace(wanted, quantity=1, accessible=1)
        near = _nearest(trial, one, _middle(free, found), clean=False) if found else []
        chosen = near[0] if near else _best_window(trial, one, seed)
        if chosen is None:
            return None
        found += _labels(free, chosen)
        trial.take(found)
    others = replace(wanted, quantity=wanted.quantity - wanted.accessible, accessible=0)
    if places_left(trial, others) < others.quantity:
        return None
    return _standing(free, (*found, *_split(trial, others, seed, _middle(free, found))))


def _standing(free: FreeSeats, labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(labels, key=free.seating.places.__getitem__))


def _labels(free: FreeSeats, window: Window) -> tuple[str, ...]:
    labels = free.seating.stretches[window.stretch].labels
    return tuple(label for bit, label in enumerate(labels) if window.mask >> bit & 1)
