"""Whether the server grows: 100,000 subscriptions that begin and end, clients that vanish, 100,000 changes to one subscription."""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import orjson
import psutil  # type: ignore[import-untyped]  # it has no types
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.benchmarks.http import free_port
from tests.schema.serving.watchers import Reader, house, left

SOCKETS = 8
STARTING_SECONDS = 180
WATCH = "subscription($id: ID!) { seatAvailability(sessionId: $id) { __typename ... on AvailabilitySnapshot { version } } }"


@asynccontextmanager
async def watcher(port: int) -> AsyncIterator[ClientConnection]:
    async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]) as line:
        await line.send('{"type":"connection_init"}')
        await line.recv()
        yield line


def asked(session_id: str, id: str) -> str:
    payload = {"query": WATCH, "variables": {"id": session_id}}
    return orjson.dumps({"type": "subscribe", "id": id, "payload": payload}).decode()


async def cycles(port: int, session_id: str, number: int) -> None:
    """Each begins, is told the state, and is completed."""

    async def one(count: int) -> None:
        async with watcher(port) as line:
            for at in range(count):
                await line.send(asked(session_id, str(at)))
                await line.recv()
                await line.send(orjson.dumps({"type": "complete", "id": str(at)}).decode())

    async with asyncio.TaskGroup() as tasks:
        for _ in range(SOCKETS):
            tasks.create_task(one(number // SOCKETS))


async def vanishing(port: int, session_id: str, number: int) -> None:
    """Each is cut without a word, in the middle of a subscription."""

    async def one(count: int) -> None:
        for _ in range(count):
            async with watcher(port) as line:
                await line.send(asked(session_id, "1"))
                await line.recv()
                line.transport.abort()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(SOCKETS):
            tasks.create_task(one(number // SOCKETS))


async def grown(process: psutil.Process, work: Callable[[int], Awaitable[None]], number: int) -> str:
    """After a tenth of the work for warming up."""
    await work(number // 10)
    gc.collect()
    before = process.memory_info().rss
    await work(number)
    gc.collect()
    growth = process.memory_info().rss - before
    return f"{growth / 1024:+,.0f} KiB, {growth / number:+.1f} bytes each"


async def changes(number: int) -> None:
    async with house(messages_per_second=1_000_000) as here:
        reader = Reader()
        task = here.watch(reader)
        await reader.heard_times(1)

        async def some(count: int) -> None:
            first = here.toys.log.state.version + 1
            for version in range(first, first + count):
                here.toys.change(f"A-{version % 50}")
                await reader.heard_of(version)
                for kept in (here.toys.log.deltas, here.toys.states, reader.heard):
                    kept.clear()

        print(f"{number:,} changes to one subscription (in process): {await grown(psutil.Process(), some, number)}")
        await left(task)


@asynccontextmanager
async def serving(env: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """From its greeting on."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "main.py", "serve", env={**os.environ, "PYTHONUNBUFFERED": "1", **env}, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        async with asyncio.timeout(STARTING_SECONDS):
            while b"Ctrl-C" not in (await server.stdout.readline() or b"Ctrl-C"):
                pass
        yield server
    finally:
        server.terminate()
        await server.communicate()


async def main(number: int) -> None:
    await changes(number)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="usher-") as folder:
        Path(folder).chmod(0o711)
        env = {"PORT": str(port), "USHER_DATA_DIR": folder, "USHER_SOCKETS_PER_ADDRESS": "10000"}
        async with serving(env) as server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            found = await http.post("/graphql", json={"query": "{ events(first: 1) { nodes { nextSession { id } } } }"})
            session_id = found.json()["data"]["events"]["nodes"][0]["nextSession"]["id"]
            process = psutil.Process(server.pid)
            print(f"{number:,} subscriptions: {await grown(process, lambda n: cycles(port, session_id, n), number)}")
            few = number // 10
            print(f"{few:,} clients that vanish: {await grown(process, lambda n: vanishing(port, session_id, n), few)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=100_000, help="subscriptions and changes; a tenth of them are clients")
    asyncio.run(main(parser.parse_args().number))
