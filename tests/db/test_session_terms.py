"""A session's terms under the row lock: single seats, holds an hour, more time once; and what would be said before locking."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import (
    AgeRestricted,
    HoldAlreadyExtended,
    HoldExpired,
    InvalidInput,
    NotAllowed,
    NotFound,
    SaleNotOpen,
    SeatsUnavailable,
    TooManyHolds,
    TooManyTickets,
    WouldLeaveSingleSeat,
)
from domain.holds import Hold, Lockable, Selection
from domain.ids import HoldId, SessionId, new_id
from domain.money import Money
from domain.single_seats import SingleSeats
from tests.builders import a_buyer, a_room, a_show, buyers, in_days
from tests.db.conftest import QUARTER, Office
from tests.db.test_batches import blocker, hold_the_row
from tests.db.test_inventory_races import Processes, kinds, outcomes, processes, waits_for_a_row

__all__ = ["blocker", "processes"]

REFUSE: dict[str, Any] = {"room": a_room(rows=2, seats=10), "single_seats": SingleSeats.REFUSE}


async def test_a_pick_that_leaves_a_single_seat_is_refused_with_one_that_does_not(office: Office) -> None:
    show, fan = await a_show(office.transaction, **REFUSE), await a_buyer(office.transaction)
    before = await office.state(show.session_id)
    with pytest.raises(WouldLeaveSingleSeat) as refused:
        await office.inventory.lock(show.lock(fan, "A-2", "A-3"))
    assert (refused.value.labels, refused.value.suggestion) == (("A-1",), ("A-1", "A-2"))
    assert await office.state(show.session_id) == before
    assert (await office.inventory.lock(show.lock(fan, *refused.value.suggestion))).seats == ("A-1", "A-2")


@pytest.mark.parametrize(("policy", "said"), [(SingleSeats.OFF, ()), (SingleSeats.WARN, ("A-1",))])
async def test_by_the_sessions_terms_it_is_locked_and_the_hold_says_so_or_not(
    office: Office, policy: SingleSeats, said: tuple[str, ...]
) -> None:
    show, fan = await a_show(office.transaction, single_seats=policy), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-2", "A-3", key="k"))
    assert hold.leaves_single == said
    assert (await office.inventory.lock(show.lock(fan, "A-2", "A-3", key="k"))).leaves_single == said
    async with office.transaction() as work:
        assert (await work.holds.by_ids([hold.id]))[hold.id].leaves_single == said


async def test_terms_that_change_count_from_the_next_commit_on(office: Office) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 3)
    assert (await office.inventory.lock(show.lock(people[0], "A-2"))).leaves_single == ()
    for policy, outcome in (
        ("REFUSE", "WouldLeaveSingleSeat"),
        ("WARN", "Hold"),
        ("REFUSE", "WouldLeaveSingleSeat"),
        ("OFF", "Hold"),
    ):
        await office.pool.execute("UPDATE session SET single_seats = $2 WHERE id = $1", show.session_id, policy)
        seats = ("B-2",) if outcome == "WouldLeaveSingleSeat" or policy == "WARN" else ("B-9",)
        assert kinds(await outcomes([office.inventory.lock(show.lock(people[1], *seats))])) == {outcome: 1}
        if policy == "WARN":
            await office.pool.execute("UPDATE session SET ticket_limit = 9 WHERE id = $1", show.session_id)
            await office.inventory.release(show.session_id, (await held_by(office, people[1]))[0].id)


async def held_by(office: Office, user: Any) -> list[Hold]:
    async with office.transaction() as work:
        return list(await work.holds.of_user(user))


async def test_near_a_sell_out_a_single_seat_may_be_left(office: Office) -> None:
    room = a_room(rows=1, seats=3, name="Three")
    show, fan = await a_show(office.transaction, **{**REFUSE, "room": room}), await a_buyer(office.transaction)
    assert (await office.inventory.lock(show.lock(fan, "A-1", "A-2"))).seats == ("A-1", "A-2")


async def test_it_counts_what_others_in_the_same_commit_get(office: Office, blocker: Any) -> None:
    show, people = await a_show(office.transaction, **REFUSE, standing=9), await buyers(office.transaction, 4)
    await office.inventory.lock(show.lock(people[3], standing=8))
    await hold_the_row(blocker, show)
    first = asyncio.create_task(outcomes([office.inventory.lock(show.lock(people[2], standing=1))]))
    await waits_for_a_row(office)
    asked = [
        # Nobody gets this one: over the limit. So A-1 would be alone beside A-2, and B-1 is not.
        office.inventory.lock(show.lock(people[3], "A-1")),
        office.inventory.lock(show.lock(people[0], "A-2", "A-3")),
        office.inventory.lock(show.lock(people[2], "B-1", "B-2")),
        # Alone but for the one before.
        office.inventory.lock(show.lock(people[1], "B-3", "B-4")),
    ]
    rest = asyncio.create_task(outcomes(asked))
    await asyncio.sleep(0)
    await blocker.execute("ROLLBACK")
    await first
    assert [type(one) for one in await rest] == [TooManyTickets, WouldLeaveSingleSeat, Hold, Hold]


async def test_a_hold_is_changed_by_the_same_terms_and_may_always_give_back(office: Office) -> None:
    show, fan = await a_show(office.transaction, **REFUSE), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", "A-2", "A-3"))
    before = await office.state(show.session_id)
    with pytest.raises(WouldLeaveSingleSeat) as refused:
        await office.inventory.change(show.session_id, show.change(hold, add=["A-5"]))
    assert (refused.value.labels, refused.value.suggestion) == (("A-4",), ("A-4",))
    assert await office.state(show.session_id) == before
    changed = await office.inventory.change(show.session_id, show.change(hold, remove=["A-2"]))
    assert changed.seats == ("A-1", "A-3")
    moved = await office.inventory.change(show.session_id, show.change(hold, add=["A-2"], remove=["A-1"]))
    assert moved.seats == ("A-3", "A-2")


async def test_buyers_at_once_in_two_processes_leave_no_single_seat(office: Office, processes: Processes) -> None:
    # Rows C and D stay free, so there is always a better choice.
    terms = {**REFUSE, "room": a_room(rows=4, seats=10, name="Four rows"), "standing": 0}
    show, people = await a_show(office.transaction, **terms), await buyers(office.transaction, 40)
    asked = [(f"{'AB'[at % 2]}-{at % 9 + 1}", f"{'AB'[at % 2]}-{at % 9 + 2}") for at in range(40)]
    answers = await outcomes(processes[at % 2].lock(show.lock(one, *asked[at])) for at, one in enumerate(people))
    assert set(kinds(answers)) <= {"Hold", "SeatsUnavailable", "WouldLeaveSingleSeat"}
    free = {
        label
        for (label,) in await office.rows("SELECT label FROM seat WHERE session_id = $1 AND status = 'AVAILABLE'", show.session_id)
    }
    alone = {one for one in free if not {f"{one[:2]}{int(one[2:]) - 1}", f"{one[:2]}{int(one[2:]) + 1}"} & free}
    assert alone == set()


async def test_so_many_holds_an_hour_and_the_next_when_the_first_is_an_hour_old(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction, holds_an_hour=3), await buyers(office.transaction, 2)
    for label in ("A-1", "A-2", "A-3"):
        hold = await office.inventory.lock(show.lock(fan, label))
        await office.inventory.release(show.session_id, hold.id)
    before = await office.state(show.session_id)
    with pytest.raises(TooManyHolds) as refused:
        await office.inventory.lock(show.lock(fan, "A-4"))
    assert refused.value.limit == 3
    assert 3_590_000 < refused.value.retry_after_ms <= 3_600_000
    assert await office.state(show.session_id) == before
    assert (await office.inventory.lock(show.lock(other, "A-4"))).seats == ("A-4",)
    older = "UPDATE hold SET created_at = created_at - interval '59 min' WHERE session_id = $1 AND seat_labels = '{A-1}'"
    await office.pool.execute(older, show.session_id)
    with pytest.raises(TooManyHolds) as refused:
        await office.inventory.lock(show.lock(fan, "A-5"))
    assert 50_000 < refused.value.retry_after_ms <= 60_000
    await office.pool.execute(
        "UPDATE hold SET created_at = created_at - interval '1 min' WHERE seat_labels = '{A-1}' AND session_id = $1",
        show.session_id,
    )
    assert (await office.inventory.lock(show.lock(fan, "A-5"))).seats == ("A-5",)


async def test_holds_that_were_bought_do_not_count(office: Office) -> None:
    show, fan = await a_show(office.transaction, holds_an_hour=1), await a_buyer(office.transaction)
    await office.buy((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    assert (await office.inventory.lock(show.lock(fan, "A-2"))).seats == ("A-2",)


async def test_twenty_requests_at_once_come_to_the_holds_of_an_hour(office: Office, processes: Processes) -> None:
    show, fan = await a_show(office.transaction, holds_an_hour=5, ticket_limit=50), await a_buyer(office.transaction)
    labels = [f"{row}-{n}" for row in "AB" for n in range(1, 11)]
    answers = await outcomes(processes[at % 2].lock(show.lock(fan, label)) for at, label in enumerate(labels))
    assert kinds(answers) == {"Hold": 5, "TooManyHolds": 15}
    assert all(3_590_000 < one.retry_after_ms <= 3_600_000 for one in answers if isinstance(one, TooManyHolds))


async def test_a_hold_gets_as_much_time_again_once(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    assert hold.extendable
    await office.inventory.extend(show.session_id, hold.id)
    async with office.transaction() as work:
        now = (await work.holds.by_ids([hold.id]))[hold.id]
    assert now.expires_at - hold.expires_at == QUARTER
    assert (now.extended, now.extendable) == (True, False)
    before = await office.state(show.session_id)
    with pytest.raises(HoldAlreadyExtended) as refused:
        await office.inventory.extend(show.session_id, hold.id)
    assert refused.value.expires_at == now.expires_at
    assert await office.state(show.session_id) == before
    changed = await office.inventory.change(show.session_id, show.change(hold, add=["A-2"]))
    assert (changed.expires_at, changed.extendable) == (now.expires_at, False)
    # Nobody's map changes by it.
    assert (await office.snapshot(show.session_id)).version == 2


async def test_never_longer_than_twice_from_when_it_was_locked(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    async with office.another(timedelta(minutes=20)) as patient:
        hold = await patient.lock(show.lock(fan, "A-1"))
    await office.inventory.extend(show.session_id, hold.id)
    [now] = await held_by(office, fan)
    assert now.expires_at - hold.expires_at == timedelta(minutes=10)


async def test_a_hold_that_is_over_or_being_paid_or_not_there_is_not_extended(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    over = await office.inventory.lock(show.lock(fan, "A-1"))
    await office.let_time_pass(over.id)
    with pytest.raises(HoldExpired):
        await office.inventory.extend(show.session_id, over.id)
    paid = await office.inventory.lock(show.lock(fan, "A-2"))
    await office.place(paid.id)
    with pytest.raises(NotAllowed):
        await office.inventory.extend(show.session_id, paid.id)
    with pytest.raises(NotFound):
        await office.inventory.extend(show.session_id, HoldId(new_id()))


async def test_ten_extensions_at_once_are_one(office: Office, processes: Processes) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    answers = await outcomes(processes[at % 2].extend(show.session_id, hold.id) for at in range(10))
    assert kinds(answers) == {"NoneType": 1, "HoldAlreadyExtended": 9}


async def test_what_would_be_said_is_what_locking_says_and_changes_nothing(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction, **REFUSE), await buyers(office.transaction, 2)
    await office.inventory.lock(show.lock(other, "A-5", "A-6"))
    before = await office.state(show.session_id)
    verdict = await office.inventory.would_lock(Selection(show.session_id, ["B-1", "B-2"], fan))
    assert verdict == Lockable(Money(5000, "EUR"), (), 6)
    assert await office.inventory.would_lock(Selection(show.session_id, ["B-1", "B-2"], None)) == Lockable(
        Money(5000, "EUR"), (), None
    )
    for seats, refusal in (
        (("A-5", "B-1"), SeatsUnavailable),
        (("B-2", "B-3"), WouldLeaveSingleSeat),
        (("Z-9",), InvalidInput),
        (tuple(f"B-{n}" for n in range(1, 10)), TooManyTickets),
    ):
        with pytest.raises(refusal) as would:
            await office.inventory.would_lock(Selection(show.session_id, seats, fan))
        with pytest.raises(refusal) as did:
            await office.inventory.lock(show.lock(fan, *seats))
        assert would.value.args == did.value.args or isinstance(did.value, InvalidInput | SeatsUnavailable)
    with pytest.raises(SeatsUnavailable) as taken:
        await office.inventory.would_lock(Selection(show.session_id, ["A-5", "A-7"], None))
    assert (taken.value.labels, len(taken.value.alternatives)) == (("A-5",), 3)
    assert await office.state(show.session_id) == before


async def test_it_waits_for_nobody_who_is_locking(office: Office, blocker: Any) -> None:
    show, fan = await a_show(office.transaction, **REFUSE), await a_buyer(office.transaction)
    await hold_the_row(blocker, show)
    async with asyncio.timeout(1.5):
        assert (await office.inventory.would_lock(Selection(show.session_id, ["B-1"], fan))).leaves_single == ()
    await blocker.execute("ROLLBACK")


async def test_what_is_over_can_be_had_before_anybody_has_swept_it(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction), await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(other, "A-1"))
    await office.let_time_pass(hold.id)
    assert (await office.inventory.would_lock(Selection(show.session_id, ["A-1"], fan))).tickets_left == 7


async def test_limits_of_the_buyer_are_said_before(office: Office) -> None:
    later, young = await a_show(office.transaction, sale_opens_at=in_days(1)), await a_show(office.transaction, minimum_age=18)
    fan = await a_buyer(office.transaction)
    with pytest.raises(SaleNotOpen):
        await office.inventory.would_lock(Selection(later.session_id, ["A-1"], None))
    with pytest.raises(AgeRestricted):
        await office.inventory.would_lock(Selection(young.session_id, ["A-1"], fan))
    assert (await office.inventory.would_lock(Selection(young.session_id, ["A-1"], None))).tickets_left is None
    busy = await a_show(office.transaction, holds_an_hour=1)
    await office.inventory.lock(busy.lock(fan, "A-1"))
    with pytest.raises(TooManyHolds):
        await office.inventory.would_lock(Selection(busy.session_id, ["A-2"], fan))
    with pytest.raises(NotFound):
        await office.inventory.would_lock(Selection(SessionId(new_id()), ["A-2"], fan))
