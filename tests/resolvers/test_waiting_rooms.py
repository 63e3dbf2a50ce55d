"""Following the queue: what it costs the database does not grow with those who wait."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from broadcaster import Broadcast

from db.engine import make_engine, make_pool
from db.queue_joins import batched_queue
from db.unit_of_work import transactions
from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.ids import UserId
from domain.organizers import MemberRole
from domain.repositories import Transaction
from domain.viewers import Role, Viewer
from domain.waiting_rooms import Admitted, Opening, Position, Queued
from resolvers.services import Services
from resolvers.waiting_rooms import PLACES, ROOMS, close_waiting_room, join_queue, open_waiting_room, watch_position
from subscriptions.topics import live_topics
from tests.builders import Show, a_show, belongs, buyers, in_days, services_of

CROWD = 200


class Counting:
    """A transaction of which it is counted how often its waiting rooms are asked for what."""

    def __init__(self, work: Transaction, calls: Counter[str]) -> None:
        self._work = work
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        if name not in ("waiting_rooms", "by_sessions", "places", "place_of", "open"):
            return getattr(self._work, name)
        if name == "waiting_rooms":
            return Counting(self._work.waiting_rooms, self._calls)  # type: ignore[arg-type]  # its methods are what is counted
        self._calls[name] += 1
        return getattr(self._work, name)


def viewer(user_id: UserId, *roles: Role) -> Viewer:
    return Viewer(user_id, frozenset(roles), in_days(1))


@asynccontextmanager
async def live(database_url: str, calls: Counter[str]) -> AsyncIterator[Services]:
    engine = make_engine(database_url)
    plain = transactions(engine)

    @asynccontextmanager
    async def counted() -> AsyncIterator[Transaction]:
        async with plain() as work:
            yield Counting(work, calls)

    async with Broadcast("memory://") as broadcast, make_pool(database_url) as pool, batched_queue(pool) as queue:
        async with live_topics(broadcast, counted, (ROOMS, PLACES)) as topics:
            yield services_of(counted, topics=topics, queue=queue)
    await engine.dispose()


async def followed(services: Services, fan: Viewer, show: Show, all_told: dict[UserId, list[Position]]) -> None:
    positions = watch_position(services, fan, show.session_id)
    async with aclosing(positions) as told:
        async for position in told:
            all_told[fan.user_id].append(position)


async def test_a_crowd_that_waits_is_read_of_together(database_url: str) -> None:
    calls: Counter[str] = Counter()
    async with live(database_url, calls) as services:
        show = await a_show(services.transaction)
        fans = [viewer(one) for one in await buyers(services.transaction, CROWD)]
        organizer = fans[0]
        await belongs(services.transaction, organizer.user_id, MemberRole.MANAGER)
        await open_waiting_room(services, organizer, Opening(show.session_id, 60 * CROWD, "seed", in_days(1)))
        await asyncio.gather(*(join_queue(services, fan, show.session_id) for fan in fans))
        all_told: dict[UserId, list[Position]] = {fan.user_id: [] for fan in fans}
        async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
            for fan in fans:
                tasks.create_task(followed(services, fan, show, all_told))
            async with asyncio.timeout(10):
                while not all(all_told.values()):
                    await asyncio.sleep(0.01)
            assert calls["place_of"] == CROWD
            calls.clear()
            async with services.transaction() as work:
                now = await work.now()
            await open_waiting_room(services, organizer, Opening(show.session_id, 60 * CROWD, "", now + timedelta(seconds=1)))
        # The change, the draw, the numbers of all of them at once, the admissions of two seconds or three.
        assert (calls["place_of"], calls["open"], calls["places"] <= 4, calls["by_sessions"] <= 20) == (0, 1, True, True), calls
        assert [type(told[-1]) for told in all_told.values()] == [Admitted] * CROWD
        assert sorted(told[-1].number for told in all_told.values() if isinstance(told[-1], Admitted)) == list(range(1, CROWD + 1))
        assert max(sum(isinstance(one, Queued) for one in told) for told in all_told.values()) <= 2


async def test_who_may_not_or_asks_for_what_cannot_be_changes_nothing(database_url: str) -> None:
    calls: Counter[str] = Counter()
    async with live(database_url, calls) as services:
        show = await a_show(services.transaction)
        people = await buyers(services.transaction, 4)
        await belongs(services.transaction, people[1], MemberRole.GATE)
        await belongs(services.transaction, people[2], MemberRole.BOX_OFFICE)
        opening = Opening(show.session_id, 60, "seed")
        for person in people[:3]:
            with pytest.raises(NotAllowed):
                await open_waiting_room(services, viewer(person, Role.ORGANIZER, Role.ADMIN), opening)
            with pytest.raises(NotAllowed):
                await close_waiting_room(services, viewer(person, Role.ORGANIZER, Role.ADMIN), show.session_id)
        await belongs(services.transaction, people[3], MemberRole.OWNER, organizer=("elsewhere", "Elsewhere"))
        with pytest.raises(NotFound):
            await open_waiting_room(services, viewer(people[3], Role.ORGANIZER), opening)
        with pytest.raises(NotFound):
            await close_waiting_room(services, viewer(people[3], Role.ORGANIZER), show.session_id)
        for wrong in (Opening(show.session_id, -1, ""), Opening(show.session_id, 60, "", None, timedelta(seconds=59))):
            with pytest.raises(InvalidInput):
                await open_waiting_room(services, viewer(people[3], Role.ADMIN), wrong)
        assert calls["open"] == 0
