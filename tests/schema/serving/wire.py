"""A server for the toy schema, and clients that say what they are told to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from domain.viewers import Role, Viewer
from schema.serving.app import own
from schema.serving.capacity import Capacity
from schema.serving.cross_origin import with_cors
from schema.serving.execution import UsherSchema
from schema.serving.http import GraphQLEndpoint, serve_graphql
from schema.serving.limits import Limits
from schema.serving.listening import Server, bound_socket, listen, server_for
from schema.serving.metrics import Metrics, metrics_route
from schema.serving.shell import Shell
from schema.serving.throttle import Throttle
from subscriptions.backend import make_broadcast
from subscriptions.seat_feed import live_seats
from tests.schema.serving.toy import FAN, LIMITS, Context, Toys, toy_schema

ROOMY = Capacity()
DEVELOPMENT = Shell()


def read_token(token: str) -> Viewer | None:
    """`good` and `staff` live an hour, `short` a blink."""
    lives = {"good": timedelta(hours=1), "staff": timedelta(hours=1), "short": timedelta(milliseconds=100)}.get(token)
    role = Role.ORGANIZER if token == "staff" else Role.ATTENDEE
    return Viewer(FAN, frozenset({role}), datetime.now(UTC) + lives) if lives else None


@dataclass(frozen=True)
class ToyServer:
    port: int
    toys: Toys
    schema: UsherSchema
    endpoint: GraphQLEndpoint
    server: Server

    def counted(self, name: str) -> float:
        return self.endpoint.live.metrics.registry.get_sample_value(f"usher_live_{name}") or 0.0


@asynccontextmanager
async def toy_server(  # noqa: PLR0913 - each is a thing some tests turn
    limits: Limits = LIMITS,
    init_timeout: timedelta = timedelta(seconds=5),
    allowed_origins: Sequence[str] = ("https://shop.example",),
    capacity: Capacity = ROOMY,
    *,
    direct: bool = True,
    trusted_proxies: Sequence[str] = (),
    throttle: Throttle | None = None,
    shell: Shell = DEVELOPMENT,
) -> AsyncIterator[ToyServer]:
    """`direct`: on our own protocol classes, else on those that uvicorn has."""
    toys, schema, metrics = Toys(), own(toy_schema(limits), shell), Metrics()

    def make_context(viewer: Viewer | None, address: str) -> Context:
        return Context(toys, viewer, address)

    endpoint = serve_graphql(
        schema,
        make_context=make_context,
        read_token=read_token,
        allowed_origins=allowed_origins,
        init_timeout=init_timeout,
        capacity=capacity,
        metrics=metrics,
        throttle=throttle,
        allowed=shell.documents,
    )
    graphql = [Route("/graphql", with_cors(endpoint, allowed_origins)), WebSocketRoute("/graphql", endpoint)]
    app = Starlette(routes=[*graphql, metrics_route(metrics)])
    started = asyncio.Event()
    bound = bound_socket("127.0.0.1", 0)
    listen(bound)
    server = server_for(app, on_started=started.set, patience=capacity.patience, trusted_proxies=trusted_proxies)
    if not direct:
        server.config.http, server.config.ws = "httptools", "websockets-sansio"
    async with live_seats(make_broadcast("memory://"), toys.log, messages_per_second=1_000) as toys.feed:
        # No TaskGroup: a fixture is left in another task than the one that entered it.
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            await asyncio.wait_for(started.wait(), 5)
            yield ToyServer(bound.getsockname()[1], toys, schema, endpoint, server)
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
