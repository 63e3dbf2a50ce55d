"""Rates of asking: buckets that fill again by themselves, one for whoever is to be kept within a rate."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket holds `most` and gains `per_second`. Nothing that costs more than `most` is ever had."""

    per_second: float
    most: float


class Taken(NamedTuple):
    """`available` is what is left. `retry_after` is 0 where it was taken; else nothing was, and it is the seconds to wait."""

    available: float
    retry_after: float


class Limits(Protocol):
    """A bucket is known by its name, the same in all processes, and full when it is first asked. Names are stored as hashes."""

    async def take(self, bucket: str, cost: float, rate: Rate) -> Taken:
        """Exactly, among all processes. Without their common store it is this process's own account, as `spend` goes by."""

    def spend(self, bucket: str, cost: float, rate: Rate) -> Taken:
        """At once, by this process's account: what others spend is known to it within half a second.

        Together they let at most a tenth of a bucket pass for each process beyond it.
        """

    def charge(self, bucket: str, cost: float, rate: Rate) -> float:
        """What was had already, or with a negative cost was not had after all; the bucket may be in debt then. What is left."""
