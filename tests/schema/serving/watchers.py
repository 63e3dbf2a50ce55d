"""Watchers without a network: what they are sent, and what they make of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from domain.changes import Availability
from domain.viewers import Viewer
from schema.serving.execution import UsherSchema
from schema.serving.metrics import Metrics
from schema.serving.shared import encoded
from schema.serving.sharing import Sharing
from subscriptions.backend import make_broadcast
from subscriptions.seat_feed import live_seats
from tests.schema.serving.toy import Context, Toys, toy_schema

ARGUMENTS = "($v: Int, $room: Int! = 1) { seats(room: $room, sinceVersion: $v) { previous version seats } }"
SEATS = f"subscription Seats{ARGUMENTS}"
MY_SEATS = SEATS.replace("seats(room", "seats: mySeats(room")


class Reader:
    """Implements `Watcher`. While it does not read, there is no room for anything."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.version: int | None = None
        self.seats: dict[str, str] = {}
        self.faults: list[str] = []
        self.last: Any = None
        self._room = asyncio.Event()
        self._room.set()
        self._heard = asyncio.Event()

    def read(self, reading: bool) -> None:
        (self._room.set if reading else self._room.clear)()

    def offer(self, payload: bytes) -> bool:
        if not self._room.is_set():
            return False
        self._hear(payload)
        return True

    async def send(self, payload: bytes) -> None:
        await self._room.wait()
        self._hear(payload)

    async def ordinarily(self, schema: UsherSchema, context: Context, **variables: object) -> None:
        results = await schema.subscribe(MY_SEATS, variable_values=variables, context_value=context)
        async with aclosing(results) as each:
            async for result in each:
                await self.send(encoded(result))

    async def heard_of(self, version: int) -> None:
        async with asyncio.timeout(5):
            while self.version is None or self.version < version:
                self._heard.clear()
                await self._heard.wait()

    async def heard_times(self, times: int) -> None:
        async with asyncio.timeout(5):
            while len(self.heard) < times:
                self._heard.clear()
                await self._heard.wait()

    def expects(self, since: int | None, state: Availability | None) -> None:
        """It comes back, with what it had."""
        self.version = since
        self.seats = {} if state is None else seats_of(state)

    def _hear(self, payload: bytes) -> None:
        told = orjson.loads(payload)
        self.heard.append(told)
        change = (told.get("data") or {}).get("seats")
        if change and "seats" in change and "previous" in change:
            if change["previous"] is None:
                self.seats = {}
            elif change["previous"] != self.version:
                self.faults.append(f"{change['previous']} after {self.version}")
            self.seats.update(seat.split() for seat in change["seats"])
            self.seats = {label: status for label, status in self.seats.items() if status != "AVAILABLE"}
            self.version = change["version"]
        self._heard.set()


def seats_of(state: Availability) -> dict[str, str]:
    return {label: status.value for status, labels in state.seats.items() for label in labels}


@dataclass(frozen=True)
class House:
    toys: Toys
    schema: UsherSchema
    sharing: Sharing
    metrics: Metrics
    tasks: asyncio.TaskGroup

    def context(self, viewer: Viewer | None = None) -> Context:
        return Context(self.toys, viewer)

    def watch(self, reader: Reader, text: str = SEATS, name: str | None = None, **variables: object) -> asyncio.Task[None]:
        wanted = self.sharing.wanted(text, name, variables)
        assert wanted is not None

        async def follow() -> None:
            last = await self.sharing.follow(wanted, reader)
            reader.last = "complete" if last is None else orjson.loads(encoded(last))

        return self.tasks.create_task(follow())

    def counted(self, name: str) -> float:
        return self.metrics.registry.get_sample_value(f"usher_live_{name}") or 0.0


@asynccontextmanager
async def house(messages_per_second: float = 1_000, kept: int = 10_000, check_every: float = 1.0) -> AsyncIterator[House]:
    toys, schema, metrics = Toys(), toy_schema(), Metrics()
    toys.log.kept = kept
    sharing = Sharing(schema, lambda viewer, address: Context(toys, viewer), metrics)
    async with live_seats(make_broadcast("memory://"), toys.log, check_every, messages_per_second) as toys.feed:
        async with asyncio.TaskGroup() as tasks:
            yield House(toys, schema, sharing, metrics, tasks)


async def left(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
