"""The line of a session: nobody waits longer than said, who would is told at once, and who is served is served in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import asyncpg
import pytest

from db import lines
from db.judging import Command
from db.lines import MOST_IN_A_BATCH, Line
from db.verdicts import Verdict
from domain.errors import SeatsUnavailable, ServerBusy
from tests.builders import a_show, buyers, in_days
from tests.db.conftest import Office, open_office
from tests.db.test_batches import Connection, blocker, hold_the_row
from tests.db.test_inventory_races import kinds, outcomes, waits_for_a_row

__all__ = ["blocker"]

LOCK: Command = {"kind": "LOCK"}
PAID: Command = {"kind": "CONVERT"}
# The longest wait, half as much for a machine that has other things to do, and the time of a batch that was under way.
TOLD_BY = 3.5


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def admitted(line: Line, most: int = 5_000) -> int:
    """How many can join now."""
    for count in range(most):
        try:
            line.join(LOCK)
        except ServerBusy:
            return count
    return most


def served(line: Line, clock: Clock, seconds: float) -> None:
    with line.batch() as batch:
        clock.now += seconds
        for one in batch:
            one.tell(Verdict("DONE", {}, in_days(0)))


async def test_a_crowd_that_comes_while_nobody_is_served_is_admitted_whatever_single_ones_took() -> None:
    clock = Clock()
    line = Line(clock)
    line.join(LOCK)
    served(line, clock, 0.01)
    assert admitted(line) == 5_000
    line.dissolve()


async def test_of_a_crowd_as_many_are_admitted_as_are_served_in_two_seconds_at_the_present_pace() -> None:
    clock = Clock()
    line = Line(clock)
    line.join(LOCK)
    served(line, clock, 0.5)
    line.join(LOCK)
    with line.batch():
        # Half a second for the batch under way, and three more of them.
        assert admitted(line) == 3 * MOST_IN_A_BATCH
        with pytest.raises(ServerBusy) as refused:
            line.join(LOCK)
    assert line.refused == 2
    # The wait would have been two and a half.
    assert 1_250 <= refused.value.retry_after_ms <= 3_750
    line.dissolve()


async def test_the_pace_follows_what_batches_take_of_late() -> None:
    clock = Clock()
    line = Line(clock)
    for seconds, pace in ((1.0, 1.0), (0.5, 0.75), (0.25, 0.5)):
        line.join(LOCK)
        served(line, clock, seconds)
        assert line.pace == pace


async def test_behind_a_batch_that_is_stuck_nobody_is_admitted_after_two_seconds() -> None:
    clock = Clock()
    line = Line(clock)
    line.join(LOCK)
    with line.batch():
        clock.now += 1.9
        line.join(LOCK)
        clock.now += 0.2
        with pytest.raises(ServerBusy):
            line.join(LOCK)
    line.dissolve()


async def test_who_has_paid_is_not_turned_away() -> None:
    clock = Clock()
    line = Line(clock)
    line.join(LOCK)
    with line.batch():
        clock.now += 60
        with pytest.raises(ServerBusy):
            line.join(LOCK)
        line.join(PAID)
    assert len(line) == 1
    line.dissolve()


async def test_those_who_are_refused_do_not_all_come_again_at_once() -> None:
    said = {lines.retry_after_ms(2.0) for _ in range(500)}
    assert len(said) > 100
    assert 1_000 <= min(said) < 1_300 < 2_700 < max(said) <= 3_000
    assert 250 <= lines.retry_after_ms(0.0) <= 750
    assert 5_000 <= lines.retry_after_ms(1_000.0) <= 15_000


async def test_who_has_waited_too_long_is_told_and_who_has_paid_waits_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_WAIT", 0.05)
    line = Line()
    first, paid, second = line.join(LOCK), line.join(PAID), line.join(LOCK)
    told = await asyncio.wait_for(asyncio.gather(first, second, return_exceptions=True), 5)
    assert kinds(told) == {"ServerBusy": 2}
    assert (paid.done(), len(line)) == (False, 1)
    line.dissolve()


@pytest.fixture
async def slow_office(database_url: str) -> AsyncIterator[Office]:
    """Every batch takes 0.3 seconds, however many are in it."""
    async with open_office(database_url) as office:
        await office.pool.execute(
            """
            ALTER FUNCTION inventory_apply RENAME TO inventory_apply_quickly;
            CREATE FUNCTION inventory_apply(p_session uuid, p_commands jsonb, p_hold interval) RETURNS jsonb
            LANGUAGE sql AS $$ SELECT pg_sleep(0.3); SELECT inventory_apply_quickly(p_session, p_commands, p_hold) $$
            """
        )
        yield office
        assert await office.broken_invariants() == []


async def timed(asked: Awaitable[object]) -> tuple[float, object]:
    loop = asyncio.get_running_loop()
    since = loop.time()
    [answer] = await asyncio.gather(asked, return_exceptions=True)
    return loop.time() - since, answer


async def test_a_slow_database_serves_whom_it_can_in_order_and_the_others_know_in_time(
    slow_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST_IN_A_BATCH", 4)
    office = slow_office
    show, people = await a_show(office.transaction), await buyers(office.transaction, 105)
    crowd = [asyncio.create_task(timed(office.inventory.lock(show.lock(one, "A-1")))) for one in people[:100]]
    await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)

    # One batch of 0.3 seconds is done, 24 are to come: who comes now would wait for seven seconds.
    for waited, answer in await asyncio.gather(*(timed(office.inventory.lock(show.lock(one, "A-2"))) for one in people[100:])):
        assert isinstance(answer, ServerBusy)
        assert waited < 0.25
        assert 3_000 <= answer.retry_after_ms <= 15_000

    told = await asyncio.gather(*crowd)
    assert max(waited for waited, _ in told) < TOLD_BY
    answers = [answer for _, answer in told]
    decided = kinds(answers)["SeatsUnavailable"] + 1
    assert 4 <= decided <= 32
    assert kinds(answers) == {"Hold": 1, "SeatsUnavailable": decided - 1, "ServerBusy": 100 - decided}
    assert kinds(answers[1:decided]) == {"SeatsUnavailable": decided - 1}
    # Whoever was told to come again was not served behind their back.
    assert (await office.snapshot(show.session_id)).version == 1


async def test_while_somebody_sits_on_the_session_for_long_everybody_knows_in_time(
    office: Office, blocker: "Connection[asyncpg.Record]"
) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 10)
    await hold_the_row(blocker, show)
    first = asyncio.create_task(timed(office.inventory.lock(show.lock(people[0], "A-1"))))
    await waits_for_a_row(office)
    told = await asyncio.gather(first, *(timed(office.inventory.lock(show.lock(one, "A-1"))) for one in people[1:]))
    assert kinds(answer for _, answer in told) == {"ServerBusy": 10}
    assert max(waited for waited, _ in told) < TOLD_BY
    await blocker.execute("ROLLBACK")
    assert (await office.inventory.lock(show.lock(people[0], "A-1"))).seats == ("A-1",)
    assert (await office.snapshot(show.session_id)).version == 1


async def test_more_than_a_batch_is_decided_in_order_of_arrival(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_IN_A_BATCH", 5)
    show, people = await a_show(office.transaction), await buyers(office.transaction, 40)
    answers = await outcomes(office.inventory.lock(show.lock(one, f"A-{at % 10 + 1}")) for at, one in enumerate(people))
    assert [isinstance(one, SeatsUnavailable) for one in answers] == [False] * 10 + [True] * 30


async def test_a_session_that_everybody_wants_does_not_starve_another_on_the_same_connection(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that somebody is always in the line of the one.
    monkeypatch.setattr(lines, "MOST_IN_A_BATCH", 2)
    wanted, quiet = await a_show(office.transaction), await a_show(office.transaction)
    rounds, over = 0, asyncio.Event()
    async with office.another(min_size=1, max_size=1) as inventory:

        async def besiege() -> None:
            nonlocal rounds
            while not over.is_set():
                await inventory.expire(wanted.session_id)
                rounds += 1

        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            for _ in range(6):
                tasks.create_task(besiege())
            await inventory.expire(wanted.session_id)
            for _ in range(30):
                before = rounds
                await inventory.expire(quiet.session_id)
                # Of the batch under way, of the one that was in line before, and of the one that came to an end meanwhile.
                assert rounds - before <= 6
            over.set()
