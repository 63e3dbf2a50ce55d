"""A line to one Redis or Valkey server: it never gives up, and says after each connect that something may have been missed."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from broadcaster import Event
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError, ResponseError

log = structlog.get_logger()

# Delivered to every subscriber after each connect: messages may have been missed before it.
RECONNECTED = ""
MOST_UNSENT = 1_000
SOCKET_SECONDS = 2.0
PATIENCE_SECONDS = 1.0
FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0
AWAY = (RedisError, OSError, TimeoutError)


class Line:
    """One connection listens and one publishes. What cannot be sent waits, at most 1,000 messages, then the oldest go.

    `sharded` is for a node of a cluster; `troubled` is called when a connection has failed.
    """

    def __init__(
        self, url: str, heard: Callable[[Event], None], *, sharded: bool = False, troubled: Callable[[], None] = lambda: None
    ) -> None:
        self._url = url
        self._heard = heard
        self._sharded = sharded
        self._troubled = troubled
        self._channels: set[str] = set()
        self._unsent: deque[tuple[str, str]] = deque(maxlen=MOST_UNSENT)
        self._something_to_send = asyncio.Event()
        self._listening: PubSub | None = None
        self._subscribed: set[str] = set()
        self._subscribing = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        self._tasks = [asyncio.create_task(self._supervise(work)) for work in (self._listen, self._send)]

    async def close(self) -> None:
        ending = set(self._tasks)
        while ending:
            # Again, because redis-py 8.1 swallows a cancellation that meets an answer just coming in.
            for task in ending:
                task.cancel()
            _, ending = await asyncio.wait(ending, timeout=0.2)

    async def listen_to(self, channels: set[str]) -> None:
        """To these and no others, from now on or from the next connect on."""
        self._channels = set(channels)
        # What is wrong with the connection is found by who listens on it.
        with suppress(*AWAY):
            await self._subscribe()

    def publish(self, channel: str, message: str) -> None:
        self._unsent.append((channel, message))
        self._something_to_send.set()

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
            except AWAY as error:
                log.warning("redis_away", work=work.__name__.strip("_"), error=type(error).__name__)
                self._troubled()
            finally:
                with suppress(*AWAY):
                    await redis.aclose()
            lasted = asyncio.get_running_loop().time() - started > LONGEST_WAIT + SOCKET_SECONDS
            wait = FIRST_WAIT if lasted else min(wait * 2, LONGEST_WAIT)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))

    async def _listen(self, redis: Redis) -> None:
        async with redis.pubsub() as pubsub:
            await pubsub.connect()
            self._listening, self._subscribed = pubsub, set()
            try:
                await self._subscribe()
                asked = False
                while True:
                    heard = await self._next_message(pubsub)
                    if not heard and asked:
                        raise TimeoutError("silent, also when asked whether it lives")
                    if not heard:
                        await pubsub.ping()
                    asked = not heard
            finally:
                self._listening = None

    async def _subscribe(self) -> None:
        """Makes the connection's channels the wanted ones; one command each, since a cluster takes no two of several slots."""
        async with self._subscribing:
            pubsub = self._listening
            if pubsub is None:
                return
            for channel in self._channels - self._subscribed:
                await (pubsub.ssubscribe(channel) if self._sharded else pubsub.subscribe(channel))
                self._subscribed.add(channel)
            for channel in self._subscribed - self._channels:
                await (pubsub.sunsubscribe(channel) if self._sharded else pubsub.unsubscribe(channel))
                self._subscribed.discard(channel)

    async def _next_message(self, pubsub: PubSub) -> bool:
        """Whether there was any within a second; the answers to our own commands count."""
        message = await pubsub.get_message(timeout=PATIENCE_SECONDS)
        match message:
            case {"type": "subscribe" | "ssubscribe", "channel": bytes(channel)}:
                self._heard(Event(channel.decode(), RECONNECTED))
            case {"type": "message" | "smessage", "channel": bytes(channel), "data": bytes(data)}:
                with suppress(UnicodeDecodeError):
                    self._heard(Event(channel.decode(), data.decode()))
            case {"type": "sunsubscribe", "channel": bytes(channel)} if channel.decode() in self._subscribed:
                raise ConnectionError("the channel's slot has moved to another node")
        return message is not None

    async def _send(self, redis: Redis) -> None:
        publish = redis.spublish if self._sharded else redis.publish
        while True:
            self._something_to_send.clear()
            while self._unsent:
                try:
                    await publish(*self._unsent[0])
                except ResponseError:
                    # Refused for good, e.g. because the slot has moved; only what was not answered is sent again.
                    self._unsent.popleft()
                    raise
                self._unsent.popleft()
            await self._something_to_send.wait()
