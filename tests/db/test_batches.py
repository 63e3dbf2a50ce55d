"""Batches: a command that fails, fails alone; a database in trouble is ServerBusy, soon, and nobody is left without an answer."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from db import lines
from db.inventory import batched_inventory
from domain.changes import AvailabilityDelta
from domain.errors import SeatsUnavailable, ServerBusy
from domain.ids import UserId, new_id
from tests.builders import Show, a_buyer, a_show, buyers
from tests.db.conftest import QUARTER, Office
from tests.db.test_inventory_races import kinds, outcomes, waits_for_a_row

Connection = asyncpg.Connection  # its record class does not matter here


@pytest.fixture
async def blocker(office: Office) -> "AsyncIterator[Connection[asyncpg.Record]]":
    """Somebody else's connection, to stand in the way with."""
    connection = await office.connect()
    yield connection
    await connection.close()


async def hold_the_row(blocker: "Connection[asyncpg.Record]", show: Show) -> None:
    await blocker.execute("BEGIN")
    await blocker.execute("SELECT 1 FROM inventory WHERE session_id = $1 FOR UPDATE", show.session_id)


async def test_a_buyer_who_does_not_exist_fails_alone(office: Office) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 4)
    asked = [*people[:2], UserId(new_id()), *people[2:]]
    answers = await outcomes(office.inventory.lock(show.lock(one, f"A-{at + 1}", key="k")) for at, one in enumerate(asked))
    assert [type(one).__name__ for one in answers] == ["Hold", "Hold", "ForeignKeyViolationError", "Hold", "Hold"]
    assert (await office.snapshot(show.session_id)).held == 4
    assert (await office.inventory.lock(show.lock(people[0], "A-3"))).seats == ("A-3",)


async def test_a_batch_that_falls_apart_is_still_decided_in_order_of_arrival(office: Office) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 10)
    asked = [people[0], UserId(new_id()), *people[1:]]
    answers = await outcomes(office.inventory.lock(show.lock(one, "A-1" if one in people else "B-1")) for one in asked)
    assert [type(one).__name__ for one in answers] == ["Hold", "ForeignKeyViolationError", *["SeatsUnavailable"] * 9]


async def test_while_somebody_sits_on_the_session_all_who_ask_are_told_so_together(
    office: Office, blocker: "Connection[asyncpg.Record]"
) -> None:
    show, other = await a_show(office.transaction), await a_show(office.transaction)
    people = await buyers(office.transaction, 20)
    async with office.impatient() as inventory:
        await hold_the_row(blocker, show)
        started = asyncio.get_running_loop().time()
        asked = asyncio.create_task(outcomes(inventory.lock(show.lock(one, f"A-{at % 10 + 1}")) for at, one in enumerate(people)))
        await waits_for_a_row(office)
        # Another session is not concerned.
        assert (await inventory.lock(other.lock(people[0], "A-1"))).seats == ("A-1",)
        answers = await asked
        # Three attempts of 100 ms each, however many ask.
        assert asyncio.get_running_loop().time() - started < 1.5
        assert kinds(answers) == {"ServerBusy": 20}
        assert all(250 <= one.retry_after_ms <= 2_250 for one in answers if isinstance(one, ServerBusy))
        await blocker.execute("ROLLBACK")
        assert (await office.snapshot(show.session_id)).version == 0
        assert (await inventory.lock(show.lock(people[0], "A-1"))).seats == ("A-1",)


async def test_a_short_wait_for_the_session_is_no_refusal(office: Office, blocker: "Connection[asyncpg.Record]") -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    async with office.impatient() as inventory:
        await hold_the_row(blocker, show)
        asked = asyncio.create_task(inventory.lock(show.lock(fan, "A-1")))
        await waits_for_a_row(office)
        await blocker.execute("ROLLBACK")
        assert (await asked).seats == ("A-1",)


async def test_a_connection_that_is_killed_under_a_batch_is_server_busy_for_all_of_it(
    office: Office, blocker: "Connection[asyncpg.Record]"
) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 5)
    await hold_the_row(blocker, show)
    asked = asyncio.create_task(outcomes(office.inventory.lock(show.lock(one, f"A-{at + 1}")) for at, one in enumerate(people)))
    await waits_for_a_row(office)
    killed = await office.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    assert killed == [(True,)]
    assert kinds(await asked) == {"ServerBusy": 5}
    await blocker.execute("ROLLBACK")
    assert (await office.snapshot(show.session_id)).version == 0
    assert (await office.inventory.lock(show.lock(people[0], "A-1"))).seats == ("A-1",)


async def test_a_statement_that_takes_too_long_is_server_busy(office: Office, blocker: "Connection[asyncpg.Record]") -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    async with office.impatient(lock_timeout="0", statement_timeout="100ms") as inventory:
        await hold_the_row(blocker, show)
        with pytest.raises(ServerBusy):
            await inventory.lock(show.lock(fan, "A-1"))
        await blocker.execute("ROLLBACK")


async def test_a_server_that_has_become_a_replica_is_server_busy(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    async with office.impatient(default_transaction_read_only="on") as inventory:
        with pytest.raises(ServerBusy):
            await inventory.lock(show.lock(fan, "A-1"))


async def test_a_server_that_is_gone_is_server_busy_also_for_upkeep_and_live_maps(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    async with office.fenced_off() as (inventory, log):
        for asked in (inventory.lock(show.lock(fan, "A-1")), inventory.expiring(), log.snapshot(show.session_id)):
            with pytest.raises(ServerBusy):
                await asked


async def test_a_database_without_room_is_server_busy_for_the_whole_batch_at_once(office: Office) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 5)
    await office.pool.execute(
        """
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON hold FOR EACH ROW EXECUTE FUNCTION full_disk()
        """
    )
    answers = await outcomes(office.inventory.lock(show.lock(one, f"A-{at + 1}")) for at, one in enumerate(people))
    await office.pool.execute("DROP TRIGGER full_disk ON hold; DROP FUNCTION full_disk()")
    assert kinds(answers) == {"ServerBusy": 5}


async def test_a_caller_who_goes_away_leaves_the_others_their_answers(
    office: Office, blocker: "Connection[asyncpg.Record]"
) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 6)
    await hold_the_row(blocker, show)
    asked = [asyncio.create_task(office.inventory.lock(show.lock(one, f"A-{at + 1}"))) for at, one in enumerate(people[:3])]
    await waits_for_a_row(office)
    # These wait for the next batch.
    asked += [asyncio.create_task(office.inventory.lock(show.lock(one, f"B-{at + 1}"))) for at, one in enumerate(people[3:])]
    await asyncio.sleep(0)
    asked[1].cancel()
    asked[4].cancel()
    await blocker.execute("ROLLBACK")
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one).__name__ for one in answers] == ["Hold", "CancelledError", "Hold", "Hold", "CancelledError", "Hold"]
    # What was asked for stays held until it expires, whether or not somebody heard of it.
    assert (await office.snapshot(show.session_id)).held == 6


async def test_all_that_comes_during_a_commit_is_the_next_commit(office: Office, blocker: "Connection[asyncpg.Record]") -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 20)
    await hold_the_row(blocker, show)
    first = asyncio.create_task(office.inventory.lock(show.lock(people[0], "A-1")))
    await waits_for_a_row(office)
    rest = asyncio.create_task(outcomes(office.inventory.lock(show.lock(one, f"B-{at % 10 + 1}")) for at, one in enumerate(people)))
    await asyncio.sleep(0)
    await blocker.execute("ROLLBACK")
    await first
    assert kinds(await rest) == {"Hold": 10, "SeatsUnavailable": 10}
    assert [delta.version for delta in office.announced] == [1, 2]
    assert (await office.snapshot(show.session_id)).version == 2


async def test_too_many_who_wait_are_refused_without_waiting(
    office: Office, blocker: "Connection[asyncpg.Record]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST_WAITING", 3)
    show, people = await a_show(office.transaction), await buyers(office.transaction, 5)
    await hold_the_row(blocker, show)
    first = asyncio.create_task(office.inventory.lock(show.lock(people[0], "A-1")))
    await waits_for_a_row(office)
    rest = asyncio.create_task(outcomes(office.inventory.lock(show.lock(one, f"A-{at + 2}")) for at, one in enumerate(people[1:])))
    await asyncio.sleep(0)
    await blocker.execute("ROLLBACK")
    await first
    assert [type(one).__name__ for one in await rest] == ["Hold", "Hold", "Hold", "ServerBusy"]


async def test_leaving_waits_for_the_batch_under_way(office: Office, blocker: "Connection[asyncpg.Record]") -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    asked: list[asyncio.Task[object]] = []
    under_way = asyncio.Event()
    await hold_the_row(blocker, show)

    async def come_and_go() -> None:
        async with batched_inventory(office.pool, QUARTER, lambda delta: None) as inventory:
            asked.append(asyncio.create_task(inventory.lock(show.lock(fan, "A-1"))))
            await waits_for_a_row(office)
            under_way.set()

    leaving = asyncio.create_task(come_and_go())
    await under_way.wait()
    await asyncio.sleep(0)
    assert not leaving.done()
    await blocker.execute("ROLLBACK")
    await leaving
    assert asked[0].done()
    assert (await office.snapshot(show.session_id)).held == 1


async def test_a_bug_in_one_session_leaves_nobody_waiting_and_ends_no_other_session(office: Office) -> None:
    show, other = await a_show(office.transaction), await a_show(office.transaction)
    people = await buyers(office.transaction, 2)

    def stumble(delta: AvailabilityDelta) -> None:
        if delta.session_id == show.session_id:
            raise ZeroDivisionError

    async with asyncio.timeout(10), batched_inventory(office.pool, QUARTER, stumble) as inventory:
        asked = (inventory.lock(show.lock(one, f"A-{at + 1}")) for at, one in enumerate(people))
        assert kinds(await outcomes(asked)) == {"ServerBusy": 2}
        assert (await inventory.lock(other.lock(people[0], "A-1"))).seats == ("A-1",)
        with pytest.raises(SeatsUnavailable):
            await inventory.lock(show.lock(people[0], "A-1"))
