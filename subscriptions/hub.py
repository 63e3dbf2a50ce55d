"""The hub: what this process knows of every watched session, from hints and, where they fail, from the log."""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from domain.changes import Availability, AvailabilityDelta
from domain.errors import NotFound, ServerBusy
from domain.ids import SessionId
from domain.repositories import ChangeLog
from subscriptions.counted import UNCOUNTED, Counted
from subscriptions.mailbox import Mailbox
from subscriptions.shared_reads import SharedReads
from subscriptions.watched import Watched

log = structlog.get_logger()


class Hub:
    """Fed by `receive`, in any order and with losses; what is missing is read from the log by `compare`.

    A session's changes are handed over at once where `interval` seconds have passed since the last, else merged until then.
    """

    def __init__(self, changes: ChangeLog, interval: float = 0.1, counted: Counted = UNCOUNTED) -> None:
        self._changes = changes
        self._interval = interval
        self._counted = counted
        self._watched: dict[SessionId, Watched] = {}
        self._behind: set[SessionId] = set()
        self._something_behind = asyncio.Event()
        self._snapshots = SharedReads[Availability]()
        self._logs = SharedReads[None]()
        self.newly_watched = asyncio.Event()

    def sessions(self) -> Collection[SessionId]:
        """Those that have watchers."""
        return self._watched.keys()

    @asynccontextmanager
    async def mailbox(self, session_id: SessionId) -> AsyncIterator[Mailbox]:
        """Registered at once: what happens while its watcher reads a snapshot is kept."""
        watched = self._watched.get(session_id)
        if watched is None:
            watched = self._watched[session_id] = Watched()
            self.newly_watched.set()
        mailbox = Mailbox(self._counted)
        watched.mailboxes.add(mailbox)
        try:
            yield mailbox
        finally:
            watched.mailboxes.discard(mailbox)
            if not watched.mailboxes and self._watched.get(session_id) is watched:
                del self._watched[session_id]
                if watched.timer is not None:
                    watched.timer.cancel()

    async def snapshot(self, session_id: SessionId) -> Availability:
        """Read once for all who come while it is not older than what was handed over. Raises `NotFound`, `ServerBusy`."""
        watched = self._watched[session_id]
        kept = watched.snapshot
        if kept is None or watched.given is None or kept.version < watched.given:
            # Not with those who asked before the last message: what they are told may be older than it.
            once = (session_id, watched.given)
            kept = await self._snapshots.once(once, partial(self._read_snapshot, session_id, watched))
        self.started(session_id, kept.version)
        return kept

    async def missed(self, session_id: SessionId, since: int) -> AvailabilityDelta | None:
        """What a watcher missed after that version, read once for all who come back from there; None: only a snapshot helps."""
        watched = self._watched[session_id]
        if watched.version is not None and since > watched.version:
            # Whoever told them of it will tell us too, but they would have to wait.
            await self._read_log(session_id)
        elif watched.missed(since) is None and since > watched.too_far and since != watched.version:
            await self._logs.once((session_id, since), partial(self._read_missed, session_id, watched, since))
        return watched.missed(since)

    def started(self, session_id: SessionId, version: int) -> None:
        """A watcher has begun at a version: the session is known from there on."""
        watched = self._watched[session_id]
        if not watched.begin(version):
            self.suspect(session_id)
        self._hand_over_soon(session_id, watched)

    def receive(self, session_id: SessionId, delta: AvailabilityDelta | None) -> None:
        """A hint. Old ones are ignored, what follows is passed on, any other sends us to the log."""
        watched = self._watched.get(session_id)
        if watched is None:
            return
        follows = delta is not None and watched.hear(delta)
        self._hand_over_soon(session_id, watched)
        # With a message under way what is missing may still come until then.
        if not follows and watched.version is not None and (delta is None or watched.timer is None):
            self.suspect(session_id)

    def suspect(self, session_id: SessionId) -> None:
        self._behind.add(session_id)
        self._something_behind.set()

    async def catch_up(self) -> None:
        """For ever: reads the log for sessions that are behind, one at a time."""
        while True:
            await self._something_behind.wait()
            self._something_behind.clear()
            while self._behind:
                await attempted(self._read_log(self._behind.pop()))

    async def compare(self) -> None:
        """One query for all watched sessions: those with another version in the database are behind.

        An older version there means that the database was set back, or that a hint lied.
        """
        known = {session_id: one.version for session_id, one in self._watched.items() if one.version is not None}
        if not known:
            return
        for session_id, version in (await self._changes.versions(list(known))).items():
            if version != known[session_id]:
                self.suspect(session_id)

    async def _read_snapshot(self, session_id: SessionId, watched: Watched) -> Availability:
        self._counted.snapshot_read()
        read = await self._changes.snapshot(session_id)
        if read is None:
            raise NotFound
        if watched.snapshot is None or watched.snapshot.version < read.version or watched.version is None:
            watched.snapshot = read
        return read

    async def _read_missed(self, session_id: SessionId, watched: Watched, since: int) -> None:
        self._counted.log_read()
        deltas = await self._changes.since(session_id, since)
        if deltas is not None:
            watched.learn(since, deltas)
            self._hand_over_soon(session_id, watched)
            if watched.early:
                self.suspect(session_id)
        if watched.version is not None and since < watched.version and watched.missed(since) is None:
            watched.too_far = max(watched.too_far, since)

    async def _read_log(self, session_id: SessionId) -> None:
        watched = self._watched.get(session_id)
        if watched is not None and watched.version is not None:
            await self._logs.once(session_id, partial(self._follow_log, session_id, watched, watched.version))

    async def _follow_log(self, session_id: SessionId, watched: Watched, version: int) -> None:
        watched.early.clear()
        self._counted.log_read()
        deltas = await self._changes.since(session_id, version)
        if deltas is None:
            # Too far behind, or a database set back to an older state.
            watched.forget()
            return
        for delta in deltas:
            watched.hear(delta)
        self._hand_over_soon(session_id, watched)

    def _hand_over_soon(self, session_id: SessionId, watched: Watched) -> None:
        if watched.unsent and watched.timer is None and self._watched.get(session_id) is watched:
            loop = asyncio.get_running_loop()
            watched.timer = loop.call_at(max(watched.quiet_until, loop.time()), self._hand_over, session_id, watched)

    def _hand_over(self, session_id: SessionId, watched: Watched) -> None:
        watched.timer = None
        watched.quiet_until = asyncio.get_running_loop().time() + self._interval
        if watched.early:
            self.suspect(session_id)
        if watched.unsent:
            merged = watched.unsent.count
            delta = watched.hand_over()
            self._counted.handed_over(merged, _seconds_since(delta.committed_at))


def _seconds_since(moment: datetime | None) -> float | None:
    """Clocks of several machines differ a little: never negative."""
    return None if moment is None else max(0.0, (datetime.now(UTC) - moment).total_seconds())


async def attempted(work: Coroutine[Any, Any, None]) -> None:
    """Whatever it fails with is logged: the next comparison tries again."""
    outcome = (await asyncio.gather(work, return_exceptions=True))[0]
    if isinstance(outcome, ServerBusy):
        log.warning("live_seats_delayed")
    elif isinstance(outcome, Exception):
        log.error("live_seats_failed", exc_info=outcome)
