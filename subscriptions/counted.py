"""What is counted of live seats, by whoever wants to: metrics implement it."""

from typing import Protocol


class Counted(Protocol):
    """Called in the event loop for every message: must neither wait nor fail."""

    def handed_over(self, merged: int, lag_seconds: float | None) -> None:
        """One message to all watchers of a session, made of `merged` changes; since the first of them was committed."""

    def folded(self, deltas: int) -> None:
        """So many messages became one for a watcher that was slower than they came."""

    def resynced(self) -> None:
        """A watcher was too far behind, or a gap was found: it gets a snapshot."""

    def snapshot_read(self) -> None: ...
    def log_read(self) -> None: ...


class Uncounted:
    def handed_over(self, merged: int, lag_seconds: float | None) -> None: ...
    def folded(self, deltas: int) -> None: ...
    def resynced(self) -> None: ...
    def snapshot_read(self) -> None: ...
    def log_read(self) -> None: ...


UNCOUNTED = Uncounted()
