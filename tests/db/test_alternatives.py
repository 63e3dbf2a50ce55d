"""What else could be had: told to who came too late, from the state that the batch has left, and not the same to all."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from domain.errors import SeatsUnavailable
from domain.holds import Hold
from domain.money import Money
from domain.plans import PlannedTicketType
from domain.seats import Category, Row, Seat, SeatMap, Section
from tests.builders import a_room, a_show, buyers
from tests.db.conftest import Office
from tests.db.test_batches import blocker, hold_the_row
from tests.db.test_inventory_races import Processes, outcomes, processes, waits_for_a_row

__all__ = ["blocker", "processes"]


async def test_the_too_late_are_told_of_as_many_seats_near_and_can_have_them(office: Office) -> None:
    show, people = await a_show(office.transaction, room=a_room(rows=3, seats=10)), await buyers(office.transaction, 5)
    await office.inventory.lock(show.lock(people[0], "B-5"))
    with pytest.raises(SeatsUnavailable) as refused:
        await office.inventory.lock(show.lock(people[1], "B-5", "B-6"))
    found = refused.value.alternatives
    assert refused.value.labels == ("B-5",)
    assert len(found) == 3
    assert len({label for one in found for label in one}) == 6
    assert found[0] in (("B-6", "B-7"), ("A-5", "A-6"), ("C-5", "C-6"))
    for one, buyer in zip(found, people[2:], strict=True):
        assert (await office.inventory.lock(show.lock(buyer, *one))).seats == one


async def test_losers_of_one_commit_are_not_all_sent_to_the_same_seats(office: Office, blocker: Any) -> None:
    show, people = await a_show(office.transaction, room=a_room(rows=5, seats=10)), await buyers(office.transaction, 12)
    await hold_the_row(blocker, show)
    first = asyncio.create_task(outcomes([office.inventory.lock(show.lock(people[0], "C-5", "C-6"))]))
    await waits_for_a_row(office)
    rest = asyncio.create_task(outcomes(office.inventory.lock(show.lock(one, "C-5", "C-6")) for one in people[1:]))
    await asyncio.sleep(0)
    await blocker.execute("ROLLBACK")
    await first
    answers = [one for one in await rest if isinstance(one, SeatsUnavailable)]
    assert len({one.alternatives[0] for one in answers}) == 11
    # So all of them can have what they are told first.
    asked = zip(people[1:], answers, strict=True)
    assert {
        type(one) for one in await outcomes(office.inventory.lock(show.lock(who, *told.alternatives[0])) for who, told in asked)
    } == {Hold}


async def test_they_are_of_the_same_price_level(office: Office) -> None:
    dear = Row("A", tuple(Seat(f"A-{n}", str(n), n * 25.0, 0, "Dear") for n in range(1, 7)))
    cheap = Row("B", tuple(Seat(f"B-{n}", str(n), n * 25.0, 25.0, "Cheap") for n in range(1, 7)))
    room = SeatMap("Two prices", (Category("Dear", "#000000"), Category("Cheap", "#ffffff")), (Section("Floor", (dear, cheap)),))
    types = [PlannedTicketType(name, Money(price, "EUR"), category=name) for name, price in (("Dear", 9000), ("Cheap", 900))]
    show, (one, other) = await a_show(office.transaction, room=room, ticket_types=types), await buyers(office.transaction, 2)
    await office.inventory.lock(show.lock(one, "A-1", "A-2"))
    with pytest.raises(SeatsUnavailable) as refused:
        await office.inventory.lock(show.lock(other, "A-2", "A-3", "B-3"))
    assert {tuple(label[0] for label in found) for found in refused.value.alternatives} == {("A", "A", "B")}
    assert {found[2] for found in refused.value.alternatives} == {"B-3"}


async def test_who_does_not_ask_for_offers_is_told_of_none_and_takes_none_from_the_others(office: Office) -> None:
    room = a_room(rows=1, seats=4, name="Four in a row")
    show, people = await a_show(office.transaction, room=room), await buyers(office.transaction, 4)
    await office.inventory.lock(show.lock(people[0], "A-1"))
    asked = [replace(show.lock(one, "A-1"), offers=offers) for one, offers in zip(people[1:], (False, True, False), strict=True)]
    answers = await outcomes(office.inventory.lock(one) for one in asked)
    offered = [one.alternatives for one in answers if isinstance(one, SeatsUnavailable)]
    assert [sorted(each) for each in offered] == [[], [("A-2",), ("A-4",)], []]
    hold = await office.inventory.lock(show.lock(people[1], "A-4"))
    with pytest.raises(SeatsUnavailable) as refused:
        await office.inventory.change(show.session_id, replace(show.change(hold, add=["A-1"]), offers=False))
    assert refused.value.alternatives == ()


async def test_where_nothing_is_left_nothing_is_offered(office: Office) -> None:
    room = a_room(rows=1, seats=4, name="Four")
    show, (one, other) = await a_show(office.transaction, room=room), await buyers(office.transaction, 2)
    await office.inventory.lock(show.lock(one, "A-1", "A-2", "A-3"))
    with pytest.raises(SeatsUnavailable) as refused:
        await office.inventory.lock(show.lock(other, "A-3", "A-4"))
    assert refused.value.alternatives == ()


async def test_what_another_process_has_sold_is_not_offered(office: Office, processes: Processes) -> None:
    room = a_room(rows=1, seats=8, name="Eight")
    show, people = await a_show(office.transaction, room=room), await buyers(office.transaction, 6)
    mine, theirs = processes
    await mine.lock(show.lock(people[0], "A-1", "A-2"))
    for who, seats in ((people[1], ("A-3", "A-4")), (people[2], ("A-5", "A-6"))):
        with pytest.raises(SeatsUnavailable):
            await mine.lock(show.lock(people[5], "A-1", "A-2"))
        await theirs.lock(show.lock(who, *seats))
    with pytest.raises(SeatsUnavailable) as refused:
        await mine.lock(show.lock(people[3], "A-3", "A-4"))
    assert refused.value.alternatives == (("A-7", "A-8"),)


async def test_what_the_log_no_longer_has_is_read_from_the_seats(office: Office, processes: Processes) -> None:
    room = a_room(rows=1, seats=6, name="Six")
    show, people = await a_show(office.transaction, room=room), await buyers(office.transaction, 4)
    mine, theirs = processes
    await mine.lock(show.lock(people[0], "A-1"))
    with pytest.raises(SeatsUnavailable):
        await mine.lock(show.lock(people[1], "A-1"))
    held = await theirs.lock(show.lock(people[2], "A-2", "A-3"))
    kept = await office.rows("SELECT seats::text FROM session_change WHERE session_id = $1 AND version = 2", show.session_id)
    await office.pool.execute(
        "UPDATE session_change SET seats = '{}', version = 99 WHERE session_id = $1 AND version = 2", show.session_id
    )
    with pytest.raises(SeatsUnavailable) as refused:
        await mine.lock(show.lock(people[1], "A-1", "A-2"))
    restored = "UPDATE session_change SET seats = $2::jsonb, version = 2 WHERE session_id = $1 AND version = 99"
    await office.pool.execute(restored, show.session_id, kept[0][0])
    assert held.seats == ("A-2", "A-3")
    assert refused.value.alternatives == (("A-5", "A-6"),) or refused.value.alternatives[0] == ("A-4", "A-5")


async def test_a_hold_that_is_to_get_taken_seats_is_told_of_others_and_of_none_that_it_has(office: Office) -> None:
    room = a_room(rows=1, seats=8, name="Eight")
    show, (one, other) = await a_show(office.transaction, room=room), await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(one, "A-1", "A-2"))
    await office.inventory.lock(show.lock(other, "A-3", "A-4"))
    with pytest.raises(SeatsUnavailable) as refused:
        await office.inventory.change(show.session_id, show.change(hold, add=["A-3", "A-4"]))
    assert refused.value.alternatives == (("A-5", "A-6"), ("A-7", "A-8"))


async def test_a_refusal_asked_for_again_under_its_key_offers_what_there_is_now(office: Office) -> None:
    room = a_room(rows=1, seats=4, name="Four")
    show, (one, other) = await a_show(office.transaction, room=room), await buyers(office.transaction, 2)
    await office.inventory.lock(show.lock(one, "A-1", "A-2"))
    for offered in ((("A-3", "A-4"),), ()):
        with pytest.raises(SeatsUnavailable) as refused:
            await office.inventory.lock(show.lock(other, "A-1", "A-2", key="k"))
        assert (refused.value.labels, refused.value.alternatives) == (("A-1", "A-2"), offered)
        if offered:
            await office.inventory.lock(show.lock(one, "A-4"))
