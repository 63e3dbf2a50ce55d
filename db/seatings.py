"""What a process knows of sessions' seats: who sits next to whom, for ever, and which are free as of a version.

Nothing of it is trusted without its version: the database decides, and a process that knows nothing decides the same.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
import orjson

from domain.ids import SessionId
from domain.seating import FreeSeats, Seating
from domain.seats import SeatStatus, sections_of

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Reader: TypeAlias = "Connection | asyncpg.Pool[asyncpg.Record]"
# Of about 100 bytes a seat each.
MOST_SESSIONS = 128
MOST_ROOMS = 32
# Further behind than this, it is cheaper to read all seats.
MOST_BEHIND = 64
TERMS = """
SELECT seat_map_hash AS hash, (SELECT layout FROM seat_map WHERE hash = seat_map_hash) AS layout,
       (SELECT jsonb_object_agg(id, category) FROM ticket_type WHERE session_id = session.id AND category IS NOT NULL)::text AS sold
FROM session WHERE id = $1 AND seat_map_hash IS NOT NULL
"""
NOT_FREE = """
SELECT version, (SELECT coalesce(array_agg(number), '{}') FROM seat WHERE session_id = $1 AND status <> 'AVAILABLE') AS numbers
FROM inventory WHERE session_id = $1
"""
SINCE = "SELECT version, seats::text FROM session_change WHERE session_id = $1 AND version > $2 ORDER BY version LIMIT $3"


@dataclass(slots=True)
class Known:
    """`categories` are by ticket type; `free` is as of `version`."""

    seating: Seating
    categories: Mapping[str, str]
    free: FreeSeats
    version: int

    def apply(self, version: int, seats: Mapping[str, Sequence[str]]) -> None:
        if version == self.version + 1:
            note(self.free, seats)
            self.version = version


def note(free: FreeSeats | None, seats: Mapping[str, Sequence[str]]) -> None:
    """What a commit made of seats, by status."""
    if free is None:
        return
    for status, labels in seats.items():
        if status == SeatStatus.AVAILABLE:
            free.give(labels)
        else:
            free.take(labels)


class Seatings:
    def __init__(self) -> None:
        self._known: OrderedDict[SessionId, Known | None] = OrderedDict()
        self._rooms: OrderedDict[tuple[str, frozenset[str]], Seating] = OrderedDict()
        self._strict: OrderedDict[SessionId, None] = OrderedDict()

    async def at(self, reader: Reader, session_id: SessionId, version: int) -> Known | None:
        """As of that version or a later one; None for a session without a seat map."""
        known = self._known[session_id] if session_id in self._known else await self._learnt(reader, session_id)
        if known is not None and known.version < version:
            await self._catch_up(reader, session_id, known, version)
        _keep(self._known, session_id, known, MOST_SESSIONS)
        return known

    def committed(self, session_id: SessionId, version: int, seats: Mapping[str, Sequence[str]]) -> None:
        """What a commit of this process changed; of others' the log tells."""
        known = self._known.get(session_id)
        if known is not None:
            known.apply(version, seats)

    def forget(self, session_id: SessionId) -> None:
        self._known.pop(session_id, None)

    def judges(self, session_id: SessionId) -> bool:
        """Whether the session's terms are known to want picks judged."""
        return session_id in self._strict

    def must_judge(self, session_id: SessionId) -> None:
        _keep(self._strict, session_id, None, 10 * MOST_SESSIONS)

    async def _learnt(self, reader: Reader, session_id: SessionId) -> Known | None:
        terms = await reader.fetchrow(TERMS, session_id)
        if terms is None or terms["sold"] is None:
            return None
        categories: Mapping[str, str] = orjson.loads(terms["sold"])
        seating = await self._room(terms["hash"], terms["layout"], frozenset(categories.values()))
        known = Known(seating, categories, FreeSeats.all_of(seating), -1)
        await self._read_all(reader, session_id, known)
        return known

    async def _room(self, hash: str, layout: bytes, sold: frozenset[str]) -> Seating:
        seating = self._rooms.get((hash, sold))
        if seating is None:
            # Some 100 ms for 20,000 seats, once: others go on meanwhile.
            seating = await asyncio.to_thread(lambda: Seating.of(sections_of(layout), sold))
        _keep(self._rooms, (hash, sold), seating, MOST_ROOMS)
        return seating

    async def _catch_up(self, reader: Reader, session_id: SessionId, known: Known, version: int) -> None:
        if version - known.version <= MOST_BEHIND:
            for row in await reader.fetch(SINCE, session_id, known.version, 2 * MOST_BEHIND):
                known.apply(row["version"], orjson.loads(row["seats"]))
        if known.version < version:
            await self._read_all(reader, session_id, known)

    async def _read_all(self, reader: Reader, session_id: SessionId, known: Known) -> None:
        row = await reader.fetchrow(NOT_FREE, session_id)
        if row is not None and row["version"] > known.version:
            free = FreeSeats.all_of(known.seating)
            free.take([known.seating.numbered[number] for number in row["numbers"]])
            known.free, known.version = free, row["version"]


def _keep(kept: OrderedDict[Any, Any], key: object, value: object, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)
