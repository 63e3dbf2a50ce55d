"""Backends of broadcaster: its own in memory, and ours on Redis and on Redis Cluster, which outlive their servers."""

import asyncio

from broadcaster import Broadcast, BroadcastBackend, Event

from subscriptions.cluster import Cluster
from subscriptions.line import MOST_UNSENT, RECONNECTED, Line

__all__ = ["RECONNECTED", "SupervisedRedis", "make_broadcast"]


def make_broadcast(url: str) -> Broadcast:
    """`memory://` within this process; `redis://`, `redis+cluster://` and the like between processes.

    Opening it succeeds with Redis away.
    """
    return Broadcast(url) if url.startswith("memory:") else Broadcast(backend=SupervisedRedis(url))


class SupervisedRedis(BroadcastBackend):
    """broadcaster's own backend loses a process's first subscriber under redis-py 8, and never reconnects."""

    def __init__(self, url: str) -> None:
        self._channels: set[str] = set()
        self._received: asyncio.Queue[Event] = asyncio.Queue(MOST_UNSENT)
        scheme, _, rest = url.partition("://")
        self._redis: Line | Cluster = (
            Cluster(f"{scheme.removesuffix('+cluster')}://{rest}", self._receive)
            if scheme.endswith("+cluster")
            else Line(url, self._receive)
        )

    async def connect(self) -> None:
        self._redis.open()

    async def disconnect(self) -> None:
        await self._redis.close()

    async def subscribe(self, channel: str) -> None:
        self._channels.add(channel)
        await self._redis.listen_to(self._channels)

    async def unsubscribe(self, channel: str) -> None:
        self._channels.discard(channel)
        await self._redis.listen_to(self._channels)

    async def publish(self, channel: str, message: str) -> None:
        """Never waits."""
        self._redis.publish(channel, message)

    async def next_published(self) -> Event:
        return await self._received.get()

    def _receive(self, event: Event) -> None:
        if self._received.full():
            # What is dropped is found by comparing versions.
            self._received.get_nowait()
        self._received.put_nowait(event)
