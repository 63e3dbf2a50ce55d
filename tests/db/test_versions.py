"""Versions: 1..n without a gap, one for each commit that changed something, and enough to rebuild the whole state."""

import asyncio

import pytest

from domain.changes import AvailabilityDelta, fold
from domain.errors import InvalidInput, SeatsUnavailable, TooManyTickets
from domain.ids import SessionId, new_id
from domain.seats import SeatStatus
from tests.builders import a_buyer, a_room, a_show, buyers
from tests.db.conftest import Office


async def test_a_new_session_is_at_version_zero_with_everything_available(office: Office) -> None:
    show = await a_show(office.transaction, standing=5)
    state = await office.snapshot(show.session_id)
    assert (state.version, state.available, state.held, state.sold, state.seats) == (0, 25, 0, 0, {})
    assert state.general_admission == {show.standing_type: 5}
    assert await office.log.since(show.session_id, 0) == []


async def test_commands_of_one_commit_are_one_version_with_one_change(office: Office) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 3)
    first = await office.inventory.lock(show.lock(people[0], "A-1"))
    await asyncio.gather(
        office.inventory.lock(show.lock(people[1], "B-2", "A-2")),
        office.inventory.release(show.session_id, first.id),
        office.inventory.lock(show.lock(people[2], "A-1", standing=2)),
    )
    assert show.standing_type is not None
    delta = AvailabilityDelta(
        session_id=show.session_id,
        previous_version=1,
        version=2,
        available=20,
        held=5,
        sold=0,
        changes={SeatStatus.HELD: ("A-1", "A-2", "B-2")},
        general_admission={show.standing_type: 3},
    )
    assert office.announced[1:] == [delta]
    assert await office.log.since(show.session_id, 1) == [delta]


async def test_refusals_and_repeated_answers_make_no_version(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction, ticket_limit=2), await buyers(office.transaction, 2)
    await office.inventory.lock(show.lock(fan, "A-1", key="k"))
    before = await office.state(show.session_id)
    answers = await asyncio.gather(
        office.inventory.lock(show.lock(fan, "A-1", key="k")),
        office.inventory.lock(show.lock(other, "A-1")),
        office.inventory.lock(show.lock(fan, "A-2", "A-3")),
        office.inventory.lock(show.lock(other, "Z-1")),
        office.inventory.expire(show.session_id),
        return_exceptions=True,
    )
    assert [type(one) for one in answers[1:]] == [SeatsUnavailable, TooManyTickets, InvalidInput, type(None)]
    assert await office.state(show.session_id) == before
    assert len(office.announced) == 1


async def test_the_log_is_answered_from_any_version_it_knows_and_from_no_other(office: Office) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 4)
    for at, buyer in enumerate(people):
        await office.inventory.lock(show.lock(buyer, f"A-{at + 1}"))
    found = [await office.log.since(show.session_id, version) for version in range(6)]
    assert [None if one is None else [delta.version for delta in one] for one in found] == [
        [1, 2, 3, 4],
        [2, 3, 4],
        [3, 4],
        [4],
        [],
        None,
    ]
    assert await office.log.since(show.session_id, -1) is None
    assert fold(found[0] or ()).changes == {SeatStatus.HELD: ("A-1", "A-2", "A-3", "A-4")}


async def test_a_log_that_was_cut_says_so_instead_of_leaving_a_gap(office: Office) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 3)
    for at, buyer in enumerate(people):
        await office.inventory.lock(show.lock(buyer, f"A-{at + 1}"))
    await office.pool.execute("DELETE FROM session_change WHERE session_id = $1 AND version = 1", show.session_id)
    assert await office.log.since(show.session_id, 0) is None
    assert [delta.version for delta in await office.log.since(show.session_id, 1) or ()] == [2, 3]


async def test_who_is_a_thousand_changes_behind_gets_a_snapshot_instead(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.availability.MOST_DELTAS", 2)
    show, people = await a_show(office.transaction), await buyers(office.transaction, 3)
    for at, buyer in enumerate(people):
        await office.inventory.lock(show.lock(buyer, f"A-{at + 1}"))
    assert await office.log.since(show.session_id, 0) is None
    assert [delta.version for delta in await office.log.since(show.session_id, 1) or ()] == [2, 3]


async def test_the_versions_of_many_sessions_are_one_question(office: Office) -> None:
    shows, fan = [await a_show(office.transaction) for _ in range(3)], await a_buyer(office.transaction)
    await office.inventory.lock(shows[1].lock(fan, "A-1"))
    nothing = SessionId(new_id())
    asked = [*(show.session_id for show in shows), nothing]
    assert await office.log.versions(asked) == {shows[0].session_id: 0, shows[1].session_id: 1, shows[2].session_id: 0}
    assert (await office.log.snapshot(nothing), await office.log.since(nothing, 0)) == (None, None)


async def test_seats_are_listed_in_layout_order_not_by_their_labels(office: Office) -> None:
    show = await a_show(office.transaction, room=a_room(rows=1, seats=12, name="Long row"), ticket_limit=12)
    fan = await a_buyer(office.transaction)
    await office.inventory.lock(show.lock(fan, "A-10", "A-2", "A-12", "A-1"))
    listed = {SeatStatus.HELD: ("A-1", "A-2", "A-10", "A-12")}
    assert (await office.snapshot(show.session_id)).seats == listed
    assert office.announced[-1].changes == listed


async def test_every_state_that_can_be_read_while_many_buy_has_counts_that_fit_its_seats(office: Office) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 20)
    done = asyncio.Event()

    async def buy(at: int) -> None:
        hold = await office.inventory.lock(show.lock(people[at], f"{'AB'[at // 10]}-{at % 10 + 1}"))
        await (office.buy(hold.id) if at % 2 else office.inventory.release(show.session_id, hold.id))

    async def watch() -> int:
        seen = 0
        while not done.is_set() or not seen:
            state = await office.snapshot(show.session_id)
            named = {status: len(labels) for status, labels in state.seats.items()}
            assert (named.get(SeatStatus.HELD, 0), named.get(SeatStatus.SOLD, 0)) == (state.held, state.sold)
            assert state.available + state.held + state.sold == 25
            assert state.version >= seen
            seen = state.version
        return seen

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(buy(at) for at in range(20)))
    done.set()
    await watching
    assert (await office.snapshot(show.session_id)).sold == 10
