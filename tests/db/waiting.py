"""A waiting room as tests need it: opened, filled, and with time passing as fast as they like."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.queue_joins import BatchedQueue, batched_queue
from domain.ids import SessionId, UserId
from domain.waiting_rooms import Opening, Place, WaitingRoom
from tests.builders import in_days
from tests.db.conftest import Office

SEED = "a seed that everybody knows"
TIMES = (
    "UPDATE waiting_room SET opens_at = opens_at - $2::interval WHERE session_id = $1",
    "UPDATE admission_rate SET base_at = base_at - $2::interval FROM waiting_room WHERE room_id = id AND session_id = $1",
    "UPDATE queue_place SET joined_at = joined_at - $2::interval WHERE session_id = $1",
)


@dataclass(slots=True)
class Waiting:
    """The waiting room of one session."""

    office: Office
    queue: BatchedQueue
    session_id: SessionId

    async def open(
        self, per_minute: int = 60, opens_at: datetime | None = None, admission: timedelta | None = None, seed: str = SEED
    ) -> WaitingRoom:
        async with self.office.transaction() as work:
            return await work.waiting_rooms.open(Opening(self.session_id, per_minute, seed, opens_at, admission))

    async def open_tomorrow(self, per_minute: int = 60) -> WaitingRoom:
        return await self.open(per_minute, in_days(1))

    async def close(self) -> bool:
        async with self.office.transaction() as work:
            return await work.waiting_rooms.close(self.session_id)

    async def room(self) -> WaitingRoom:
        """As everybody looks at it: drawn, where that is due."""
        async with self.office.transaction() as work:
            await work.waiting_rooms.draw([self.session_id])
            return (await work.waiting_rooms.by_sessions([self.session_id]))[self.session_id]

    async def join(self, user_id: UserId) -> Place:
        place = await self.queue.join(self.session_id, user_id)
        assert place is not None
        return place

    async def join_all(self, users: Iterable[UserId]) -> list[Place]:
        """One after another."""
        return [await self.join(one) for one in users]

    async def numbers(self) -> dict[UserId, int | None]:
        rows = await self.office.rows(
            "SELECT user_id, number FROM queue_place JOIN waiting_room ON waiting_room.id = room_id "
            "WHERE waiting_room.session_id = $1 AND closed_at IS NULL",
            self.session_id,
        )
        return {UserId(user_id): number for user_id, number in rows}

    async def let_pass(self, time: timedelta) -> None:
        """Everything of the room becomes so much older."""
        for statement in TIMES:
            await self.office.pool.execute(statement, self.session_id, time)

    async def let_it_open(self, ago: timedelta = timedelta(0)) -> None:
        """It has opened so long ago; nobody has looked at it since."""
        room = await self.room()
        await self.let_pass(room.opens_at - room.server_time + ago)


@asynccontextmanager
async def waiting_at(office: Office, session_id: SessionId) -> AsyncIterator[Waiting]:
    async with batched_queue(office.pool) as queue:
        yield Waiting(office, queue, session_id)
