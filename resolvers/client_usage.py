"""What partners' clients ask for, counted in memory and written down every few seconds, never by a request."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from domain.clients import Usage
from domain.ids import ClientId
from domain.repositories import Transactions


def today() -> date:
    return datetime.now(UTC).date()


class ClientUsage:
    """Of one process. What a process had not written when it was killed is lost."""

    def __init__(self, day: Callable[[], date] = today) -> None:
        self._day = day
        self._counted: dict[tuple[date, ClientId], list[int]] = {}

    def count(self, client_id: ClientId, cost: int, *, requests: int = 1, throttled: int = 0) -> None:
        """A negative cost was not delivered after all."""
        counted = self._counted.setdefault((self._day(), client_id), [0, 0, 0])
        counted[0] += requests
        counted[1] += cost
        counted[2] += throttled

    async def write(self, transaction: Transactions) -> None:
        """What is not written is counted on."""
        if not self._counted:
            return
        counted, self._counted = self._counted, {}
        written = False
        try:
            async with transaction() as work:
                for day in sorted({day for day, _ in counted}):
                    of_day = {id: Usage(day, *counts) for (at, id), counts in counted.items() if at == day}
                    await work.clients.used(of_day)
            written = True
        finally:
            if not written:
                for (day, client_id), counts in counted.items():
                    kept = self._counted.setdefault((day, client_id), [0, 0, 0])
                    self._counted[day, client_id] = [a + b for a, b in zip(kept, counts, strict=True)]
