"""Why a hold is not changed, to the label; and that it is what it was."""

from datetime import UTC, date, datetime

import pytest

from domain.errors import (
    AgeRestricted,
    HoldExpired,
    InvalidInput,
    NotAllowed,
    NotFound,
    SaleNotOpen,
    SeatsUnavailable,
    SoldOut,
    TooManyTickets,
)
from domain.holds import Admissions, ChangeHold
from domain.ids import HoldId, TicketTypeId, new_id
from domain.money import Money
from tests.builders import a_buyer, a_show, buyers
from tests.db.conftest import Office
from tests.db.test_changing import refused


async def test_exactly_the_labels_that_are_not_free_are_named(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction), await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(fan, "A-1", "A-2"))
    await office.inventory.lock(show.lock(other, "B-1", "B-3"))
    asked = show.change(hold, add=["B-3", "A-1", "B-2", "B-1"], remove=["A-2"], standing=1)
    refusal = await refused(office, show, asked, SeatsUnavailable)
    assert isinstance(refusal, SeatsUnavailable)
    assert refusal.labels == ("B-3", "B-1")


@pytest.mark.parametrize(
    ("add", "remove", "path"), [(["A-2", "Z-1"], ["Y-1"], ("add", "1")), (["A-2"], ["A-1", "Y-1"], ("remove", "1"))]
)
async def test_a_seat_that_does_not_exist_is_bad_input_by_its_place(
    office: Office, add: list[str], remove: list[str], path: tuple[str, str]
) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    refusal = await refused(office, show, show.change(hold, add=add, remove=remove), InvalidInput)
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == ("input", *path)


async def test_places_of_a_seated_or_foreign_ticket_type_are_bad_input(office: Office) -> None:
    show, other, fan = await a_show(office.transaction), await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    for wrong in (show.seat_type, other.standing_type, TicketTypeId(new_id())):
        assert wrong is not None
        asked = ChangeHold(hold.id, fan, general_admission=(Admissions(wrong, 1),))
        refusal = await refused(office, show, asked, InvalidInput)
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == ("input", "generalAdmission", "0", "ticketTypeId")


async def test_a_hold_is_not_emptied_but_given_back(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", standing=1))
    places = await office.inventory.lock(show.lock(fan, standing=1))
    for asked, field in (
        (show.change(hold, remove=["A-1"], standing=0), "remove"),
        (show.change(places, standing=0), "generalAdmission"),
    ):
        refusal = await refused(office, show, asked, InvalidInput)
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == ("input", field)
        assert refusal.message == "Nothing would be left in the hold; to give all of it back, call releaseHold."


async def test_more_places_than_are_left_are_sold_out(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction, standing=5), await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(fan, "A-1", standing=2))
    await office.inventory.lock(show.lock(other, standing=2))
    refusal = await refused(office, show, show.change(hold, add=["A-2"], standing=4), SoldOut)
    assert isinstance(refusal, SoldOut)
    assert (refusal.ticket_type_id, refusal.available) == (show.standing_type, 1)
    assert (await office.inventory.change(show.session_id, show.change(hold, standing=3))).total == Money(5500, "EUR")


async def test_the_limit_counts_what_the_buyer_has_with_the_change_and_never_stops_a_swap(office: Office) -> None:
    show, fan = await a_show(office.transaction, ticket_limit=4), await a_buyer(office.transaction)
    await office.buy((await office.inventory.lock(show.lock(fan, "B-1"))).id)
    hold = await office.inventory.lock(show.lock(fan, "A-1", "A-2"))
    refusal = await refused(office, show, show.change(hold, add=["A-3"], standing=1), TooManyTickets)
    assert isinstance(refusal, TooManyTickets)
    assert refusal.limit == 4
    assert (await office.inventory.change(show.session_id, show.change(hold, add=["A-3"]))).seats == ("A-1", "A-2", "A-3")
    await office.pool.execute("UPDATE session SET ticket_limit = 2 WHERE id = $1", show.session_id)
    swapped = await office.inventory.change(show.session_id, show.change(hold, add=["A-4"], remove=["A-1"]))
    assert swapped.seats == ("A-2", "A-3", "A-4")


async def test_a_hold_that_is_over_given_back_or_bought_cannot_be_changed(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    over, given_back, bought = [await office.inventory.lock(show.lock(fan, f"A-{n}")) for n in (1, 2, 3)]
    await office.let_time_pass(over.id)
    await office.inventory.release(show.session_id, given_back.id)
    await office.buy(bought.id)
    for hold in (over, given_back, bought):
        refusal = await refused(office, show, show.change(hold, add=["B-1"]), HoldExpired)
        assert isinstance(refusal, HoldExpired)
        assert refusal.expired_at == await office.scalar("SELECT ended_at FROM hold WHERE id = $1", hold.id)


async def test_a_hold_that_is_being_paid_cannot_be_changed(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", "A-2"))
    await office.place(hold.id)
    await refused(office, show, show.change(hold, remove=["A-1"]), NotAllowed)


async def test_a_hold_of_somebody_else_of_another_session_or_of_nobody_is_not_found(office: Office) -> None:
    show, other = await a_show(office.transaction), await a_show(office.transaction)
    fan, thief = await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    await refused(office, show, ChangeHold(hold.id, thief, add=["A-2"]), NotFound)
    await refused(office, show, ChangeHold(HoldId(new_id()), fan, add=["A-2"]), NotFound)
    await refused(office, other, show.change(hold, add=["A-2"]), NotFound)


@pytest.mark.parametrize(
    ("closed", "opens_at"),
    [
        ("sale_opens_at = '2100-01-01Z'", datetime(2100, 1, 1, tzinfo=UTC)),
        ("starts_at = now(), ends_at = now()", None),
        ("status = 'CANCELLED', sale_opens_at = '2100-01-01Z'", None),
    ],
)
async def test_where_nothing_is_sold_tickets_can_only_be_given_back(office: Office, closed: str, opens_at: datetime | None) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1", "A-2", standing=2))
    await office.pool.execute(f"UPDATE session SET {closed} WHERE id = $1", show.session_id)
    for more in (show.change(hold, add=["A-3"], remove=["A-1"]), show.change(hold, standing=3)):
        refusal = await refused(office, show, more, SaleNotOpen)
        assert isinstance(refusal, SaleNotOpen)
        assert refusal.opens_at == opens_at
    less = await office.inventory.change(show.session_id, show.change(hold, remove=["A-1"], standing=1))
    assert (less.seats, less.total) == (("A-2",), Money(3500, "EUR"))


async def test_a_hidden_session_is_not_found(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))
    await office.pool.execute("UPDATE event SET status = 'ARCHIVED' WHERE id = $1", show.event_id)
    await refused(office, show, show.change(hold, add=["A-2"]), NotFound)


async def test_who_is_too_young_by_now_gets_no_more_but_may_give_back(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction, birth_date=date(2020, 1, 1))
    hold = await office.inventory.lock(show.lock(fan, "A-1", "A-2"))
    await office.pool.execute("UPDATE event SET minimum_age = 18 WHERE id = $1", show.event_id)
    refusal = await refused(office, show, show.change(hold, add=["A-3"]), AgeRestricted)
    assert isinstance(refusal, AgeRestricted)
    assert refusal.minimum_age == 18
    assert (await office.inventory.change(show.session_id, show.change(hold, remove=["A-1"]))).seats == ("A-2",)
    await office.pool.execute("UPDATE account SET birth_date = '1990-01-01' WHERE id = $1", fan)
    assert (await office.inventory.change(show.session_id, show.change(hold, add=["A-3"]))).seats == ("A-2", "A-3")
