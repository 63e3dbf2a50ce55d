"""Seat orders: read once from a layout, which never changes, and kept for as long as there are not too many seats in them."""

import asyncio
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Sequence

from domain.changes import SeatGroups
from domain.errors import InvalidInput
from domain.repositories import Transactions
from domain.seat_orders import SeatOrder, seat_order_of, status_map

# About 25 MB of labels and places.
MOST_SEATS = 200_000
MOST_SECTIONS = 100


class SeatOrders:
    def __init__(self, most_seats: int = MOST_SEATS) -> None:
        self._most_seats = most_seats
        self._kept: OrderedDict[str, SeatOrder] = OrderedDict()
        # Many ask for a new map at the same moment; its layout is large, so one of them reads it.
        self._reading = asyncio.Lock()

    async def of(self, transaction: Transactions, hash: str) -> SeatOrder | None:
        if hash not in self._kept:
            async with self._reading:
                if hash not in self._kept:
                    await self._read(transaction, hash)
        if hash not in self._kept:
            return None
        self._kept.move_to_end(hash)
        return self._kept[hash]

    async def _read(self, transaction: Transactions, hash: str) -> None:
        async with transaction() as work:
            stored = await work.seat_maps.layout(hash)
        if stored is None:
            return
        order = seat_order_of(stored.plain)
        seats = len(order.places) + sum(len(one.places) for one in self._kept.values())
        while self._kept and seats > self._most_seats:
            seats -= len(self._kept.popitem(last=False)[1].places)
        self._kept[hash] = order


def sections_in(order: SeatOrder | None, names: Sequence[str]) -> SeatOrder:
    """The order of these sections alone. Raises `InvalidInput`."""
    if not 1 <= len(names) <= MOST_SECTIONS:
        raise InvalidInput(("sections",), f"Name 1 to {MOST_SECTIONS} sections, or leave them out for all.")
    for at, name in enumerate(names):
        if order is None or name not in order.sections:
            raise InvalidInput(("sections", str(at)), f"The session has no section {name!r}.")
    assert order is not None
    return order.only(names)


def status_text(seats: SeatGroups, order: SeatOrder) -> str:
    return b64encode(status_map(seats, order)).decode()
