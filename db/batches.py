"""Batches: commands that arrive for a session while its previous commit is under way go into the next one together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg
import orjson
import stamina
import structlog

from db.judging import AGAIN, EXPIRE, Command, Outcome, Round, Ruling, judged, wants_best
from db.line_tasks import LineTasks
from db.lines import Line, Waiting
from db.seatings import Connection, Seatings
from db.verdicts import Verdict
from domain.best_seats import alternatives
from domain.changes import AvailabilityDelta
from domain.errors import InvalidInput, NotFound, ServerBusy
from domain.ids import SessionId, TicketTypeId
from domain.seats import SeatStatus
from domain.single_seats import SingleSeats

log = structlog.get_logger()

APPLY = "SELECT inventory_apply($1, $2::jsonb, $3)"
TAKEN = "SEATS_UNAVAILABLE"
WOULD = """
SELECT verdict, detail::text, clock_timestamp() AS clock
FROM inventory_lock($1, $2::jsonb, $3, clock_timestamp(), '{}', true)
"""
SEEN = """
SELECT version, (SELECT single_seats FROM session WHERE id = $1) AS policy,
       EXISTS (SELECT FROM hold WHERE session_id = $1 AND state = 'ACTIVE' AND expires_at <= clock_timestamp()) AS due
FROM inventory WHERE session_id = $1
"""
RETRY_AFTER_MS = 500
# What took longer than this to fail would take as long again: nobody else in the line waits for it.
SOON = 1.0
# Longer than Postgres takes to see a deadlock, shorter than anybody waits for a row lock.
RETRY_SECONDS = 1.5
# Postgres rolled these back for sure, so the same commands may be sent again.
ROLLED_BACK = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)
# Sessions that meet over one idempotency key violate its uniqueness; the second look finds the other's answer.
WORTH_ANOTHER_LOOK = (*ROLLED_BACK, asyncpg.UniqueViolationError)
UNWRITABLE = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
# Whether these were committed nobody knows: the caller may retry with its idempotency key, we may not.
UNKNOWN = (
    OSError,
    asyncpg.InterfaceError,
    # A connection that was told of its end and has not seen it yet is refused by asyncpg itself.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    TimeoutError,
)
# Nobody's command is at fault, so none is tried by itself. Read-only is a server that has just become a replica.
BUSY = (*UNKNOWN, *ROLLED_BACK, asyncpg.InsufficientResourcesError, asyncpg.ReadOnlySQLTransactionError)

Offers: TypeAlias = "list[tuple[str, ...]]"
DONE: Outcome = {"verdict": "DONE", "detail": {}}


@dataclass(slots=True)
class Batches:
    """One queue a session, at most one batch of it under way; sessions do not wait for each other."""

    pool: asyncpg.Pool
    tasks: LineTasks
    hold_lifetime: timedelta
    announce: Callable[[AvailabilityDelta], None]
    seatings: Seatings = field(default_factory=Seatings)
    _lines: dict[SessionId, Line] = field(default_factory=dict)

    async def ask(self, session_id: SessionId, command: Command) -> Verdict:
        """Raises `NotFound` for no such session, `ServerBusy` where nothing can be said of the outcome or the line is too long."""
        line = self._lines.get(session_id)
        if line is None:
            line = self._lines[session_id] = Line()
            self.tasks.begin(self._serve(session_id, line))
        return await line.join(command)

    async def would(self, session_id: SessionId, command: Command) -> Verdict:
        """What `ask` would say of a LOCK now; nobody waits for it and nothing is locked. Raises `NotFound`, `ServerBusy`."""
        try:
            seen = await self.pool.fetchrow(SEEN, session_id)
            if seen is not None and seen["due"]:
                await self.ask(session_id, EXPIRE)
                seen = await self.pool.fetchrow(SEEN, session_id)
            if seen is None:
                raise NotFound
            return await self._would(session_id, command, seen)
        except BUSY as error:
            raise ServerBusy(RETRY_AFTER_MS) from error
        except asyncpg.PostgresError as error:
            raise _said_of_one(error) from error

    async def _would(self, session_id: SessionId, command: Command, seen: asyncpg.Record) -> Verdict:
        known = await self.seatings.at(self.pool, session_id, seen["version"])
        turn = Round(known, known.free.copy() if known else None, SingleSeats(seen["policy"]), {})
        asked = orjson.dumps(list(turn.judged([command]))).decode()
        [row] = await self.pool.fetch(WOULD, session_id, asked, self.hold_lifetime)
        detail = orjson.loads(row["detail"])
        if row["verdict"] == TAKEN:
            [detail["alternatives"]] = await self._alternatives(session_id, seen["version"], [command])
        return Verdict(row["verdict"], detail, row["clock"])

    async def _serve(self, session_id: SessionId, line: Line) -> None:
        """Until nobody waits: all that has gathered, in order of arrival, in one commit."""
        try:
            while line:
                with line.batch() as batch:
                    answered = await self._decide(session_id, batch)
                if not answered and line.took > SOON:
                    return
        finally:
            del self._lines[session_id]
            line.dissolve()
            if line.refused:
                log.warning("line_too_long", session_id=str(session_id), refused=line.refused, batch_seconds=line.pace)

    async def _decide(self, session_id: SessionId, batch: Sequence[Waiting]) -> bool:
        """False where the database is in trouble."""
        try:
            await self._apply(session_id, batch)
        except BUSY as error:
            log.warning("inventory_unreachable", session_id=str(session_id), commands=len(batch), error=type(error).__name__)
            return False
        except asyncpg.PostgresError as error:
            if len(batch) > 1:
                log.warning("inventory_batch_split", session_id=str(session_id), commands=len(batch), error=type(error).__name__)
                for waiting in batch:
                    await self._decide(session_id, [waiting])
            else:
                batch[0].fail(_said_of_one(error))
        return True

    async def _apply(self, session_id: SessionId, batch: Sequence[Waiting]) -> None:
        commands = [waiting.command for waiting in batch]
        ask = self._judged if self.seatings.judges(session_id) or any(map(wants_best, commands)) else self._plain
        ruling = await ask(session_id, commands)
        if ruling is None:
            for waiting in batch:
                waiting.fail(NotFound())
            return
        for outcome in ruling.outcomes:
            if outcome["changed"]:
                self.seatings.committed(session_id, outcome["version"], outcome["seats"])
                self.announce(_delta(session_id, outcome))
        await self._answer(session_id, batch, ruling)

    async def _answer(self, session_id: SessionId, batch: Sequence[Waiting], ruling: Ruling) -> None:
        """Winners first: what else losers could have is found meanwhile."""
        clock = datetime.fromisoformat(ruling.outcomes[-1]["clock"])
        taken: list[tuple[Waiting, Outcome]] = []
        again: list[Waiting] = []
        for at, waiting in enumerate(batch):
            answer = ruling.answers.get(at, DONE)
            if answer["verdict"] == TAKEN:
                taken.append((waiting, answer))
            elif answer["verdict"] == AGAIN:
                again.append(waiting)
            else:
                waiting.tell(Verdict(answer["verdict"], answer["detail"], clock))
        if taken:
            offers = await self._offers(session_id, ruling.outcomes[-1]["version"], [one.command for one, _ in taken])
            for (waiting, answer), offered in zip(taken, offers, strict=True):
                waiting.tell(Verdict(TAKEN, {**answer["detail"], "alternatives": offered}, clock))
        if again:
            # The session's terms want picks judged, which a process learns the first time.
            self.seatings.must_judge(session_id)
            await self._apply(session_id, again)

    async def _offers(self, session_id: SessionId, version: int, commands: Sequence[Command]) -> list[Offers]:
        """None to those who have not asked for any, and found only where somebody has."""
        asked = [command for command in commands if command.get("offers", True)]
        found = iter(await self._alternatives(session_id, version, asked) if asked else ())
        return [next(found) if command.get("offers", True) else [] for command in commands]

    async def _alternatives(self, session_id: SessionId, version: int, commands: Sequence[Command]) -> list[Offers]:
        """As the batch has left the seats, or later. Not all are sent to the same seats; none where the database is in trouble."""
        try:
            known = await self.seatings.at(self.pool, session_id, version)
        except (*BUSY, asyncpg.PostgresError) as error:
            log.warning("no_alternatives", session_id=str(session_id), error=type(error).__name__)
            known = None
        if known is None:
            return [[] for _ in commands]
        unoffered, offers = known.free.copy(), list[Offers]()
        for command in commands:
            asked = command["added"] if command["kind"] == "CHANGE" else command["seats"]
            offered = alternatives(unoffered, asked) or alternatives(known.free, asked)
            unoffered.take(offered[0] if offered else ())
            offers.append(offered)
        return offers

    @stamina.retry(on=WORTH_ANOTHER_LOOK, attempts=3, timeout=RETRY_SECONDS, wait_initial=0.02, wait_max=0.2, wait_jitter=0.05)
    async def _plain(self, session_id: SessionId, commands: Sequence[Command]) -> Ruling | None:
        """One statement outside any transaction block: when it has answered, it is committed."""
        text = await self.pool.fetchval(APPLY, session_id, _numbered(commands), self.hold_lifetime)
        if text is None:
            return None
        outcome: Outcome = orjson.loads(text)
        return Ruling([outcome], {answer["ord"]: answer for answer in outcome["answers"]})

    @stamina.retry(on=WORTH_ANOTHER_LOOK, attempts=3, timeout=RETRY_SECONDS, wait_initial=0.02, wait_max=0.2, wait_jitter=0.05)
    async def _judged(self, session_id: SessionId, commands: Sequence[Command]) -> Ruling | None:
        async def apply(connection: Connection, wave: Sequence[Command]) -> Outcome:
            text = await connection.fetchval(APPLY, session_id, orjson.dumps(wave).decode(), self.hold_lifetime)
            outcome: Outcome = orjson.loads(text)
            return outcome

        async with self.pool.acquire() as connection:
            return await judged(connection, self.seatings, session_id, commands, apply)


def _numbered(commands: Sequence[Command]) -> str:
    return orjson.dumps([{"ord": at, **command} for at, command in enumerate(commands)]).decode()


def _said_of_one(error: asyncpg.PostgresError) -> Exception:
    if isinstance(error, UNWRITABLE):
        return InvalidInput(("input",), "A text has a character that cannot be stored, e.g. NUL.")
    return error


def _delta(session_id: SessionId, outcome: Outcome) -> AvailabilityDelta:
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
