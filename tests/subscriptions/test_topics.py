"""What processes tell each other of things that are watched."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import new_id
from domain.topics import Kind, Topic
from subscriptions import topics as wire
from subscriptions.backend import RECONNECTED, make_broadcast
from subscriptions.topics import CHANNEL, MOST_UNSENT, LiveTopics, live_topics
from tests.subscriptions.clock import in_no_time
from tests.subscriptions.servers import Valkey, valkey
from tests.subscriptions.shelf import Shelf, live, no_transaction, order, watching

__all__ = ["valkey"]


def test_hints_are_sent_together_each_topic_once_and_the_first_at_once() -> None:
    async def story() -> None:
        shelf = Shelf()
        kind = shelf.kind()
        ids = [new_id() for _ in range(1_200)]
        async with make_broadcast("memory://") as broadcast, live_topics(broadcast, no_transaction, (kind,)) as topics:
            async with broadcast.subscribe(CHANNEL) as subscriber:
                topics.announce(order(ids[0]))
                heard = [wire._read((await subscriber.get()).message, "another")]
                for id in (*ids, *ids):
                    topics.announce(order(id))
                while sum(map(len, heard)) < 1 + len(ids):
                    heard.append(wire._read((await subscriber.get()).message, "another"))
        assert [len(one) for one in heard] == [1, 500, 500, 200]
        assert [topic for one in heard[1:] for topic in one] == [order(id) for id in ids]

    in_no_time(story())


def test_there_are_fifty_messages_a_second_at_most() -> None:
    async def story() -> None:
        topics = LiveTopics(no_transaction, ())
        heard = 0

        async def count(channel: str, message: str) -> None:
            nonlocal heard
            heard += 1

        broadcast = make_broadcast("memory://")
        broadcast.publish = count  # type: ignore[method-assign]
        telling = asyncio.create_task(topics.tell(broadcast))
        for _ in range(1_000):
            topics.announce(order(new_id()))
            await asyncio.sleep(0.001)
        telling.cancel()
        await asyncio.wait([telling])
        assert 45 <= heard <= 51

    in_no_time(story())


def test_hints_that_cannot_be_sent_are_bounded() -> None:
    async def story() -> None:
        topics = LiveTopics(no_transaction, ())
        ids = [new_id() for _ in range(MOST_UNSENT + 10)]
        for id in ids:
            topics.announce(order(id))
        assert list(topics._unsent) == [order(id) for id in ids[10:]]

    in_no_time(story())


def test_our_own_hint_is_not_looked_at_twice() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        kind = shelf.kind()
        async with live(kind) as topics, watching(topics, kind, id) as states:
            await anext(states)
            topics.announce(order(id))
            await asyncio.sleep(5)
            assert shelf.reads == [{id}, {id}]

    in_no_time(story())


def test_after_a_reconnect_all_that_is_watched_is_looked_at() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        kind = shelf.kind()
        async with live(kind) as topics, watching(topics, kind, id) as states:
            await anext(states)
            shelf.put("two", id)
            topics.hear(RECONNECTED)
            assert await anext(states) == "two"

    in_no_time(story())


A_HINT = wire._write([order(new_id()), Topic(Kind.GATE, new_id())], "one")


def test_a_hint_is_read_as_it_was_written() -> None:
    topics = [order(new_id()), Topic(Kind.GATE, new_id())]
    assert wire._read(wire._write(topics, "one"), "another") == topics
    assert wire._read(wire._write(topics, "one").replace('"format":1', '"format":2'), "another") == ()


def test_a_kind_of_a_newer_release_is_passed_over() -> None:
    assert wire._read(A_HINT.replace("gate", "seance"), "another") == ()


@pytest.mark.parametrize(
    "message", ["null", "[]", "{}", "{", '{"format":1,"origin":"x"}', '{"format":1,"origin":"x","topics":[1]}']
)
def test_what_is_no_hint_is_nothing(message: str) -> None:
    assert wire._read(message, "another") == ()


@given(st.integers(0, len(A_HINT) - 1), st.characters(codec="utf-8"))
def test_a_damaged_hint_never_raises(at: int, character: str) -> None:
    wire._read(A_HINT[:at] + character + A_HINT[at + 1 :], "another")
    wire._read(A_HINT[:at], "another")


async def told_across(url: str, announce: bool) -> Sequence[str | None]:
    """What a watcher in one process is told of a change in another."""
    shelf = Shelf()
    id = shelf.put("one")
    kind = shelf.kind()
    async with make_broadcast(url) as here, make_broadcast(url) as there:
        async with live_topics(here, no_transaction, (kind,)) as watched, live_topics(there, no_transaction, ()) as changed:
            async with watching(watched, kind, id) as states:
                first = await anext(states)
                await here_heard(shelf)
                shelf.put("two", id)
                if announce:
                    changed.announce(order(id))
                async with asyncio.timeout(5):
                    return first, await anext(states)


async def here_heard(shelf: Shelf) -> None:
    """Until it has looked again because it is connected, or had looked after that."""
    async with asyncio.timeout(5):
        while len(shelf.reads) < 2:
            await asyncio.sleep(0.01)


async def test_what_one_process_announces_another_tells_its_watchers(valkey: Valkey) -> None:
    assert await told_across(valkey.url, announce=True) == ("one", "two")
