"""Transactions: all or nothing, and a database in trouble is ServerBusy whatever the trouble is."""

import asyncio
from datetime import UTC

import pytest

from db.engine import make_engine
from db.unit_of_work import ChangesNothing, readings, transactions
from domain.errors import InvalidInput, ServerBusy
from domain.holds import Hold, HoldState
from domain.repositories import Transaction
from tests.builders import a_buyer, a_show, a_user
from tests.db.conftest import Office
from tests.db.test_inventory_races import waits_for_a_row


async def test_leaving_commits_and_raising_rolls_back(office: Office) -> None:
    kept, lost = a_user(), a_user()
    async with office.transaction() as work:
        await work.users.add(kept)

    async def fail() -> None:
        async with office.transaction() as work:
            await work.users.add(lost)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with office.transaction() as work:
        assert set(await work.users.by_ids([kept.id, lost.id])) == {kept.id}


async def test_the_clock_is_the_databases_and_runs_within_a_transaction(office: Office) -> None:
    async with office.transaction() as work:
        first, second = await work.now(), await work.now()
    assert first < second
    assert second.tzinfo == UTC


async def held(office: Office) -> Hold:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    return await office.inventory.lock(show.lock(fan, "A-1"))


async def order(work: Transaction, hold: Hold) -> None:
    await work.orders.place(hold.id, hold.user_id, "card")


async def test_a_row_that_is_not_to_be_had_in_time_is_server_busy(office: Office) -> None:
    hold = await held(office)
    async with office.transaction() as work:
        await work.orders.place(hold.id, hold.user_id, "card")
        with pytest.raises(ServerBusy) as refused:
            async with office.transaction() as other:
                await order(other, hold)
    assert refused.value.retry_after_ms == 500


async def test_a_connection_that_is_killed_is_server_busy(office: Office) -> None:
    hold = await held(office)

    async def wait_for_it() -> None:
        async with office.transaction() as other:
            await order(other, hold)

    async with office.transaction() as work:
        await order(work, hold)
        waiting = asyncio.create_task(wait_for_it())
        await waits_for_a_row(office)
        killed = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        assert await office.rows(killed) == [(True,)]
        with pytest.raises(ServerBusy):
            await waiting


async def test_two_who_wait_for_each_other_are_told_apart_and_the_one_is_server_busy(office: Office) -> None:
    holds = [await held(office), await held(office)]
    met = asyncio.Barrier(2)

    async def both(first: int) -> None:
        async with office.transaction() as work:
            await order(work, holds[first])
            await met.wait()
            await order(work, holds[1 - first])

    answers = await asyncio.gather(both(0), both(1), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["NoneType", "ServerBusy"]


async def test_no_connection_to_be_had_is_server_busy(office: Office) -> None:
    engine = make_engine(office.url, pool_size=1, max_overflow=0)
    begin = transactions(engine)
    async with begin() as work:
        await work.now()
        with pytest.raises(ServerBusy):
            async with begin() as other:
                await other.now()
    await engine.dispose()


async def test_a_server_that_is_gone_is_server_busy(office: Office) -> None:
    engine = make_engine("postgresql://u:p@127.0.0.1:1/d")
    with pytest.raises(ServerBusy):
        async with transactions(engine)() as work:
            await work.now()
    await engine.dispose()


async def test_a_server_with_too_many_connections_is_server_busy(office: Office) -> None:
    await office.pool.execute("CREATE ROLE crowded LOGIN PASSWORD 'x' CONNECTION LIMIT 0")
    engine = make_engine("postgresql://crowded:x@" + office.url.partition("@")[2])
    with pytest.raises(ServerBusy):
        async with transactions(engine)() as work:
            await work.now()
    await engine.dispose()
    await office.pool.execute("DROP ROLE crowded")


async def test_a_text_with_nul_is_bad_input(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        async with office.transaction() as work:
            await work.events.by_slug("a\x00b")
    assert refused.value.path == ("input",)


async def test_a_look_sends_nothing_but_its_statements(office: Office) -> None:
    sent: list[str] = []
    fan = await a_buyer(office.transaction)
    engine = make_engine(office.url)
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        raw.driver_connection.add_query_logger(lambda one: sent.append(one.query))
    async with readings(engine)() as work:
        assert set(await work.users.by_ids([fan])) == {fan}
        assert set(await work.users.by_ids([fan])) == {fan}
    # What is prepared is not told here, but what goes around it is.
    assert sent == []
    async with transactions(engine)() as work:
        await work.users.by_ids([fan])
    assert [one.split()[0] for one in sent] == ["BEGIN", "COMMIT;"]
    await engine.dispose()


async def test_a_look_changes_nothing_and_locks_nothing(office: Office) -> None:
    engine, added, hold = make_engine(office.url), a_user(), await held(office)
    with pytest.raises(ChangesNothing):
        async with readings(engine)() as work:
            await work.users.add(added)
    with pytest.raises(ChangesNothing):
        async with readings(engine)() as work:
            await order(work, hold)
    async with office.transaction() as work:
        assert await work.users.by_ids([added.id]) == {}
        assert (await work.holds.by_ids([hold.id]))[hold.id].state is HoldState.ACTIVE
    await engine.dispose()
