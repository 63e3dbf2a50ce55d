"""Mailboxes: what one watcher has not been sent yet. Slowness folds it, and in the end makes it a snapshot."""

import asyncio

from domain.changes import AvailabilityDelta, fold

MOST_DELTAS = 64
MOST_LABELS = 2_000


class Mailbox:
    """Deltas that follow `version`, the one its watcher was last sent; before `start` nobody knows which that is.

    `stale` means that they do not: too many, or a gap. Then only a snapshot helps, and a new `start`.
    """

    def __init__(self) -> None:
        self.version: int | None = None
        self.stale = False
        self._deltas: list[AvailabilityDelta] = []
        self._labels = 0
        self._news = asyncio.Event()

    def put(self, delta: AvailabilityDelta) -> None:
        """Deltas come in the order of their versions."""
        if self.stale or (self.version is not None and delta.version <= self.version):
            return
        self._deltas.append(delta)
        self._labels += sum(len(labels) for labels in delta.changes.values())
        if len(self._deltas) > MOST_DELTAS:
            self._fold()
        if self._labels > MOST_LABELS:
            self.spoil()
        self._news.set()

    def spoil(self) -> None:
        self.stale = True
        self._deltas.clear()
        self._labels = 0
        self._news.set()

    def start(self, version: int) -> None:
        """The watcher is at `version` now: what came before is dropped, what does not follow makes it stale."""
        following = [delta for delta in self._deltas if delta.version > version]
        self.version, self.stale, self._deltas, self._labels = version, False, [], 0
        if following and following[0].previous_version != version:
            self.spoil()
            return
        for delta in following:
            self.put(delta)

    async def news(self) -> AvailabilityDelta | None:
        """All that has come, as one delta; None where the mailbox is stale."""
        while not self.stale and not self._deltas:
            self._news.clear()
            await self._news.wait()
        if self.stale:
            return None
        self._fold()
        [delta] = self._deltas
        self._deltas, self._labels = [], 0
        self.version = delta.version
        return delta

    def _fold(self) -> None:
        folded = fold(self._deltas)
        self._deltas = [folded]
        self._labels = sum(len(labels) for labels in folded.changes.values())
