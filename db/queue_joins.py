"""Joining a queue: who comes while the last are being written goes into the next commit together, in order of arrival."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import structlog

from db.batches import BUSY, RETRY_AFTER_MS
from db.line_tasks import LineTasks
from db.waiting_rooms import to_place
from domain.errors import NotFound, ServerBusy
from domain.ids import SessionId, UserId
from domain.waiting_rooms import Place

log = structlog.get_logger()

JOIN = "SELECT * FROM waiting_room_join($1, $2)"
MOST_AT_ONCE = 500
MOST_WAITING = 20_000


@dataclass(slots=True)
class Joining:
    user_id: UserId
    place: asyncio.Future[Place | None]


class BatchedQueue:
    """Implements `domain.repositories.Queue`. One line a session, at most one commit of it under way."""

    def __init__(self, pool: asyncpg.Pool, tasks: LineTasks) -> None:
        self._pool = pool
        self._tasks = tasks
        self._lines: dict[SessionId, deque[Joining]] = {}

    async def join(self, session_id: SessionId, user_id: UserId) -> Place | None:
        joining = Joining(user_id, asyncio.get_running_loop().create_future())
        line = self._lines.get(session_id)
        if line is None:
            self._lines[session_id] = deque([joining])
            self._tasks.begin(self._serve(session_id))
        elif len(line) >= MOST_WAITING:
            raise ServerBusy(RETRY_AFTER_MS)
        else:
            line.append(joining)
        return await joining.place

    async def _serve(self, session_id: SessionId) -> None:
        line = self._lines[session_id]
        some: Sequence[Joining] = ()
        try:
            while line:
                some = [line.popleft() for _ in range(min(len(line), MOST_AT_ONCE))]
                await self._write(session_id, some)
        finally:
            del self._lines[session_id]
            for joining in (*some, *line):
                _fail(joining, ServerBusy(RETRY_AFTER_MS))

    async def _write(self, session_id: SessionId, some: Sequence[Joining]) -> None:
        try:
            rows = await self._pool.fetch(JOIN, session_id, [joining.user_id for joining in some])
        except BUSY as error:
            log.warning("queue_unreachable", session_id=str(session_id), count=len(some), error=type(error).__name__)
            for joining in some:
                _fail(joining, ServerBusy(RETRY_AFTER_MS))
            return
        except asyncpg.PostgresError as error:
            for joining in some:
                _fail(joining, error)
            return
        places = {row["user_id"]: to_place(row) for row in rows}
        for joining in some:
            if places and joining.user_id not in places:
                _fail(joining, NotFound())
            elif not joining.place.done():
                joining.place.set_result(places.get(joining.user_id))


def _fail(joining: Joining, error: Exception) -> None:
    if not joining.place.done():
        joining.place.set_exception(error)


@asynccontextmanager
async def batched_queue(pool: asyncpg.Pool) -> AsyncIterator[BatchedQueue]:
    """Leaving it waits for the commits under way."""
    async with LineTasks(failed="queue_failed") as tasks:
        yield BatchedQueue(pool, tasks)
