"""From a hold to tickets: ordering, paying, being declined, giving back; and money for what is gone goes back."""

import asyncio

import pytest

from domain.errors import HoldExpired, NotAllowed, NotFound
from domain.holds import HoldState
from domain.ids import HoldId, PaymentId, new_id
from domain.money import Money
from domain.orders import OrderStatus, Payment, PaymentStatus
from domain.seats import SeatStatus
from domain.tickets import TicketStatus
from tests.builders import a_buyer, a_show, buyers
from tests.db.conftest import Office
from tests.db.test_inventory_races import waits_for_a_row


async def decline(office: Office, payment: Payment) -> None:
    async with office.transaction() as work:
        await work.orders.decline(payment.id)


async def refunds_of(office: Office, payment: Payment) -> list[tuple[object, ...]]:
    return await office.rows("SELECT ticket_id, amount_minor, done_at FROM refund WHERE payment_id = $1", payment.id)


async def test_a_paid_hold_is_an_order_with_its_tickets(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "B-2", "A-1", standing=2))
    order, payment = await office.place(hold.id)
    assert (order.status, order.total, payment.status, payment.amount) == (
        OrderStatus.AWAITING_PAYMENT,
        Money(7000, "EUR"),
        PaymentStatus.PENDING,
        Money(7000, "EUR"),
    )
    assert await office.inventory.convert(show.session_id, payment.id) == order.id
    async with office.transaction() as work:
        paid = (await work.orders.by_ids([order.id]))[order.id]
        tickets = (await work.tickets.of_orders([order.id]))[order.id]
        last = await work.orders.last_payment(order.id)
        assert (await work.holds.by_ids([hold.id]))[hold.id].state is HoldState.CONVERTED
    assert (paid.status, paid.hold_id, last and last.status) == (OrderStatus.PAID, hold.id, PaymentStatus.SUCCEEDED)
    assert [(one.seat, one.price.minor, one.ticket_type_id) for one in tickets] == [
        ("A-1", 2500, show.seat_type),
        ("B-2", 2500, show.seat_type),
        (None, 1000, show.standing_type),
        (None, 1000, show.standing_type),
    ]
    assert {(one.status, one.user_id, one.session_id, one.generation) for one in tickets} == {
        (TicketStatus.VALID, fan, show.session_id, 1)
    }
    state = await office.snapshot(show.session_id)
    assert (state.available, state.held, state.sold, state.seats) == (21, 0, 4, {SeatStatus.SOLD: ("A-1", "B-2")})
    assert state.general_admission == {show.standing_type: 3}


async def test_paying_again_changes_nothing_and_gives_the_same_order(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    order, payment = await office.place((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    await office.inventory.convert(show.session_id, payment.id)
    before = await office.state(show.session_id)
    assert await office.inventory.convert(show.session_id, payment.id) == order.id
    await decline(office, payment)
    assert await office.state(show.session_id) == before


async def test_s1_a_price_that_changes_while_tickets_are_held_is_not_asked_of_the_buyer(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    await office.pool.execute("UPDATE ticket_type SET price_minor = 9900 WHERE session_id = $1", show.session_id)
    order, payment = await office.place(hold.id)
    await office.inventory.convert(show.session_id, payment.id)
    async with office.transaction() as work:
        [ticket] = (await work.tickets.of_orders([order.id]))[order.id]
    assert (payment.amount, ticket.price) == (Money(2500, "EUR"), Money(2500, "EUR"))


async def test_a_success_for_a_hold_that_was_given_back_is_refunded_in_full_once(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", standing=1))
    order, payment = await office.place(hold.id)
    await decline(office, payment)
    await office.inventory.release(show.session_id, hold.id)
    for _ in range(2):
        with pytest.raises(HoldExpired):
            await office.inventory.convert(show.session_id, payment.id)
    assert await refunds_of(office, payment) == [(None, 3500, None)]
    async with office.transaction() as work:
        assert (await work.orders.by_ids([order.id]))[order.id].status is OrderStatus.CANCELLED
    state = await office.snapshot(show.session_id)
    assert (state.version, state.held, state.sold) == (2, 0, 0)


async def test_a_success_after_the_end_of_a_declined_hold_is_refunded_in_full(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    order, payment = await office.place(hold.id)
    await decline(office, payment)
    await office.let_time_pass(hold.id)
    with pytest.raises(HoldExpired) as refused:
        await office.inventory.convert(show.session_id, payment.id)
    assert refused.value.expired_at == await office.scalar("SELECT ended_at FROM hold WHERE id = $1", hold.id)
    assert await refunds_of(office, payment) == [(None, 2500, None)]
    async with office.transaction() as work:
        assert (await work.orders.by_ids([order.id]))[order.id].status is OrderStatus.EXPIRED
        assert (await work.tickets.of_orders([order.id])).get(order.id, []) == []


async def test_a_success_after_a_failure_still_buys_what_is_still_held(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    order, payment = await office.place((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    await decline(office, payment)
    assert await office.inventory.convert(show.session_id, payment.id) == order.id
    assert (await office.snapshot(show.session_id)).seats == {SeatStatus.SOLD: ("A-1",)}
    assert await refunds_of(office, payment) == []


async def test_of_two_payments_that_succeed_the_second_goes_back_in_full(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    order, first = await office.place(hold.id)
    await decline(office, first)
    again, second = await office.place(hold.id)
    assert again.id == order.id
    assert second.id != first.id
    await office.inventory.convert(show.session_id, first.id)
    with pytest.raises(HoldExpired):
        await office.inventory.convert(show.session_id, second.id)
    assert (await refunds_of(office, first), await refunds_of(office, second)) == ([], [(None, 2500, None)])
    assert (await office.snapshot(show.session_id)).sold == 1


async def test_free_tickets_leave_nothing_to_refund(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    await office.pool.execute("UPDATE ticket_type SET price_minor = 0 WHERE session_id = $1", show.session_id)
    hold = await office.inventory.lock(show.lock(fan, "A-1", standing=1))
    order, payment = await office.place(hold.id)
    await decline(office, payment)
    await office.inventory.release(show.session_id, hold.id)
    with pytest.raises(HoldExpired):
        await office.inventory.convert(show.session_id, payment.id)
    for ticket in await office.buy((await office.inventory.lock(show.lock(fan, "A-2"))).id):
        await office.inventory.cancel(show.session_id, ticket, None)
    assert await office.scalar("SELECT count(*) FROM refund") == await office.scalar(
        "SELECT count(*) FROM refund WHERE amount_minor > 0"
    )
    assert await refunds_of(office, payment) == []
    assert order.total == Money(0, "EUR")


async def test_a_decline_puts_the_hold_back_with_its_old_end_and_it_can_be_ordered_again(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    order, payment = await office.place(hold.id)
    for _ in range(2):
        await decline(office, payment)
    async with office.transaction() as work:
        [mine] = await work.holds.of_user(fan)
        failed = await work.orders.payment(payment.id)
    assert (mine.id, mine.state, mine.expires_at) == (hold.id, HoldState.ACTIVE, hold.expires_at)
    assert failed is not None
    assert failed.status is PaymentStatus.FAILED
    again, second = await office.place(hold.id)
    await decline(office, payment)
    async with office.transaction() as work:
        assert (await work.holds.by_ids([hold.id]))[hold.id].state is HoldState.ORDERED
    assert await office.inventory.convert(show.session_id, second.id) == again.id == order.id


async def test_ordering_again_gives_the_order_and_no_second_payment(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    order, payment = await office.place(hold.id)
    async with office.transaction() as work:
        assert await work.orders.place(hold.id, fan, "card") == (order, None)
    await office.inventory.convert(show.session_id, payment.id)
    async with office.transaction() as work:
        again, none = await work.orders.place(hold.id, fan, "card")
    assert (again.id, again.status, none) == (order.id, OrderStatus.PAID, None)


async def test_a_hold_of_somebody_else_or_of_nobody_cannot_be_ordered(office: Office) -> None:
    show, (fan, thief) = await a_show(office.transaction), await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    before = await office.state(show.session_id)
    for identity, buyer in ((hold.id, thief), (HoldId(new_id()), fan)):
        with pytest.raises(NotFound):
            async with office.transaction() as work:
                await work.orders.place(identity, buyer, "card")
    assert await office.state(show.session_id) == before


async def test_a_hold_is_given_back_once(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", "B-1", standing=2))
    await office.inventory.release(show.session_id, hold.id)
    assert office.announced[-1].changes == {SeatStatus.AVAILABLE: ("A-1", "B-1")}
    state = await office.snapshot(show.session_id)
    assert (state.version, state.available, state.held, state.seats) == (2, 25, 0, {})
    before = await office.state(show.session_id)
    with pytest.raises(HoldExpired) as refused:
        await office.inventory.release(show.session_id, hold.id)
    assert refused.value.expired_at == await office.scalar("SELECT ended_at FROM hold WHERE id = $1", hold.id)
    with pytest.raises(HoldExpired):
        await office.place(hold.id)
    assert await office.state(show.session_id) == before


async def test_what_is_being_paid_sold_or_of_another_session_is_not_given_back(office: Office) -> None:
    show, other, fan = await a_show(office.transaction), await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    with pytest.raises(NotFound):
        await office.inventory.release(other.session_id, hold.id)
    with pytest.raises(NotFound):
        await office.inventory.release(show.session_id, HoldId(new_id()))
    _, payment = await office.place(hold.id)
    for ordered_or_sold in (False, True):
        if ordered_or_sold:
            await office.inventory.convert(show.session_id, payment.id)
        before = await office.state(show.session_id)
        with pytest.raises(NotAllowed):
            await office.inventory.release(show.session_id, hold.id)
        assert await office.state(show.session_id) == before


async def test_a_hold_that_was_ordered_while_giving_it_back_waited_is_not_given_back(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    async with office.transaction() as work:
        await work.orders.place(hold.id, fan, "card")
        given_back = asyncio.create_task(office.inventory.release(show.session_id, hold.id))
        await waits_for_a_row(office)
    with pytest.raises(NotAllowed):
        await given_back
    assert (await office.snapshot(show.session_id)).version == 1


async def test_a_payment_is_that_of_its_own_session(office: Office) -> None:
    show, other, fan = await a_show(office.transaction), await a_show(office.transaction), await a_buyer(office.transaction)
    _, payment = await office.place((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    for session_id, payment_id in ((other.session_id, payment.id), (show.session_id, PaymentId(new_id()))):
        with pytest.raises(NotFound):
            await office.inventory.convert(session_id, payment_id)
    assert (await office.snapshot(show.session_id)).sold == 0
