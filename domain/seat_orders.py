"""Seats by their place in the layout, and the compact form of their states that this makes possible."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from domain.changes import Availability, AvailabilityDelta, AvailabilityUpdate, SeatGroups
from domain.seats import SeatStatus

STATUS_MAP_FORMAT = 1
CODES: Mapping[SeatStatus, int] = {SeatStatus.AVAILABLE: 0, SeatStatus.HELD: 1, SeatStatus.SOLD: 2, SeatStatus.BLOCKED: 3}


@dataclass(frozen=True, slots=True)
class SeatOrder:
    """A seat map's labels in layout order, by section and with their places. Sections of one name count as one."""

    sections: Mapping[str, tuple[str, ...]]
    places: Mapping[str, int]

    def only(self, names: Collection[str]) -> "SeatOrder":
        """The order of what is left without the other sections. Raises `KeyError`."""
        wanted = {label for name in names for label in self.sections[name]}
        kept = (label for label in self.places if label in wanted)
        return SeatOrder({name: self.sections[name] for name in names}, {label: at for at, label in enumerate(kept)})


def seat_order_of(layout: bytes) -> SeatOrder:
    """Of a layout as `layout_of` wrote it."""
    sections: dict[str, tuple[str, ...]] = {}
    places: dict[str, int] = {}
    for section in json.loads(layout)["sections"]:
        labels = tuple(label for row in section["rows"] for label in row["labels"])
        sections[section["name"]] = sections.get(section["name"], ()) + labels
        places.update((label, at) for at, label in enumerate(labels, start=len(places)))
    return SeatOrder(sections, places)


def status_map(seats: SeatGroups, order: SeatOrder) -> bytes:
    """A byte with the format, 1; then two bits a seat in the layout's order, the first seat in the lowest of the first byte.

    0 AVAILABLE, 1 HELD, 2 SOLD, 3 BLOCKED. The bits of the last byte that belong to no seat are 0.
    """
    places = order.places
    # A byte a seat, put together by fours: a loop over the sparse seats and four shifts, 1.5 ms for 20,000 taken ones.
    codes = bytearray(-(-len(places) // 4) * 4)
    for status, labels in seats.items():
        code = CODES[status]
        for label in labels:
            codes[places[label]] = code
    packed = 0
    for bits in range(4):
        packed |= int.from_bytes(codes[bits::4], "little") << 2 * bits
    return bytes((STATUS_MAP_FORMAT,)) + packed.to_bytes(len(codes) // 4, "little")


def only_in(order: SeatOrder, update: AvailabilityUpdate) -> AvailabilityUpdate:
    """Without the seats that are not in the order; counts and versions stay those of the whole session."""
    match update:
        case Availability():
            return replace(update, seats=_only_in(order, update.seats))
        case AvailabilityDelta():
            return replace(update, changes=_only_in(order, update.changes))


def _only_in(order: SeatOrder, groups: SeatGroups) -> SeatGroups:
    kept = {status: tuple(label for label in labels if label in order.places) for status, labels in groups.items()}
    return {status: labels for status, labels in kept.items() if labels}
