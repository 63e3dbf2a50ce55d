"""Topics: processes tell each other what has changed, by name only; what became of it, each reads for its own watchers."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid4

import orjson
from broadcaster import Broadcast

from domain.repositories import Transactions
from domain.topics import Kind, Topic, Watchable
from subscriptions.backend import RECONNECTED
from subscriptions.readings import Readings
from subscriptions.tireless import tireless

V = TypeVar("V")

CHANNEL = "usher.topics"
FORMAT = 1
MOST_UNSENT = 10_000
MOST_IN_A_MESSAGE = 500
# Between two messages; the first does not wait.
PAUSE_SECONDS = 0.02


class LiveTopics:
    """Implements `domain.gateways.Topics`."""

    def __init__(self, transaction: Transactions, kinds: Sequence[Watchable[Any]]) -> None:
        self.readings: dict[Kind, Readings[Any]] = {one.kind: Readings(one, transaction) for one in kinds}
        self._unsent: dict[Topic, None] = {}
        self._something_unsent = asyncio.Event()
        self._origin = uuid4().hex

    async def watch(self, kind: Watchable[V], id: UUID) -> AsyncGenerator[V | None, None]:
        readings: Readings[V] = self.readings[kind.kind]
        with readings.watching(id) as watched:
            await readings.fresh(id)
            while True:
                revision = watched.revision
                yield watched.state
                await watched.after(revision)

    def announce(self, *topics: Topic) -> None:
        self._look_at(topics)
        self._unsent.update(dict.fromkeys(topics))
        while len(self._unsent) > MOST_UNSENT:
            # The oldest goes; who needed it looks again by itself.
            del self._unsent[next(iter(self._unsent))]
        self._something_unsent.set()

    def look_again(self) -> None:
        for one in self.readings.values():
            one.ask_for_all()

    def hear(self, message: str) -> None:
        if message == RECONNECTED:
            self.look_again()
        else:
            self._look_at(_read(message, self._origin))

    async def tell(self, broadcast: Broadcast) -> None:
        """For ever: all that has gathered since the last message, in one."""
        while True:
            await self._something_unsent.wait()
            topics = list(self._unsent)[:MOST_IN_A_MESSAGE]
            for topic in topics:
                del self._unsent[topic]
            if not self._unsent:
                self._something_unsent.clear()
            await broadcast.publish(CHANNEL, _write(topics, self._origin))
            await asyncio.sleep(PAUSE_SECONDS)

    def _look_at(self, topics: Collection[Topic]) -> None:
        for topic in topics:
            if topic.kind in self.readings:
                self.readings[topic.kind].ask(topic.id)


@asynccontextmanager
async def live_topics(
    broadcast: Broadcast, transaction: Transactions, kinds: Sequence[Watchable[Any]]
) -> AsyncIterator[LiveTopics]:
    """`broadcast` is open, and stays so."""
    topics = LiveTopics(transaction, kinds)
    working = asyncio.create_task(tireless("topics", partial(_work, broadcast, topics)))
    try:
        yield topics
    finally:
        working.cancel()
        await asyncio.wait([working])


async def _work(broadcast: Broadcast, topics: LiveTopics) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_hear(broadcast, topics))
        tasks.create_task(topics.tell(broadcast))
        for readings in topics.readings.values():
            tasks.create_task(readings.read_on())
            tasks.create_task(readings.look_again())


async def _hear(broadcast: Broadcast, topics: LiveTopics) -> None:
    async with broadcast.subscribe(CHANNEL) as subscriber:
        while True:
            topics.hear((await subscriber.get()).message)


def _write(topics: Sequence[Topic], origin: str) -> str:
    return orjson.dumps({"format": FORMAT, "origin": origin, "topics": [[kind, str(id)] for kind, id in topics]}).decode()


def _read(message: str, origin: str) -> Sequence[Topic]:
    """Nothing for what is no message of ours, and for our own."""
    try:
        hint: dict[str, Any] = orjson.loads(message)
        if hint["format"] != FORMAT or hint["origin"] == origin:
            return ()
        return [Topic(Kind(kind), UUID(id)) for kind, id in hint["topics"]]
    except (ValueError, LookupError, TypeError, AttributeError):
        return ()
