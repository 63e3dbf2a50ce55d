"""Backends of broadcaster: its own in memory, and ours on Redis, which never gives up and says when it was away."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from broadcaster import Broadcast, BroadcastBackend, Event
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

log = structlog.get_logger()

# Delivered to every subscriber after each connect: messages may have been missed before it.
RECONNECTED = ""
MOST_UNSENT = 1_000
SOCKET_SECONDS = 2.0
PATIENCE_SECONDS = 1.0
FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0


def make_broadcast(url: str) -> Broadcast:
    """`memory://` within this process; `redis://` and the like between processes. Opening it succeeds with Redis away."""
    return Broadcast(url) if url.startswith("memory:") else Broadcast(backend=SupervisedRedis(url))


class SupervisedRedis(BroadcastBackend):
    """One connection listens and one publishes. What cannot be sent waits, at most 1,000 messages, then the oldest go.

    broadcaster's own backend loses a process's first subscriber under redis-py 8, and never reconnects.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._channels: set[str] = set()
        self._received: asyncio.Queue[Event] = asyncio.Queue(MOST_UNSENT)
        self._unsent: deque[tuple[str, str]] = deque(maxlen=MOST_UNSENT)
        self._something_to_send = asyncio.Event()
        self._channels_changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def connect(self) -> None:
        self._tasks = [asyncio.create_task(self._supervise(work)) for work in (self._listen, self._send)]

    async def disconnect(self) -> None:
        ending = set(self._tasks)
        while ending:
            # Again, because redis-py 8.1 swallows a cancellation that meets an answer just coming in.
            for task in ending:
                task.cancel()
            _, ending = await asyncio.wait(ending, timeout=0.2)

    async def subscribe(self, channel: str) -> None:
        self._channels.add(channel)
        self._channels_changed.set()

    async def unsubscribe(self, channel: str) -> None:
        self._channels.discard(channel)
        self._channels_changed.set()

    async def publish(self, channel: str, message: str) -> None:
        """Never waits."""
        self._unsent.append((channel, message))
        self._something_to_send.set()

    async def next_published(self) -> Event:
        return await self._received.get()

    async def _supervise(self, work: Callable[[Redis], Awaitable[None]]) -> None:
        """Does the work on a connection of its own, and on a new one whenever that fails, for ever."""
        wait = FIRST_WAIT
        while True:
            redis = Redis.from_url(
                self._url, socket_timeout=SOCKET_SECONDS, socket_connect_timeout=SOCKET_SECONDS, retry=None, decode_responses=False
            )
            started = asyncio.get_running_loop().time()
            try:
                await work(redis)
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("redis_away", work=work.__name__, error=type(error).__name__)
            finally:
                with suppress(RedisError, OSError, TimeoutError):
                    await redis.aclose()
            lasted = asyncio.get_running_loop().time() - started > LONGEST_WAIT + SOCKET_SECONDS
            wait = FIRST_WAIT if lasted else min(wait * 2, LONGEST_WAIT)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))

    async def _listen(self, redis: Redis) -> None:
        async with redis.pubsub() as pubsub:
            while True:
                self._channels_changed.clear()
                channels = tuple(self._channels)
                if not channels:
                    await self._channels_changed.wait()
                    continue
                await pubsub.subscribe(*channels)
                asked = False
                while not self._channels_changed.is_set():
                    heard = await self._next_message(pubsub)
                    if not heard and asked:
                        raise TimeoutError("silent, also when asked whether it lives")
                    if not heard:
                        await pubsub.ping()
                    asked = not heard

    async def _next_message(self, pubsub: PubSub) -> bool:
        """Whether there was any within a second; the answers to our own commands count."""
        message = await pubsub.get_message(timeout=PATIENCE_SECONDS)
        match message:
            case {"type": "subscribe", "channel": bytes(channel)}:
                self._receive(Event(channel.decode(), RECONNECTED))
            case {"type": "message", "channel": bytes(channel), "data": bytes(data)}:
                with suppress(UnicodeDecodeError):
                    self._receive(Event(channel.decode(), data.decode()))
        return message is not None

    def _receive(self, event: Event) -> None:
        if self._received.full():
            # What is dropped is found by comparing versions.
            self._received.get_nowait()
        self._received.put_nowait(event)

    async def _send(self, redis: Redis) -> None:
        while True:
            self._something_to_send.clear()
            while self._unsent:
                await redis.publish(*self._unsent[0])
                self._unsent.popleft()
            await self._something_to_send.wait()
