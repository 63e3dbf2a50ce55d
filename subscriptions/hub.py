"""The hub: what this process knows of every watched session, from hints and, where they fail, from the log."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from domain.changes import Availability, AvailabilityDelta
from domain.errors import NotFound, ServerBusy
from domain.ids import SessionId
from domain.repositories import ChangeLog
from subscriptions.mailbox import Mailbox

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Watched:
    """A session with watchers. `version` is what all mailboxes have been given; None until the first watcher has started."""

    version: int | None = None
    mailboxes: set[Mailbox] = field(default_factory=set)
    snapshot: Availability | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hub:
    """Fed by `receive`, in any order and with losses; what is missing is read from the log by `compare`."""

    def __init__(self, changes: ChangeLog) -> None:
        self._changes = changes
        self._watched: dict[SessionId, Watched] = {}
        self._behind: set[SessionId] = set()
        self._something_behind = asyncio.Event()

    @asynccontextmanager
    async def mailbox(self, session_id: SessionId) -> AsyncIterator[Mailbox]:
        """Registered at once: what happens while its watcher reads a snapshot is kept."""
        watched = self._watched.setdefault(session_id, Watched())
        mailbox = Mailbox()
        watched.mailboxes.add(mailbox)
        try:
            yield mailbox
        finally:
            watched.mailboxes.discard(mailbox)
            if not watched.mailboxes and self._watched.get(session_id) is watched:
                del self._watched[session_id]

    async def snapshot(self, session_id: SessionId) -> Availability:
        """Read once for all who come while it is not older than what is passed on. Raises `NotFound`, `ServerBusy`."""
        watched = self._watched[session_id]
        async with watched.reading:
            kept = watched.snapshot
            if kept is None or watched.version is None or kept.version < watched.version:
                kept = await self._changes.snapshot(session_id)
                if kept is None:
                    raise NotFound
                watched.snapshot = kept
        self.started(session_id, kept.version)
        return kept

    def started(self, session_id: SessionId, version: int) -> None:
        """A watcher has begun at a version: the session is known from there on."""
        watched = self._watched[session_id]
        if watched.version is None:
            watched.version = version
            # Hints that came before could not be placed.
            self.suspect(session_id)

    def receive(self, session_id: SessionId, delta: AvailabilityDelta | None) -> None:
        """A hint. Old ones are ignored, the next one is passed on, any other sends us to the log."""
        watched = self._watched.get(session_id)
        if watched is None or watched.version is None or (delta is not None and delta.version <= watched.version):
            return
        if delta is not None and delta.previous_version == watched.version:
            _pass_on(watched, delta)
        else:
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

    async def _read_log(self, session_id: SessionId) -> None:
        watched = self._watched.get(session_id)
        if watched is None or watched.version is None:
            return
        deltas = await self._changes.since(session_id, watched.version)
        if deltas is None:
            # Too far behind, or a database set back to an older state.
            watched.version = None
            for mailbox in watched.mailboxes:
                mailbox.spoil()
        for delta in deltas or ():
            if watched.version == delta.previous_version:
                _pass_on(watched, delta)


async def attempted(work: Coroutine[Any, Any, None]) -> None:
    """Whatever it fails with is logged: the next comparison tries again."""
    outcome = (await asyncio.gather(work, return_exceptions=True))[0]
    if isinstance(outcome, ServerBusy):
        log.warning("live_seats_delayed")
    elif isinstance(outcome, Exception):
        log.error("live_seats_failed", exc_info=outcome)


def _pass_on(watched: Watched, delta: AvailabilityDelta) -> None:
    watched.version = delta.version
    for mailbox in watched.mailboxes:
        mailbox.put(delta)
