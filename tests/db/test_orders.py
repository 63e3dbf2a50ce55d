"""Orders and payments as they are listed, and those that upkeep asks for."""

from datetime import timedelta

from domain.ids import OrderId, PaymentId, RefundId, new_id
from domain.orders import OrderStatus
from domain.repositories import PageRequest
from tests.builders import a_buyer, a_show, buyers
from tests.db.conftest import Office


async def test_orders_come_newest_first_and_pages_stay_put_when_others_are_placed(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction, ticket_limit=20), await buyers(office.transaction, 2)
    placed = [(await office.place((await office.inventory.lock(show.lock(fan, f"A-{n}"))).id))[0] for n in range(1, 6)]
    await office.place((await office.inventory.lock(show.lock(other, "B-10"))).id)
    seen: list[OrderId] = []
    after = None
    for at in range(3):
        async with office.transaction() as work:
            page = await work.orders.of_user(fan, PageRequest(2, after))
            assert await work.orders.count_of_user(fan) == 5 + at
        seen += [one.id for one in page.items]
        after = page.cursors[-1]
        await office.place((await office.inventory.lock(show.lock(fan, f"B-{at + 1}"))).id)
    assert seen == [one.id for one in reversed(placed)]
    assert (page.has_next, page.has_previous) == (False, True)


async def test_orders_made_at_one_instant_are_neither_lost_nor_repeated(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    for n in range(1, 6):
        await office.place((await office.inventory.lock(show.lock(fan, f"A-{n}"))).id)
    await office.pool.execute("UPDATE ticket_order SET created_at = '2030-01-01Z' WHERE user_id = $1", fan)
    seen, after = [], None
    for _ in range(3):
        async with office.transaction() as work:
            page = await work.orders.of_user(fan, PageRequest(2, after))
        seen += [one.id for one in page.items]
        after = page.cursors[-1]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 5


async def test_a_hold_is_ordered_once_and_its_newest_payment_is_found_by_the_order(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    order, first = await office.place(hold.id)
    async with office.transaction() as work:
        await work.orders.decline(first.id)
    again, second = await office.place(hold.id)
    assert again == order
    async with office.transaction() as work:
        assert await work.orders.place(hold.id, fan, "card") == (order, None)
        assert await work.orders.last_payment(order.id) == second
        assert await work.orders.payment(PaymentId(new_id())) is None
        assert await work.orders.last_payment(OrderId(new_id())) is None
        assert await work.orders.by_ids([OrderId(new_id())]) == {}


async def test_payments_are_asked_about_once_they_are_old_enough_the_oldest_first(empty_office: Office) -> None:
    office = empty_office
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    payments = []
    for n in range(1, 5):
        _, payment = await office.place((await office.inventory.lock(show.lock(fan, f"A-{n}"))).id)
        payments.append(payment)
    for payment, minutes in zip(payments, (5, 9, 7, 1), strict=True):
        await office.pool.execute(
            "UPDATE payment SET created_at = clock_timestamp() - $2::interval WHERE id = $1", payment.id, timedelta(minutes=minutes)
        )
    async with office.transaction() as work:
        asked = await work.orders.unsettled(timedelta(minutes=2), 10)
        assert [one.id for one in asked] == [payments[at].id for at in (1, 2, 0)]
        assert [one.id for one in await work.orders.unsettled(timedelta(minutes=2), 1)] == [payments[1].id]
    await office.inventory.convert(show.session_id, payments[1].id)
    async with office.transaction() as work:
        await work.orders.decline(payments[2].id)
    async with office.transaction() as work:
        assert [one.id for one in await work.orders.unsettled(timedelta(minutes=2), 10)] == [payments[0].id]


async def test_a_refund_is_due_until_it_is_noted_and_noting_it_again_or_an_unknown_one_is_nothing(empty_office: Office) -> None:
    office = empty_office
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    [ticket] = await office.buy((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    await office.inventory.cancel(show.session_id, ticket, None)
    async with office.transaction() as work:
        [due] = await work.orders.refunds_due(10)
    assert (due.minor, due.payment.amount.minor, due.payment.session_id) == (2500, 2500, show.session_id)
    await office.note_refunded(due.id)
    at = await office.scalar("SELECT done_at FROM refund WHERE id = $1", due.id)
    for again in (due.id, RefundId(new_id())):
        await office.note_refunded(again)
    async with office.transaction() as work:
        assert list(await work.orders.refunds_due(10)) == []
        [order] = (await work.orders.of_user(fan, PageRequest(1))).items
    assert order.status is OrderStatus.REFUNDED
    assert await office.scalar("SELECT done_at FROM refund WHERE id = $1", due.id) == at
