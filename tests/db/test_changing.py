"""Changing a hold: some in, some out, all of it or nothing; what stays keeps its price, its id and its end."""

import pytest

from domain.changes import AvailabilityDelta
from domain.errors import (
    DomainError,
    HoldExpired,
)
from domain.holds import Admissions, ChangeHold, Hold, HoldState
from domain.ids import HoldId
from domain.money import Money
from domain.orders import Payment
from domain.seats import SeatStatus
from tests.builders import Show, a_buyer, a_show
from tests.db.conftest import Office

PRICES = "UPDATE ticket_type SET price_minor = price_minor + $2 WHERE session_id = $1"


async def refused(office: Office, show: Show, command: ChangeHold, kind: type[DomainError]) -> DomainError:
    """The refusal; nothing has changed."""
    before = await office.state(show.session_id)
    with pytest.raises(kind) as error:
        await office.inventory.change(show.session_id, command)
    assert await office.state(show.session_id) == before
    return error.value


async def stored(office: Office, hold_id: HoldId) -> Hold:
    async with office.transaction() as work:
        return (await work.holds.by_ids([hold_id]))[hold_id]


async def decline(office: Office, payment: Payment) -> None:
    async with office.transaction() as work:
        await work.orders.decline(payment.id)


async def test_a_changed_hold_is_the_same_hold_with_other_tickets_in_one_version(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "B-2", "A-1", standing=1))
    changed = await office.inventory.change(show.session_id, show.change(hold, add=["B-4", "A-9"], remove=["A-1"], standing=3))
    assert show.standing_type is not None
    assert (changed.id, changed.user_id, changed.session_id, changed.state) == (hold.id, fan, show.session_id, HoldState.ACTIVE)
    assert (changed.seats, changed.general_admission) == (("B-2", "B-4", "A-9"), (Admissions(show.standing_type, 3),))
    assert (changed.total, changed.expires_at) == (Money(3 * 2500 + 3 * 1000, "EUR"), hold.expires_at)
    found = await stored(office, hold.id)
    assert (found.seats, found.general_admission, found.total, found.expires_at) == (
        changed.seats,
        changed.general_admission,
        changed.total,
        hold.expires_at,
    )
    delta = AvailabilityDelta(
        session_id=show.session_id,
        previous_version=1,
        version=2,
        available=19,
        held=6,
        sold=0,
        changes={SeatStatus.AVAILABLE: ("A-1",), SeatStatus.HELD: ("A-9", "B-4")},
        general_admission={show.standing_type: 2},
    )
    assert office.announced[1:] == [delta]
    assert await office.log.since(show.session_id, 1) == [delta]


async def test_what_stays_keeps_its_price_and_what_is_added_costs_what_it_costs_now(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", "A-2", standing=2))
    await office.pool.execute(PRICES, show.session_id, 500)
    changed = await office.inventory.change(show.session_id, show.change(hold, add=["A-1", "A-3"], remove=["A-2"], standing=3))
    assert changed.total == Money(2500 + 3000 + 2 * 1000 + 1500, "EUR")
    assert show.standing_type is not None
    assert (await stored(office, hold.id)).general_admission == changed.general_admission == (Admissions(show.standing_type, 3),)
    # Places that go are those that came last.
    fewer = await office.inventory.change(show.session_id, show.change(hold, standing=2))
    assert fewer.total == Money(2500 + 3000 + 2 * 1000, "EUR")
    await office.inventory.change(show.session_id, show.change(hold, standing=3))
    tickets = await office.buy(hold.id)
    prices = await office.rows("SELECT seat_label, price_minor FROM ticket WHERE id = ANY ($1) ORDER BY 1, 2", tickets)
    assert prices == [("A-1", 2500), ("A-3", 3000), (None, 1000), (None, 1000), (None, 1500)]
    state = await office.snapshot(show.session_id)
    assert (state.held, state.sold, state.general_admission) == (0, 5, {show.standing_type: 2})


async def test_places_of_two_prices_are_all_given_back(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", standing=1))
    await office.pool.execute(PRICES, show.session_id, 500)
    await office.inventory.change(show.session_id, show.change(hold, standing=3))
    await office.inventory.change(show.session_id, show.change(hold, standing=0))
    assert (await stored(office, hold.id)).general_admission == ()
    await office.inventory.change(show.session_id, show.change(hold, standing=3))
    await office.inventory.release(show.session_id, hold.id)
    state = await office.snapshot(show.session_id)
    assert (state.held, state.general_admission) == (0, {show.standing_type: 5})


async def test_what_is_there_already_and_what_is_not_there_anyway_change_nothing(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", standing=1))
    before = await office.state(show.session_id)
    same = await office.inventory.change(show.session_id, show.change(hold, add=["A-1"], remove=["B-1"], standing=1))
    assert (same.seats, same.general_admission, same.total) == (hold.seats, hold.general_admission, hold.total)
    assert await office.state(show.session_id) == before
    assert len(office.announced) == 1


async def test_a_hold_whose_time_is_over_is_freed_not_changed(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    await office.let_time_pass(hold.id)
    with pytest.raises(HoldExpired):
        await office.inventory.change(show.session_id, show.change(hold, add=["A-2"]))
    state = await office.snapshot(show.session_id)
    assert (state.version, state.held, state.seats) == (2, 0, {})


async def test_after_a_decline_the_changed_hold_is_paid_at_its_new_price(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", "A-2"))
    order, first = await office.place(hold.id)
    await decline(office, first)
    await office.inventory.change(show.session_id, show.change(hold, remove=["A-2"]))
    again, second = await office.place(hold.id)
    assert (again.id, again.total, second.amount) == (order.id, Money(2500, "EUR"), Money(2500, "EUR"))
    assert await office.inventory.convert(show.session_id, second.id) == order.id


async def test_s1_a_late_success_at_the_price_of_before_the_change_buys_nothing_and_goes_back(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    order, first = await office.place(hold.id)
    await decline(office, first)
    await office.inventory.change(show.session_id, show.change(hold, add=["A-2"]))
    for _ in range(2):
        with pytest.raises(HoldExpired):
            await office.inventory.convert(show.session_id, first.id)
    assert await office.rows("SELECT amount_minor FROM refund WHERE payment_id = $1", first.id) == [(2500,)]
    assert (await stored(office, hold.id)).state is HoldState.ACTIVE
    again, second = await office.place(hold.id)
    assert await office.inventory.convert(show.session_id, second.id) == again.id == order.id
    assert (await office.snapshot(show.session_id)).sold == 2
