"""Fakes of our own protocols, for tests that need no database."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from domain.changes import Availability, AvailabilityDelta, applied
from domain.errors import ServerBusy
from domain.ids import SessionId
from domain.mails import Mail
from domain.seats import SeatStatus
from domain.topics import Topic, Watchable

V = TypeVar("V")


class FakeChangeLog:
    """The truth of one session in memory. `kept` is how many deltas it remembers.

    `away` is a database out of reach, `broken` one that raises what nobody expects.
    A snapshot is of the moment it was asked for, and handed over when `open` is set. `reads` are the versions asked from.
    """

    def __init__(self, session_id: SessionId, kept: int = 10_000) -> None:
        self.session_id = session_id
        self.state = Availability(session_id, 0, 1_000, 0, 0, {}, {})
        self.deltas: list[AvailabilityDelta] = []
        self.kept = kept
        self.away = False
        self.broken = False
        self.snapshots = 0
        self.reads: list[int] = []
        self.comparisons = 0
        self.open = asyncio.Event()
        self.open.set()

    def change(self, label: str, status: SeatStatus = SeatStatus.HELD) -> AvailabilityDelta:
        """A committed change of one seat, not yet told to anybody."""
        now = self.state
        delta = AvailabilityDelta(
            self.session_id, now.version, now.version + 1, now.available, now.held, now.sold, {status: (label,)}, {}
        )
        self.state = applied(now, delta)
        self.deltas.append(delta)
        return delta

    async def snapshot(self, session_id: SessionId) -> Availability | None:
        self._reach()
        self.snapshots += 1
        state = self.state
        await self.open.wait()
        return state if session_id == self.session_id else None

    async def since(self, session_id: SessionId, version: int) -> Sequence[AvailabilityDelta] | None:
        self._reach()
        self.reads.append(version)
        await asyncio.sleep(0)
        if not self.state.version - self.kept <= version <= self.state.version:
            return None
        return self.deltas[version:]

    async def versions(self, ids: Collection[SessionId]) -> Mapping[SessionId, int]:
        self._reach()
        self.comparisons += 1
        return {self.session_id: self.state.version} if self.session_id in ids else {}

    def _reach(self) -> None:
        if self.broken:
            raise RuntimeError("a bug")
        if self.away:
            raise ServerBusy(1)


class FakeTopics:
    """Keeps what was announced; there is nothing to watch."""

    def __init__(self) -> None:
        self.announced: list[Topic] = []

    def watch(self, kind: Watchable[V], id: UUID) -> AsyncGenerator[V | None, None]:
        raise NotImplementedError

    def look_again(self) -> None:
        pass

    def announce(self, *topics: Topic) -> None:
        self.announced += topics


class FakeMailer:
    """Sends all, or nothing while there is `trouble`."""

    shown = None

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.sent: list[Mail] = []
        self.failed: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        if self.trouble is not None:
            self.failed.append(mail)
            raise self.trouble
        self.sent.append(mail)
