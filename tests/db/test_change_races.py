"""Changes of holds that meet: under one key, in one commit, in two processes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from db.inventory import BatchedInventory
from domain.errors import (
    IdempotencyConflict,
    InvalidInput,
    NotAllowed,
    SeatsUnavailable,
)
from domain.holds import Hold
from domain.seats import SeatStatus
from tests.builders import a_buyer, a_show, buyers, in_days
from tests.db.conftest import Office
from tests.db.test_changing import refused, stored
from tests.db.test_inventory_races import kinds, outcomes, waits_for_a_row


async def test_a_hold_that_was_ordered_while_its_change_waited_is_not_changed(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    async with office.transaction() as work:
        await work.orders.place(hold.id, fan, "card")
        changing = asyncio.create_task(office.inventory.change(show.session_id, show.change(hold, add=["A-2"])))
        await waits_for_a_row(office)
    with pytest.raises(NotAllowed):
        await changing
    assert (await office.snapshot(show.session_id)).version == 1


async def test_the_same_key_gives_the_same_answer_and_with_another_input_a_conflict(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction), await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(fan, "A-1", key="k"))
    asked = show.change(hold, add=["A-2"], standing=1, key="k")
    first = await office.inventory.change(show.session_id, asked)
    await office.inventory.change(show.session_id, show.change(hold, remove=["A-2"]))
    before = await office.state(show.session_id)
    again = await office.inventory.change(show.session_id, asked)
    assert (again.id, again.seats, again.general_admission, again.total) == (
        hold.id,
        first.seats,
        first.general_admission,
        first.total,
    )
    assert await office.state(show.session_id) == before
    for changed in (show.change(hold, add=["A-3"], key="k"), show.change(hold, add=["Z-1"], key="k")):
        await refused(office, show, changed, IdempotencyConflict)
    theirs = await office.inventory.lock(show.lock(other, "B-1"))
    assert (await office.inventory.change(show.session_id, show.change(theirs, add=["B-2"], key="k"))).seats == ("B-1", "B-2")


async def test_a_refusal_under_a_key_stays_one_but_bad_input_is_not_remembered(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction), await buyers(office.transaction, 2)
    hold, taken = await office.inventory.lock(show.lock(fan, "A-1")), await office.inventory.lock(show.lock(other, "B-1"))
    await refused(office, show, show.change(hold, add=["B-1"], key="refused"), SeatsUnavailable)
    await office.inventory.release(show.session_id, taken.id)
    await refused(office, show, show.change(hold, add=["B-1"], key="refused"), SeatsUnavailable)
    for bad in (show.change(hold, add=["Z-1"], key="typo"), show.change(hold, remove=["A-1"], key="typo")):
        await refused(office, show, bad, InvalidInput)
    assert (await office.inventory.change(show.session_id, show.change(hold, add=["B-1"], key="typo"))).seats == ("A-1", "B-1")


async def test_one_key_twice_in_one_commit_is_one_change(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    asked = show.change(hold, add=["A-2"], key="k")
    first, again, conflict = await outcomes(
        office.inventory.change(show.session_id, one) for one in (asked, asked, show.change(hold, add=["A-3"], key="k"))
    )
    assert isinstance(first, Hold)
    assert (again, type(conflict)) == (first, IdempotencyConflict)
    assert [delta.held for delta in office.announced] == [1, 2]


async def test_locks_and_changes_of_one_commit_are_decided_in_order_of_arrival(office: Office) -> None:
    show, (fan, second, third, fourth) = await a_show(office.transaction), await buyers(office.transaction, 4)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    answers = await outcomes(
        [
            office.inventory.lock(show.lock(second, "A-1")),
            office.inventory.lock(show.lock(second, "A-2")),
            office.inventory.change(show.session_id, show.change(hold, add=["A-2"])),
            office.inventory.change(show.session_id, show.change(hold, add=["A-3"], remove=["A-1"])),
            office.inventory.lock(show.lock(third, "A-1")),
            office.inventory.lock(show.lock(fourth, "A-3")),
            office.inventory.change(show.session_id, show.change(hold, add=["A-1"])),
        ]
    )
    assert [type(one) for one in answers] == [
        SeatsUnavailable,
        Hold,
        SeatsUnavailable,
        Hold,
        Hold,
        SeatsUnavailable,
        SeatsUnavailable,
    ]
    assert [(delta.version, delta.held, delta.changes) for delta in office.announced[1:]] == [
        (2, 3, {SeatStatus.HELD: ("A-1", "A-2", "A-3")})
    ]


@pytest.fixture
async def other(office: Office) -> AsyncIterator[BatchedInventory]:
    """Another process."""
    async with office.another(min_size=4) as inventory:
        yield inventory


async def test_of_two_holds_that_swap_onto_one_seat_exactly_one_gets_it(office: Office, other: BatchedInventory) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 2)
    for free in ("B-1", "B-2", "B-3", "B-4", "B-5"):
        mine, theirs = [await office.inventory.lock(show.lock(one, f"A-{at + 1}")) for at, one in enumerate(people)]
        answers = await outcomes(
            [
                office.inventory.change(show.session_id, show.change(mine, add=[free], remove=["A-1"])),
                other.change(show.session_id, show.change(theirs, add=[free], remove=["A-2"])),
            ]
        )
        assert kinds(answers) == {"Hold": 1, "SeatsUnavailable": 1}
        [loser] = [one for one in answers if isinstance(one, SeatsUnavailable)]
        assert loser.labels == (free,)
        for hold in (mine, theirs):
            await office.inventory.release(show.session_id, hold.id)


async def test_holds_that_swap_crosswise_neither_deadlock_nor_both_succeed(office: Office, other: BatchedInventory) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 2)
    holds = [await office.inventory.lock(show.lock(one, f"A-{at + 1}")) for at, one in enumerate(people)]
    crosswise = [("A-1", "A-2"), ("A-2", "A-1")]
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    before = await office.scalar(deadlocks)
    async with asyncio.timeout(10):
        answers = await outcomes(
            (office.inventory, other)[turn % 2].change(show.session_id, show.change(holds[at], add=[add], remove=[remove]))
            for turn in range(20)
            for at, (remove, add) in enumerate(crosswise)
        )
    assert kinds(answers) == {"SeatsUnavailable": 40}
    assert await office.scalar(deadlocks) == before
    # With room to move into, each gets the other's seat in turn.
    await office.inventory.change(show.session_id, show.change(holds[0], add=["A-3"], remove=["A-1"]))
    await other.change(show.session_id, show.change(holds[1], add=["A-1"], remove=["A-2"]))
    await office.inventory.change(show.session_id, show.change(holds[0], add=["A-2"], remove=["A-3"]))
    assert [(await stored(office, one.id)).seats for one in holds] == [("A-2",), ("A-1",)]


async def test_a_change_and_the_end_of_its_hold_at_once_have_one_outcome(office: Office, other: BatchedInventory) -> None:
    show, fan = await a_show(office.transaction, sale_opens_at=in_days(-1)), await a_buyer(office.transaction)
    for _ in range(10):
        hold = await office.inventory.lock(show.lock(fan, "A-1"))
        answers = await outcomes(
            [office.inventory.change(show.session_id, show.change(hold, add=["A-2"])), other.release(show.session_id, hold.id)]
        )
        assert kinds(answers) in ({"Hold": 1, "NoneType": 1}, {"HoldExpired": 1, "NoneType": 1})
        assert (await office.snapshot(show.session_id)).held == 0
