"""Live availability: whole states, and deltas between versions, of a session's inventory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.ids import SessionId, TicketTypeId
from domain.seats import SeatStatus

SeatGroups = Mapping[SeatStatus, tuple[str, ...]]
PlacesLeft = Mapping[TicketTypeId, int]


@dataclass(frozen=True, slots=True)
class Availability:
    """The whole state at one version. `seats` lists every seat that is not AVAILABLE, in layout order within its status."""

    session_id: SessionId
    version: int
    available: int
    held: int
    sold: int
    seats: SeatGroups
    general_admission: PlacesLeft


@dataclass(frozen=True, slots=True)
class AvailabilityDelta:
    """What changed from `previous_version` to `version`; counts are those of `version`. A seat stands in one group only.

    `committed_at` is for measuring, where it is known: of many folded into one, that of the first.
    """

    session_id: SessionId
    previous_version: int
    version: int
    available: int
    held: int
    sold: int
    changes: SeatGroups
    general_admission: PlacesLeft
    committed_at: datetime | None = field(default=None, compare=False)

    @property
    def seat_count(self) -> int:
        """How many seats it names: what it costs to keep and to send."""
        return sum(map(len, self.changes.values()))


AvailabilityUpdate = Availability | AvailabilityDelta


def fold(deltas: Sequence[AvailabilityDelta]) -> AvailabilityDelta:
    """One delta for many contiguous ones, in order: a seat's last status wins. Raises `ValueError` at a gap."""
    statuses: dict[str, SeatStatus] = {}
    places: dict[TicketTypeId, int] = {}
    for before, delta in zip((None, *deltas), deltas, strict=False):
        if before is not None and before.version != delta.previous_version:
            raise ValueError(f"{delta.previous_version} does not follow {before.version}")
        statuses.update((label, status) for status, labels in delta.changes.items() for label in labels)
        places.update(delta.general_admission)
    return replace(
        deltas[-1],
        previous_version=deltas[0].previous_version,
        changes=grouped(statuses),
        general_admission=places,
        committed_at=deltas[0].committed_at,
    )


def starting_at(delta: AvailabilityDelta, version: int) -> AvailabilityDelta:
    """The same for who is at that later version: what it repeats is what they have. Raises `ValueError` outside of the delta."""
    if version == delta.previous_version:
        return delta
    if not delta.previous_version < version <= delta.version:
        raise ValueError(f"{version} is not between {delta.previous_version} and {delta.version}")
    return replace(delta, previous_version=version)


def grouped(statuses: Mapping[str, SeatStatus]) -> SeatGroups:
    groups: dict[SeatStatus, list[str]] = {}
    for label, status in statuses.items():
        groups.setdefault(status, []).append(label)
    return {status: tuple(labels) for status, labels in groups.items()}


def applied(state: Availability, delta: AvailabilityDelta) -> Availability:
    """The state at the delta's version. Raises `ValueError` where the delta does not start at the state's version."""
    if state.version != delta.previous_version:
        raise ValueError(f"{delta.previous_version} does not follow {state.version}")
    statuses = {label: status for status, labels in state.seats.items() for label in labels}
    statuses |= {label: status for status, labels in delta.changes.items() for label in labels}
    taken = {label: status for label, status in statuses.items() if status is not SeatStatus.AVAILABLE}
    return Availability(
        session_id=state.session_id,
        version=delta.version,
        available=delta.available,
        held=delta.held,
        sold=delta.sold,
        seats=grouped(taken),
        general_admission={**state.general_admission, **delta.general_admission},
    )
