"""Proof: what must hold of everything stored, whatever happened before, and what was found when it was asked."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from domain.changes import Availability, AvailabilityDelta
from domain.errors import DomainError
from domain.ids import SessionId, TicketTypeId
from domain.seats import SeatStatus

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class InvariantReport:
    """So many rows were `checked`; `examples` are the first few of the `violations`, in words."""

    name: str
    promise: str
    checked: int
    violations: int
    examples: tuple[str, ...] = ()


class Verification(Protocol):
    def reports(self, session_id: SessionId | None) -> AsyncGenerator[InvariantReport, None]:
        """Each as soon as it was asked, of one session or of all. Reads only and locks nothing. Raises `ServerBusy`."""


class Violated(DomainError):
    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names
        self.message = f"Broken: {', '.join(names)}."


@dataclass(slots=True)
class Replay:
    """A session as its log tells it, change after change. It begins with nothing taken, or with what a trimmed log left behind.

    `pools` are the capacities of general admission. Faults are counted, and the first few kept in words.
    """

    pools: Mapping[TicketTypeId, int]
    version: int = 0
    statuses: dict[str, SeatStatus] = field(default_factory=dict)
    left: dict[TicketTypeId, int] = field(default_factory=dict)
    changes: int = 0
    faults: int = 0
    examples: list[str] = field(default_factory=list)
    _last: AvailabilityDelta | None = None
    _taken: int = 0

    def __post_init__(self) -> None:
        self._taken = sum(status in TAKEN for status in self.statuses.values())

    def follow(self, delta: AvailabilityDelta) -> None:
        if delta.version != self.version + 1:
            self._fault(f"version {delta.version} follows {self.version}")
        self.version = delta.version
        self.changes += 1
        for status, labels in delta.changes.items():
            for label in labels:
                self._become(label, status)
        self.left |= delta.general_admission
        places = sum(capacity - self.left.get(pool, capacity) for pool, capacity in self.pools.items())
        if delta.held + delta.sold != self._taken + places:
            self._fault(
                f"version {self.version} counts {delta.held + delta.sold} taken, its seats and places {self._taken + places}"
            )
        self._last = delta

    def end(self, present: Availability) -> None:
        """Compares with what the tables say. Seats that were blocked before the log began are not in it."""
        if present.version != self.version:
            self._fault(f"version {present.version} is not in the log, which ends with {self.version}")
        stored = {label: status for status, labels in present.seats.items() for label in labels}
        for label in sorted(stored.keys() | self.statuses.keys()):
            told = self.statuses.get(label, SeatStatus.AVAILABLE)
            status = stored.get(label, SeatStatus.AVAILABLE)
            if told is not status and not (label not in self.statuses and status is SeatStatus.BLOCKED):
                self._fault(f"{label} is {status}, the log says {told}")
        for pool, left in self.left.items():
            if present.general_admission.get(pool) != left:
                self._fault(f"{present.general_admission.get(pool)} places are left, the log says {left}")
        last = self._last
        if last is not None and (last.available, last.held, last.sold) != (present.available, present.held, present.sold):
            self._fault(f"its counts are not those of version {self.version}")

    def _become(self, label: str, status: SeatStatus) -> None:
        before = self.statuses.get(label, SeatStatus.AVAILABLE)
        if status is SeatStatus.SOLD and before is not SeatStatus.HELD:
            self._fault(f"version {self.version} sells {label}, which was {before}")
        self._taken += (status in TAKEN) - (before in TAKEN)
        self.statuses[label] = status

    def _fault(self, what: str) -> None:
        self.faults += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(what)


TAKEN = frozenset({SeatStatus.HELD, SeatStatus.SOLD})
