"""The limits of live seats: nothing but sockets, which are all sent the same bytes, by websockets or by picows."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop
from picows import WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.benchmarks.live_feed import Feed, Message


async def with_websockets(port: int, feed: Feed) -> None:
    connected: set[ServerConnection] = set()

    async def follow(socket: ServerConnection) -> None:
        connected.add(socket)
        await socket.send(feed.first.text)
        await socket.wait_closed()
        connected.discard(socket)

    feed.start(lambda message: broadcast(connected, message.text))
    async with serve(follow, "127.0.0.1", port, compression=None, ping_interval=None, backlog=2048) as server:
        await server.serve_forever()


async def with_picows(port: int, feed: Feed) -> None:
    connected: set[WSTransport] = set()
    first = feed.first.text.encode()

    class Following(WSListener):
        def on_ws_connected(self, transport: WSTransport) -> None:
            connected.add(transport)
            transport.send(WSMsgType.TEXT, first)

        def on_ws_disconnected(self, transport: WSTransport) -> None:
            connected.discard(transport)

    def accept(_: WSUpgradeRequest) -> WSListener:
        return Following()

    def publish(message: Message) -> None:
        text = message.text.encode()
        for transport in connected:
            transport.send(WSMsgType.TEXT, text)

    feed.start(publish)
    server = await ws_create_server(accept, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


WAYS: dict[str, Callable[[int, Feed], Awaitable[None]]] = {"websockets": with_websockets, "picows": with_picows}


async def main(way: str, port: int, messages: Path) -> None:
    await WAYS[way](port, Feed(messages))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
