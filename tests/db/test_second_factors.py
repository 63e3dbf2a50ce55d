"""Second factors in the database: who looks at one waits for who looked before, and only what was confirmed counts."""

import asyncio

from domain.ids import new_id
from tests.builders import a_user
from tests.db.conftest import Office

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def test_who_looks_at_a_second_factor_waits_for_who_looked_before(office: Office) -> None:
    fan = a_user()
    async with office.transaction() as work:
        await work.users.add(fan)
        assert await work.second_factors.offer(fan.id, b"sealed")

    async def step() -> int:
        async with office.transaction() as work:
            found = await work.second_factors.locked(fan.id)
        assert found is not None
        return found.last_step

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        async with office.transaction() as work:
            await work.second_factors.locked(fan.id)
            second = tasks.create_task(step())
            while not await office.scalar(WAITS):
                await asyncio.sleep(0.01)
            await work.second_factors.take(fan.id, 7)
    assert second.result() == 7


async def test_an_offer_takes_the_place_of_another_and_of_nothing_that_was_confirmed(office: Office) -> None:
    fan, code, other = a_user(), new_id().bytes, new_id().bytes
    async with office.transaction() as work:
        await work.users.add(fan)
        assert [await work.second_factors.offer(fan.id, sealed) for sealed in (b"one", b"two")] == [True, True]
        assert await work.second_factors.by_users([fan.id]) == {}
        await work.second_factors.confirm(fan.id, [code, other])
        assert not await work.second_factors.offer(fan.id, b"three")
        found = (await work.second_factors.by_users([fan.id]))[fan.id]
        assert (found.sealed, found.recovery_codes_left) == (b"two", 2)
        spent = [await work.second_factors.spend_recovery_code(fan.id, each) for each in (code, code, b"none")]
        assert spent == [True, False, False]
        await work.second_factors.remove(fan.id)
        assert await work.second_factors.locked(fan.id) is None
        assert await work.second_factors.offer(fan.id, b"four")
