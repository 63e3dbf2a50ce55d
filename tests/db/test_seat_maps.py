"""Seat maps: stored once per content, whole, and already compressed."""

import asyncio
import gzip

import brotli

from domain.seats import SeatMap, sections_of
from tests.builders import a_room
from tests.db.conftest import Office


async def keep(office: Office, seat_map: SeatMap) -> None:
    async with office.transaction() as work:
        await work.seat_maps.add(seat_map)


async def test_a_map_that_is_kept_many_times_at_once_is_stored_once(office: Office) -> None:
    room = a_room(name="Kept by many")
    await asyncio.gather(*(keep(office, a_room(name="Kept by many")) for _ in range(5)))
    stored = "SELECT stored_at FROM seat_map WHERE hash = $1"
    [(first,)] = await office.rows(stored, room.hash)
    await keep(office, room)
    assert await office.rows(stored, room.hash) == [(first,)]


async def test_all_forms_of_a_stored_layout_are_the_same_layout(office: Office) -> None:
    room = a_room(name="Żółta sala")
    await keep(office, room)
    async with office.transaction() as work:
        stored = await work.seat_maps.layout(room.hash)
        assert await work.seat_maps.layout("0" * 64) is None
        assert await work.seat_maps.counts([room.hash, "0" * 64]) == {room.hash: 20}
    assert stored is not None
    assert (stored.hash, stored.name, stored.seat_count, stored.plain) == (room.hash, "Żółta sala", 20, room.layout)
    assert gzip.decompress(stored.gzip) == brotli.decompress(stored.brotli) == stored.plain
    assert sections_of(stored.plain) == room.sections
