"""One execution for all who watch the same: each update is executed and encoded once, and sent to whoever follows it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Protocol, cast

import orjson
from strawberry.types.execution import ExecutionResult, PreExecutionError

from domain.changes import AvailabilityDelta, AvailabilityUpdate
from schema.serving.chain import Chain
from schema.serving.metrics import Metrics
from schema.serving.relay import Open, Relay, Updates

Result = ExecutionResult | PreExecutionError
Results = AsyncGenerator[Result, None]
Subscribe = Callable[[Relay], Awaitable[Results]]
# Of first messages, by where they continue from; of payloads, by what they lead from and to.
MOST_KEPT = 64
# About five milliseconds.
TOLD_AT_ONCE = 500


class Watcher(Protocol):
    def offer(self, payload: bytes) -> bool:
        """Sends a result at once, or not at all where there is no room for it."""

    async def send(self, payload: bytes) -> None:
        """Waits for room. Raises what ends the watcher."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a watcher has been sent: all up to a version. After a break there is another chain, and numbers may come again."""

    chain: Chain
    version: int


@dataclass(frozen=True, slots=True)
class Step:
    """What leads on, along a chain."""

    chain: Chain
    update: AvailabilityUpdate


class SharedStream:
    """Everybody is sent versions without a gap. Who cannot keep up is sent one delta for many, or a new snapshot.

    Nothing is kept for a watcher: who is behind knows its own place, and what is missing is the same for all at that place.
    """

    def __init__(self, subscribe: Subscribe, metrics: Metrics) -> None:
        self.watchers = 0
        self.ended = False
        self._metrics = metrics
        self._relay = Relay()
        self._chain = Chain(-1)
        self._started = asyncio.Event()
        self._moved = asyncio.Event()
        self._live: dict[Watcher, asyncio.Future[Place | None]] = {}
        self._turns = count()
        self._firsts: dict[int | None, tuple[int, Step]] = {}
        self._reading = asyncio.Lock()
        self._payloads: dict[tuple[int | None, int], asyncio.Future[bytes]] = {}
        self._executing = asyncio.Lock()
        self._last: asyncio.Future[Result | None] = asyncio.get_running_loop().create_future()
        self._running = asyncio.create_task(self._run(subscribe))

    async def follow(self, watcher: Watcher, since: int | None) -> Result | None:
        """Until the stream ends: by an error, or with None."""
        turn = next(self._turns)
        await self._started.wait()
        step = None if self.ended else self._along(since) or await self._first(since, turn)
        while step and (payload := await self._payload(step.update)):
            await watcher.send(payload)
            self._metrics.deliveries.inc()
            step = await self._next(watcher, Place(step.chain, step.update.version))
        return await asyncio.shield(self._running)

    async def close(self) -> None:
        self._running.cancel()
        await asyncio.wait([self._running])

    async def _next(self, watcher: Watcher, place: Place | None) -> Step | None:
        """Waits until there is something that the watcher was not sent; None at the end."""
        while not self.ended:
            if place is None or place.chain is not self._chain:
                self._metrics.resyncs.inc()
                return await self._first(None, next(self._turns))
            if place.version == self._chain.version:
                place = await self._parked(watcher)
            elif place.version > self._chain.version:
                # It began with a state that is newer than what has come here.
                await self._moved.wait()
            elif step := self._along(place.version):
                self._metrics.folds.inc()
                return step
            else:
                place = None
        return None

    async def _parked(self, watcher: Watcher) -> Place | None:
        """Has everything, and is sent the next update with all others, until it has no room for one."""
        parked: asyncio.Future[Place | None] = asyncio.get_running_loop().create_future()
        self._live[watcher] = parked
        try:
            return await parked
        finally:
            self._live.pop(watcher, None)

    def _along(self, version: int | None) -> Step | None:
        delta = None if version is None else self._chain.since(version)
        return Step(self._chain, delta) if delta else None

    async def _first(self, since: int | None, turn: int) -> Step:
        """Never older than the asking; read once for all who ask while another's is being read."""
        async with self._reading:
            read_at, step = self._firsts.get(since, (-1, None))
            if step is None or read_at < turn:
                read_at, chain = next(self._turns), self._chain
                async with aclosing(cast(Open, self._relay.open)(since)) as updates:
                    step = Step(chain, await anext(updates))
                if len(self._firsts) >= MOST_KEPT:
                    self._firsts.clear()
                self._firsts[since] = read_at, step
        return step

    async def _payload(self, update: AvailabilityUpdate) -> bytes:
        """Empty when the stream has ended."""
        key = _key(update)
        if key not in self._payloads:
            if len(self._payloads) >= MOST_KEPT:
                self._payloads.clear()
            self._payloads[key] = self._tasks.create_task(self._executed(update))
        # Who waits may leave; the execution is everybody's.
        return await asyncio.shield(self._payloads[key])

    async def _executed(self, update: AvailabilityUpdate) -> bytes:
        async with self._executing:
            if self.ended:
                return b""
            self._relay.give(update)
            result = await anext(self._results)
        self._metrics.executions.inc()
        if self._relay.left:
            self._end(result)
            return b""
        return encoded(result)

    async def _run(self, subscribe: Subscribe) -> Result | None:
        try:
            async with aclosing(await subscribe(self._relay)) as self._results:
                turn = next(self._turns)
                result = await anext(self._results, None)
                if result is None or self._relay.source is None or self._relay.first is None or self._relay.left:
                    return result
                async with aclosing(self._relay.source) as updates, asyncio.TaskGroup() as self._tasks:
                    self._begin(turn, self._relay.first, result)
                    passing = self._tasks.create_task(self._outcome(updates))
                    last = await self._last
                    passing.cancel()
                    return last
        finally:
            self._end(None)
            self._started.set()

    async def _outcome(self, updates: Updates) -> None:
        outcome = (await asyncio.gather(self._pass_on(updates), return_exceptions=True))[0]
        if isinstance(outcome, Exception):
            # Through the resolver, which makes of it what a client is told.
            async with self._executing:
                self._relay.give(outcome)
                self._end(await anext(self._results, None))
        else:
            self._end(None)

    def _end(self, result: Result | None) -> None:
        self.ended = True
        if not self._last.done():
            self._last.set_result(result)
        self._moved.set()
        self._let_go(self._live, None)

    def _begin(self, turn: int, first: AvailabilityUpdate, result: Result) -> None:
        self._metrics.executions.inc()
        self._chain = Chain(first.version)
        self._firsts[None] = turn, Step(self._chain, first)
        done = self._payloads[_key(first)] = asyncio.get_running_loop().create_future()
        done.set_result(encoded(result))
        self._started.set()

    async def _pass_on(self, updates: Updates) -> None:
        async for update in updates:
            payload = await self._payload(update)
            if self.ended:
                return
            if isinstance(update, AvailabilityDelta):
                before: Place | None = Place(self._chain, self._chain.version)
                self._chain.add(update)
                self._payloads = {key: kept for key, kept in self._payloads.items() if key[1] >= update.version}
            else:
                before, self._chain = None, Chain(update.version)
                self._payloads.clear()
            await self._tell(payload, before)
            if isinstance(update, AvailabilityDelta) and update.committed_at:
                self._metrics.lag.observe(max(0.0, (datetime.now(UTC) - update.committed_at).total_seconds()))
            self._moved.set()
            self._moved.clear()

    async def _tell(self, payload: bytes, before: Place | None) -> None:
        """A part at a time, because who wants to buy must not wait until thousands have been told."""
        watchers = list(self._live)
        for start in range(0, len(watchers), TOLD_AT_ONCE):
            if start:
                await asyncio.sleep(0)
            part = [watcher for watcher in watchers[start : start + TOLD_AT_ONCE] if watcher in self._live]
            behind = [watcher for watcher in part if not watcher.offer(payload)]
            self._let_go(behind, before)
            self._metrics.deliveries.inc(len(part) - len(behind))

    def _let_go(self, watchers: Iterable[Watcher], place: Place | None) -> None:
        for watcher in list(watchers):
            parked = self._live.pop(watcher)
            if not parked.done():
                parked.set_result(place)


def _key(update: AvailabilityUpdate) -> tuple[int | None, int]:
    return update.previous_version if isinstance(update, AvailabilityDelta) else None, update.version


def encoded(result: Result) -> bytes:
    """As it stands under `payload` of a message. Where nothing was executed there is no data to speak of."""
    payload: dict[str, object] = {} if isinstance(result, PreExecutionError) else {"data": result.data}
    if result.errors:
        payload["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        payload["extensions"] = result.extensions
    return orjson.dumps(payload)
