"""Two processes over a real Valkey: it carries hints, and its absence costs time only."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from broadcaster import Event
from redis.asyncio import Redis

from domain.ids import SessionId, new_id
from subscriptions.backend import SupervisedRedis, make_broadcast
from subscriptions.channels import channel_of
from subscriptions.line import MOST_UNSENT, Line
from subscriptions.seat_feed import LiveSeats, live_seats
from tests.fakes import FakeChangeLog
from tests.subscriptions.servers import Valkey, valkey

__all__ = ["Valkey", "valkey"]

SESSION = SessionId(new_id())
CHANNEL = channel_of(SESSION)
NEVER = 3600.0


@asynccontextmanager
async def two_processes(valkey: Valkey, log: FakeChangeLog, check_every: float) -> AsyncIterator[tuple[LiveSeats, LiveSeats]]:
    """Two feeds that share nothing but the log and Valkey."""
    first, second = make_broadcast(valkey.url), make_broadcast(valkey.url)
    async with live_seats(first, log, check_every) as one, live_seats(second, log, check_every) as other:
        yield one, other


async def test_a_change_in_one_process_reaches_the_first_watcher_of_another(valkey: Valkey) -> None:
    log = FakeChangeLog(SESSION)
    async with two_processes(valkey, log, NEVER) as (one, other), aclosing(other.watch(SESSION, None)) as updates:
        await anext(updates)
        await valkey.heard_by(1, CHANNEL)
        delta = log.change("A-1")
        one.announce(delta)
        async with asyncio.timeout(1):
            assert await anext(updates) == delta


async def test_our_own_echo_is_no_second_change(valkey: Valkey) -> None:
    log = FakeChangeLog(SESSION)
    async with two_processes(valkey, log, NEVER) as (one, other):
        async with aclosing(one.watch(SESSION, None)) as mine, aclosing(other.watch(SESSION, None)) as theirs:
            await anext(mine)
            await anext(theirs)
            await valkey.heard_by(2, CHANNEL)
            first = log.change("A-1")
            one.announce(first)
            async with asyncio.timeout(1):
                assert [await anext(mine), await anext(theirs)] == [first, first]
                second = log.change("A-2")
                other.announce(second)
                assert [await anext(theirs), await anext(mine)] == [second, second]


async def test_garbage_on_the_channel_is_survived(valkey: Valkey) -> None:
    log = FakeChangeLog(SESSION)
    async with two_processes(valkey, log, NEVER) as (one, other), aclosing(other.watch(SESSION, None)) as updates:
        await anext(updates)
        await valkey.heard_by(1, CHANNEL)
        async with Redis.from_url(valkey.url) as redis:
            for garbage in (b"\xff\xfe", b"{", b"[]", b'{"session": 1}'):
                await redis.publish(CHANNEL, garbage)
        delta = log.change("A-1")
        one.announce(delta)
        async with asyncio.timeout(1):
            assert await anext(updates) == delta


async def test_watchers_go_on_without_valkey_and_hints_return_with_it(valkey: Valkey) -> None:
    log = FakeChangeLog(SESSION)
    async with two_processes(valkey, log, 0.2) as (one, other), aclosing(other.watch(SESSION, None)) as updates:
        await anext(updates)
        await valkey.heard_by(1, CHANNEL)
        await valkey.kill()
        delta = log.change("A-1")
        one.announce(delta)
        async with asyncio.timeout(2):
            assert (await anext(updates)).version == 1
        await valkey.start()
        await valkey.heard_by(1, CHANNEL)
        log.change("A-2")
        async with asyncio.timeout(3):
            assert (await anext(updates)).version == 2


async def test_what_was_missed_while_away_is_read_right_after_the_reconnect(valkey: Valkey) -> None:
    log = FakeChangeLog(SESSION)
    async with two_processes(valkey, log, NEVER) as (_, other), aclosing(other.watch(SESSION, None)) as updates:
        await anext(updates)
        await valkey.heard_by(1, CHANNEL)
        await valkey.kill()
        log.change("A-1")
        await valkey.start()
        async with asyncio.timeout(5):
            assert (await anext(updates)).version == 1


async def test_announcing_never_waits_for_a_frozen_valkey(valkey: Valkey) -> None:
    log = FakeChangeLog(SESSION)
    async with two_processes(valkey, log, 0.2) as (one, other), aclosing(other.watch(SESSION, None)) as updates:
        await anext(updates)
        await valkey.heard_by(1, CHANNEL)
        valkey.send(signal.SIGSTOP)
        started = asyncio.get_running_loop().time()
        for number in range(5_000):
            one.announce(log.change(f"A-{number % 50}"))
        assert asyncio.get_running_loop().time() - started < 2
        assert one.unsent.qsize() <= 1_000
        async with asyncio.timeout(5):
            while (await anext(updates)).version < 5_000:
                pass


async def test_a_valkey_that_falls_silent_is_left_and_found_again(valkey: Valkey) -> None:
    log = FakeChangeLog(SESSION)
    async with two_processes(valkey, log, NEVER) as (_, other), aclosing(other.watch(SESSION, None)) as updates:
        await anext(updates)
        await valkey.heard_by(1, CHANNEL)
        async with asyncio.timeout(5):
            while not log.comparisons:
                await asyncio.sleep(0)
        log.change("A-1")
        valkey.send(signal.SIGSTOP)
        waiting = asyncio.ensure_future(anext(updates))
        # Longer than it takes to ask twice and hear nothing.
        done, _ = await asyncio.wait([waiting], timeout=4)
        assert not done
        valkey.send(signal.SIGCONT)
        async with asyncio.timeout(8):
            assert (await waiting).version == 1


async def test_a_valkey_that_is_away_at_the_start_stops_nobody(tmp_path: Path) -> None:
    log = FakeChangeLog(SESSION)
    async with live_seats(make_broadcast("redis://127.0.0.1:1"), log, 0.1) as feed:
        async with aclosing(feed.watch(SESSION, None)) as updates, asyncio.timeout(2):
            await anext(updates)
            feed.announce(log.change("A-1"))
            assert (await anext(updates)).version == 1


async def test_what_cannot_be_sent_is_bounded_and_the_newest_is_kept() -> None:
    heard: list[Event] = []
    line = Line("redis://127.0.0.1:1", heard.append)
    for number in range(3 * MOST_UNSENT):
        line.publish("channel", str(number))
    assert [message for _, message in line._unsent] == [str(number) for number in range(2 * MOST_UNSENT, 3 * MOST_UNSENT)]


async def test_what_is_not_fetched_is_bounded_and_the_newest_is_kept() -> None:
    backend = SupervisedRedis("redis://127.0.0.1:1")
    for number in range(3 * MOST_UNSENT):
        backend._receive(Event("channel", str(number)))
    assert backend._received.qsize() == MOST_UNSENT
    assert (await backend.next_published()).message == str(2 * MOST_UNSENT)
