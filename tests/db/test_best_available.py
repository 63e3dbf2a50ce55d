"""Best available, decided by the server under the row lock: nobody is refused while seats are free, no seat is left alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from domain.errors import DomainError, IdempotencyConflict, InvalidInput, SoldOut, TooManyTickets
from domain.holds import BestAvailable, Hold, LockTickets
from domain.ids import TicketTypeId, UserId, new_id
from domain.money import Money
from domain.seats import Row, SeatMap, Section
from domain.single_seats import SingleSeats
from tests.builders import Show, a_buyer, a_key, a_room, a_show, buyers
from tests.db.conftest import Office
from tests.db.test_batches import blocker, hold_the_row
from tests.db.test_inventory_races import Processes, kinds, outcomes, processes, waits_for_a_row

__all__ = ["blocker", "processes"]

HALL = a_room(rows=15, seats=20, name="Hall of 300")


def best(show: Show, buyer: UserId, quantity: int, **wanted: Any) -> LockTickets:
    key = wanted.pop("key", None)
    assert show.seat_type is not None
    command = LockTickets(show.session_id, buyer, best_available=BestAvailable(show.seat_type, quantity, **wanted))
    return replace(command, once=a_key(buyer, "lockTickets", key, command)) if key else command


async def free_of(office: Office, show: Show) -> set[str]:
    rows = await office.rows("SELECT label FROM seat WHERE session_id = $1 AND status = 'AVAILABLE'", show.session_id)
    return {label for (label,) in rows}


def side_by_side(seats: Sequence[str]) -> bool:
    rows = {label.split("-")[0] for label in seats}
    places = sorted(int(label.split("-")[1]) for label in seats)
    return len(rows) == 1 and places == list(range(places[0], places[0] + len(places)))


async def test_the_best_are_side_by_side_in_front_and_in_the_middle(office: Office) -> None:
    show, fan = await a_show(office.transaction, room=a_room(rows=6, seats=20, name="Six rows")), await a_buyer(office.transaction)
    hold = await office.inventory.lock(best(show, fan, 4))
    assert side_by_side(hold.seats)
    row, places = hold.seats[0][0], [int(label[2:]) for label in hold.seats]
    assert row in "ABC"
    assert 4 <= places[0] <= places[-1] <= 17
    assert hold.total == Money(4 * 2500, "EUR")
    assert (await office.snapshot(show.session_id)).held == 4


async def test_of_two_hundred_who_want_two_of_three_hundred_seats_a_hundred_and_fifty_win(
    office: Office, processes: Processes
) -> None:
    show, people = await a_show(office.transaction, room=HALL, standing=0), await buyers(office.transaction, 200)
    answers = await outcomes(processes[at % 2].lock(best(show, one, 2)) for at, one in enumerate(people))
    assert kinds(answers) == {"Hold": 150, "SoldOut": 50}
    won = [one for one in answers if isinstance(one, Hold)]
    assert all(side_by_side(one.seats) for one in won)
    assert len({label for one in won for label in one.seats}) == 300
    assert {one.available for one in answers if isinstance(one, SoldOut)} == {0}


async def test_a_crowd_leaves_no_single_seat_while_it_comes(office: Office, processes: Processes) -> None:
    show, people = await a_show(office.transaction, room=HALL, standing=0), await buyers(office.transaction, 120)
    for start in range(0, 120, 30):
        await outcomes(processes[at % 2].lock(best(show, one, 2)) for at, one in enumerate(people[start : start + 30]))
        free = await free_of(office, show)
        alone = {one for one in free if not {f"{one[:2]}{int(one[2:]) - 1}", f"{one[:2]}{int(one[2:]) + 1}"} & free}
        assert alone == set()


async def test_two_buyers_in_one_commit_are_not_sent_to_the_same_seats_nor_all_to_one_row(office: Office, blocker: Any) -> None:
    show, people = await a_show(office.transaction, room=HALL, standing=0), await buyers(office.transaction, 30)
    await hold_the_row(blocker, show)
    first = asyncio.create_task(outcomes([office.inventory.lock(show.lock(people[0], "O-1", "O-2"))]))
    await waits_for_a_row(office)
    rest = asyncio.create_task(outcomes(office.inventory.lock(best(show, one, 2)) for one in people[1:]))
    await asyncio.sleep(0)
    await blocker.execute("ROLLBACK")
    await first
    answers = await rest
    # What ends holds, and what locks, are two versions in one transaction; the former changed nothing.
    assert (await office.snapshot(show.session_id)).version == 2
    won = [one.seats for one in answers if isinstance(one, Hold)]
    assert len({label for seats in won for label in seats}) == 58
    assert len({seats[0][0] for seats in won}) >= 3


async def test_best_available_and_picks_by_hand_in_one_commit_never_cross(office: Office, processes: Processes) -> None:
    room = a_room(rows=2, seats=10, name="Twenty")
    show, people = await a_show(office.transaction, room=room, standing=0), await buyers(office.transaction, 40)
    asked = []
    for at, one in enumerate(people):
        hand = show.lock(one, f"{'AB'[at % 2]}-{at % 9 + 1}", f"{'AB'[at % 2]}-{at % 9 + 2}")
        asked.append(processes[at % 2].lock(best(show, one, 2) if at % 4 < 2 else hand))
    answers = await outcomes(asked)
    won = [label for one in answers if isinstance(one, Hold) for label in one.seats]
    assert len(won) == len(set(won)) == (await office.snapshot(show.session_id)).held
    sold_out = [one for one in answers if isinstance(one, SoldOut)]
    assert not sold_out or len(await free_of(office, show)) < 2


async def test_nobody_is_told_sold_out_for_seats_that_one_over_the_limit_did_not_get(office: Office, blocker: Any) -> None:
    room = a_room(rows=1, seats=8, name="Eight")
    show, (greedy, fan) = await a_show(office.transaction, room=room, standing=9), await buyers(office.transaction, 2)
    await office.inventory.lock(show.lock(greedy, standing=8))
    await hold_the_row(blocker, show)
    first = asyncio.create_task(outcomes([office.inventory.lock(show.lock(fan, standing=1))]))
    await waits_for_a_row(office)
    both = asyncio.create_task(outcomes([office.inventory.lock(best(show, greedy, 8)), office.inventory.lock(best(show, fan, 7))]))
    await asyncio.sleep(0)
    await blocker.execute("ROLLBACK")
    await first
    answers = await both
    assert [type(one) for one in answers] == [TooManyTickets, Hold]


async def test_seats_that_are_given_back_in_the_same_commit_are_there_to_be_had(office: Office, blocker: Any) -> None:
    room = a_room(rows=1, seats=4, name="Four")
    show, (one, other) = await a_show(office.transaction, room=room, standing=9), await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(one, "A-1", "A-2", "A-3", "A-4"))
    await hold_the_row(blocker, show)
    first = asyncio.create_task(outcomes([office.inventory.lock(show.lock(one, standing=1))]))
    await waits_for_a_row(office)
    asked = [office.inventory.lock(best(show, other, 4)), office.inventory.release(show.session_id, hold.id)]
    both = asyncio.create_task(outcomes(asked))
    await asyncio.sleep(0)
    await blocker.execute("ROLLBACK")
    await first
    assert kinds(await both) == {"Hold": 1, "NoneType": 1}


async def test_what_has_expired_is_there_to_be_had_whether_or_not_anybody_swept_it(office: Office) -> None:
    room = a_room(rows=1, seats=4, name="Four")
    show, (one, other) = await a_show(office.transaction, room=room, standing=0), await buyers(office.transaction, 2)
    hold = await office.inventory.lock(best(show, one, 4))
    await office.let_time_pass(hold.id)
    assert (await office.inventory.lock(best(show, other, 4))).seats == ("A-1", "A-2", "A-3", "A-4")


async def test_where_no_row_has_so_many_they_are_split_into_pairs_rather_than_singles(office: Office) -> None:
    room = a_room(rows=3, seats=5, name="Three by five")
    show, people = await a_show(office.transaction, room=room, standing=0), await buyers(office.transaction, 4)
    for one, row in zip(people, "ABC", strict=False):
        await office.inventory.lock(show.lock(one, f"{row}-3"))
    hold = await office.inventory.lock(best(show, people[3], 4))
    assert {sum(label[0] == row for label in hold.seats) % 2 for row in "ABC"} == {0}
    assert not {"A-3", "B-3", "C-3"} & set(hold.seats)


async def test_accessible_places_are_for_those_who_ask_for_them_only(office: Office) -> None:
    seats = a_room(rows=1, seats=6).sections[0].rows[0].seats
    row = Row("A", tuple(replace(seat, accessible=at < 2) for at, seat in enumerate(seats)))
    room = SeatMap("With places", a_room().categories, (Section("Floor", (row,)),))
    show, people = await a_show(office.transaction, room=room, standing=0), await buyers(office.transaction, 4)
    assert (await office.inventory.lock(best(show, people[0], 4))).seats == ("A-3", "A-4", "A-5", "A-6")
    with pytest.raises(SoldOut) as refused:
        await office.inventory.lock(best(show, people[1], 1))
    assert refused.value.available == 0
    assert (await office.inventory.lock(best(show, people[2], 2, accessible=2))).seats == ("A-1", "A-2")


async def test_sections_are_kept_to_and_unknown_ones_are_bad_input(office: Office) -> None:
    rows = a_room(rows=2, seats=6).sections[0].rows
    room = SeatMap("Two floors", a_room().categories, (Section("Stalls", rows[:1]), Section("Balcony", rows[1:])))
    show, (fan, other) = await a_show(office.transaction, room=room, standing=0), await buyers(office.transaction, 2)
    assert {one[0] for one in (await office.inventory.lock(best(show, fan, 2, sections=("Balcony",)))).seats} == {"B"}
    before = await office.state(show.session_id)
    with pytest.raises(InvalidInput) as refused:
        await office.inventory.lock(best(show, other, 2, sections=("Stalls", "Roof")))
    assert refused.value.path == ("input", "bestAvailable", "sections", "1")
    with pytest.raises(SoldOut) as sold_out:
        await office.inventory.lock(best(show, other, 5, sections=("Balcony",)))
    assert (sold_out.value.ticket_type_id, sold_out.value.available) == (show.seat_type, 4)
    assert await office.state(show.session_id) == before


@pytest.mark.parametrize("of", ["standing", "nothing"])
async def test_a_ticket_type_without_seats_is_bad_input(office: Office, of: str) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    wanted = show.standing_type if of == "standing" else TicketTypeId(new_id())
    assert wanted is not None
    with pytest.raises(InvalidInput) as refused:
        await office.inventory.lock(LockTickets(show.session_id, fan, best_available=BestAvailable(wanted, 1)))
    assert refused.value.path == ("input", "bestAvailable", "ticketTypeId")


async def test_one_key_gives_the_same_seats_again_and_with_another_wish_a_conflict(office: Office) -> None:
    show, fan = await a_show(office.transaction, room=HALL), await a_buyer(office.transaction)
    asked = await outcomes(office.inventory.lock(best(show, fan, 2, key="k")) for _ in range(20))
    again = await office.inventory.lock(best(show, fan, 2, key="k"))
    assert {(one.id, one.seats, one.total) for one in asked if isinstance(one, Hold)} == {(again.id, again.seats, again.total)}
    assert (await office.snapshot(show.session_id)).held == 2
    with pytest.raises(IdempotencyConflict):
        await office.inventory.lock(best(show, fan, 3, key="k"))


async def test_best_available_leaves_no_seat_alone_whatever_the_sessions_terms_are(office: Office) -> None:
    room = a_room(rows=2, seats=7, name="Sevens")
    show = await a_show(office.transaction, room=room, standing=0, single_seats=SingleSeats.REFUSE)
    people = await buyers(office.transaction, 10)
    answers = await outcomes(office.inventory.lock(best(show, one, 2)) for one in people)
    assert kinds(answers) == {"Hold": 7, "SoldOut": 3}
    assert await free_of(office, show) == set()


async def test_a_batch_that_falls_apart_tells_each_what_it_would_alone(office: Office) -> None:
    show, people = await a_show(office.transaction, room=HALL), await buyers(office.transaction, 3)
    answers = await outcomes(office.inventory.lock(best(show, one, 2)) for one in (*people[:2], UserId(new_id()), people[2]))
    assert [isinstance(one, Hold) for one in answers] == [True, True, False, True]
    assert not isinstance(answers[2], DomainError)
    assert (await office.snapshot(show.session_id)).held == 6
    assert (await office.inventory.lock(best(show, people[0], 2))).seats
