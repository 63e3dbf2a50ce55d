"""Locking: what a buyer is told, to the label, and that a refusal changes nothing."""

import asyncio
from datetime import timedelta

import pytest

from domain.errors import (
    DomainError,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    SaleNotOpen,
    SeatsUnavailable,
    SoldOut,
    TooManyTickets,
)
from domain.events import PUBLIC, EventStatus
from domain.holds import Admissions, Hold, HoldState, LockTickets
from domain.ids import SessionId, TicketTypeId, new_id
from domain.money import Money
from tests.builders import a_buyer, a_room, a_show, buyers, in_days
from tests.db.conftest import Office


async def test_a_hold_names_what_is_held_for_how_much_and_until_when(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "B-2", "A-1", standing=2))
    assert hold.seats == ("B-2", "A-1")
    assert show.standing_type is not None
    assert hold.general_admission == (Admissions(show.standing_type, 2),)
    assert (hold.session_id, hold.user_id, hold.state) == (show.session_id, fan, HoldState.ACTIVE)
    assert hold.total == Money(2 * 2500 + 2 * 1000, "EUR")
    assert hold.expires_at - hold.server_time == timedelta(minutes=15)
    async with office.transaction() as work:
        stored = (await work.holds.by_ids([hold.id]))[hold.id]
        assert [one.id for one in await work.holds.of_user(fan)] == [hold.id]
    assert (stored.seats, stored.total, stored.expires_at) == (hold.seats, hold.total, hold.expires_at)


async def test_exactly_the_seats_that_cannot_be_had_are_named_in_the_order_asked(office: Office) -> None:
    show, (first, second) = await a_show(office.transaction), await buyers(office.transaction, 2)
    await office.pool.execute("UPDATE seat SET status = 'BLOCKED' WHERE session_id = $1 AND label = 'B-9'", show.session_id)
    await office.pool.execute("UPDATE inventory SET blocked = 1 WHERE session_id = $1", show.session_id)
    await office.inventory.lock(show.lock(first, "A-1", "B-3", "A-4"))
    before = await office.state(show.session_id)
    with pytest.raises(SeatsUnavailable) as refused:
        await office.inventory.lock(show.lock(second, "B-9", "B-3", "A-2", "A-1"))
    assert refused.value.labels == ("B-9", "B-3", "A-1")
    assert await office.state(show.session_id) == before


async def test_seats_taken_earlier_in_the_same_commit_are_named_too(office: Office) -> None:
    show, (first, second, third) = await a_show(office.transaction), await buyers(office.transaction, 3)
    await office.inventory.lock(show.lock(first, "A-3"))
    answers = await asyncio.gather(
        office.inventory.lock(show.lock(second, "A-1", "A-2")),
        office.inventory.lock(show.lock(third, "A-4", "A-3", "A-2")),
        return_exceptions=True,
    )
    assert await office.scalar("SELECT version FROM inventory WHERE session_id = $1", show.session_id) == 2
    assert isinstance(answers[1], SeatsUnavailable)
    assert answers[1].labels == ("A-3", "A-2")
    assert (await office.snapshot(show.session_id)).held == 3


@pytest.mark.parametrize(("seats", "path"), [(("A-1", "Z-9", "Y-1"), "1"), (("a-1",), "0"), (("A-1 ",), "0")])
async def test_a_seat_that_does_not_exist_is_bad_input_by_its_place_in_the_list(
    office: Office, seats: tuple[str, ...], path: str
) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    before = await office.state(show.session_id)
    with pytest.raises(InvalidInput) as refused:
        await office.inventory.lock(show.lock(fan, *seats))
    assert refused.value.path == ("input", "seats", path)
    assert refused.value.message == f"There is no seat {seats[int(path)]!r}."
    assert await office.state(show.session_id) == before


async def test_places_of_a_seated_or_foreign_ticket_type_are_bad_input(office: Office) -> None:
    show, other = await a_show(office.transaction), await a_show(office.transaction)
    fan = await a_buyer(office.transaction)
    assert show.standing_type is not None
    for wrong in (show.seat_type, other.standing_type, TicketTypeId(new_id())):
        assert wrong is not None
        asked = LockTickets(show.session_id, fan, ("A-1",), (Admissions(show.standing_type, 1), Admissions(wrong, 1)))
        with pytest.raises(InvalidInput) as refused:
            await office.inventory.lock(asked)
        assert refused.value.path == ("input", "generalAdmission", "1", "ticketTypeId")
    assert (await office.snapshot(show.session_id)).version == 0


async def test_a_character_that_cannot_be_stored_is_bad_input_for_its_sender_only(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    answers = await asyncio.gather(
        office.inventory.lock(show.lock(fan, "A-1")),
        office.inventory.lock(show.lock(fan, "A-\x00")),
        office.inventory.lock(show.lock(fan, "A-2", key="\x00")),
        office.inventory.lock(show.lock(fan, "A-3")),
        return_exceptions=True,
    )
    assert [type(one).__name__ for one in answers] == ["Hold", "InvalidInput", "InvalidInput", "Hold"]
    assert (await office.snapshot(show.session_id)).held == 2


async def test_one_place_too_many_is_sold_out_with_what_is_left_and_takes_no_seat(office: Office) -> None:
    show, (first, second) = await a_show(office.transaction, standing=5), await buyers(office.transaction, 2)
    await office.inventory.lock(show.lock(first, standing=3))
    before = await office.state(show.session_id)
    with pytest.raises(SoldOut) as refused:
        await office.inventory.lock(show.lock(second, "A-1", standing=3))
    assert (refused.value.ticket_type_id, refused.value.available) == (show.standing_type, 2)
    assert await office.state(show.session_id) == before
    await office.inventory.lock(show.lock(second, standing=2))
    with pytest.raises(SoldOut) as empty:
        await office.inventory.lock(show.lock(second, standing=1))
    assert empty.value.available == 0


async def test_before_its_opening_the_sale_says_when_it_opens(office: Office) -> None:
    opens_at, fan = in_days(1), await a_buyer(office.transaction)
    show = await a_show(office.transaction, sale_opens_at=opens_at)
    with pytest.raises(SaleNotOpen) as refused:
        await office.inventory.lock(show.lock(fan, "A-1"))
    assert refused.value.opens_at == opens_at
    await office.pool.execute("UPDATE session SET sale_opens_at = clock_timestamp() WHERE id = $1", show.session_id)
    assert (await office.inventory.lock(show.lock(fan, "A-1"))).seats == ("A-1",)


async def test_once_the_session_has_begun_the_sale_is_over(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    await office.move_start(show.session_id, hours=0)
    with pytest.raises(SaleNotOpen) as refused:
        await office.inventory.lock(show.lock(fan, "A-1"))
    assert refused.value.opens_at is None
    assert (await office.snapshot(show.session_id)).version == 0


@pytest.mark.parametrize("table", ["event", "session"])
@pytest.mark.parametrize(
    ("status", "refusal"),
    [(one.value, SaleNotOpen if one in PUBLIC else NotFound) for one in EventStatus if one is not EventStatus.PUBLISHED],
)
async def test_only_a_published_session_of_a_published_event_sells_and_a_hidden_one_is_not_found(
    office: Office, table: str, status: str, refusal: type[DomainError]
) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    identity = show.event_id if table == "event" else show.session_id
    await office.pool.execute(f"UPDATE {table} SET status = $2 WHERE id = $1", identity, status)
    with pytest.raises(refusal):
        await office.inventory.lock(show.lock(fan, "A-1"))
    assert (await office.snapshot(show.session_id)).version == 0


async def test_a_cancelled_session_never_opens_its_sale_whatever_was_planned(office: Office) -> None:
    show, fan = await a_show(office.transaction, sale_opens_at=in_days(1)), await a_buyer(office.transaction)
    await office.pool.execute("UPDATE session SET status = 'CANCELLED' WHERE id = $1", show.session_id)
    with pytest.raises(SaleNotOpen) as refused:
        await office.inventory.lock(show.lock(fan, "A-1"))
    assert refused.value.opens_at is None


async def test_a_commit_of_refusals_only_does_not_write_the_inventory(office: Office) -> None:
    show, (fan, *others) = await a_show(office.transaction), await buyers(office.transaction, 4)
    await office.inventory.lock(show.lock(fan, "A-1"))
    where_it_is = "SELECT ctid FROM inventory WHERE session_id = $1"
    before = await office.scalar(where_it_is, show.session_id)
    answers = await asyncio.gather(*(office.inventory.lock(show.lock(one, "A-1")) for one in others), return_exceptions=True)
    assert [type(one) for one in answers] == [SeatsUnavailable] * 3
    assert await office.scalar(where_it_is, show.session_id) == before


async def test_a_session_that_does_not_exist_is_not_found(office: Office) -> None:
    fan = await a_buyer(office.transaction)
    with pytest.raises(NotFound):
        await office.inventory.lock(LockTickets(SessionId(new_id()), fan, ("A-1",)))


async def test_the_limit_counts_held_ordered_and_owned_tickets_but_nothing_given_back(office: Office) -> None:
    show, fan = await a_show(office.transaction, ticket_limit=4), await a_buyer(office.transaction)
    held = await office.inventory.lock(show.lock(fan, "A-1"))
    [ticket] = await office.buy((await office.inventory.lock(show.lock(fan, "A-2"))).id)
    await office.place((await office.inventory.lock(show.lock(fan, "A-3"))).id)
    with pytest.raises(TooManyTickets) as refused:
        await office.inventory.lock(show.lock(fan, "A-4", standing=1))
    assert refused.value.limit == 4
    await office.inventory.cancel(show.session_id, ticket, None)
    await office.inventory.release(show.session_id, held.id)
    assert (await office.inventory.lock(show.lock(fan, "A-4", "A-5", standing=1))).seats == ("A-4", "A-5")
    with pytest.raises(TooManyTickets):
        await office.inventory.lock(show.lock(fan, "A-6"))


async def test_a_used_ticket_still_counts_and_other_buyers_and_sessions_do_not(office: Office) -> None:
    (fan, other), show = await buyers(office.transaction, 2), await a_show(office.transaction, ticket_limit=1)
    elsewhere = await a_show(office.transaction, ticket_limit=1)
    [ticket] = await office.buy((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    await office.scan(ticket, fan)
    with pytest.raises(TooManyTickets):
        await office.inventory.lock(show.lock(fan, standing=1))
    assert (await office.inventory.lock(show.lock(other, "A-2"))).seats == ("A-2",)
    assert (await office.inventory.lock(elsewhere.lock(fan, "A-1"))).seats == ("A-1",)


async def test_the_same_key_gives_the_same_hold_and_with_another_input_a_conflict(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction), await buyers(office.transaction, 2)
    first = await office.inventory.lock(show.lock(fan, "A-1", "A-2", key="k"))
    before = await office.state(show.session_id)
    again = await office.inventory.lock(show.lock(fan, "A-1", "A-2", key="k"))
    assert (again.id, again.seats, again.total, again.expires_at) == (first.id, first.seats, first.total, first.expires_at)
    for changed in (show.lock(fan, "A-2", "A-1", key="k"), show.lock(fan, "A-3", key="k"), show.lock(fan, "Z-1", key="k")):
        with pytest.raises(IdempotencyConflict):
            await office.inventory.lock(changed)
    assert await office.state(show.session_id) == before
    assert (await office.inventory.lock(show.lock(other, "A-3", key="k"))).seats == ("A-3",)


async def test_one_key_twice_in_one_commit_is_one_hold_and_breaks_up_nobody_elses_commit(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction), await buyers(office.transaction, 2)
    first, again, conflict, another = await asyncio.gather(
        office.inventory.lock(show.lock(fan, "A-1", key="k")),
        office.inventory.lock(show.lock(fan, "A-1", key="k")),
        office.inventory.lock(show.lock(fan, "A-2", key="k")),
        office.inventory.lock(show.lock(other, "A-3", key="k")),
        return_exceptions=True,
    )
    assert again == first
    assert (type(conflict), type(another)) == (IdempotencyConflict, Hold)
    assert [delta.held for delta in office.announced] == [2]


async def test_a_refusal_under_a_key_stays_a_refusal_but_bad_input_is_not_remembered(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction), await buyers(office.transaction, 2)
    taken = await office.inventory.lock(show.lock(other, "A-1"))
    with pytest.raises(SeatsUnavailable):
        await office.inventory.lock(show.lock(fan, "A-1", key="refused"))
    await office.inventory.release(show.session_id, taken.id)
    with pytest.raises(SeatsUnavailable) as again:
        await office.inventory.lock(show.lock(fan, "A-1", key="refused"))
    assert again.value.labels == ("A-1",)
    with pytest.raises(InvalidInput):
        await office.inventory.lock(show.lock(fan, "Z-1", key="typo"))
    assert (await office.inventory.lock(show.lock(fan, "A-1", key="typo"))).seats == ("A-1",)


async def test_a_room_without_standing_places_sells_its_seats(office: Office) -> None:
    show = await a_show(office.transaction, room=a_room(rows=1, seats=2, name="Tiny"), standing=0)
    fan = await a_buyer(office.transaction)
    await office.inventory.lock(show.lock(fan, "A-1", "A-2"))
    state = await office.snapshot(show.session_id)
    assert (state.available, state.held, state.general_admission) == (0, 2, {})
