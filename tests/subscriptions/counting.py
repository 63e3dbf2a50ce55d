"""Counts of live seats as a test reads them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """Implements `subscriptions.counted.Counted`."""

    merged: list[int] = field(default_factory=list)
    lags: list[float | None] = field(default_factory=list)
    folds: list[int] = field(default_factory=list)
    resyncs: int = 0
    snapshots: int = 0
    logs: int = 0

    def handed_over(self, merged: int, lag_seconds: float | None) -> None:
        self.merged.append(merged)
        self.lags.append(lag_seconds)

    def folded(self, deltas: int) -> None:
        self.folds.append(deltas)

    def resynced(self) -> None:
        self.resyncs += 1

    def snapshot_read(self) -> None:
        self.snapshots += 1

    def log_read(self) -> None:
        self.logs += 1
