"""Watched things: first as they are, then every change, also unsaid ones; read together, and never more than needed."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from domain.repositories import Transaction
from domain.topics import Kind, Topic, Watchable
from tests.subscriptions.clock import in_no_time
from tests.subscriptions.shelf import Shelf, first_of, live, nothing_from, order, watching


def test_a_watcher_is_told_what_is_and_then_what_was_announced_to_have_changed() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        kind = shelf.kind()
        async with live(kind) as topics, watching(topics, kind, id) as states:
            assert await anext(states) == "one"
            shelf.put("two", id)
            topics.announce(order(id))
            assert await anext(states) == "two"
            del shelf.texts[id]
            topics.announce(order(id))
            assert await anext(states) is None

    in_no_time(story())


def test_what_is_announced_and_the_same_is_not_told() -> None:
    async def story() -> None:
        shelf = Shelf()
        id, other = shelf.put("one"), shelf.put("else")
        kind = shelf.kind(same=lambda one, other: one.lower() == other.lower())
        async with live(kind) as topics, watching(topics, kind, id) as states:
            await anext(states)
            shelf.put("ONE", id)
            topics.announce(order(id), order(other), Topic(Kind.HOLD, id))
            await nothing_from(states, 5)
            assert shelf.reads == [{id}, {id}]

    in_no_time(story())


def test_what_nobody_announced_is_found_by_looking_again_within_half_as_much_again() -> None:
    async def story() -> None:
        shelf = Shelf()
        ids = [shelf.put("one") for _ in range(3)]
        kind = shelf.kind(check_every=2.0)
        async with live(kind) as topics:
            async with watching(topics, kind, ids[0]) as states, watching(topics, kind, ids[1]) as others:
                await anext(states)
                await anext(others)
                shelf.put("two", ids[0])
                clock = asyncio.get_running_loop().time
                began = clock()
                assert await anext(states) == "two"
                assert clock() - began <= 3.0
                # One query for all that is watched, and nothing that is not.
                assert shelf.reads[-1] == {ids[0], ids[1]}
                before = len(shelf.reads)
                await asyncio.sleep(30)
                assert 10 <= len(shelf.reads) - before <= 15

    in_no_time(story())


def test_looking_takes_a_twentieth_of_the_time_at_most() -> None:
    async def story() -> None:
        shelf = Shelf()
        kind = Watchable(Kind.ORDER, slow(shelf.read, seconds=1.0), check_every=2.0)
        async with live(kind) as topics, watching(topics, kind, shelf.put("one")) as states:
            await anext(states)
            before = len(shelf.reads)
            await asyncio.sleep(300)
            assert 10 <= len(shelf.reads) - before <= 16

    in_no_time(story())


def slow(read: Any, *, seconds: float) -> Any:
    async def slowly(work: Transaction, ids: Collection[UUID]) -> Mapping[UUID, str]:
        await asyncio.sleep(seconds)
        found: Mapping[UUID, str] = await read(work, ids)
        return found

    return slowly


def test_whoever_asks_while_others_are_read_is_read_with_all_who_do() -> None:
    async def story() -> None:
        shelf = Shelf()
        ids = [shelf.put(str(at)) for at in range(50)]
        kind = shelf.kind()
        async with live(kind) as topics:
            shelf.open.clear()
            async with asyncio.TaskGroup() as tasks:
                first = tasks.create_task(first_of(topics, kind, ids[0]))
                await asyncio.sleep(1)
                rest = [tasks.create_task(first_of(topics, kind, id)) for id in ids]
                await asyncio.sleep(1)
                shelf.open.set()
            assert (first.result(), [one.result() for one in rest]) == ("0", [str(at) for at in range(50)])
            assert shelf.reads == [{ids[0]}, set(ids)]

    in_no_time(story())


def test_a_new_watcher_is_told_what_is_and_not_what_was_when_others_looked() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        kind = shelf.kind()
        async with live(kind) as topics, watching(topics, kind, id) as states:
            await anext(states)
            # Nobody says so.
            shelf.put("two", id)
            assert await first_of(topics, kind, id) == "two"
            assert await anext(states) == "two"

    in_no_time(story())


def test_a_change_that_meets_the_read_is_told_after_it() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        kind = shelf.kind()
        async with live(kind) as topics, watching(topics, kind, id) as states:
            shelf.open.clear()
            first = asyncio.ensure_future(anext(states))
            await asyncio.sleep(1)
            shelf.put("two", id)
            topics.announce(order(id))
            shelf.open.set()
            assert (await first, await anext(states)) == ("one", "two")

    in_no_time(story())


def test_a_slow_watcher_misses_what_is_past_and_holds_nobody_up() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("0")
        kind = shelf.kind()
        async with live(kind) as topics:
            async with watching(topics, kind, id) as slow_one, watching(topics, kind, id) as quick_one:
                await anext(slow_one)
                await anext(quick_one)
                for at in range(1, 4):
                    shelf.put(str(at), id)
                    topics.announce(order(id))
                    assert await anext(quick_one) == str(at)
                assert await anext(slow_one) == "3"
                await nothing_from(slow_one, 5)

    in_no_time(story())


def test_what_changes_by_itself_is_looked_at_when_it_does() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("7")
        kind = shelf.kind(changes_in=lambda text: timedelta(seconds=float(text)) if text != "0" else None)
        async with live(kind) as topics, watching(topics, kind, id) as states:
            assert await anext(states) == "7"
            shelf.put("0", id)
            clock = asyncio.get_running_loop().time
            began = clock()
            assert await anext(states) == "0"
            assert 7.0 < clock() - began < 7.02
            await nothing_from(states, 60)
            assert len(shelf.reads) == 2

    in_no_time(story())


def test_two_looks_at_a_kind_are_a_pause_apart_and_the_first_does_not_wait() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("0")
        kind = shelf.kind(pause=0.2)
        clock = asyncio.get_running_loop().time
        async with live(kind) as topics, watching(topics, kind, id) as states:
            await anext(states)
            await asyncio.sleep(1)
            told = []
            for at in range(1, 31):
                shelf.put(str(at), id)
                topics.announce(order(id))
                if at in (1, 11, 21):
                    told.append((await anext(states), clock()))
                await asyncio.sleep(0.01)
            told.append((await anext(states), clock()))
        times = [at for _, at in told]
        assert [text for text, _ in told][-1] == "30"
        assert all(later - earlier > 0.19 for earlier, later in pairwise(times))

    in_no_time(story())


def test_what_was_read_anew_is_due_by_the_newer_reading_only() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        kind = shelf.kind(changes_in=lambda _: timedelta(seconds=7))
        async with live(kind) as topics, watching(topics, kind, id) as states:
            await anext(states)
            for _ in range(5):
                await asyncio.sleep(1)
                topics.announce(order(id))
            await asyncio.sleep(6.9)
            assert len(shelf.reads) == 6
            await asyncio.sleep(0.2)
            assert len(shelf.reads) == 7

    in_no_time(story())
