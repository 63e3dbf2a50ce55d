"""The listening socket and the uvicorn server on it."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import timedelta

import uvicorn
from starlette.types import ASGIApp

from schema.serving.accepting import Door
from schema.serving.transports import Config, DirectSockets, PatientHttp

# A client that never reads is let go after this, and no more than this waits for it in the kernel.
UNREAD_MS = 20_000
SEND_BYTES = 64 * 1024
PATIENCE = timedelta(seconds=20)
# A request makes some hundred objects that its end frees by itself; with the usual 700 they are looked through for nothing.
YOUNG = 20_000, 20, 20


class CannotListen(Exception):
    """`str()` is one line for the person at the terminal."""


def bound_socket(host: str, port: int, setting: str = "PORT") -> socket.socket:
    """Bound, not yet listening; connections inherit its options. Raises `CannotListen`, which names the setting to change."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(f"Cannot listen on {host}: {error.strerror}. Choose another HOST.") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise CannotListen(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another {setting}.") from error
    bound.setblocking(False)
    return bound


def listen(bound: socket.socket, setting: str = "PORT") -> None:
    """Raises `CannotListen`: two may bind a port that neither listens on yet."""
    try:
        bound.listen(2048)
    except OSError as error:
        host, port = bound.getsockname()[:2]
        raise CannotListen(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another {setting}.") from error


def keep_for_good() -> None:
    """What there is by now stays: a garbage collector that looked through it again would stop everything for 100 to 200 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*YOUNG)


class Server(uvicorn.Server):
    """Leaves the signals to us: uvicorn would raise them again behind our back, in the middle of tidying up."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started
        self._doors: list[Door] = []

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            async with asyncio.TaskGroup() as self._beginning:
                await super().serve(sockets)
        finally:
            # Cancelled, or stopped before it began, it comes to no shutdown.
            self._close_doors()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # Without any it begins and accepts nothing; that is done here.
        await super().startup([])
        self._doors = [Door(one, self._protocol, self._beginning) for one in sockets or ()]
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._close_doors()
        await super().shutdown(sockets)

    def _close_doors(self) -> None:
        for door in self._doors:
            door.close()
        self._doors = []

    def _protocol(self) -> asyncio.Protocol:
        begun: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]  # as uvicorn calls it
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return begun

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def cut_websockets(self) -> int:
        """Ends all of them without a word, as a dead network does; how many there were."""
        cut = [one for one in self.server_state.connections if isinstance(one, DirectSockets)]
        for one in cut:
            one.transport.abort()
        return len(cut)

    def stop(self) -> None:
        """Gently; asked again, at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


def server_for(
    app: ASGIApp,
    on_started: Callable[[], None],
    *,
    patience: timedelta = PATIENCE,
    trusted_proxies: Sequence[str] = (),
) -> Server:
    """`trusted_proxies`: addresses and networks whose word on who the client is counts; without any, it is who connected."""
    config = Config(
        app,
        http=PatientHttp,
        ws=DirectSockets,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
        access_log=False,
        server_header=False,
        log_config=None,
        log_level="warning",
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
    )
    config.patience_seconds = patience.total_seconds()
    return Server(config, on_started)


async def serve_until(ended: Callable[[], Awaitable[None]], server: Server, bound: socket.socket) -> None:
    """Until it is stopped, or that has ended."""

    async def stop_when_it_has_ended() -> None:
        await ended()
        server.stop()

    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(stop_when_it_has_ended())
        await server.serve(sockets=[bound])
        watch.cancel()


@asynccontextmanager
async def served_beside(app: ASGIApp, host: str, port: int, setting: str) -> AsyncIterator[None]:
    """Another app on a port of its own. Raises `CannotListen`."""
    with closing(bound_socket(host, port, setting)) as bound:
        listen(bound, setting)
        server = server_for(app, on_started=lambda: None)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve(sockets=[bound]))
            try:
                yield
            finally:
                server.stop()
