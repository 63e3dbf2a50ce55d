"""Those who come back share what has to be read for them, however many they are."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing

import pytest

from domain.changes import Availability, AvailabilityDelta, AvailabilityUpdate
from domain.errors import ServerBusy
from domain.ids import SessionId, new_id
from subscriptions.backend import make_broadcast
from subscriptions.seat_feed import LiveSeats, live_seats
from tests.fakes import FakeChangeLog

SESSION = SessionId(new_id())
NEVER = 3600.0


def a_log(changes: int, kept: int = 10_000) -> FakeChangeLog:
    log = FakeChangeLog(SESSION, kept)
    for number in range(changes):
        log.change(f"A-{number % 50}")
    return log


async def come_back(feed: LiveSeats, stack: AsyncExitStack, versions: Sequence[int]) -> list[AvailabilityUpdate]:
    """The first answer to each; they stay until the stack is left."""
    watchers = [await stack.enter_async_context(aclosing(feed.watch(SESSION, version))) for version in versions]
    return await asyncio.gather(*(anext(watcher) for watcher in watchers))


def span(update: AvailabilityUpdate) -> tuple[int, int]:
    """From which version to which."""
    return (0 if isinstance(update, Availability) else update.previous_version), update.version


async def test_a_thousand_who_come_back_from_one_version_cost_one_read_of_the_log() -> None:
    log = a_log(40)
    async with live_seats(make_broadcast("memory://"), log, NEVER) as feed, AsyncExitStack() as stack:
        first = await come_back(feed, stack, [12] * 1_000)
        assert {span(update) for update in first} == {(12, 40)}
        assert (log.reads, log.snapshots) == ([12], 0)
        # One object, so that it is executed and encoded once, too.
        assert len({id(update) for update in first}) == 1


async def test_a_thousand_who_come_back_from_several_versions_cost_one_read_each() -> None:
    log = a_log(40)
    async with live_seats(make_broadcast("memory://"), log, NEVER) as feed, AsyncExitStack() as stack:
        first = await come_back(feed, stack, [37, 38, 39, 12] * 250)
        assert {span(update) for update in first} == {(37, 40), (38, 40), (39, 40), (12, 40)}
        assert sorted(log.reads) == [12, 37, 38, 39]
        # The next wave finds all of it here.
        assert {span(update) for update in await come_back(feed, stack, range(12, 40))} == {(at, 40) for at in range(12, 40)}
        assert len(log.reads) == 4


async def test_a_stampede_under_load_reads_the_log_once_however_long_it_takes() -> None:
    log = a_log(40)
    async with live_seats(make_broadcast("memory://"), log, NEVER, 1_000) as feed, AsyncExitStack() as stack:
        for _ in range(50):
            first = await come_back(feed, stack, [12, 39] * 10)
            assert {update.version for update in first} == {log.state.version}
            feed.announce(log.change("B-1"))
        assert (sorted(log.reads), log.snapshots) == ([12, 39], 0)


async def test_who_is_behind_a_message_by_half_gets_the_other_half() -> None:
    log = a_log(0)
    async with live_seats(make_broadcast("memory://"), log, NEVER) as feed, AsyncExitStack() as stack:
        async with aclosing(feed.watch(SESSION, None)) as updates:
            await anext(updates)
            feed.announce(log.change("A-1"))
            await anext(updates)
            for number in range(5):
                feed.announce(log.change(f"B-{number}"))
            # Not handed over yet.
            assert [span(one) for one in await come_back(feed, stack, [4, 6, 0])] == [(4, 6), (6, 6), (0, 6)]
            assert span(await anext(updates)) == (1, 6)
            assert [span(one) for one in await come_back(feed, stack, [4, 6, 0])] == [(4, 6), (6, 6), (0, 6)]
        assert (log.reads, log.snapshots) == ([], 1)


async def test_who_missed_nothing_is_told_so_with_the_counts_of_now() -> None:
    log = a_log(3)
    async with live_seats(make_broadcast("memory://"), log, NEVER) as feed, AsyncExitStack() as stack:
        first = await come_back(feed, stack, [3] * 100)
        assert first == [AvailabilityDelta(SESSION, 3, 3, 1_000, 0, 0, {}, {})] * 100
        assert (log.reads, log.snapshots) == ([3], 1)


async def test_who_is_behind_what_was_trimmed_gets_a_snapshot_and_the_log_is_not_asked_again() -> None:
    log = a_log(40, kept=10)
    async with live_seats(make_broadcast("memory://"), log, NEVER, 1_000) as feed, AsyncExitStack() as stack:
        assert await come_back(feed, stack, [None, *[20] * 100]) == [log.state] * 101  # type: ignore[list-item]  # one is new
        assert (log.reads, log.snapshots) == ([20], 1)
        async with aclosing(feed.watch(SESSION, None)) as updates:
            await anext(updates)
            feed.announce(log.change("A-1"))
            await anext(updates)
        assert await come_back(feed, stack, [20, 3, 19]) == [log.state] * 3
        assert (log.reads, log.snapshots) == ([20], 2)


async def test_who_was_told_more_by_another_process_than_we_know_makes_us_look() -> None:
    log = a_log(5)
    async with live_seats(make_broadcast("memory://"), log, NEVER) as feed, AsyncExitStack() as stack:
        await come_back(feed, stack, [2])
        for number in range(3):
            log.change(f"B-{number}")
        assert [span(one) for one in await come_back(feed, stack, [7] * 100 + [8])] == [(7, 8)] * 100 + [(8, 8)]
        assert log.reads == [2, 5]


async def test_a_version_that_never_was_gets_a_snapshot() -> None:
    log = a_log(5)
    async with live_seats(make_broadcast("memory://"), log, NEVER) as feed, AsyncExitStack() as stack:
        assert await come_back(feed, stack, [99] * 100) == [log.state] * 100
        assert await come_back(feed, stack, [99, -1]) == [log.state] * 2
        assert log.snapshots == 1


async def test_a_thousand_who_come_while_the_database_is_away_are_refused_by_one_attempt() -> None:
    log = a_log(5)
    attempts = 0

    class Slow(FakeChangeLog):
        async def since(self, session_id: SessionId, version: int) -> Sequence[AvailabilityDelta] | None:
            nonlocal attempts
            attempts += 1
            await asyncio.sleep(0.01)
            raise ServerBusy(1)

    async with live_seats(make_broadcast("memory://"), Slow(SESSION), NEVER) as feed:
        watchers = [feed.watch(SESSION, 3) for _ in range(1_000)]
        found = await asyncio.gather(*(anext(watcher) for watcher in watchers), return_exceptions=True)
        assert [type(one) for one in found] == [ServerBusy] * 1_000
        assert attempts == 1
        assert feed._hub.sessions() == {}.keys()
    assert log.reads == []


async def test_whoever_reads_for_all_may_leave() -> None:
    log = a_log(5)
    log.open.clear()
    async with live_seats(make_broadcast("memory://"), log, NEVER) as feed, AsyncExitStack() as stack:
        watchers = [await stack.enter_async_context(aclosing(feed.watch(SESSION, None))) for _ in range(3)]
        waiting = [asyncio.ensure_future(anext(watcher)) for watcher in watchers]
        while not log.snapshots:
            await asyncio.sleep(0)
        waiting[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting[0]
        while log.snapshots < 2:
            await asyncio.sleep(0)
        log.open.set()
        assert [await waiting[1], await waiting[2]] == [log.state] * 2
        assert log.snapshots == 2
