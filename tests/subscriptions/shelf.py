"""A shelf of texts to watch, in place of a database."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest

from domain.ids import new_id
from domain.repositories import Transaction
from domain.topics import Kind, Topic, Watchable
from subscriptions.backend import make_broadcast
from subscriptions.topics import LiveTopics, live_topics

NEVER = 10_000.0


@dataclass(slots=True)
class Shelf:
    """A database of texts. `reads` are the ids that were asked for together; a read ends when `open` is set."""

    texts: dict[UUID, str] = field(default_factory=dict)
    reads: list[set[UUID]] = field(default_factory=list)
    away: Exception | None = None
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def read(self, work: Transaction, ids: Collection[UUID]) -> Mapping[UUID, str]:
        self.reads.append(set(ids))
        found = {id: self.texts[id] for id in ids if id in self.texts}
        await self.open.wait()
        if self.away:
            raise self.away
        return found

    def kind(self, **terms: Any) -> Watchable[str]:
        return Watchable(Kind.ORDER, self.read, **({"check_every": NEVER} | terms))

    def put(self, text: str, id: UUID | None = None) -> UUID:
        id = id or new_id()
        self.texts[id] = text
        return id


def no_transaction() -> AbstractAsyncContextManager[Transaction]:
    @asynccontextmanager
    async def nothing() -> AsyncIterator[Transaction]:
        yield cast(Transaction, None)

    return nothing()


@asynccontextmanager
async def live(kind: Watchable[str], *more: Watchable[str]) -> AsyncIterator[LiveTopics]:
    async with make_broadcast("memory://") as broadcast, live_topics(broadcast, no_transaction, (kind, *more)) as topics:
        yield topics


def watching(topics: LiveTopics, kind: Watchable[str], id: UUID) -> "aclosing[AsyncGenerator[str | None, None]]":
    states = topics.watch(kind, id)
    return aclosing(states)


def order(id: UUID) -> Topic:
    return Topic(Kind.ORDER, id)


async def nothing_from(states: AsyncGenerator[str | None, None], seconds: float) -> None:
    """The generator is of no use after it."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await anext(states)


async def first_of(topics: LiveTopics, kind: Watchable[str], id: UUID) -> str | None:
    async with watching(topics, kind, id) as states:
        return await anext(states)
