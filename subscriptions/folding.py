"""Deltas that are kept for later without growing with their number: they fold."""

from domain.changes import AvailabilityDelta, fold

MOST_DELTAS = 64


class Folding:
    """Contiguous deltas; beyond 64 they are folded into one, so that only the number of seats in them counts."""

    def __init__(self) -> None:
        self.deltas: list[AvailabilityDelta] = []
        self.seats = 0
        self.count = 0

    def __bool__(self) -> bool:
        return bool(self.deltas)

    def add(self, delta: AvailabilityDelta) -> None:
        self.deltas.append(delta)
        self.count += 1
        self.seats += delta.seat_count
        if len(self.deltas) > MOST_DELTAS:
            self.deltas = [fold(self.deltas)]
            self.seats = self.deltas[0].seat_count

    def take(self) -> AvailabilityDelta:
        """All of them as one. There must be some."""
        delta = fold(self.deltas)
        self.clear()
        return delta

    def clear(self) -> None:
        self.deltas, self.seats, self.count = [], 0, 0
