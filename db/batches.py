"""Batches: commands that arrive for a session while its previous commit is under way go into the next one together."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import asyncpg
import orjson
import stamina
import structlog

from domain.changes import AvailabilityDelta
from domain.errors import InvalidInput, NotFound, ServerBusy
from domain.ids import SessionId, TicketTypeId
from domain.seats import SeatStatus

log = structlog.get_logger()

APPLY = "SELECT inventory_apply($1, $2::jsonb, $3)"
# Measured: beyond some hundred a batch only gets slower to answer, not faster per command.
MOST_IN_A_BATCH = 256
MOST_WAITING = 20_000
RETRY_AFTER_MS = 500
# Postgres rolled these back for sure, so the same commands may be sent again.
ROLLED_BACK = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)
# Sessions that meet over one idempotency key violate its uniqueness; the second look finds the other's answer.
WORTH_ANOTHER_LOOK = (*ROLLED_BACK, asyncpg.UniqueViolationError)
UNWRITABLE = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
# Whether these were committed nobody knows: the caller may retry with its idempotency key, we may not.
UNKNOWN = (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, TimeoutError)
# Nobody's command is at fault, so none is tried by itself. Read-only is a server that has just become a replica.
BUSY = (*UNKNOWN, *ROLLED_BACK, asyncpg.InsufficientResourcesError, asyncpg.ReadOnlySQLTransactionError)

Command = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One command's answer; `clock` is the database's when the batch was decided."""

    name: str
    detail: Mapping[str, Any]
    clock: datetime

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.detail["at"])

    @property
    def maybe_at(self) -> datetime | None:
        return self.at if self.detail.get("at") else None

    @property
    def labels(self) -> Sequence[str]:
        return list(self.detail["labels"])

    def number(self, name: str) -> int:
        return int(self.detail[name])


@dataclass(slots=True)
class Waiting:
    command: Command
    answer: asyncio.Future[Verdict]


@dataclass(slots=True)
class Batches:
    """One queue a session, at most one batch of it under way; sessions do not wait for each other."""

    pool: asyncpg.Pool
    hold_lifetime: timedelta
    announce: Callable[[AvailabilityDelta], None]
    _queues: dict[SessionId, deque[Waiting]] = field(default_factory=dict)
    _tasks: asyncio.TaskGroup = field(default_factory=asyncio.TaskGroup)

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # Told of no error, the group neither cancels the batches under way nor wraps what the caller raised.
        await self._tasks.__aexit__(None, None, None)

    async def ask(self, session_id: SessionId, command: Command) -> Verdict:
        """Raises `NotFound` for no such session, `ServerBusy` where nothing can be said of the outcome or too many wait."""
        waiting = Waiting(command, asyncio.get_running_loop().create_future())
        queue = self._queues.get(session_id)
        if queue is None:
            self._queues[session_id] = deque([waiting])
            self._tasks.create_task(self._serve(session_id))
        elif len(queue) >= MOST_WAITING:
            raise ServerBusy(RETRY_AFTER_MS)
        else:
            queue.append(waiting)
        return await waiting.answer

    async def _serve(self, session_id: SessionId) -> None:
        """Until nobody waits: all that has gathered, in order of arrival, in one commit."""
        queue = self._queues[session_id]
        batch: Sequence[Waiting] = ()
        try:
            while queue:
                batch = [queue.popleft() for _ in range(min(len(queue), MOST_IN_A_BATCH))]
                await self._decide(session_id, batch)
        finally:
            del self._queues[session_id]
            for waiting in (*batch, *queue):
                _fail(waiting, ServerBusy(RETRY_AFTER_MS))

    async def _decide(self, session_id: SessionId, batch: Sequence[Waiting]) -> None:
        try:
            await self._apply(session_id, batch)
        except BUSY as error:
            log.warning("inventory_unreachable", session_id=str(session_id), commands=len(batch), error=type(error).__name__)
            for waiting in batch:
                _fail(waiting, ServerBusy(RETRY_AFTER_MS))
        except asyncpg.PostgresError as error:
            if len(batch) > 1:
                log.warning("inventory_batch_split", session_id=str(session_id), commands=len(batch), error=type(error).__name__)
                for waiting in batch:
                    await self._decide(session_id, [waiting])
            else:
                _fail(batch[0], _said_of_one(error))

    async def _apply(self, session_id: SessionId, batch: Sequence[Waiting]) -> None:
        commands = orjson.dumps([{"ord": at, **waiting.command} for at, waiting in enumerate(batch)]).decode()
        outcome = await self._commit(session_id, commands)
        if outcome is None:
            for waiting in batch:
                _fail(waiting, NotFound())
            return
        if outcome["changed"]:
            self.announce(_delta(session_id, outcome))
        clock = datetime.fromisoformat(outcome["clock"])
        answers = {answer["ord"]: Verdict(answer["verdict"], answer["detail"], clock) for answer in outcome["answers"]}
        done = Verdict("DONE", {}, clock)
        for at, waiting in enumerate(batch):
            if not waiting.answer.done():
                waiting.answer.set_result(answers.get(at, done))

    @stamina.retry(on=WORTH_ANOTHER_LOOK, attempts=3, timeout=8.0, wait_initial=0.02, wait_max=0.2, wait_jitter=0.05)
    async def _commit(self, session_id: SessionId, commands: str) -> dict[str, Any] | None:
        """One statement outside any transaction block: when it has answered, it is committed."""
        text = await self.pool.fetchval(APPLY, session_id, commands, self.hold_lifetime)
        return None if text is None else orjson.loads(text)


def _said_of_one(error: asyncpg.PostgresError) -> Exception:
    if isinstance(error, UNWRITABLE):
        return InvalidInput(("input",), "A text has a character that cannot be stored, e.g. NUL.")
    return error


def _fail(waiting: Waiting, error: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)


def _delta(session_id: SessionId, outcome: Mapping[str, Any]) -> AvailabilityDelta:
    return AvailabilityDelta(
        session_id=session_id,
        previous_version=outcome["version"] - 1,
        version=outcome["version"],
        available=outcome["available"],
        held=outcome["held"],
        sold=outcome["sold"],
        changes={SeatStatus(status): tuple(labels) for status, labels in outcome["seats"].items()},
        general_admission={TicketTypeId(UUID(key)): left for key, left in outcome["admissions"].items()},
    )
