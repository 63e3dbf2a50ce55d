"""At most ten messages a second and session; a message that has nothing to wait for does not wait."""

import asyncio
from contextlib import aclosing

from domain.changes import Availability, AvailabilityDelta
from domain.ids import SessionId, new_id
from domain.seats import SeatStatus
from subscriptions.backend import make_broadcast
from subscriptions.seat_feed import LiveSeats, live_seats
from tests.fakes import FakeChangeLog
from tests.subscriptions.clock import in_no_time

SESSION = SessionId(new_id())
NEVER = 10_000.0

Seen = list[tuple[float, int, int]]


async def watch(feed: LiveSeats, session_id: SessionId, last: int) -> Seen:
    """When each message came, from which version to which."""
    seen: Seen = []
    async with aclosing(feed.watch(session_id, None)) as updates:
        async for update in updates:
            previous = update.version if isinstance(update, Availability) else update.previous_version
            seen.append((round(asyncio.get_running_loop().time(), 6), previous, update.version))
            if update.version == last:
                return seen
    raise AssertionError("the feed ended")


async def told_at(moments: list[float], messages_per_second: float = 10.0) -> Seen:
    """One change at each of the moments."""
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("memory://"), log, NEVER, messages_per_second) as feed:
        watching = asyncio.create_task(watch(feed, SESSION, len(moments)))
        for at, moment in enumerate(moments):
            await asyncio.sleep(moment - asyncio.get_running_loop().time())
            feed.announce(log.change(f"A-{at}"))
        return await watching


def test_the_first_of_a_burst_comes_at_once_and_the_rest_as_one_when_the_interval_is_over() -> None:
    seen = in_no_time(told_at([1.0, 1.02, 1.05, 1.09]))
    assert seen == [(0, 0, 0), (1.0, 0, 1), (1.1, 1, 4)]


def test_nothing_waits_when_the_last_message_was_longer_ago_than_the_interval() -> None:
    seen = in_no_time(told_at([1.0, 1.1, 1.25, 9.0]))
    assert seen == [(0, 0, 0), (1.0, 0, 1), (1.1, 1, 2), (1.25, 2, 3), (9.0, 3, 4)]


def test_a_thousand_changes_a_second_are_ten_messages_a_second() -> None:
    seen = in_no_time(told_at([1 + at / 1_000 for at in range(3_000)]))[1:]
    # Every 100 ms, each following the last, the last one at the end.
    assert [moment for moment, _, _ in seen] == [round(1 + at / 10, 6) for at in range(31)]
    assert [previous for _, previous, _ in seen] == [0, *(version for _, _, version in seen[:-1])]
    assert seen[-1][2] == 3_000


def test_how_many_a_second_is_a_setting() -> None:
    seen = in_no_time(told_at([1.0, 1.1, 1.3, 1.45], messages_per_second=2))
    assert seen == [(0, 0, 0), (1.0, 0, 1), (1.5, 1, 4)]


def test_a_seats_last_status_is_what_a_merged_message_says() -> None:
    async def held_and_sold() -> AvailabilityDelta | Availability:
        log = FakeChangeLog(SESSION)
        async with live_seats(make_broadcast("memory://"), log, NEVER) as feed:
            async with aclosing(feed.watch(SESSION, None)) as updates:
                await anext(updates)
                feed.announce(log.change("A-1"))
                await anext(updates)
                for label, status in (("A-2", SeatStatus.HELD), ("A-3", SeatStatus.HELD), ("A-2", SeatStatus.SOLD)):
                    feed.announce(log.change(label, status))
                    await asyncio.sleep(0.01)
                return await anext(updates)

    update = in_no_time(held_and_sold())
    assert isinstance(update, AvailabilityDelta)
    assert (update.previous_version, update.version) == (1, 4)
    assert update.changes == {SeatStatus.SOLD: ("A-2",), SeatStatus.HELD: ("A-3",)}


def test_who_comes_in_the_middle_of_an_interval_neither_misses_a_change_nor_starts_before_it() -> None:
    async def comes_between() -> list[Seen]:
        log = FakeChangeLog(SESSION)
        async with live_seats(make_broadcast("memory://"), log, NEVER) as feed:
            early = asyncio.create_task(watch(feed, SESSION, 4))
            await asyncio.sleep(1)
            for at in range(3):
                feed.announce(log.change(f"A-{at}"))
                await asyncio.sleep(0.01)
            feed._hub._watched[SESSION].snapshot = None
            late = asyncio.create_task(watch(feed, SESSION, 4))
            await asyncio.sleep(0.01)
            feed.announce(log.change("A-3"))
            return [await early, await late]

    early, late = in_no_time(comes_between())
    assert early == [(0, 0, 0), (1.0, 0, 1), (1.1, 1, 4)]
    # The message of 1.1 begins before the snapshot that this one had.
    assert late == [(1.03, 3, 3), (1.1, 3, 4)]


def test_what_has_not_come_when_the_interval_is_over_is_read() -> None:
    async def lost() -> tuple[Seen, list[int]]:
        log = FakeChangeLog(SESSION)
        async with live_seats(make_broadcast("memory://"), log, NEVER) as feed:
            watching = asyncio.create_task(watch(feed, SESSION, 4))
            await asyncio.sleep(1)
            for lost in (False, False, True, False):
                delta = log.change("A-1")
                if not lost:
                    feed.announce(delta)
                await asyncio.sleep(0.01)
            return await watching, log.reads

    # Known without a gap are two; the log has the third and the fourth.
    assert in_no_time(lost()) == ([(0, 0, 0), (1.0, 0, 1), (1.1, 1, 2), (1.2, 2, 4)], [2])


def test_sessions_do_not_wait_for_each_other() -> None:
    other = SessionId(new_id())

    async def two() -> Seen:
        logs = {SESSION: FakeChangeLog(SESSION), other: FakeChangeLog(other)}

        class Both(FakeChangeLog):
            async def snapshot(self, session_id: SessionId) -> Availability | None:
                return await logs[session_id].snapshot(session_id)

        async with live_seats(make_broadcast("memory://"), Both(SESSION), NEVER) as feed:
            busy, quiet = [asyncio.create_task(watch(feed, one, 1)) for one in (SESSION, other)]
            await asyncio.sleep(1)
            feed.announce(logs[SESSION].change("A-1"))
            await asyncio.sleep(0.01)
            feed.announce(logs[other].change("A-1"))
            await busy
            return await quiet

    assert in_no_time(two()) == [(0, 0, 0), (1.01, 0, 1)]
