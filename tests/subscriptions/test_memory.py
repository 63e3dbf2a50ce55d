"""What was is not kept: neither the changes of a session nor those who have watched it."""

import asyncio
import gc
from collections.abc import Collection, Mapping
from contextlib import aclosing

from domain.changes import Availability, AvailabilityDelta
from domain.ids import SessionId, new_id
from domain.seats import SeatStatus
from subscriptions.backend import make_broadcast
from subscriptions.seat_feed import LiveSeats, live_seats
from tests.fakes import FakeChangeLog
from tests.subscriptions.clock import in_no_time

SESSION = SessionId(new_id())
NEVER = 1e9
CHANGES, CYCLES = 100_000, 100_000
# What a loop and its caches may hold more or less of at any moment.
NOISE = 200


class AnyLog(FakeChangeLog):
    """Every session is at version 0 for ever, and nothing is remembered."""

    async def snapshot(self, session_id: SessionId) -> Availability | None:
        return Availability(session_id, 0, 0, 0, 0, {}, {})

    async def versions(self, ids: Collection[SessionId]) -> Mapping[SessionId, int]:
        return dict.fromkeys(ids, 0)


def a_delta(version: int) -> AvailabilityDelta:
    label = f"A-{version % 500}"
    return AvailabilityDelta(SESSION, version - 1, version, 0, 0, 0, {list(SeatStatus)[version % 3]: (label,)}, {})


def objects() -> int:
    gc.collect()
    return len(gc.get_objects())


async def change(feed: LiveSeats, first: int, last: int) -> None:
    for version in range(first, last + 1):
        feed.announce(a_delta(version))
        if version % 10 == 0:
            await asyncio.sleep(0.05)


async def read(feed: LiveSeats) -> int:
    messages = 0
    async with aclosing(feed.watch(SESSION, None)) as updates:
        async for update in updates:
            messages += 1
            if update.version == CHANGES:
                break
    return messages


def test_a_hundred_thousand_changes_of_one_session_leave_nothing_behind() -> None:
    async def live() -> tuple[int, int]:
        async with live_seats(make_broadcast("memory://"), AnyLog(SESSION), NEVER) as feed:
            # One that reads, one that never does, one that resumes now and then.
            reading, idle = asyncio.create_task(read(feed)), feed.watch(SESSION, None)
            await anext(idle)
            await change(feed, 1, CHANGES // 5)
            before = objects()
            for part in range(1, 5):
                await change(feed, CHANGES * part // 5 + 1, CHANGES * (part + 1) // 5)
                async with aclosing(feed.watch(SESSION, CHANGES * part // 5 + 19_000)) as updates:
                    await anext(updates)
            grown = objects() - before
            await idle.aclose()
            return grown, await reading

    grown, messages = in_no_time(live())
    # The snapshot, the first ten changes at once, the others in twenties.
    assert messages == 2 + CHANGES // 20
    assert grown < NOISE


def test_a_hundred_thousand_who_come_and_go_leave_nothing_behind() -> None:
    async def come_and_go(feed: LiveSeats, times: int) -> None:
        for turn in range(times):
            # Half of them to a session that nobody else has ever watched.
            watcher = feed.watch(SESSION if turn % 2 else SessionId(new_id()), None)
            await anext(watcher)
            await watcher.aclose()
            if turn % 100 == 0:
                await asyncio.sleep(1)

    async def live() -> int:
        async with live_seats(make_broadcast("memory://"), AnyLog(SESSION), 1.0) as feed:
            await come_and_go(feed, CYCLES // 10)
            before = objects()
            await come_and_go(feed, CYCLES)
            assert feed._hub.sessions() == {}.keys()
            return objects() - before

    assert in_no_time(live()) < NOISE
