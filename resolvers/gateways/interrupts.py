"""Ctrl-C and SIGTERM, at any moment."""

import asyncio
import signal
from collections.abc import Callable


class Interrupts:
    """Cancel the task that made this, once; or do what `gently` says as soon as there is something to end gently."""

    def __init__(self) -> None:
        self.received: signal.Signals | None = None
        self.gently: Callable[[], None] | None = None
        self._task = asyncio.current_task()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._receive, number)

    def _receive(self, number: signal.Signals) -> None:
        first, self.received = self.received is None, self.received or number
        if self.gently:
            self.gently()
        elif first and self._task:
            self._task.cancel()
