"""The last messages of a session, so that those who come back soon need no database."""

from collections import deque

from domain.changes import AvailabilityDelta, fold, starting_at

# At ten messages a second, half a minute.
MOST_DELTAS = 300
MOST_SEATS = 10_000


class Recent:
    """Contiguous deltas, the oldest of which go when there are too many."""

    def __init__(self) -> None:
        self._deltas: deque[AvailabilityDelta] = deque()
        self._seats = 0

    @property
    def start(self) -> int | None:
        return self._deltas[0].previous_version if self._deltas else None

    @property
    def last(self) -> AvailabilityDelta | None:
        return self._deltas[-1] if self._deltas else None

    def append(self, delta: AvailabilityDelta) -> None:
        self._deltas.append(delta)
        self._seats += delta.seat_count
        while self._deltas and (len(self._deltas) > MOST_DELTAS or self._seats > MOST_SEATS):
            self._seats -= self._deltas.popleft().seat_count

    def prepend(self, delta: AvailabilityDelta) -> None:
        """For as long as there is room: what is newer is worth more."""
        if len(self._deltas) < MOST_DELTAS and self._seats + delta.seat_count <= MOST_SEATS:
            self._deltas.appendleft(delta)
            self._seats += delta.seat_count

    def since(self, version: int, newer: list[AvailabilityDelta]) -> AvailabilityDelta | None:
        """One delta from there to the end of `newer`, which follow these; None where these do not reach back that far."""
        missed = [delta for delta in (*self._deltas, *newer) if delta.version > version]
        if not missed or missed[0].previous_version > version:
            return None
        return starting_at(fold(missed), version)
