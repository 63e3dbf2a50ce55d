"""Queries that many ask at the same moment: one execution answers all who asked before it began.

Who comes while it runs waits for the next, so that everybody is told of what was committed before they asked.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Executed(Generic[T]):
    """`personal`: it depends on who asked, and is nobody else's answer."""

    answer: T
    personal: bool


@dataclass(slots=True)
class Turn(Generic[T]):
    """Who waits, in order of arrival. They are told the answer, or None: to execute it themselves."""

    waiting: deque[asyncio.Future[Executed[T] | None]] = field(default_factory=deque)


class Together(Generic[T]):
    def __init__(self) -> None:
        self._turns: dict[Hashable, Turn[T]] = {}

    async def ask(self, key: Hashable, execute: Callable[[], Awaitable[Executed[T]]]) -> Executed[T]:
        """Of two with the same key, anybody's `execute` would do. Raises what it raises, for who executed it only."""
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = Turn()
        else:
            waiting: asyncio.Future[Executed[T] | None] = asyncio.get_running_loop().create_future()
            turn.waiting.append(waiting)
            told = await self._told(key, turn, waiting)
            if told is not None:
                return told if not told.personal else await execute()
        return await self._lead(key, turn, execute)

    async def _told(self, key: Hashable, turn: Turn[T], waiting: asyncio.Future[Executed[T] | None]) -> Executed[T] | None:
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled() and waiting.result() is None:
                # It was to be the next, and has left.
                self._pass_on(key, turn)
            raise

    async def _lead(self, key: Hashable, turn: Turn[T], execute: Callable[[], Awaitable[Executed[T]]]) -> Executed[T]:
        served, turn.waiting = turn.waiting, deque()
        try:
            executed = await execute()
        except BaseException:
            turn.waiting.extendleft(reversed(served))
            raise
        else:
            for waiting in served:
                if not waiting.done():
                    waiting.set_result(executed)
            return executed
        finally:
            self._pass_on(key, turn)

    def _pass_on(self, key: Hashable, turn: Turn[T]) -> None:
        while turn.waiting:
            waiting = turn.waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return
        del self._turns[key]
