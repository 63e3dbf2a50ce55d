"""Reads that many want at the same moment: one of them does it, all have the answer, or the refusal."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

from domain.errors import DomainError

T = TypeVar("T")


class SharedReads(Generic[T]):
    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Future[tuple[T | DomainError] | None]] = {}

    async def once(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """Bounded by what the read is bounded by."""
        while (others := self._under_way.get(key)) is not None:
            outcome = await asyncio.shield(others)
            # None: whoever read has left, or met a bug, before it was done.
            if outcome is not None:
                return _answer(outcome[0])
        return await self._lead(key, read)

    async def _lead(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        mine: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._under_way[key] = mine
        outcome: tuple[T | DomainError] | None = None
        try:
            answer = await read()
            outcome = (answer,)
            return answer
        except DomainError as refusal:
            outcome = (refusal,)
            raise
        finally:
            del self._under_way[key]
            mine.set_result(outcome)


def _answer(outcome: T | DomainError) -> T:
    if isinstance(outcome, DomainError):
        raise outcome.with_traceback(None)
    return outcome
