"""Live state as it is at one version: read in one statement, so that counts, seats and version belong together."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.batches import BUSY, RETRY_AFTER_MS
from domain.changes import Availability, AvailabilityDelta
from domain.errors import ServerBusy
from domain.ids import SessionId, TicketTypeId
from domain.seats import SeatStatus

STATE = """
SELECT session_id, version, capacity - held - sold - blocked AS available, held, sold, {seats} AS seats,
       (SELECT json_object_agg(ticket_type_id, capacity - held - sold) FROM admission_pool
        WHERE admission_pool.session_id = inventory.session_id)::text AS admissions
FROM inventory WHERE session_id = ANY ({ids})
"""
TAKEN = """
       (SELECT json_object_agg(status, labels) FROM (
            SELECT status, json_agg(label ORDER BY number) AS labels FROM seat
            WHERE seat.session_id = inventory.session_id AND status <> 'AVAILABLE' GROUP BY status) AS taken)::text"""
SNAPSHOT = STATE.replace("{seats}", TAKEN)
COUNTS = STATE.replace("{seats}", "NULL")
# One statement, so that nothing is trimmed between looking and reading; one row without a version where nothing is missing.
SINCE = """
SELECT inventory.version AS current, change.version, available, change.held, change.sold, seats::text AS seats,
       admissions::text AS admissions, committed_at
FROM inventory LEFT JOIN session_change change ON change.session_id = inventory.session_id AND change.version > $2
    AND inventory.version - $2 <= $3
WHERE inventory.session_id = $1 ORDER BY change.version
"""
# Further behind, a whole snapshot is smaller and cheaper than the deltas.
MOST_DELTAS = 1_000
VERSIONS = "SELECT session_id, version FROM inventory WHERE session_id = ANY ($1)"


async def read_availability(
    connection: AsyncConnection, ids: Collection[SessionId], *, with_seats: bool
) -> Mapping[SessionId, Availability]:
    query = SNAPSHOT if with_seats else COUNTS
    rows = await connection.execute(text(query.format(ids=":ids")), {"ids": list(ids)})
    return {SessionId(row["session_id"]): _availability(dict(row)) for row in rows.mappings()}


class PostgresChangeLog:
    """Implements `domain.repositories.ChangeLog` on a raw pool: live maps read often and little."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def snapshot(self, session_id: SessionId) -> Availability | None:
        rows = await self._fetch(SNAPSHOT.format(ids="$1"), [session_id])
        return _availability(rows[0]) if rows else None

    async def since(self, session_id: SessionId, version: int) -> Sequence[AvailabilityDelta] | None:
        rows = await self._fetch(SINCE, session_id, version, MOST_DELTAS)
        deltas = [_delta(session_id, row) for row in rows if row["version"] is not None]
        return deltas if rows and len(deltas) == rows[0]["current"] - version else None

    async def versions(self, ids: Collection[SessionId]) -> Mapping[SessionId, int]:
        return {SessionId(row["session_id"]): row["version"] for row in await self._fetch(VERSIONS, list(ids))}

    async def _fetch(self, query: str, *arguments: object) -> Sequence[Mapping[str, Any]]:
        try:
            return [dict(row) for row in await self._pool.fetch(query, *arguments)]
        except BUSY as error:
            raise ServerBusy(RETRY_AFTER_MS) from error


def _availability(row: Mapping[str, Any]) -> Availability:
    return Availability(
        session_id=SessionId(UUID(str(row["session_id"]))),
        version=row["version"],
        available=row["available"],
        held=row["held"],
        sold=row["sold"],
        seats=_groups(row["seats"]),
        general_admission=_places(row["admissions"]),
    )


def _delta(session_id: SessionId, row: Mapping[str, Any]) -> AvailabilityDelta:
    return AvailabilityDelta(
        session_id=session_id,
        previous_version=row["version"] - 1,
        version=row["version"],
        available=row["available"],
        held=row["held"],
        sold=row["sold"],
        changes=_groups(row["seats"]),
        general_admission=_places(row["admissions"]),
        committed_at=row["committed_at"],
    )


def _groups(stored: str | None) -> Mapping[SeatStatus, tuple[str, ...]]:
    return {SeatStatus(status): tuple(labels) for status, labels in orjson.loads(stored or "{}").items()}


def _places(stored: str | None) -> Mapping[TicketTypeId, int]:
    return {TicketTypeId(UUID(key)): left for key, left in orjson.loads(stored or "{}").items()}
