"""A small schema with everything that serving must cope with, and a server for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry import Info
from strawberry.dataloader import DataLoader

from domain.changes import Availability, AvailabilityDelta, AvailabilityUpdate
from domain.errors import InvalidInput, NotFound, ServerBusy, Unauthenticated
from domain.ids import SessionId, UserId
from domain.seats import SeatStatus
from domain.viewers import Viewer
from schema.serving.execution import UsherSchema
from schema.serving.limits import Limits
from schema.serving.relay import SHARED, relayed
from subscriptions.seat_feed import LiveSeats
from tests.fakes import FakeChangeLog

FAN = UserId(UUID(int=1))
ROOM = SessionId(UUID(int=2))
LIMITS = Limits(duration=timedelta(milliseconds=200))


@dataclass
class Toys:
    """What the resolvers saw."""

    contexts: list["Context"] = field(default_factory=list)
    contexts_fail: bool = False
    # Until they fail.
    contexts_left: int | None = None
    blown: int = 0
    watching: int = 0
    watched: asyncio.Event = field(default_factory=asyncio.Event)
    unwatched: asyncio.Event = field(default_factory=asyncio.Event)
    log: FakeChangeLog = field(default_factory=lambda: FakeChangeLog(ROOM))
    feed: LiveSeats | None = None
    # How often the seats were executed, how often they are being watched, and how often that began.
    told: int = 0
    sources: int = 0
    opened: int = 0
    breaks: asyncio.Event = field(default_factory=asyncio.Event)
    slow: asyncio.Event = field(default_factory=asyncio.Event)

    # By version, as changed here.
    states: list[Availability] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slow.set()
        self.states.append(self.log.state)

    def change(self, label: str, status: SeatStatus = SeatStatus.HELD) -> int:
        """A commit that everybody hears of; its version."""
        delta = self.log.change(label, status)
        self.states.append(self.log.state)
        assert self.feed is not None
        self.feed.announce(delta)
        return delta.version

    def set_back(self, version: int) -> None:
        """An older backup of the database."""
        self.log.state = self.states[version]
        del self.log.deltas[version:], self.states[version + 1 :]

    async def seats(self, since: int | None) -> AsyncGenerator[AvailabilityUpdate, None]:
        assert self.feed is not None
        self.sources += 1
        self.opened += 1
        try:
            async with aclosing(self.feed.watch(ROOM, since)) as updates:
                async for update in updates:
                    if self.breaks.is_set():
                        raise ServerBusy(250)
                    yield update
        finally:
            self.sources -= 1


class Context:
    def __init__(self, toys: Toys, viewer: Viewer | None, address: str = "") -> None:
        if toys.contexts_left is not None:
            toys.contexts_left -= 1
        if toys.contexts_fail or (toys.contexts_left is not None and toys.contexts_left < 0):
            raise ValueError("password=hunter2")
        self.toys, self.viewer, self.address = toys, viewer, address
        self.broken: DataLoader[int, str] = DataLoader(load_fn=self._break)
        toys.contexts.append(self)

    async def _break(self, keys: list[int]) -> list[str]:
        raise RuntimeError("connection to 10.0.0.7 lost")


ToyInfo = Info[Context, None]


@strawberry.type
class Page:
    size: int

    @strawberry.field
    def nodes(self) -> list["Item"]:
        return [Item(id=number) for number in range(min(self.size, 3))]

    @strawberry.field
    def page_info(self) -> "Item":
        return Item(id=0)


@strawberry.type
class Item:
    id: int

    @strawberry.field
    def items(self, first: int | None = 20) -> Page:
        return Page(size=first or 20)

    @strawberry.field
    def parts(self) -> list["Item"]:
        return [Item(id=1)]

    @strawberry.field
    def first_parts(self, first: int = 5) -> list["Item"]:
        return [Item(id=1)]

    @strawberry.field
    async def broken(self, info: ToyInfo) -> str | None:
        return await info.context.broken.load(self.id)


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str | None:
        return f"hello {name}"

    @strawberry.field
    def viewer_id(self, info: ToyInfo) -> str | None:
        return str(info.context.viewer.user_id) if info.context.viewer else None

    @strawberry.field
    def item(self) -> Item:
        return Item(id=1)

    @strawberry.field
    def items(self, first: int = 20) -> Page:
        return Page(size=first)

    @strawberry.field
    def fail(self, how: str) -> str | None:
        match how:
            case "unauthenticated":
                raise Unauthenticated
            case "input":
                raise InvalidInput(("first",), "first is between 1 and 100.")
            case "busy":
                raise ServerBusy(250)
            case "meant":
                raise GraphQLError("That is meant.", extensions={"code": "MEANT"})
        raise ValueError("password=hunter2")

    @strawberry.field
    def number(self, value: float) -> int | None:
        return value  # type: ignore[return-value]  # what graphql-core refuses to send

    @strawberry.field
    async def slow(self) -> str | None:
        await asyncio.Event().wait()
        return None

    @strawberry.field
    async def impatient(self) -> str | None:
        raise TimeoutError


@strawberry.type
class Change:
    """`previous` is null in a snapshot."""

    previous: int | None
    version: int
    seats: list[str]

    @classmethod
    def of(cls, update: AvailabilityUpdate) -> Self:
        previous, groups = (
            (update.previous_version, update.changes) if isinstance(update, AvailabilityDelta) else (None, update.seats)
        )
        seats = [f"{label} {status.value}" for status, labels in groups.items() for label in labels]
        return cls(previous=previous, version=update.version, seats=sorted(seats))


@strawberry.type
class Mutation:
    @strawberry.mutation
    def blow(self, info: ToyInfo) -> int:
        info.context.toys.blown += 1
        return info.context.toys.blown


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def things(self, to: int) -> AsyncGenerator[Item, None]:
        for number in range(to):
            yield Item(id=number)

    @strawberry.subscription(metadata={SHARED: "sinceVersion"})  # type: ignore[untyped-decorator]  # Any, where it has arguments
    async def seats(
        self, info: ToyInfo, room: int = 1, note: str = "", since_version: int | None = None
    ) -> AsyncGenerator[Change, None]:
        """Of one room; `note` is for being different."""
        toys = info.context.toys
        if room != 1:
            raise NotFound
        async with aclosing(relayed(info.root_value, toys.seats, since_version)) as updates:
            async for update in updates:
                toys.told += 1
                await toys.slow.wait()
                if note == "crash" and update.version == 2:
                    raise ValueError("password=hunter2")
                yield Change.of(update)

    @strawberry.subscription
    async def my_seats(self, info: ToyInfo, room: int = 1, since_version: int | None = None) -> AsyncGenerator[Change, None]:
        """The same by the ordinary path, as what depends on the viewer goes."""
        if room != 1:
            raise NotFound
        async with aclosing(info.context.toys.seats(since_version)) as updates:
            async for update in updates:
                yield Change.of(update)

    @strawberry.subscription
    async def watch(self, info: ToyInfo) -> AsyncGenerator[int, None]:
        toys = info.context.toys
        toys.watching += 1
        toys.watched.set()
        try:
            yield toys.watching
            await asyncio.Event().wait()
        finally:
            toys.watching -= 1
            toys.unwatched.set()

    @strawberry.subscription
    async def flood(self, info: ToyInfo) -> AsyncGenerator[str, None]:
        try:
            while True:
                yield "x" * 10_000
                # As every real source does: without, nobody else would get a turn.
                await asyncio.sleep(0)
        finally:
            info.context.toys.unwatched.set()

    @strawberry.subscription
    async def crash(self, with_not_found: bool) -> AsyncGenerator[int, None]:
        yield 1
        if with_not_found:
            raise NotFound
        raise ValueError("password=hunter2")


def toy_schema(limits: Limits = LIMITS) -> UsherSchema:
    return UsherSchema(query=Query, mutation=Mutation, subscription=Subscription, limits=limits)
