"""A small schema with everything that serving must cope with, and a server for it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from strawberry import Info
from strawberry.dataloader import DataLoader
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from domain.errors import InvalidInput, NotFound, ServerBusy, Unauthenticated
from domain.ids import UserId
from domain.viewers import Role, Viewer
from schema.serving.cross_origin import with_cors
from schema.serving.execution import UsherSchema
from schema.serving.http import serve_graphql
from schema.serving.limits import Limits
from schema.serving.listening import bound_socket, listen, server_for

FAN = UserId(UUID(int=1))
LIMITS = Limits(duration=timedelta(milliseconds=200))


@dataclass
class Toys:
    """What the resolvers saw."""

    contexts: list["Context"] = field(default_factory=list)
    contexts_fail: bool = False
    blown: int = 0
    watching: int = 0
    watched: asyncio.Event = field(default_factory=asyncio.Event)
    unwatched: asyncio.Event = field(default_factory=asyncio.Event)


class Context:
    def __init__(self, toys: Toys, viewer: Viewer | None) -> None:
        if toys.contexts_fail:
            raise ValueError("password=hunter2")
        self.toys, self.viewer = toys, viewer
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


def read_token(token: str) -> Viewer | None:
    """`good` lives an hour, `short` a blink."""
    lives = {"good": timedelta(hours=1), "short": timedelta(milliseconds=100)}.get(token)
    return Viewer(FAN, frozenset({Role.ATTENDEE}), datetime.now(UTC) + lives) if lives else None


@dataclass(frozen=True)
class ToyServer:
    port: int
    toys: Toys
    schema: UsherSchema
    endpoint: ASGIApp


@asynccontextmanager
async def toy_server(
    limits: Limits = LIMITS,
    init_timeout: timedelta = timedelta(seconds=5),
    allowed_origins: Sequence[str] = ("https://shop.example",),
) -> AsyncIterator[ToyServer]:
    toys, schema = Toys(), toy_schema(limits)

    def make_context(viewer: Viewer | None) -> Context:
        return Context(toys, viewer)

    endpoint = serve_graphql(
        schema,
        make_context=make_context,
        read_token=read_token,
        allowed_origins=allowed_origins,
        init_timeout=init_timeout,
    )
    app = Starlette(routes=[Route("/graphql", with_cors(endpoint, allowed_origins)), WebSocketRoute("/graphql", endpoint)])
    started = asyncio.Event()
    bound = bound_socket("127.0.0.1", 0)
    listen(bound)
    server = server_for(app, on_started=started.set)
    # No TaskGroup: a fixture is left in another task than the one that entered it.
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        await asyncio.wait_for(started.wait(), 5)
        yield ToyServer(bound.getsockname()[1], toys, schema, endpoint)
    finally:
        server.stop()
        await serving
        bound.close()


@dataclass
class Wire:
    """A client of graphql-transport-ws that says what it is told to."""

    socket: ClientConnection

    async def say(self, message: object) -> None:
        await self.socket.send(message if isinstance(message, str | bytes) else orjson.dumps(message).decode())

    async def hear(self) -> object:
        async with asyncio.timeout(5):
            return orjson.loads(await self.socket.recv())

    async def start(self, payload: object = None) -> None:
        await self.say({"type": "connection_init", "payload": payload})
        assert await self.hear() == {"type": "connection_ack"}

    async def ask(self, id: str, query: str, **more: object) -> None:
        await self.say({"type": "subscribe", "id": id, "payload": {"query": query, **more}})

    async def closed(self) -> tuple[int | None, str | None]:
        async with asyncio.timeout(5):
            await self.socket.wait_closed()
        return self.socket.close_code, self.socket.close_reason


@asynccontextmanager
async def wire(server: ToyServer, subprotocol: str = "graphql-transport-ws", origin: str | None = None) -> AsyncIterator[Wire]:
    url = f"ws://127.0.0.1:{server.port}/graphql"
    headers = {"Origin": origin} if origin else {}
    async with connect(url, subprotocols=[Subprotocol(subprotocol)], additional_headers=headers) as socket:
        yield Wire(socket)
