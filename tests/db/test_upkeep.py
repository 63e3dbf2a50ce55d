"""What has had its time goes in small batches, and whoever would have needed it finds out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.upkeep import SESSIONS_AT_ONCE
from domain.changes import fold
from domain.ids import SessionId
from resolvers.upkeep import Retention, remove_leftovers
from tests.builders import a_buyer, a_key, a_show, services_of
from tests.db.conftest import Office, open_office
from tests.db.test_answers import keep

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
FOREVER = timedelta(days=10_000)
TWO_EACH = 2 * SESSIONS_AT_ONCE


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """Whose logs need not begin with the first version."""
    async with open_office(database_url) as opened:
        yield opened
        assert await opened.broken_invariants() == []


async def a_session_with(office: Office, changes: int) -> SessionId:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    for _ in range(changes // 2):
        hold = await office.inventory.lock(show.lock(fan, "A-1"))
        await office.inventory.release(show.session_id, hold.id)
    return show.session_id


async def age(office: Office, session_id: SessionId, upto: int, by: timedelta) -> None:
    await office.pool.execute(
        "UPDATE session_change SET committed_at = committed_at - $3::interval WHERE session_id = $1 AND version <= $2",
        session_id,
        upto,
        by,
    )


async def versions_of(office: Office, session_id: SessionId) -> list[int]:
    rows = await office.rows("SELECT version FROM session_change WHERE session_id = $1 ORDER BY version", session_id)
    return [version for (version,) in rows]


async def trimmed(office: Office, older_than: timedelta, keep: int, limit: int = 100) -> int:
    async with office.transaction() as work:
        return await work.leftovers.trim_changes(older_than, keep, limit)


async def test_what_is_older_than_an_hour_goes_and_the_rest_stays(office: Office) -> None:
    session_id = await a_session_with(office, 6)
    await age(office, session_id, 4, HOUR)
    assert await trimmed(office, HOUR, 10_000) == 4
    assert await versions_of(office, session_id) == [5, 6]
    assert await trimmed(office, HOUR, 10_000) == 0


async def test_only_the_last_versions_of_each_session_stay(office: Office) -> None:
    busy, quiet = await a_session_with(office, 8), await a_session_with(office, 2)
    assert await trimmed(office, FOREVER, 3) == 5
    assert await versions_of(office, busy) == [6, 7, 8]
    assert await versions_of(office, quiet) == [1, 2]


async def test_a_batch_is_small_and_takes_the_oldest(office: Office) -> None:
    sessions = [await a_session_with(office, 6) for _ in range(3)]
    assert await trimmed(office, FOREVER, 1, TWO_EACH) == 6
    assert [await versions_of(office, one) for one in sessions] == [[3, 4, 5, 6]] * 3


async def test_a_clock_that_was_set_back_makes_no_hole(office: Office) -> None:
    session_id = await a_session_with(office, 6)
    await office.pool.execute("UPDATE session_change SET committed_at = committed_at - $1::interval WHERE version = 4", HOUR)
    await age(office, session_id, 1, HOUR)
    await trimmed(office, HOUR, 10_000)
    assert await versions_of(office, session_id) == [5, 6]


async def test_a_reader_behind_the_trimmed_part_is_told_and_one_after_it_reads_on(office: Office) -> None:
    session_id = await a_session_with(office, 6)
    await trimmed(office, FOREVER, 3)
    found = [await office.log.since(session_id, version) for version in range(7)]
    assert [None if one is None else [delta.version for delta in one] for one in found] == [
        None,
        None,
        None,
        [4, 5, 6],
        [5, 6],
        [6],
        [],
    ]


async def test_a_hole_in_the_log_is_a_gap_that_is_noticed(office: Office) -> None:
    session_id = await a_session_with(office, 6)
    await office.pool.execute("DELETE FROM session_change WHERE version = 4")
    assert await office.log.since(session_id, 2) is None
    assert [delta.version for delta in await office.log.since(session_id, 4) or ()] == [5, 6]
    await office.pool.execute("DELETE FROM session_change")
    assert await office.log.since(session_id, 5) is None


async def test_one_process_trims_while_the_others_go_on(office: Office) -> None:
    await a_session_with(office, 6)
    async with office.transaction() as first:
        assert await first.leftovers.trim_changes(FOREVER, 1, TWO_EACH) == 2
        assert await trimmed(office, FOREVER, 1, TWO_EACH) == 0
        async with office.transaction() as other:
            assert await other.leftovers.forget_answers(DAY, 20) == 0
    assert await trimmed(office, FOREVER, 1, TWO_EACH) == 2


async def test_trimming_makes_no_buyer_wait(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    for _ in range(3):
        hold = await office.inventory.lock(show.lock(fan, "A-1"))
        await office.inventory.release(show.session_id, hold.id)
    async with office.transaction() as open_one:
        assert await open_one.leftovers.trim_changes(FOREVER, 1, 100) == 5
        async with asyncio.timeout(1):
            await office.inventory.lock(show.lock(fan, "A-2"))
    assert await versions_of(office, show.session_id) == [6, 7]


async def test_keys_older_than_a_day_are_forgotten(office: Office) -> None:
    fan = await a_buyer(office.transaction)
    async with office.transaction() as work:
        for key in ("a", "b", "c", "new"):
            await keep(work, a_key(fan, "buyTickets", key), {"order": key})
    await office.pool.execute("UPDATE answer SET answered_at = answered_at - $1::interval WHERE key <> 'new'", DAY)
    async with office.transaction() as work:
        assert await work.leftovers.forget_answers(DAY, 2) == 2
    async with office.transaction() as work:
        assert await work.leftovers.forget_answers(DAY, 2) == 1
        assert await work.answers.find(a_key(fan, "buyTickets", "a", "another")) is None
        assert await work.answers.find(a_key(fan, "buyTickets", "new")) == {"order": "new"}


async def test_a_key_is_kept_for_a_day(office: Office) -> None:
    fan = await a_buyer(office.transaction)
    async with office.transaction() as work:
        for key in ("a day and a minute", "a day less a minute"):
            await keep(work, a_key(fan, "buyTickets", key), {"order": key})
    minute = timedelta(minutes=1)
    for key, age in (("a day and a minute", DAY + minute), ("a day less a minute", DAY - minute)):
        await office.pool.execute("UPDATE answer SET answered_at = answered_at - $1::interval WHERE key = $2", age, key)
    await remove_leftovers(services_of(office.transaction), Retention())
    assert await office.rows("SELECT key FROM answer") == [("a day less a minute",)]


async def test_upkeep_goes_on_until_nothing_is_left_to_remove(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.upkeep.REMOVED_AT_ONCE", 10)
    session_id, fan = await a_session_with(office, 8), await a_buyer(office.transaction)
    async with office.transaction() as work:
        for key in range(25):
            await keep(work, a_key(fan, "buyTickets", str(key)), {"order": key})
    await remove_leftovers(services_of(office.transaction), Retention(FOREVER, versions=2, answers=timedelta()))
    assert await versions_of(office, session_id) == [7, 8]
    assert await office.rows("SELECT * FROM answer") == []


async def test_what_is_read_while_it_is_trimmed_is_whole_or_nothing(office: Office) -> None:
    session_id = await a_session_with(office, 40)
    done = asyncio.Event()

    async def read() -> set[int]:
        found = set()
        while not done.is_set():
            for version in range(0, 40, 3):
                deltas = await office.log.since(session_id, version)
                if deltas is not None:
                    assert (fold(deltas).previous_version, fold(deltas).version) == (version, 40)
                    found.add(version)
        return found

    reading = asyncio.create_task(read())
    while await trimmed(office, FOREVER, 2, limit=10):
        await asyncio.sleep(0)
    done.set()
    assert max(await reading) == 39
