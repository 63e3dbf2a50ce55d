"""Watching where the database is away, hangs or fails, and where watchers leave."""

import asyncio
from datetime import timedelta

import pytest

from domain.errors import ServerBusy
from domain.topics import Kind
from subscriptions.readings import MOST_IN_A_QUERY, PATIENCE_SECONDS, READ_SECONDS
from subscriptions.topics import LiveTopics
from tests.subscriptions.clock import in_no_time
from tests.subscriptions.shelf import Shelf, first_of, live, no_transaction, order, watching


def test_who_begins_while_the_database_is_away_is_told_so_and_others_go_on_when_it_is_back() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        kind = shelf.kind(check_every=2.0)
        async with live(kind) as topics, watching(topics, kind, id) as states:
            await anext(states)
            shelf.away = ServerBusy(1)
            shelf.put("two", id)
            topics.announce(order(id))
            with pytest.raises(ServerBusy):
                await first_of(topics, kind, id)
            await asyncio.sleep(30)
            shelf.away = None
            assert await anext(states) == "two"

    in_no_time(story())


def test_a_bug_in_reading_ends_nobodys_watching() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        kind = shelf.kind(check_every=2.0)
        async with live(kind) as topics, watching(topics, kind, id) as states:
            await anext(states)
            shelf.away = RuntimeError("a bug")
            with pytest.raises(RuntimeError):
                await first_of(topics, kind, id)
            shelf.away = None
            shelf.put("two", id)
            assert await anext(states) == "two"

    in_no_time(story())


def test_a_read_that_hangs_is_given_up() -> None:
    async def story() -> None:
        shelf = Shelf()
        kind = shelf.kind()
        shelf.open.clear()
        clock = asyncio.get_running_loop().time
        async with live(kind) as topics:
            id = shelf.put("one")
            began = clock()
            with pytest.raises(ServerBusy):
                await first_of(topics, kind, id)
            assert clock() - began == pytest.approx(READ_SECONDS, abs=0.1)

    in_no_time(story())


def test_who_waits_behind_a_read_that_hangs_waits_for_a_while_only() -> None:
    async def story() -> None:
        shelf = Shelf()
        kind = shelf.kind()
        topics = LiveTopics(no_transaction, (kind,))
        began = asyncio.get_running_loop().time()
        with pytest.raises(ServerBusy):
            await first_of(topics, kind, shelf.put("one"))
        assert asyncio.get_running_loop().time() - began == pytest.approx(READ_SECONDS + PATIENCE_SECONDS, abs=0.1)

    in_no_time(story())


def test_many_are_read_in_queries_of_five_hundred() -> None:
    async def story() -> None:
        shelf = Shelf()
        kind = shelf.kind()
        ids = [shelf.put("one") for _ in range(2 * MOST_IN_A_QUERY + 1)]
        async with live(kind) as topics, asyncio.TaskGroup() as tasks:
            for id in ids:
                tasks.create_task(first_of(topics, kind, id))
        assert sorted(len(read) for read in shelf.reads) == [1, MOST_IN_A_QUERY, MOST_IN_A_QUERY]
        assert set().union(*shelf.reads) == set(ids)

    in_no_time(story())


def test_nothing_is_kept_of_what_nobody_watches_any_more() -> None:
    async def story() -> None:
        shelf = Shelf()
        kind = shelf.kind(changes_in=lambda _: timedelta(seconds=5))
        async with live(kind) as topics:
            for _ in range(100):
                await first_of(topics, kind, shelf.put("one"))
            assert len(topics.readings[Kind.ORDER]) == 0
            reads = len(shelf.reads)
            await asyncio.sleep(60)
            assert len(shelf.reads) == reads == 100

    in_no_time(story())


def test_one_who_leaves_takes_nothing_from_those_who_stay() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        kind = shelf.kind()
        async with live(kind) as topics, watching(topics, kind, id) as states:
            await anext(states)
            shelf.open.clear()
            async with asyncio.TaskGroup() as tasks:
                leaving = tasks.create_task(first_of(topics, kind, id))
                staying = tasks.create_task(first_of(topics, kind, id))
                await asyncio.sleep(1)
                leaving.cancel()
                await asyncio.wait([leaving])
                shelf.open.set()
            assert staying.result() == "one"
            shelf.put("two", id)
            topics.announce(order(id))
            assert await anext(states) == "two"

    in_no_time(story())


def test_a_timer_does_not_outlive_the_watching() -> None:
    async def story() -> None:
        shelf = Shelf()
        id = shelf.put("one")
        async with live(shelf.kind(changes_in=lambda _: timedelta(minutes=15))) as topics:
            readings = topics.readings[Kind.ORDER]
            with readings.watching(id) as watched:
                await readings.fresh(id)
                assert watched.timer is not None
                assert not watched.timer.cancelled()
            assert watched.timer.cancelled()

    in_no_time(story())
