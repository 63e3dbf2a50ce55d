"""A crowd of watchers in a process of its own: opens so many sockets, says when all have seen a snapshot, and reads on."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack

import httpx
from websockets.asyncio.client import ClientConnection

from tests.api.client import Client
from tests.api.documents import WATCH


async def watch(url: str, session_id: str, count: int) -> None:
    async with AsyncExitStack() as stack, httpx.AsyncClient() as http:
        client = Client(url, http)
        watches = [await stack.enter_async_context(client.watch(WATCH, {"id": session_id})) for _ in range(count)]
        for one in watches:
            assert json.loads(await one.socket.recv())["type"] == "next"
        sys.stdout.write("watching\n")
        sys.stdout.flush()
        await asyncio.gather(*(_read(one.socket) for one in watches))


async def _read(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


if __name__ == "__main__":
    asyncio.run(watch(sys.argv[1], sys.argv[2], int(sys.argv[3])))
