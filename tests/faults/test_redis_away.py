"""Valkey killed, frozen, or losing messages, under load: maps stay true on the same sockets, buyers notice nothing."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from broadcaster import Broadcast

from db.availability import PostgresChangeLog
from domain.changes import Availability, applied
from domain.ids import SessionId
from subscriptions.backend import SupervisedRedis, make_broadcast
from subscriptions.channels import channel_of
from subscriptions.seat_feed import LiveSeats, live_seats
from tests.api.client import Client
from tests.api.conftest import House, open_house
from tests.api.documents import CHANGE, LOCK
from tests.builders import a_show, buyers
from tests.db.conftest import open_office
from tests.faults.views import agreed, views_of
from tests.subscriptions.servers import Valkey, valkey

__all__ = ["valkey"]
# As long as a freeze or an outage lasts here; an hour of it differs in nothing.
AWAY_SECONDS = 4.0
WATCHERS = 10


@dataclass(slots=True)
class Buyers:
    """How long each change and the next took, in seconds."""

    seconds: list[float] = field(default_factory=list)

    def forget(self) -> None:
        self.seconds = []

    @property
    def slowest(self) -> float:
        return max(self.seconds)

    async def buy(self, client: Client, house: House, seat: str) -> None:
        """For ever: has another seat beside their own, and gives it back."""
        clock = asyncio.get_running_loop().time
        hold = await client.ask(LOCK, house.lock(f"{seat}-1"))
        while True:
            started = clock()
            for wish in ({"add": [f"{seat}-2"]}, {"remove": [f"{seat}-2"]}):
                changed = await client.ask(CHANGE, {"input": {"holdId": hold["id"], **wish}})
                assert changed["__typename"] == "Hold", changed
                await asyncio.sleep(0.05)
            self.seconds.append(clock() - started)


@asynccontextmanager
async def buying(house: House) -> AsyncIterator[Buyers]:
    """Two who buy in the first process, for as long as it is open; fails when one of them was refused."""
    buyers = Buyers()
    people = [(house.fan, "A"), (house.rival, "B")]
    tasks = [asyncio.create_task(buyers.buy(client, house, seat)) for client, seat in people]
    try:
        yield buyers
        assert [task for task in tasks if task.done()] == []
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def after(buyers: Buyers, seconds: float) -> tuple[int, float]:
    """How many rounds they made in that time, and the slowest."""
    buyers.forget()
    done = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < done:
        await asyncio.sleep(0.05)
    return len(buyers.seconds), buyers.slowest


@asynccontextmanager
async def two_ushers(database_url: str, folder: Path, valkey: Valkey) -> AsyncIterator[tuple[House, list[Client]]]:
    """Half of the watchers are in the process that sells, half in another."""
    async with open_house(database_url, folder, REDIS_URL=valkey.url) as house, house.twin(valkey.url) as twin:
        yield house, [house.nobody, twin] * (WATCHERS // 2)


async def test_f4_valkey_is_killed_and_comes_back_empty(database_url: str, tmp_path: Path, valkey: Valkey) -> None:
    async with two_ushers(database_url, tmp_path, valkey) as (house, clients):
        async with views_of(house.session_id, clients) as views:
            async with buying(house) as buyers:
                before, _ = await after(buyers, AWAY_SECONDS)
                await valkey.kill()
                newest = max(view.version for view in views)
                during, slowest = await after(buyers, AWAY_SECONDS)
                # A machine that others use is allowed its moods.
                assert (during > before / 2, slowest < 1) == (True, True)
                oldest = min(view.version for view in views)
                await valkey.start()
                await after(buyers, 1)
                # All of them went on without it, and with it.
                assert min(view.version for view in views) > oldest > newest > 0
            await agreed(house, views, within=3)
            assert {view.snapshots for view in views} == {1}


async def test_f6_valkey_is_frozen(database_url: str, tmp_path: Path, valkey: Valkey) -> None:
    async with two_ushers(database_url, tmp_path, valkey) as (house, clients):
        async with views_of(house.session_id, clients) as views:
            async with buying(house) as buyers:
                await after(buyers, 1)
                valkey.send(signal.SIGSTOP)
                rounds, slowest = await after(buyers, AWAY_SECONDS)
                assert (rounds > 10, slowest < 1) == (True, True)
            # Still frozen.
            await agreed(house, views, within=3)
            valkey.send(signal.SIGCONT)
            await house.fan.ask(LOCK, house.lock("A-9"))
            await agreed(house, views, within=3)
            assert {view.snapshots for view in views} == {1}


class Lossy(SupervisedRedis):
    """Every 20th message is lost on its way."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.published = 0

    async def publish(self, channel: str, message: str) -> None:
        self.published += 1
        if self.published % 20:
            await super().publish(channel, message)


async def test_f5_lost_messages_leave_no_gap_and_are_made_up_for(database_url: str, valkey: Valkey) -> None:
    async with open_office(database_url) as office, AsyncExitStack() as stack:
        show, people = await a_show(office.transaction), await buyers(office.transaction, 10)
        lossy = Lossy(valkey.url)
        here = await stack.enter_async_context(live_seats(Broadcast(backend=lossy), office.log, 1.0))
        there = await stack.enter_async_context(live_seats(make_broadcast(valkey.url), PostgresChangeLog(office.pool), 1.0))
        watching = asyncio.create_task(watched_until(there, show.session_id, 200))
        await valkey.heard_by(1, channel_of(show.session_id))
        for turn in range(100):
            hold = await office.inventory.lock(show.lock(people[turn % 10], "A-1"))
            await office.inventory.release(show.session_id, hold.id)
            while office.announced:
                here.announce(office.announced.pop(0))
        async with asyncio.timeout(3):
            assert await watching == await office.snapshot(show.session_id)
        async with asyncio.timeout(2):
            while lossy.published < 200:
                await asyncio.sleep(0.01)


async def watched_until(feed: LiveSeats, session_id: SessionId, version: int) -> Availability:
    """`applied` raises at a gap."""
    async with aclosing(feed.watch(session_id, None)) as updates:
        state = await anext(updates)
        assert isinstance(state, Availability)
        async for update in updates:
            assert not isinstance(update, Availability)
            state = applied(state, update)
            if state.version == version:
                return state
    raise AssertionError("the feed ended")
