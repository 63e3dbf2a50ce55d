"""Cancelling: the seat is free at once, its price is owed back, and an order ends with its last ticket."""

import asyncio

import pytest

from domain.errors import HoldExpired, NotFound, SessionStarted, TicketAlreadyUsed, TicketNotValid
from domain.ids import OrderId, TicketId, new_id
from domain.orders import OrderStatus
from domain.seats import SeatStatus
from domain.tickets import TicketStatus
from tests.builders import a_buyer, a_show, buyers
from tests.db.conftest import Office
from tests.db.test_inventory_races import waits_for_a_row


async def status_of(office: Office, order_id: OrderId) -> OrderStatus:
    async with office.transaction() as work:
        return (await work.orders.by_ids([order_id]))[order_id].status


async def order_of(office: Office, ticket_id: TicketId) -> OrderId:
    async with office.transaction() as work:
        return (await work.tickets.by_ids([ticket_id]))[ticket_id].order_id


async def test_a_cancelled_seat_is_free_at_once_and_its_price_owed_back(office: Office) -> None:
    show, (fan, next_one) = await a_show(office.transaction), await buyers(office.transaction, 2)
    seat, place = await office.buy((await office.inventory.lock(show.lock(fan, "A-1", standing=1))).id)
    await office.inventory.cancel(show.session_id, seat, "ill")
    assert office.announced[-1].changes == {SeatStatus.AVAILABLE: ("A-1",)}
    assert (await office.inventory.lock(show.lock(next_one, "A-1"))).seats == ("A-1",)
    await office.inventory.cancel(show.session_id, place, None)
    assert (await office.snapshot(show.session_id)).general_admission == {show.standing_type: 5}
    rows = await office.rows(
        "SELECT r.ticket_id, r.amount_minor, t.status, t.cancel_reason FROM refund r JOIN ticket t ON t.id = r.ticket_id"
        " WHERE t.session_id = $1 ORDER BY r.amount_minor DESC",
        show.session_id,
    )
    assert rows == [(seat, 2500, "CANCELLED", "ill"), (place, 1000, "CANCELLED", None)]


async def test_an_order_is_cancelled_with_its_last_ticket_and_refunded_with_its_last_refund(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    first, second = await office.buy((await office.inventory.lock(show.lock(fan, "A-1", "A-2"))).id)
    order_id = await order_of(office, first)
    await office.inventory.cancel(show.session_id, first, None)
    assert await status_of(office, order_id) is OrderStatus.PAID
    await office.pay_back(show.session_id)
    assert await status_of(office, order_id) is OrderStatus.PAID
    await office.inventory.cancel(show.session_id, second, None)
    assert await status_of(office, order_id) is OrderStatus.CANCELLED
    await office.pay_back(show.session_id)
    assert await status_of(office, order_id) is OrderStatus.REFUNDED


async def test_s28_two_refunds_of_one_order_that_are_noted_at_once_make_it_refunded(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    for labels in (("A-1", "A-2"), ("B-1", "B-2"), ("B-3", "B-4")):
        tickets = await office.buy((await office.inventory.lock(show.lock(fan, *labels))).id)
        for ticket in tickets:
            await office.inventory.cancel(show.session_id, ticket, None)
        one, other = await office.refunds_of(show.session_id)
        async with office.transaction() as work:
            await work.orders.refunded(one)
            elsewhere = asyncio.create_task(office.note_refunded(other))
            await waits_for_a_row(office)
        await elsewhere
        assert await status_of(office, await order_of(office, tickets[0])) is OrderStatus.REFUNDED


async def test_s28_after_two_payments_of_one_order_a_ticket_is_refunded_out_of_the_one_that_bought_it(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    order, first = await office.place(hold.id)
    async with office.transaction() as work:
        await work.orders.decline(first.id)
    _, second = await office.place(hold.id)
    await office.inventory.convert(show.session_id, first.id)
    with pytest.raises(HoldExpired):
        await office.inventory.convert(show.session_id, second.id)
    async with office.transaction() as work:
        [ticket] = (await work.tickets.of_orders([order.id]))[order.id]
    await office.inventory.cancel(show.session_id, ticket.id, None)
    owed = await office.rows("SELECT payment_id, ticket_id FROM refund WHERE payment_id = ANY ($1)", [first.id, second.id])
    assert sorted(owed, key=str) == sorted([(second.id, None), (first.id, ticket.id)], key=str)
    expected = [OrderStatus.CANCELLED, OrderStatus.REFUNDED]
    for refund, status in zip(await office.refunds_of(show.session_id), expected, strict=True):
        await office.note_refunded(refund)
        assert await status_of(office, order.id) is status


async def test_a_used_ticket_is_not_cancelled(office: Office) -> None:
    show, (fan, gate) = await a_show(office.transaction), await buyers(office.transaction, 2)
    used, left = await office.buy((await office.inventory.lock(show.lock(fan, "A-1", "A-2"))).id)
    at = (await office.scan(used, gate)).used_at
    before = await office.state(show.session_id)
    with pytest.raises(TicketAlreadyUsed) as refused:
        await office.inventory.cancel(show.session_id, used, None)
    assert refused.value.used_at == at
    assert await office.state(show.session_id) == before
    await office.inventory.cancel(show.session_id, left, None)
    assert await status_of(office, await order_of(office, used)) is OrderStatus.PAID


async def test_once_the_session_has_begun_nothing_is_cancelled(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    [ticket] = await office.buy((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    await office.move_start(show.session_id, hours=0)
    before = await office.state(show.session_id)
    with pytest.raises(SessionStarted) as refused:
        await office.inventory.cancel(show.session_id, ticket, None)
    assert refused.value.starts_at == await office.scalar("SELECT starts_at FROM session WHERE id = $1", show.session_id)
    assert await office.state(show.session_id) == before


async def test_a_ticket_is_cancelled_once(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    [ticket] = await office.buy((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    answers = await asyncio.gather(
        *(office.inventory.cancel(show.session_id, ticket, None) for _ in range(5)), return_exceptions=True
    )
    assert answers[0] is None
    assert [(type(one), one.status) for one in answers[1:] if isinstance(one, TicketNotValid)] == [
        (TicketNotValid, TicketStatus.CANCELLED)
    ] * 4
    assert await office.scalar("SELECT count(*) FROM refund WHERE ticket_id = $1", ticket) == 1


async def test_a_ticket_is_that_of_its_own_session(office: Office) -> None:
    show, other, fan = await a_show(office.transaction), await a_show(office.transaction), await a_buyer(office.transaction)
    [ticket] = await office.buy((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    for session_id, ticket_id in ((other.session_id, ticket), (show.session_id, TicketId(new_id()))):
        with pytest.raises(NotFound):
            await office.inventory.cancel(session_id, ticket_id, None)
    assert (await office.snapshot(show.session_id)).sold == 1


async def test_a_seat_can_be_sold_again_after_a_cancellation(office: Office) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 3)
    for buyer in people:
        [ticket] = await office.buy((await office.inventory.lock(show.lock(buyer, "A-1"))).id)
        await office.inventory.cancel(show.session_id, ticket, None)
    state = await office.snapshot(show.session_id)
    assert (state.version, state.available, state.sold) == (9, 25, 0)
