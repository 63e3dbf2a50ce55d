"""Channels: one subscription for all sessions that share one, for as long as somebody watches."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack, aclosing
from uuid import UUID

from broadcaster import Broadcast, Event

from domain.changes import Availability
from domain.ids import SessionId, new_id
from subscriptions.backend import RECONNECTED, SupervisedRedis, make_broadcast
from subscriptions.channels import CHANNELS, LINGER_SECONDS, channel_of
from subscriptions.hints import write_hint
from subscriptions.seat_feed import live_seats
from tests.fakes import FakeChangeLog
from tests.subscriptions.clock import in_no_time

SESSION = SessionId(new_id())
OTHER = SessionId(UUID(int=SESSION.int ^ 1))
NEVER = 10_000.0


class Noted(SupervisedRedis):
    """Nothing listens or sends; what is asked of it is noted."""

    def __init__(self) -> None:
        super().__init__("redis://127.0.0.1:1")
        self.asked: list[tuple[str, str]] = []
        self.published: list[str] = []

    async def connect(self) -> None: ...
    async def disconnect(self) -> None: ...

    async def subscribe(self, channel: str) -> None:
        self.asked.append(("subscribe", channel))

    async def unsubscribe(self, channel: str) -> None:
        self.asked.append(("unsubscribe", channel))

    async def publish(self, channel: str, message: str) -> None:
        self.published.append(channel)


class AnyLog(FakeChangeLog):
    async def snapshot(self, session_id: SessionId) -> Availability:
        return Availability(session_id, 0, 0, 0, 0, {}, {})


def test_sessions_are_spread_over_all_channels() -> None:
    spread = Counter(channel_of(SessionId(new_id())) for _ in range(100 * CHANNELS))
    assert set(spread) == {f"usher.changes.{number}" for number in range(CHANNELS)}
    assert max(spread.values()) < 200


def test_a_channel_is_subscribed_once_however_many_watch_and_left_when_nobody_does() -> None:
    async def watched_and_left() -> list[tuple[str, str]]:
        noted = Noted()
        async with live_seats(Broadcast(backend=noted), AnyLog(SESSION), NEVER) as feed:
            assert noted.asked == []
            async with AsyncExitStack() as stack:
                for _ in range(100):
                    updates = await stack.enter_async_context(aclosing(feed.watch(SESSION, None)))
                    await anext(updates)
                await asyncio.sleep(10 * LINGER_SECONDS)
                assert noted.asked == [("subscribe", channel_of(SESSION))]
            await asyncio.sleep(3 * LINGER_SECONDS)
            return list(noted.asked)

    channel = channel_of(SESSION)
    assert in_no_time(watched_and_left()) == [("subscribe", channel), ("unsubscribe", channel)]


def test_who_comes_back_soon_finds_the_channel_open() -> None:
    async def came_back() -> list[tuple[str, str]]:
        noted = Noted()
        async with live_seats(Broadcast(backend=noted), AnyLog(SESSION), NEVER) as feed:
            for _ in range(100):
                async with aclosing(feed.watch(SESSION, None)) as updates:
                    await anext(updates)
                    await asyncio.sleep(1)
                await asyncio.sleep(LINGER_SECONDS / 4)
                # Somebody else's makes us look at what is wanted now.
                async with aclosing(feed.watch(OTHER, None)) as updates:
                    await anext(updates)
                    await asyncio.sleep(LINGER_SECONDS / 4)
            return list(noted.asked)

    assert in_no_time(came_back()) == [("subscribe", channel_of(SESSION)), ("subscribe", channel_of(OTHER))]


def test_a_change_goes_to_its_sessions_channel_only() -> None:
    async def announced() -> list[str]:
        noted, log = Noted(), FakeChangeLog(SESSION)
        async with live_seats(Broadcast(backend=noted), log, NEVER) as feed:
            feed.announce(log.change("A-1"))
            await asyncio.sleep(1)
            return noted.published

    assert in_no_time(announced()) == [channel_of(SESSION)]


async def test_whatever_reconnects_at_the_same_time_is_one_comparison_of_all_watched_sessions() -> None:
    log, noted = FakeChangeLog(SESSION), Noted()
    broadcast = Broadcast(backend=noted)
    async with live_seats(broadcast, log, NEVER) as feed, AsyncExitStack() as stack:
        # One for each channel, whether or not anybody has ever been in its sessions.
        watching = [SessionId(new_id()) for _ in range(20 * CHANNELS)]
        for session_id in watching:
            await stack.enter_async_context(feed._hub.mailbox(session_id))
        updates = await stack.enter_async_context(aclosing(feed.watch(SESSION, None)))
        await anext(updates)
        async with asyncio.timeout(2):
            while len(noted.asked) < CHANNELS:
                await asyncio.sleep(0)
        log.change("A-1")
        for _, channel in noted.asked:
            noted._receive(Event(channel, RECONNECTED))
        async with asyncio.timeout(2):
            assert (await anext(updates)).version == 1
        assert log.comparisons == 1


async def test_hints_in_the_wrong_order_need_no_database() -> None:
    log, noted = FakeChangeLog(SESSION), Noted()
    async with live_seats(Broadcast(backend=noted), log, NEVER) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        await anext(updates)
        async with asyncio.timeout(2):
            while not noted.asked:
                await asyncio.sleep(0)
        first, second, third, fourth = [log.change(f"A-{number}") for number in range(4)]
        for delta in (first, third, fourth, second):
            noted._receive(Event(channel_of(SESSION), write_hint(delta)))
        async with asyncio.timeout(2):
            assert (await anext(updates)).version == 4
        assert log.reads == []


async def test_memory_needs_no_channel_to_be_heard() -> None:
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("memory://"), log, NEVER) as feed, aclosing(feed.watch(SESSION, None)) as updates:
        await anext(updates)
        delta = log.change("A-1")
        feed.announce(delta)
        assert await anext(updates) == delta
        assert (log.reads, log.snapshots, log.comparisons) == ([], 1, 0)
