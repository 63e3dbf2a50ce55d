"""What nobody waits for begins anew whatever it has failed with, and ends when it is to."""

import asyncio
from typing import Any

import pytest
from broadcaster import Broadcast
from structlog.testing import capture_logs

from domain.changes import Availability
from domain.ids import SessionId, new_id
from subscriptions.limits import SharedLimits, live_limits
from subscriptions.seat_feed import live_seats
from subscriptions.topics import CHANNEL, live_topics
from tests.fakes import FakeChangeLog
from tests.subscriptions.clock import in_no_time
from tests.subscriptions.shelf import Shelf, no_transaction, order


class BreakingOnce(Broadcast):
    def __init__(self) -> None:
        super().__init__("memory://")
        self.broken = False

    async def publish(self, channel: str, message: Any) -> None:
        if not self.broken:
            self.broken = True
            raise LookupError(channel)
        await super().publish(channel, message)


def test_live_seats_go_on_after_a_bug_and_what_happened_meanwhile_is_found() -> None:
    async def story() -> None:
        session_id = SessionId(new_id())
        changes = FakeChangeLog(session_id)
        async with live_seats(BreakingOnce(), changes) as feed:
            updates = feed.watch(session_id, None)
            assert isinstance(await anext(updates), Availability)
            feed.announce(changes.change("A-1"))
            assert (await anext(updates)).version == 1
            # By another process, of which nothing was heard.
            changes.change("A-2")
            async with asyncio.timeout(10):
                assert (await anext(updates)).version == 2
            await updates.aclose()

    with capture_logs() as logs:
        in_no_time(story())
    assert [(line["event"], line["work"]) for line in logs] == [("work_begins_anew", "live_seats")]


def test_topics_go_on_after_a_bug() -> None:
    async def story() -> None:
        lost, told = order(new_id()), order(new_id())
        async with BreakingOnce() as broadcast:
            async with live_topics(broadcast, no_transaction, (Shelf().kind(),)) as topics:
                topics.announce(lost)
                await asyncio.sleep(0.5)
                async with broadcast.subscribe(CHANNEL) as subscriber:
                    topics.announce(told)
                    async with asyncio.timeout(10):
                        assert str(told.id) in (await subscriber.get()).message

    in_no_time(story())


def test_limits_are_told_again_after_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        times, again = 0, asyncio.Event()

        async def tell(_: SharedLimits) -> None:
            nonlocal times
            times += 1
            if times == 1:
                raise LookupError("a bug")
            again.set()

        monkeypatch.setattr(SharedLimits, "tell", tell)
        async with live_limits("redis://127.0.0.1:1"), asyncio.timeout(10):
            await again.wait()

    in_no_time(story())
