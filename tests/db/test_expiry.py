"""Expiry: a comparison with the database's clock after the row lock, with or without anybody sweeping."""

import asyncio
from datetime import timedelta

import pytest

from domain.errors import HoldExpired, SeatsUnavailable
from domain.holds import HoldState
from domain.orders import OrderStatus
from domain.seats import SeatStatus
from tests.builders import a_buyer, a_show, buyers
from tests.db.conftest import Office
from tests.db.test_inventory_races import waits_for_a_row


async def test_a_hold_that_is_over_gives_all_of_itself_back_to_whoever_asks_for_one_of_its_seats(office: Office) -> None:
    show, (late, fan) = await a_show(office.transaction), await buyers(office.transaction, 2)
    over = await office.inventory.lock(show.lock(late, "A-1", "A-2", "A-3", standing=2))
    await office.let_time_pass(over.id)
    hold = await office.inventory.lock(show.lock(fan, "A-2"))
    state = await office.snapshot(show.session_id)
    assert state.seats == {SeatStatus.HELD: ("A-2",)}
    assert (state.version, state.available, state.held) == (2, 24, 1)
    assert state.general_admission == {show.standing_type: 5}
    async with office.transaction() as work:
        read = await work.holds.by_ids([over.id, hold.id])
    assert (read[over.id].state, read[hold.id].state) == (HoldState.EXPIRED, HoldState.ACTIVE)


async def test_the_change_of_such_a_commit_tells_of_the_freed_seats_and_the_held_one(office: Office) -> None:
    show, (late, fan) = await a_show(office.transaction), await buyers(office.transaction, 2)
    over = await office.inventory.lock(show.lock(late, "A-1", "A-2", "A-3"))
    await office.let_time_pass(over.id)
    await office.inventory.lock(show.lock(fan, "A-2"))
    assert office.announced[-1].changes == {SeatStatus.AVAILABLE: ("A-1", "A-3"), SeatStatus.HELD: ("A-2",)}


async def test_a_hold_that_is_over_reads_as_expired_and_is_nobodys_before_any_sweep(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    over = await office.inventory.lock(show.lock(fan, "A-1"))
    await office.let_time_pass(over.id)
    async with office.transaction() as work:
        assert (await work.holds.by_ids([over.id]))[over.id].state is HoldState.EXPIRED
        assert list(await work.holds.of_user(fan)) == []
    assert await office.scalar("SELECT state FROM hold WHERE id = $1", over.id) == "ACTIVE"


async def test_a_hold_that_is_over_no_longer_counts_against_the_limit(office: Office) -> None:
    show, fan = await a_show(office.transaction, ticket_limit=2), await a_buyer(office.transaction)
    over = await office.inventory.lock(show.lock(fan, "A-1", "A-2"))
    await office.let_time_pass(over.id)
    assert (await office.inventory.lock(show.lock(fan, "A-1", "A-3"))).seats == ("A-1", "A-3")


async def test_a_hold_that_is_over_can_neither_be_ordered_nor_given_back(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    over = await office.inventory.lock(show.lock(fan, "A-1"))
    await office.let_time_pass(over.id)
    ended = await office.scalar("SELECT expires_at FROM hold WHERE id = $1", over.id)
    with pytest.raises(HoldExpired) as refused:
        await office.place(over.id)
    assert refused.value.expired_at == ended
    with pytest.raises(HoldExpired):
        await office.inventory.release(show.session_id, over.id)
    assert (await office.snapshot(show.session_id)).held == 0


async def test_the_sweep_announces_each_expiry_once(office: Office) -> None:
    show, (late, fan) = await a_show(office.transaction), await buyers(office.transaction, 2)
    over = await office.inventory.lock(show.lock(late, "A-1", standing=1))
    await office.inventory.lock(show.lock(fan, "A-2"))
    assert show.session_id not in await office.inventory.expiring()
    await office.let_time_pass(over.id)
    assert list(await office.inventory.expiring()).count(show.session_id) == 1
    await asyncio.gather(*(office.inventory.expire(show.session_id) for _ in range(5)))
    await office.inventory.expire(show.session_id)
    assert show.session_id not in await office.inventory.expiring()
    assert [delta.changes for delta in office.announced[2:]] == [{SeatStatus.AVAILABLE: ("A-1",)}]
    assert (await office.snapshot(show.session_id)).version == 3


async def test_a_hold_that_is_being_paid_never_expires(office: Office) -> None:
    show, (payer, fan) = await a_show(office.transaction), await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(payer, "A-1"))
    _, payment = await office.place(hold.id)
    await office.let_time_pass(hold.id)
    assert show.session_id not in await office.inventory.expiring()
    await office.inventory.expire(show.session_id)
    with pytest.raises(SeatsUnavailable):
        await office.inventory.lock(show.lock(fan, "A-1"))
    async with office.transaction() as work:
        assert [one.state for one in await work.holds.of_user(payer)] == [HoldState.ORDERED]
    await office.inventory.convert(show.session_id, payment.id)
    assert (await office.snapshot(show.session_id)).seats == {SeatStatus.SOLD: ("A-1",)}


async def test_a_hold_that_was_ordered_while_its_expiry_waited_is_not_freed(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", standing=1))
    await office.let_time_pass(hold.id)
    buyer = await office.connect()
    await buyer.execute("BEGIN")
    await buyer.execute("UPDATE hold SET state = 'ORDERED' WHERE id = $1", hold.id)
    sweep = asyncio.create_task(office.inventory.expire(show.session_id))
    await waits_for_a_row(office)
    await buyer.execute("COMMIT")
    await buyer.close()
    await sweep
    state = await office.snapshot(show.session_id)
    assert (state.version, state.held, state.seats) == (1, 2, {SeatStatus.HELD: ("A-1",)})
    # Only as if: nobody is paying.
    await office.pool.execute("UPDATE hold SET state = 'ACTIVE' WHERE id = $1", hold.id)


async def test_expiry_is_decided_by_the_clock_after_the_wait_for_the_row_lock(office: Office) -> None:
    show, (late, fan) = await a_show(office.transaction), await buyers(office.transaction, 2)
    over = await office.inventory.lock(show.lock(late, "A-1"))
    slow = await office.connect()
    await slow.execute("BEGIN")
    await slow.execute("SELECT 1 FROM inventory WHERE session_id = $1 FOR UPDATE", show.session_id)
    asked = asyncio.create_task(office.inventory.lock(show.lock(fan, "A-1")))
    await waits_for_a_row(office)
    # The statement that waits began before this instant; the hold ends at it.
    await office.let_time_pass(over.id)
    ended = await office.scalar("SELECT expires_at FROM hold WHERE id = $1", over.id)
    await slow.execute("ROLLBACK")
    await slow.close()
    hold = await asked
    assert hold.seats == ("A-1",)
    assert hold.server_time > ended
    assert hold.expires_at == hold.server_time + timedelta(minutes=15)


async def test_ordering_is_decided_by_the_clock_after_the_wait_for_the_row_lock(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    slow = await office.connect()
    await slow.execute("BEGIN")
    await slow.execute("SELECT 1 FROM hold WHERE id = $1 FOR UPDATE", hold.id)
    asked = asyncio.create_task(office.place(hold.id))
    await waits_for_a_row(office)
    await slow.execute("UPDATE hold SET expires_at = clock_timestamp() WHERE id = $1", hold.id)
    await slow.execute("COMMIT")
    await slow.close()
    with pytest.raises(HoldExpired):
        await asked


async def test_the_order_of_a_hold_that_expires_after_a_decline_expires_with_it(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    order, payment = await office.place(hold.id)
    async with office.transaction() as work:
        await work.orders.decline(payment.id)
    await office.let_time_pass(hold.id)
    await office.inventory.expire(show.session_id)
    async with office.transaction() as work:
        assert (await work.orders.by_ids([order.id]))[order.id].status is OrderStatus.EXPIRED
