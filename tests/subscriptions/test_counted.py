"""What is counted of live seats is what happened."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.changes import AvailabilityDelta
from domain.ids import SessionId, new_id
from domain.seats import SeatStatus
from subscriptions.backend import make_broadcast
from subscriptions.mailbox import MOST_SEATS
from subscriptions.seat_feed import live_seats
from tests.fakes import FakeChangeLog
from tests.subscriptions.clock import in_no_time
from tests.subscriptions.counting import Counts

SESSION = SessionId(new_id())
NEVER = 10_000.0


def test_messages_say_how_many_changes_they_are_and_how_old_the_first_of_them_is() -> None:
    async def merged() -> Counts:
        log, counts = FakeChangeLog(SESSION), Counts()
        async with live_seats(make_broadcast("memory://"), log, NEVER, 10, counts) as feed:
            async with aclosing(feed.watch(SESSION, None)) as updates:
                await anext(updates)
                for minutes in (3, 2, 1):
                    committed = datetime.now(UTC) - timedelta(minutes=minutes)
                    feed.announce(replace(log.change(f"A-{minutes}"), committed_at=committed))
                await anext(updates)
                feed.announce(log.change("A-4"))
                await anext(updates)
        return counts

    counts = in_no_time(merged())
    assert counts.merged == [3, 1]
    first, second = [lag for lag in counts.lags if lag is not None]
    assert 180 <= first < 181
    # Announced without a time, it was committed when it was announced.
    assert 0 <= second < 1
    assert (counts.folds, counts.resyncs, counts.snapshots, counts.logs) == ([], 0, 1, 0)


def test_folds_and_snapshots_of_those_who_are_slow_are_counted() -> None:
    async def slow() -> Counts:
        log, counts = FakeChangeLog(SESSION), Counts()
        async with live_seats(make_broadcast("memory://"), log, NEVER, 10, counts) as feed:
            async with aclosing(feed.watch(SESSION, None)) as updates:
                await anext(updates)
                for number in range(3):
                    feed.announce(log.change(f"A-{number}"))
                    await asyncio.sleep(1)
                assert (await anext(updates)).version == 3
                many = tuple(f"{number}" for number in range(MOST_SEATS + 1))
                feed.announce(AvailabilityDelta(SESSION, 3, 4, 0, 0, 0, {SeatStatus.SOLD: many}, {}))
                await anext(updates)
        return counts

    counts = in_no_time(slow())
    assert (counts.merged, counts.folds, counts.resyncs, counts.snapshots) == ([1, 1, 1, 1], [3], 1, 2)


def test_reads_of_the_log_are_counted() -> None:
    async def behind() -> Counts:
        log, counts = FakeChangeLog(SESSION), Counts()
        async with live_seats(make_broadcast("memory://"), log, 1.0, 10, counts) as feed:
            async with aclosing(feed.watch(SESSION, None)) as updates:
                await anext(updates)
                log.change("A-1")
                assert (await anext(updates)).version == 1
        return counts

    counts = in_no_time(behind())
    assert (counts.logs, counts.merged) == (1, [1])
