"""What this process knows of one watched session: pure bookkeeping, without a clock or a database."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from domain.changes import Availability, AvailabilityDelta, fold, starting_at
from subscriptions.folding import Folding
from subscriptions.mailbox import Mailbox
from subscriptions.recent import Recent

# Commits of other processes may overtake each other on their way to us, by not much more than this.
MOST_EARLY = 64


@dataclass(slots=True, eq=False)
class Watched:
    """`version` is the newest that is known without a gap; None until the first watcher has started."""

    version: int | None = None
    mailboxes: set[Mailbox] = field(default_factory=set)
    unsent: Folding = field(default_factory=Folding)
    recent: Recent = field(default_factory=Recent)
    early: dict[int, AvailabilityDelta] = field(default_factory=dict)
    replays: dict[int, AvailabilityDelta] = field(default_factory=dict)
    snapshot: Availability | None = None
    # From there or before, only a snapshot helps.
    too_far: int = -1
    quiet_until: float = 0.0
    timer: asyncio.TimerHandle | None = None

    @property
    def given(self) -> int | None:
        """The version that mailboxes have been given."""
        return self.unsent.deltas[0].previous_version if self.unsent else self.version

    def begin(self, version: int) -> bool:
        """A watcher has started there. False where something is missing after it."""
        if self.version is None:
            self.version = version
            self._place_early()
        return not self.early

    def hear(self, delta: AvailabilityDelta) -> bool:
        """In any order and with repetitions. False where something before it is missing."""
        if self.version is None or delta.previous_version > self.version:
            self.early[delta.previous_version] = delta
            if len(self.early) > MOST_EARLY:
                del self.early[min(self.early)]
            return False
        if delta.version > self.version:
            self._take(starting_at(delta, self.version))
            self._place_early()
        return True

    def learn(self, since: int, deltas: Sequence[AvailabilityDelta]) -> None:
        """What the log has after that version, all of it."""
        if self.version is None:
            self.begin(since)
        for delta in deltas:
            self.hear(delta)
        start = self.recent.start if self.recent.start is not None else self.given
        older = [delta for delta in deltas if start is not None and delta.version <= start]
        if older:
            self.recent.prepend(fold(older))

    def missed(self, since: int) -> AvailabilityDelta | None:
        """One delta from there to what is known; None where that is not known here."""
        if self.version is None or since > self.version:
            return None
        if since not in self.replays:
            found = self._nothing() if since == self.version else self.recent.since(since, self.unsent.deltas)
            if found is None:
                return None
            if len(self.replays) > MOST_EARLY:
                self.replays.clear()
            self.replays[since] = found
        return self.replays[since]

    def hand_over(self) -> AvailabilityDelta:
        """What was merged, into all mailboxes. There must be some."""
        delta = self.unsent.take()
        self.recent.append(delta)
        for mailbox in self.mailboxes:
            mailbox.put(delta)
        return delta

    def forget(self) -> None:
        """What we know follows from nothing: everybody begins anew, with a snapshot."""
        self.version, self.snapshot, self.too_far = None, None, -1
        self.unsent.clear()
        self.recent = Recent()
        self.early.clear()
        self.replays.clear()
        for mailbox in self.mailboxes:
            mailbox.spoil()

    def _take(self, delta: AvailabilityDelta) -> None:
        self.version = delta.version
        self.unsent.add(delta)
        self.replays.clear()

    def _place_early(self) -> None:
        while self.version is not None and (following := self.early.pop(self.version, None)) is not None:
            self._take(following)
        if self.early:
            self.early = {at: delta for at, delta in self.early.items() if delta.version > (self.version or 0)}

    def _nothing(self) -> AvailabilityDelta | None:
        last = self.unsent.deltas[-1] if self.unsent else self.recent.last
        return None if last is None else replace(last, previous_version=last.version, changes={}, general_admission={})
