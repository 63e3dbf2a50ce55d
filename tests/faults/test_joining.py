"""Crowds that come, leave and come back while seats change: nobody is ever shown what was not so."""

import asyncio
import random
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from db.availability import SINCE, SNAPSHOT, VERSIONS, PostgresChangeLog
from domain.changes import Availability, AvailabilityUpdate, applied
from domain.ids import SessionId
from domain.seats import SeatStatus
from subscriptions.backend import make_broadcast
from subscriptions.seat_feed import LiveSeats, live_seats
from tests.builders import Show, a_buyer, a_show
from tests.db.conftest import Office, open_office

SEATS = [f"{row}-{number}" for row in "AB" for number in range(1, 11)]


class CountingLog(PostgresChangeLog):
    """How often each statement was sent. Answers are up to `slow` seconds on their way."""

    def __init__(self, pool: Any, slow: float = 0.0) -> None:
        super().__init__(pool)
        self.slow = slow
        self.sent: dict[str, int] = dict.fromkeys((SNAPSHOT.format(ids="$1"), SINCE, VERSIONS), 0)

    async def _fetch(self, query: str, *arguments: object) -> Sequence[Mapping[str, Any]]:
        self.sent[query] += 1
        answer = await super()._fetch(query, *arguments)
        await asyncio.sleep(random.random() * self.slow)
        return answer

    @property
    def counts(self) -> tuple[int, int, int]:
        """Snapshots, reads of the log, comparisons."""
        snapshots, logs, comparisons = self.sent.values()
        return snapshots, logs, comparisons


@dataclass(slots=True)
class Truth:
    """What was so at each version, from what was committed; and a feed that is told of it."""

    office: Office
    show: Show
    feed: LiveSeats
    states: list[Availability] = field(default_factory=list)

    @property
    def session_id(self) -> SessionId:
        return self.show.session_id

    async def change(self, times: int) -> None:
        """Random seats are locked and given back."""
        for turn in range(times):
            if turn % 10 == 0:
                # Nobody may lock much more often than that.
                fan = await a_buyer(self.office.transaction)
            seat = random.choice(SEATS)
            hold = await self.office.inventory.lock(self.show.lock(fan, seat))
            self.tell()
            await self.office.inventory.release(self.session_id, hold.id)
            self.tell()

    def tell(self) -> None:
        while self.office.announced:
            delta = self.office.announced.pop(0)
            self.states.append(applied(self.states[-1], delta))
            self.feed.announce(delta)

    def check(self, seen: Sequence[Availability]) -> None:
        for state in seen:
            true = self.states[state.version]
            assert (seats_of(state), state.available, state.held) == (seats_of(true), true.available, true.held)


def after(state: Availability | None, update: AvailabilityUpdate) -> Availability:
    """The watcher's new state; `applied` raises at a gap."""
    if isinstance(update, Availability):
        return update
    assert state is not None
    return applied(state, update)


def seats_of(state: Availability) -> dict[str, SeatStatus]:
    return {label: status for status, labels in state.seats.items() for label in labels}


@asynccontextmanager
async def selling(url: str, messages_per_second: float, slow: float = 0.0) -> AsyncIterator[tuple[Truth, CountingLog]]:
    async with open_office(url) as office:
        show, log = await a_show(office.transaction), CountingLog(office.pool, slow)
        async with live_seats(make_broadcast("memory://"), log, 1.0, messages_per_second) as feed:
            truth = Truth(office, show, feed)
            truth.states.append(await office.snapshot(show.session_id))
            yield truth, log


async def come_and_go(truth: Truth, done: Collection[object], seen: list[Availability]) -> None:
    """Watches for a moment, leaves, comes back from where it was, or as somebody new."""
    state: Availability | None = None
    while not done:
        since = state.version if state is not None and random.random() < 0.7 else None
        state = state if since is not None else None
        async with aclosing(truth.feed.watch(truth.session_id, since)) as updates:
            for _ in range(random.randrange(1, 4)):
                try:
                    async with asyncio.timeout(random.random() / 20):
                        state = after(state, await anext(updates))
                        seen.append(state)
                except TimeoutError:
                    break


async def test_f12_a_thousand_come_and_go_each_second_and_see_only_what_was_so(database_url: str) -> None:
    async with selling(database_url, 100, slow=0.03) as (truth, _):
        done: list[object] = []
        seen: list[Availability] = []
        crowd = [asyncio.create_task(come_and_go(truth, done, seen)) for _ in range(50)]
        started = asyncio.get_running_loop().time()
        await truth.change(200)
        lasted = asyncio.get_running_loop().time() - started
        done.append(True)
        await asyncio.gather(*crowd)
        # Each of them came with a message at least.
        assert len(seen) > 1_000 * lasted
        assert len({state.version for state in seen}) > 50
        truth.check(seen)
        assert truth.feed._hub.sessions() == {}.keys()


async def test_f11_a_thousand_who_were_cut_off_cost_a_handful_of_queries(database_url: str) -> None:
    async with selling(database_url, 10) as (truth, _):
        await truth.change(60)
        versions = [110, 111, 112, 113]
        log = CountingLog(truth.office.pool)
        # The process they come back to, just started, while selling goes on.
        async with live_seats(make_broadcast("memory://"), log, 1.0) as feed, AsyncExitStack() as stack:
            truth.feed = feed
            selling_on = asyncio.create_task(truth.change(40))
            states = {version: truth.states[version] for version in versions}

            async def come_back(number: int) -> Availability:
                state = states[versions[number % 4]]
                updates = await stack.enter_async_context(aclosing(feed.watch(truth.session_id, state.version)))
                async for update in updates:
                    assert not isinstance(update, Availability)
                    state = applied(state, update)
                    if state.version == 200:
                        break
                return state

            async with asyncio.timeout(10):
                last = await asyncio.gather(*(come_back(number) for number in range(1_000)))
            await selling_on
            assert {state.version for state in last} == {200}
            truth.check(last)
            snapshots, logs, _ = log.counts
            # One for each version that somebody came back from; another if they were ahead of what this process had heard.
            assert (snapshots, logs <= 5) == (0, True)


async def test_a_thousand_new_ones_under_load_read_ten_snapshots_a_second_at_most(database_url: str) -> None:
    async with selling(database_url, 10) as (truth, log):
        async with aclosing(truth.feed.watch(truth.session_id, None)) as stays:
            await anext(stays)
            started = asyncio.get_running_loop().time()
            changing = asyncio.create_task(truth.change(100))
            seen = []
            while not changing.done():
                async with aclosing(truth.feed.watch(truth.session_id, None)) as updates:
                    seen.append(after(None, await anext(updates)))
                await asyncio.sleep(0)
            await changing
            lasted = asyncio.get_running_loop().time() - started
            assert len(seen) > 200
            truth.check(seen)
            assert log.counts[0] <= 2 + 10 * lasted
