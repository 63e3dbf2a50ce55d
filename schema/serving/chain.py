"""The last deltas of a shared stream, so that whoever fell behind is brought up to date by one message."""

from collections import deque

from domain.changes import AvailabilityDelta, fold, starting_at

MOST_DELTAS = 64
MOST_SEATS = 2_000


class Chain:
    """`version` is the newest; deltas are kept as far back as there are not too many, nor too many seats in them."""

    def __init__(self, version: int) -> None:
        self.version = version
        self._deltas: deque[AvailabilityDelta] = deque()
        self._seats = 0

    def add(self, delta: AvailabilityDelta) -> None:
        """Raises `ValueError` where it does not follow."""
        if delta.previous_version != self.version:
            raise ValueError(f"{delta.previous_version} does not follow {self.version}")
        self._deltas.append(delta)
        self._seats += delta.seat_count
        self.version = delta.version
        while len(self._deltas) > MOST_DELTAS or self._seats > MOST_SEATS:
            self._seats -= self._deltas.popleft().seat_count

    def since(self, version: int) -> AvailabilityDelta | None:
        """One delta from there to the newest version; None where there is none, or too much has happened since."""
        later = [delta for delta in self._deltas if delta.version > version]
        if not later or later[0].previous_version > version:
            return None
        return fold([starting_at(later[0], version), *later[1:]])
