"""Seat orders are read once, and no more of them are kept than fit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import cast

from domain.repositories import SeatMaps, StoredLayout, Transaction
from resolvers.seat_orders import SeatOrders
from tests.builders import a_room


class Archive:
    """Rooms of so many rows of ten, by the number of rows; `reads` are the ones asked for."""

    def __init__(self) -> None:
        self.reads: list[str] = []

    @property
    def seat_maps(self) -> SeatMaps:
        return cast(SeatMaps, self)

    async def layout(self, hash: str) -> StoredLayout | None:
        self.reads.append(hash)
        await asyncio.sleep(0)
        if not hash.isdecimal():
            return None
        return StoredLayout(hash, "Room", int(hash) * 10, a_room(rows=int(hash)).layout, b"", b"")

    def __call__(self) -> AbstractAsyncContextManager[Transaction]:
        @asynccontextmanager
        async def transaction() -> AsyncIterator[Transaction]:
            yield cast(Transaction, self)

        return transaction()


async def test_many_who_ask_at_once_read_it_once() -> None:
    archive, orders = Archive(), SeatOrders()
    found = await asyncio.gather(*(orders.of(archive, "2") for _ in range(20)))
    assert {len(one.places) for one in found if one} == {20}
    assert len(found) == 20
    assert archive.reads == ["2"]


async def test_a_map_that_is_not_there_has_no_order() -> None:
    assert await SeatOrders().of(Archive(), "nothing") is None


async def test_the_least_recently_asked_for_goes_when_there_are_too_many_seats() -> None:
    archive, orders = Archive(), SeatOrders(most_seats=50)
    for hash in ("1", "2", "1", "3", "1", "3", "2"):
        await orders.of(archive, hash)
    assert archive.reads == ["1", "2", "3", "2"]
    await orders.of(archive, "4")
    await orders.of(archive, "1")
    assert archive.reads == ["1", "2", "3", "2", "4", "1"]
