"""Proof: every invariant asked of the tables, and every session's log replayed to what the tables say."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from db.availability import SNAPSHOT
from db.batches import BUSY, RETRY_AFTER_MS
from db.engine import SERVER_SETTINGS, connector
from db.invariants import INVARIANTS, Invariant
from domain.changes import Availability, AvailabilityDelta, SeatGroups
from domain.errors import ServerBusy
from domain.ids import SessionId, TicketTypeId, show_id
from domain.seats import SeatStatus
from domain.verification import MOST_EXAMPLES, InvariantReport, Replay

if TYPE_CHECKING:
    from db.engine import Connection

# A whole season is asked at once; that nobody waits for us is what these are for: we only read, and lock nothing.
PATIENT = {
    **SERVER_SETTINGS,
    "application_name": "usher verify",
    "statement_timeout": "60s",
    "plan_cache_mode": "force_custom_plan",
    "default_transaction_read_only": "on",
}
COMMAND_SECONDS = 65.0
ASKED = """
SELECT count(*) AS checked, count(*) FILTER (WHERE broken IS NOT FALSE) AS violations,
       (array_agg(session ORDER BY session, name) FILTER (WHERE broken IS NOT FALSE))[:{most}] AS sessions,
       (array_agg(name ORDER BY session, name) FILTER (WHERE broken IS NOT FALSE))[:{most}] AS names
FROM ({body}) AS looked_at WHERE $1::uuid IS NULL OR session = $1
"""
PAGE = """
SELECT session_id FROM inventory WHERE ($1::uuid IS NULL OR session_id = $1) AND session_id > $2
ORDER BY session_id LIMIT 50
"""
BASES = (
    "SELECT session_id, version, seats::text AS seats, admissions::text AS admissions FROM session_base WHERE session_id = ANY ($1)"
)
POOLS = "SELECT session_id, ticket_type_id, capacity FROM admission_pool WHERE session_id = ANY ($1)"
LOGS = """
SELECT session_id, version, available, held, sold, seats::text AS seats, admissions::text AS admissions FROM session_change
WHERE session_id = ANY ($1) ORDER BY session_id, version
"""
AT_ONCE = 500
REPLAY = Invariant(
    "logs_replay",
    "A session's log, replayed from its beginning, gives the present state; each change counts right and sells only what was held.",
    "session",
    "",
)


@dataclass(slots=True)
class Found:
    """What the replays of many sessions came to."""

    checked: int = 0
    violations: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, session_id: SessionId, replay: Replay) -> None:
        self.checked += replay.changes
        self.violations += replay.faults
        room = MOST_EXAMPLES - len(self.examples)
        self.examples += [f"{show_id('session', session_id)}: {one}" for one in replay.examples[:room]]


class PostgresVerification:
    """Implements `domain.verification.Verification` on a connection of its own, one look at a time."""

    def __init__(self, url: str) -> None:
        self._connect = connector(url, PATIENT, COMMAND_SECONDS)
        self._turn = asyncio.Lock()

    async def reports(self, session_id: SessionId | None) -> AsyncGenerator[InvariantReport, None]:
        try:
            async with self._turn, self._connection() as connection:
                for invariant in INVARIANTS:
                    yield await asked(connection, invariant, session_id)
                yield await _replayed(connection, session_id)
        except BUSY as error:
            raise ServerBusy(RETRY_AFTER_MS) from error

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator["Connection"]:
        connection = await self._connect()
        try:
            yield connection
        finally:
            # Also while a statement is under way: who asked has left, and nobody is to pay for it.
            connection.terminate()


async def asked(connection: "Connection", invariant: Invariant, session_id: SessionId | None) -> InvariantReport:
    row = await connection.fetchrow(ASKED.format(body=invariant.body, most=MOST_EXAMPLES), session_id)
    assert row is not None
    named = zip(row["sessions"] or (), row["names"] or (), strict=True)
    examples = tuple(_example(invariant.subject, session, name) for session, name in named)
    return InvariantReport(invariant.name, invariant.promise, row["checked"], row["violations"], examples)


def _example(subject: str, session: UUID | None, name: str) -> str:
    words = f"{subject} {name}" if subject in ("seat", "connection") else show_id(subject, UUID(name))
    return words if session is None or subject == "session" else f"{show_id('session', session)}: {words}"


async def _replayed(connection: "Connection", session_id: SessionId | None) -> InvariantReport:
    found = Found()
    after = UUID(int=0)
    while rows := await connection.fetch(PAGE, session_id, after):
        ids = [SessionId(row["session_id"]) for row in rows]
        for one, replay in (await _replay(connection, ids)).items():
            found.add(one, replay)
        after = ids[-1]
    return InvariantReport(REPLAY.name, REPLAY.promise, found.checked, found.violations, tuple(found.examples))


async def _replay(connection: "Connection", ids: Sequence[SessionId]) -> Mapping[SessionId, Replay]:
    """Logs and states are of one moment; of the logs only so many changes are in memory."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        present = await connection.fetch(SNAPSHOT.format(ids="$1"), ids)
        replays = await _begun(connection, ids)
        async for row in connection.cursor(LOGS, ids, prefetch=AT_ONCE):
            replays[row["session_id"]].follow(_delta(dict(row)))
    for row in present:
        replays[row["session_id"]].end(_availability(dict(row)))
    return replays


async def _begun(connection: "Connection", ids: Sequence[SessionId]) -> Mapping[SessionId, Replay]:
    pools: dict[SessionId, dict[TicketTypeId, int]] = {one: {} for one in ids}
    for row in await connection.fetch(POOLS, ids):
        pools[row["session_id"]][TicketTypeId(row["ticket_type_id"])] = row["capacity"]
    replays = {one: Replay(pools[one]) for one in ids}
    for row in await connection.fetch(BASES, ids):
        statuses = {label: SeatStatus(status) for label, status in orjson.loads(row["seats"]).items()}
        replays[row["session_id"]] = Replay(pools[row["session_id"]], row["version"], statuses, _places(row["admissions"]))
    return replays


def _availability(row: Mapping[str, Any]) -> Availability:
    return Availability(
        session_id=SessionId(row["session_id"]),
        version=row["version"],
        available=row["available"],
        held=row["held"],
        sold=row["sold"],
        seats=_groups(row["seats"]),
        general_admission=_places(row["admissions"]),
    )


def _delta(row: Mapping[str, Any]) -> AvailabilityDelta:
    return AvailabilityDelta(
        session_id=SessionId(row["session_id"]),
        previous_version=row["version"] - 1,
        version=row["version"],
        available=row["available"],
        held=row["held"],
        sold=row["sold"],
        changes=_groups(row["seats"]),
        general_admission=_places(row["admissions"]),
    )


def _groups(stored: str | None) -> SeatGroups:
    return {SeatStatus(status): tuple(labels) for status, labels in orjson.loads(stored or "{}").items()}


def _places(stored: str | None) -> dict[TicketTypeId, int]:
    return {TicketTypeId(UUID(key)): left for key, left in orjson.loads(stored or "{}").items()}
