"""Below ASGI: connections that do not wait for ever to be read, and frames that go straight to the transport."""

import asyncio
from asyncio import BaseTransport, TimerHandle
from typing import Protocol, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

# In a scope's `extensions`: `Frames` under a websocket, and under a request an event that says that the server stops.
FRAMES = "usher.frames"
STOPPING = "usher.stopping"
# What may wait in the process for one client to read it; a message that is begun below is written whole.
HIGH_WATER = 64 * 1024
# After a peer left a ping unanswered, for what it was sent last.
LAST_SECONDS = 5.0


class Frames(Protocol):
    """What the transport under a websocket offers beyond ASGI, below one connection."""

    cut_off: bool
    quiet: bool

    def offer(self, *text: bytes) -> bool:
        """Writes a message at once, or not at all where earlier ones are still waiting to be read."""

    async def room(self) -> bool:
        """Waits until there is room again. False where nothing will be sent any more."""


class Config(uvicorn.Config):
    """`patience_seconds`: how long a client may leave unread what it was sent."""

    patience_seconds = 20.0


class PatientHttp(HttpToolsProtocol):
    """Lets go of a client that does not read, and tells those with long answers that the server stops."""

    config: Config
    _losing_patience: TimerHandle | None = None
    _stopping: asyncio.Event | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=HIGH_WATER)

    def on_headers_complete(self) -> None:
        self._stopping = asyncio.Event()
        extensions = cast(dict[str, object], self.scope.setdefault("extensions", {}))
        extensions[STOPPING] = self._stopping
        super().on_headers_complete()

    def shutdown(self) -> None:
        super().shutdown()
        if self._stopping:
            self._stopping.set()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._losing_patience = self.loop.call_later(self.config.patience_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._losing_patience:
            self._losing_patience.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._losing_patience:
            self._losing_patience.cancel()


class DirectSockets(WebSocketsSansIOProtocol):
    """Implements `Frames`."""

    config: Config
    cut_off = False
    quiet = True
    last_seconds = LAST_SECONDS
    _losing_patience: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        cast(asyncio.Transport, transport).set_write_buffer_limits(high=HIGH_WATER)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions = cast(dict[str, object], self.scope["extensions"])
            extensions[FRAMES] = self

    def offer(self, *text: bytes) -> bool:
        if not self.writable.is_set() or self._closed():
            return False
        # A server's frames are not masked: the header is all that is added.
        self.transport.write(b"".join((header(sum(map(len, text))), *text)))
        self.quiet = False
        return True

    async def room(self) -> bool:
        await self.writable.wait()
        return not self._closed()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._losing_patience = self.loop.call_later(self.config.patience_seconds, self._cut_off)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._losing_patience:
            self._losing_patience.cancel()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # Closing waits for the peer to read what is left, and this peer is gone.
        self.loop.call_later(self.last_seconds, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._losing_patience:
            self._losing_patience.cancel()

    def _closed(self) -> bool:
        return self.close_sent or self.disconnected or not self.handshake_complete or self.transport.is_closing()

    def _cut_off(self) -> None:
        self.cut_off = True
        self.transport.abort()


def header(length: int) -> bytes:
    """Of a final, unmasked text frame (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((0x81, length))
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
