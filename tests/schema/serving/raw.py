"""A websocket client that is a bare socket: it reads when it is told to, and never answers by itself."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson

from tests.schema.serving.wire import ToyServer

HANDSHAKE = (
    "GET /graphql HTTP/1.1\r\nHost: usher.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


@dataclass
class RawSocket:
    socket: socket.socket
    received: bytes = b""

    async def write(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.socket, data)

    async def say(self, message: object) -> None:
        """Masked with zeros, as RFC 6455 allows and nobody should."""
        text = orjson.dumps(message)
        length = bytes((0x80 | len(text),)) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")
        await self.write(b"\x81" + length + bytes(4) + text)

    async def read_until(self, part: bytes, times: int = 1) -> None:
        async with asyncio.timeout(5):
            while self.received.count(part) < times:
                read = await asyncio.get_running_loop().sock_recv(self.socket, 65_536)
                assert read, "closed"
                self.received += read

    async def read_to_the_end(self) -> None:
        async with asyncio.timeout(5):
            while read := await asyncio.get_running_loop().sock_recv(self.socket, 65_536):
                self.received += read

    async def start(self) -> None:
        await self.write(HANDSHAKE.encode())
        await self.read_until(b"\r\n\r\n")
        await self.say({"type": "connection_init"})
        await self.read_until(b"connection_ack")

    async def ask(self, id: str, query: str) -> None:
        await self.say({"type": "subscribe", "id": id, "payload": {"query": query}})


@asynccontextmanager
async def raw_socket(server: ToyServer) -> AsyncIterator[RawSocket]:
    """With little room in the kernel, so that what is not read soon waits at the server."""
    with socket.socket() as bare:
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        bare.setblocking(False)
        await asyncio.get_running_loop().sock_connect(bare, ("127.0.0.1", server.port))
        yield RawSocket(bare)
