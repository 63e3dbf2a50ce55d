"""Serving lines in the background, each in a task of its own that is owned until it has ended."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

import structlog

log = structlog.get_logger()


class LineTasks:
    """Leaving it waits for the commits under way. What goes wrong in one line ends neither the others nor the process."""

    def __init__(self, failed: str) -> None:
        """`failed` is the name of the log line for what nobody expected."""
        self._failed = failed
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # Told of no error, the group neither cancels what is under way nor wraps what the caller raised.
        await self._tasks.__aexit__(None, None, None)

    def begin(self, serving: Coroutine[Any, Any, None]) -> None:
        self._tasks.create_task(self._survived(serving))

    async def _survived(self, serving: Coroutine[Any, Any, None]) -> None:
        outcomes: tuple[BaseException | None, ...] = await asyncio.gather(serving, return_exceptions=True)
        outcome = outcomes[0]
        if isinstance(outcome, Exception):
            log.error(self._failed, exc_info=outcome)
