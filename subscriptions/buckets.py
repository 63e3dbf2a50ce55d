"""Buckets of one process: what somebody may still ask for, by this process's own account."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from domain.limits import Rate, Taken

MOST_BUCKETS = 50_000
# What may be spent of a bucket before the other processes are told.
SLICE = 0.1


class Bucket:
    """`untold` is what the other processes do not know to be spent."""

    __slots__ = ("at", "level", "rate", "untold")

    def __init__(self, rate: Rate, at: float) -> None:
        self.rate, self.at = rate, at
        self.level, self.untold = rate.most, 0.0

    def refill(self, now: float) -> None:
        level = self.level + (now - self.at) * self.rate.per_second
        self.at = now
        if level >= self.rate.most:
            # By now it would be full again whatever was spent.
            self.level, self.untold = self.rate.most, 0.0
        else:
            self.level = level


class Buckets:
    """The longest unused one goes when there are too many. `due` are those of which the others should be told."""

    def __init__(self, most: int = MOST_BUCKETS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self.due: set[str] = set()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str, cost: float, rate: Rate) -> Taken:
        bucket = self._filled(name, rate)
        if bucket.level < cost:
            return Taken(bucket.level, (cost - bucket.level) / rate.per_second)
        return Taken(self._spend(name, bucket, cost), 0.0)

    def charge(self, name: str, cost: float, rate: Rate) -> float:
        return self._spend(name, self._filled(name, rate), cost)

    def tell(self) -> Sequence[tuple[str, float, Rate]]:
        """What is due: what was spent of it, which is taken to be told by this."""
        told = [(name, bucket.untold, bucket.rate) for name in self.due if (bucket := self._buckets.get(name))]
        self.due.clear()
        for name, _, _ in told:
            self._buckets[name].untold = 0.0
        return told

    def untell(self, told: Sequence[tuple[str, float, Rate]]) -> None:
        """It did not reach anybody."""
        for name, spent, _ in told:
            if bucket := self._buckets.get(name):
                bucket.untold += spent
                self.due.add(name)

    def hear(self, name: str, level: float, rate: Rate) -> None:
        """What is left by everybody's account. It is believed where it is less, since a store that was emptied knows of nothing."""
        bucket = self._filled(name, rate)
        bucket.level = min(bucket.level, level - bucket.untold)

    def _filled(self, name: str, rate: Rate) -> Bucket:
        now = self._clock()
        bucket = self._buckets.get(name)
        if bucket is None or bucket.rate != rate:
            bucket = self._buckets[name] = Bucket(rate, now)
            if len(self._buckets) > self._most:
                self.due.discard(self._buckets.popitem(last=False)[0])
            return bucket
        self._buckets.move_to_end(name)
        bucket.refill(now)
        return bucket

    def _spend(self, name: str, bucket: Bucket, cost: float) -> float:
        most = bucket.rate.most
        # No debt is deeper than a bucket: who has run into it is heard again within twice the time that fills one.
        bucket.level = max(min(bucket.level - cost, most), -most)
        bucket.untold += cost
        if bucket.untold > most * SLICE:
            self.due.add(name)
        return bucket.level
