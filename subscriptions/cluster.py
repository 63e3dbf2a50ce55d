"""A Redis or Valkey cluster: sharded channels, each on the node that has its slot, wherever that is now."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from broadcaster import Event
from redis.asyncio import Redis
from redis.crc import key_slot

from subscriptions.line import AWAY, FIRST_WAIT, SOCKET_SECONDS, Line

log = structlog.get_logger()

MAP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Slots:
    """A range of slots, both ends included, and where its primary is."""

    first: int
    last: int
    url: str


class Cluster:
    """A line to each node that has a slot of ours. The map of slots is read anew every few seconds and after any trouble."""

    def __init__(self, url: str, heard: Callable[[Event], None]) -> None:
        self._url = url
        self._heard = heard
        self._slots: Sequence[Slots] = ()
        self._lines: dict[str, Line] = {}
        self._channels: set[str] = set()
        self._trouble = asyncio.Event()
        self._mapping: asyncio.Task[None] | None = None
        self._tuning = asyncio.Lock()

    def open(self) -> None:
        self._mapping = asyncio.create_task(self._map())

    async def close(self) -> None:
        if self._mapping is not None:
            self._mapping.cancel()
            await asyncio.wait([self._mapping])
        await asyncio.gather(*(line.close() for line in self._lines.values()))

    async def listen_to(self, channels: set[str]) -> None:
        self._channels = set(channels)
        await self._tune()

    def publish(self, channel: str, message: str) -> None:
        line = self._lines.get(self._home(channel) or "")
        # Without a map it is lost: whoever needed it compares versions.
        if line is not None:
            line.publish(channel, message)

    def _home(self, channel: str) -> str | None:
        slot = key_slot(channel.encode())
        return next((slots.url for slots in self._slots if slots.first <= slot <= slots.last), None)

    async def _map(self) -> None:
        while True:
            self._trouble.clear()
            # A node that has failed knows the least about it, so whichever answers first is as good as any.
            for url in random.sample([self._url, *self._lines], k=1 + len(self._lines)):
                with suppress(*AWAY):
                    self._slots = await _slots(url)
                    break
            else:
                log.warning("redis_away", work="map")
            await self._tune()
            with suppress(TimeoutError):
                async with asyncio.timeout(MAP_SECONDS * random.uniform(0.8, 1.2)):
                    await self._trouble.wait()
            await asyncio.sleep(FIRST_WAIT * random.uniform(1.0, 2.0))

    async def _tune(self) -> None:
        """One line for each node of the map, listening to its share of the channels."""
        async with self._tuning:
            nodes = {slots.url for slots in self._slots}
            for url in nodes - self._lines.keys():
                self._lines[url] = Line(url, self._heard, sharded=True, troubled=self._trouble.set)
                self._lines[url].open()
            for url in self._lines.keys() - nodes:
                await self._lines.pop(url).close()
            for url, line in self._lines.items():
                await line.listen_to({channel for channel in self._channels if self._home(channel) == url})


async def _slots(url: str) -> Sequence[Slots]:
    async with Redis.from_url(
        url, socket_timeout=SOCKET_SECONDS, socket_connect_timeout=SOCKET_SECONDS, retry=None, decode_responses=False
    ) as redis:
        answer = await redis.execute_command("CLUSTER SLOTS")  # type: ignore[no-untyped-call]  # redis has no type for it
    return [Slots(first, last, _at(url, *primary[:2])) for first, last, primary, *_ in answer]


def _at(url: str, host: bytes | None, port: int) -> str:
    """The URL with another address in it; no host means the one that was asked."""
    whole = urlsplit(url)
    name = host.decode() if host and host != b"?" else whole.hostname or ""
    user, at, _ = whole.netloc.rpartition("@")
    return whole._replace(netloc=f"{user}{at}{f'[{name}]' if ':' in name else name}:{port}").geturl()
