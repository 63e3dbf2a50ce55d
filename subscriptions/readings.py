"""Readings: what this process knows of all watched things of one kind, read together and one read at a time."""

import asyncio
import random
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar
from uuid import UUID

import structlog

from domain.errors import ServerBusy
from domain.repositories import Transactions
from domain.topics import Watchable

log = structlog.get_logger()
V = TypeVar("V")

MOST_IN_A_QUERY = 500
READ_SECONDS = 10.0
# For the read that is under way.
PATIENCE_SECONDS = 10.0
RETRY_AFTER_MS = 1_000
# Of its time, a process spends no more than a twentieth on looking at what nobody said had changed.
REST = 20
# What is due at an instant is over just after it.
JUST_AFTER = 0.005


@dataclass(slots=True, eq=False)
class Watched(Generic[V]):
    """One thing as it was read last. Watchers keep the revision they have seen, and nothing waits for them."""

    watchers: int = 0
    revision: int = 0
    state: V | None = None
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    timer: asyncio.TimerHandle | None = None

    async def after(self, revision: int) -> None:
        while self.revision == revision:
            await self.moved.wait()

    def move(self) -> None:
        self.revision += 1
        self.moved.set()
        self.moved = asyncio.Event()


class Readings(Generic[V]):
    def __init__(self, kind: Watchable[V], transaction: Transactions) -> None:
        self._kind = kind
        self._transaction = transaction
        self._watched: dict[UUID, Watched[V]] = {}
        self._asked: set[UUID] = set()
        self._something_asked = asyncio.Event()
        self._batch: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()

    def __len__(self) -> int:
        return len(self._watched)

    @contextmanager
    def watching(self, id: UUID) -> Iterator[Watched[V]]:
        watched = self._watched.setdefault(id, Watched())
        watched.watchers += 1
        try:
            yield watched
        finally:
            watched.watchers -= 1
            if not watched.watchers:
                del self._watched[id]
                if watched.timer is not None:
                    watched.timer.cancel()

    async def fresh(self, id: UUID) -> None:
        """Until it was read in a transaction that began after this call. Raises what that failed with, and `ServerBusy`."""
        self.ask(id)
        try:
            async with asyncio.timeout(READ_SECONDS + PATIENCE_SECONDS):
                failure = await asyncio.shield(self._batch)
        except TimeoutError as error:
            raise ServerBusy(RETRY_AFTER_MS) from error
        if failure is not None:
            raise failure.with_traceback(None)

    def ask(self, id: UUID) -> None:
        """Looks at it soon, if it is watched."""
        if id in self._watched:
            self._asked.add(id)
            self._something_asked.set()

    def ask_for_all(self) -> None:
        for id in self._watched:
            self.ask(id)

    async def read_on(self) -> None:
        """For ever: whatever was asked for while the last was read is read together."""
        while True:
            await self._something_asked.wait()
            self._something_asked.clear()
            asked, self._asked = self._asked, set()
            batch, self._batch = self._batch, asyncio.get_running_loop().create_future()
            batch.set_result(await self._read(asked))
            await asyncio.sleep(self._kind.pause)

    async def look_again(self) -> None:
        """For ever: hints may be lost. Jittered, so that many processes do not look at the same moment."""
        loop = asyncio.get_running_loop()
        took = 0.0
        while True:
            await asyncio.sleep(max(self._kind.check_every, took * REST) * random.uniform(1.0, 1.5))
            if self._watched:
                began, batch = loop.time(), self._batch
                self.ask_for_all()
                await asyncio.shield(batch)
                took = loop.time() - began

    async def _read(self, ids: Collection[UUID]) -> Exception | None:
        waiting = iter(ids)
        failure: Exception | None = None
        while some := tuple(islice(waiting, MOST_IN_A_QUERY)):
            outcome = (await asyncio.gather(self._read_some(some), return_exceptions=True))[0]
            if isinstance(outcome, ServerBusy):
                log.warning("watching_delayed", kind=self._kind.kind, count=len(some))
                failure = outcome
            elif isinstance(outcome, Exception):
                log.error("watching_failed", kind=self._kind.kind, exc_info=outcome)
                failure = outcome
        return failure

    async def _read_some(self, ids: Collection[UUID]) -> None:
        try:
            async with asyncio.timeout(READ_SECONDS), self._transaction() as work:
                states = await self._kind.read(work, ids)
        except TimeoutError as error:
            raise ServerBusy(RETRY_AFTER_MS) from error
        for id in ids:
            watched = self._watched.get(id)
            if watched is not None:
                self._learn(id, watched, states.get(id))

    def _learn(self, id: UUID, watched: Watched[V], state: V | None) -> None:
        before, watched.state = watched.state, state
        if not watched.revision or not self._same(before, state):
            watched.move()
        if watched.timer is not None:
            watched.timer.cancel()
            watched.timer = None
        left = None if state is None else self._kind.changes_in(state)
        if left is not None:
            seconds = max(left.total_seconds(), 0) + JUST_AFTER
            watched.timer = asyncio.get_running_loop().call_later(seconds, self.ask, id)

    def _same(self, one: V | None, other: V | None) -> bool:
        if one is None or other is None:
            return one is other
        return self._kind.same(one, other)
