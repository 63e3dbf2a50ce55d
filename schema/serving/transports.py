"""Below ASGI: connections that do not wait for ever to be read, and frames that go straight to the transport."""

import asyncio
from asyncio import BaseTransport, TimerHandle
from functools import lru_cache
from typing import Protocol, cast

import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from schema.serving.headers import HEADERS

# In a scope's `extensions`: `Frames` under a websocket, and under a request an event that says that the server stops.
FRAMES = "usher.frames"
STOPPING = "usher.stopping"
# What may wait in the process for one client to read it; a message that is begun below is written whole.
HIGH_WATER = 64 * 1024
HEADERS_KEPT = 256
# After a peer left a ping unanswered, for what it was sent last.
LAST_SECONDS = 5.0


class Frames(Protocol):
    """What the transport under a websocket offers beyond ASGI, below one connection."""

    cut_off: bool
    quiet: bool

    def offer(self, text: bytes) -> bool:
        """Writes a message at once, or not at all where earlier ones are still waiting to be read."""

    async def room(self) -> bool:
        """Waits until there is room again. False where nothing will be sent any more."""


class Config(uvicorn.Config):
    """`patience_seconds`: how long sent things may stay unread; `head_seconds`: how long the head of a request may take."""

    patience_seconds = 20.0
    head_seconds = 10.0


class PatientHttp(HttpToolsProtocol):
    """Lets go of a client that asks or reads for ever, and tells those with long answers that the server stops."""

    config: Config
    _awaiting_head: TimerHandle | None = None
    _losing_patience: TimerHandle | None = None
    _stopping: asyncio.Event | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=HIGH_WATER)
        self._await_head()

    def on_headers_complete(self) -> None:
        self._stop_awaiting()
        self._stopping = asyncio.Event()
        extensions = cast(dict[str, object], self.scope.setdefault("extensions", {}))
        extensions[STOPPING] = self._stopping
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # Of what is pipelined the head is here.
        if self.cycle.response_complete and not self.transport.is_closing():
            self._await_head()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP never gets to the app."""
        body = msg.encode("ascii", "replace")
        said = {**HEADERS, "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body)), "Connection": "close"}
        lines = ["HTTP/1.1 400 Bad Request", *(f"{name.lower()}: {value}" for name, value in said.items())]
        self.transport.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        self.transport.close()

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
        self._stop_awaiting()
        if self._losing_patience:
            self._losing_patience.cancel()

    def _await_head(self) -> None:
        # uvicorn's own timer is of silence between two requests, and a single byte ends it for good.
        self._stop_awaiting()
        self._awaiting_head = self.loop.call_later(self.config.head_seconds, self.transport.close)

    def _stop_awaiting(self) -> None:
        if self._awaiting_head:
            self._awaiting_head.cancel()
            self._awaiting_head = None


class DirectSockets(WebSocketsSansIOProtocol):
    """Implements `Frames`. What is looked at for every message is in slots: of thousands of sockets all else is far away."""

    config: Config
    __slots__ = ("_direct", "_losing_patience", "_ready", "cut_off", "quiet")
    last_seconds = LAST_SECONDS

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._direct = self.transport
        self._direct.set_write_buffer_limits(high=HIGH_WATER)
        self._ready = self.cut_off = False
        self.quiet = True
        self._losing_patience: TimerHandle | None = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions = cast(dict[str, object], self.scope["extensions"])
            extensions[FRAMES] = self

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        self._judge()
        if message["type"] == "websocket.accept":
            # Nobody looks at the handshake again, and as objects its headers take 1.7 KiB.
            del self.request, self.response

    def offer(self, text: bytes) -> bool:
        if not self._ready or self._direct.is_closing():
            return False
        # A server's frames are not masked: the header is all that is added.
        self._direct.write(header(len(text)) + text)
        self.quiet = False
        return True

    async def room(self) -> bool:
        await self.writable.wait()
        return not self._closed()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._judge()
        self._losing_patience = self.loop.call_later(self.config.patience_seconds, self._cut_off)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._judge()
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

    def _judge(self) -> None:
        self._ready = self.writable.is_set() and not self._closed()

    def _closed(self) -> bool:
        return self.close_sent or self.disconnected or not self.handshake_complete or self.transport.is_closing()

    def _cut_off(self) -> None:
        self.cut_off = True
        self.transport.abort()


@lru_cache(HEADERS_KEPT)
def header(length: int) -> bytes:
    """Of a final, unmasked text frame (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((0x81, length))
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
