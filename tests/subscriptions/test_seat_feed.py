"""Live seats in one process: a first state, then no gap, whatever becomes of the hints."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from domain.changes import Availability, AvailabilityDelta, applied
from domain.errors import NotFound, ServerBusy
from domain.ids import SessionId, new_id
from domain.seats import SeatStatus
from subscriptions.backend import make_broadcast
from subscriptions.seat_feed import LiveSeats, live_seats
from tests.fakes import FakeChangeLog

SESSION = SessionId(new_id())
QUICK = 0.05


async def seen_until(feed: LiveSeats, version: int, since: int | None = None, state: Availability | None = None) -> Availability:
    """The state that a watcher has built when it reaches the version; fails at a gap."""
    async with asyncio.timeout(5), aclosing(feed.watch(SESSION, since)) as updates:
        async for update in updates:
            if isinstance(update, Availability):
                state = update
            else:
                assert state is not None
                state = applied(state, update)
            if state.version >= version:
                return state
    raise AssertionError("the feed ended")


def unordered(state: Availability) -> object:
    """Only whole states from the database promise an order of labels."""
    return replace(state, seats={status: frozenset(labels) for status, labels in state.seats.items()})  # type: ignore[misc]


async def test_a_snapshot_comes_first_then_every_change() -> None:
    log = FakeChangeLog(SESSION)
    log.change("A-1")
    async with live_seats(make_broadcast("memory://"), log) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        assert await anext(updates) == log.state
        delta = log.change("A-2")
        feed.announce(delta)
        assert await anext(updates) == delta


async def test_a_change_while_the_snapshot_is_read_is_neither_lost_nor_doubled() -> None:
    for _ in range(50):
        log = FakeChangeLog(SESSION)
        async with live_seats(make_broadcast("memory://"), log, messages_per_second=1_000) as feed:
            watchers = [asyncio.create_task(seen_until(feed, 20)) for _ in range(5)]
            for number in range(20):
                feed.announce(log.change(f"A-{number % 7}", list(SeatStatus)[number % 3]))
                await asyncio.sleep(0)
            assert [unordered(seen) for seen in await asyncio.gather(*watchers)] == [unordered(log.state)] * 5


async def test_a_hint_before_the_first_snapshot_is_not_forgotten() -> None:
    log = FakeChangeLog(SESSION)
    log.open.clear()
    async with live_seats(make_broadcast("memory://"), log, 60) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        first = asyncio.ensure_future(anext(updates))
        while log.snapshots == 0:
            await asyncio.sleep(0)
        delta = log.change("A-1")
        feed._hub.receive(SESSION, delta)
        log.open.set()
        async with asyncio.timeout(2):
            assert (await first).version == 0
            assert await anext(updates) == delta


async def test_lost_hints_are_found_by_comparing_versions() -> None:
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("memory://"), log, QUICK) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        await anext(updates)
        log.change("A-1")
        log.change("A-2")
        async with asyncio.timeout(2):
            update = await anext(updates)
        assert isinstance(update, AvailabilityDelta)
        assert (update.previous_version, update.version) == (0, 2)


async def test_a_hint_that_does_not_follow_sends_us_to_the_log_at_once() -> None:
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("memory://"), log, 60) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        await anext(updates)
        log.change("A-1")
        feed.announce(log.change("A-2"))
        async with asyncio.timeout(2):
            update = await anext(updates)
        assert isinstance(update, AvailabilityDelta)
        assert (update.previous_version, update.version) == (0, 2)


async def test_a_log_out_of_reach_is_read_when_it_is_back() -> None:
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("memory://"), log, QUICK) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        await anext(updates)
        log.away = True
        log.change("A-1")
        feed.announce(log.change("A-2"))
        waiting = asyncio.ensure_future(anext(updates))
        done, _ = await asyncio.wait([waiting], timeout=4 * QUICK)
        assert not done
        log.away = False
        async with asyncio.timeout(2):
            assert (await waiting).version == 2


async def test_an_error_nobody_expected_ends_nothing() -> None:
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("memory://"), log, QUICK) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        await anext(updates)
        log.broken = True
        log.change("A-1")
        feed.announce(log.change("A-2"))
        waiting = asyncio.ensure_future(anext(updates))
        done, _ = await asyncio.wait([waiting], timeout=4 * QUICK)
        assert not done
        log.broken = False
        async with asyncio.timeout(2):
            assert (await waiting).version == 2


async def test_a_hint_that_lied_is_found_out() -> None:
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("memory://"), log, QUICK) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        await anext(updates)
        feed._hub.receive(SESSION, AvailabilityDelta(SESSION, 0, 10**9, 0, 0, 0, {SeatStatus.SOLD: ("X",)}, {}))
        await anext(updates)
        async with asyncio.timeout(2):
            assert await anext(updates) == log.state
        feed.announce(log.change("A-1"))
        assert (await anext(updates)).version == 1


async def test_those_who_come_while_hints_are_late_share_a_snapshot_too() -> None:
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("memory://"), log, 60) as feed, aclosing(feed.watch(SESSION, None)) as first:
        await anext(first)
        log.change("A-1")
        feed._hub._watched[SESSION].snapshot = None
        watchers = [feed.watch(SESSION, None) for _ in range(100)]
        assert await asyncio.gather(*(anext(watcher) for watcher in watchers)) == [log.state] * 100
        assert log.snapshots == 2
        await asyncio.gather(*(watcher.aclose() for watcher in watchers))


async def test_a_log_that_does_not_reach_back_gives_a_snapshot() -> None:
    log = FakeChangeLog(SESSION, kept=3)
    async with live_seats(make_broadcast("memory://"), log, QUICK) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        await anext(updates)
        for number in range(10):
            log.change(f"A-{number}")
        async with asyncio.timeout(2):
            assert await anext(updates) == log.state


async def test_a_watcher_resumes_from_its_version() -> None:
    log = FakeChangeLog(SESSION, kept=5)
    states = [log.state]
    for number in range(8):
        log.change(f"A-{number}")
        states.append(log.state)
    async with live_seats(make_broadcast("memory://"), log) as feed:
        assert await seen_until(feed, 8, since=6, state=states[6]) == log.state
        async with aclosing(feed.watch(SESSION, 8)) as updates:
            live = await anext(updates)
            assert isinstance(live, AvailabilityDelta)
            assert (live.previous_version, live.version, live.changes) == (8, 8, {})
            feed.announce(log.change("B-1"))
            assert (await anext(updates)).version == 9
        for since in (1, 99):
            async with aclosing(feed.watch(SESSION, since)) as updates:
                assert await anext(updates) == log.state


async def test_a_slow_watcher_gets_one_delta_for_many_commits() -> None:
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("memory://"), log) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        await anext(updates)
        for number in range(30):
            feed.announce(log.change(f"A-{number % 3}"))
        update = await anext(updates)
        assert isinstance(update, AvailabilityDelta)
        assert (update.previous_version, update.version) == (0, 30)
        assert sorted(update.changes[SeatStatus.HELD]) == ["A-0", "A-1", "A-2"]


async def test_a_thousand_who_come_at_once_share_one_snapshot() -> None:
    log = FakeChangeLog(SESSION)
    log.change("A-1")
    async with live_seats(make_broadcast("memory://"), log) as feed:
        watchers = [feed.watch(SESSION, None) for _ in range(1_000)]
        assert await asyncio.gather(*(anext(watcher) for watcher in watchers)) == [log.state] * 1_000
        assert log.snapshots == 1
        await asyncio.gather(*(watcher.aclose() for watcher in watchers))


async def test_what_does_not_exist_is_not_found_and_leaves_nothing_behind() -> None:
    log = FakeChangeLog(SESSION)
    before = asyncio.all_tasks()
    async with live_seats(make_broadcast("memory://"), log) as feed:
        with pytest.raises(NotFound):
            await anext(feed.watch(SessionId(new_id()), None))
        log.away = True
        with pytest.raises(ServerBusy):
            await anext(feed.watch(SESSION, None))
        assert feed._hub._watched == {}
    # broadcaster cancels its listener without waiting for it.
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
