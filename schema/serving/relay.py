"""Marks what is shared among its watchers, and brings updates into the one execution of it."""

from collections.abc import AsyncGenerator, Callable

from domain.changes import AvailabilityUpdate

Updates = AsyncGenerator[AvailabilityUpdate, None]
Open = Callable[[int | None], Updates]
# In a field's `metadata`: it is public, and the argument named there says where a watcher continues. All else is shared.
SHARED = "shared"


class Relay:
    """The root value of a shared execution: whatever is given gets to its resolver, and has one result."""

    def __init__(self) -> None:
        self.open: Open | None = None
        self.source: Updates | None = None
        self.first: AvailabilityUpdate | None = None
        self.left = False
        self._given: AvailabilityUpdate | Exception | None = None

    def give(self, given: AvailabilityUpdate | Exception) -> None:
        self._given = given

    async def updates(self, open: Open) -> Updates:
        self.open, self.source = open, open(None)
        try:
            self.first = self._given = await anext(self.source, None)
            while (given := self._given) is not None:
                self._given = None
                if isinstance(given, Exception):
                    raise given
                yield given
        finally:
            # The resolver is done, with an error or without; the result of that is the last.
            self.left = True


def relayed(root: object, open: Open, since: int | None) -> Updates:
    """What the resolver of a shared field reads. It yields one result for each update."""
    return root.updates(open) if isinstance(root, Relay) else open(since)
