"""Mailboxes: what one watcher has not been sent yet. Slowness folds it, and in the end makes it a snapshot."""

import asyncio

from domain.changes import AvailabilityDelta, starting_at
from subscriptions.counted import UNCOUNTED, Counted
from subscriptions.folding import Folding

MOST_SEATS = 2_000


class Mailbox:
    """Deltas that follow `version`, the one its watcher was last sent; before `start` nobody knows which that is.

    `stale` means that they do not: too many, or a gap. Then only a snapshot helps, and a new `start`.
    """

    def __init__(self, counted: Counted = UNCOUNTED) -> None:
        self.version: int | None = None
        self.stale = False
        self._unsent = Folding()
        self._news = asyncio.Event()
        self._counted = counted

    def put(self, delta: AvailabilityDelta) -> None:
        """Deltas come in the order of their versions; one may begin before the watcher's version."""
        if self.stale or (self.version is not None and delta.version <= self.version):
            return
        if self.version is not None and not self._unsent:
            if delta.previous_version > self.version:
                self.spoil()
                return
            delta = starting_at(delta, self.version)
        self._unsent.add(delta)
        if self._unsent.seats > MOST_SEATS:
            self.spoil()
        self._news.set()

    def spoil(self) -> None:
        self.stale = True
        self._unsent.clear()
        self._news.set()

    def start(self, version: int) -> None:
        """The watcher is at `version` now: what came before is dropped, what does not follow makes it stale."""
        kept = self._unsent.deltas
        self.version, self.stale = version, False
        self._unsent.clear()
        for delta in kept:
            self.put(delta)

    async def news(self) -> AvailabilityDelta | None:
        """All that has come, as one delta; None where the mailbox is stale."""
        while not self.stale and not self._unsent:
            self._news.clear()
            await self._news.wait()
        if self.stale:
            self._counted.resynced()
            return None
        if self._unsent.count > 1:
            self._counted.folded(self._unsent.count)
        delta = self._unsent.take()
        self.version = delta.version
        return delta
