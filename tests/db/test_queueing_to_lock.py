"""Where a session has a waiting room, only an admitted place locks tickets: decided in SQL, under the session's row lock."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import InvalidInput, QueueRequired, SaleNotOpen
from domain.holds import BestAvailable, Hold, LockTickets, Selection
from domain.ids import PlaceId, UserId, new_id
from domain.single_seats import SingleSeats
from tests.builders import Show, a_buyer, a_show, buyers, in_days
from tests.db.conftest import Office
from tests.db.waiting import Waiting, waiting_at

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def show(office: Office) -> Show:
    return await a_show(office.transaction)


@pytest.fixture
async def waiting(office: Office, show: Show) -> AsyncIterator[Waiting]:
    async with waiting_at(office, show.session_id) as opened:
        yield opened


def asking(show: Show, buyer: UserId, *seats: str, place: PlaceId | None = None) -> LockTickets:
    return replace(show.lock(buyer, *seats), place=place)


async def refused(office: Office, asked: LockTickets) -> tuple[bool, bool]:
    """Whether it was said that the buyer has a place, and an admitted one; nothing has changed."""
    before = await office.state(asked.session_id)
    with pytest.raises(QueueRequired) as error:
        await office.inventory.lock(asked)
    assert error.value.session_id == asked.session_id
    assert await office.state(asked.session_id) == before
    return error.value.joined, error.value.admitted


async def admitted(waiting: Waiting, *users: UserId) -> list[PlaceId]:
    """Each has a place whose turn was a minute ago or less."""
    await waiting.open_tomorrow(per_minute=60 * len(users))
    places = await waiting.join_all(users)
    await waiting.let_it_open(ago=MINUTE)
    await waiting.room()
    return [place.id for place in places]


async def test_only_whose_turn_it_is_locks_and_only_with_the_own_place(office: Office, show: Show, waiting: Waiting) -> None:
    fan, rival, stranger = await buyers(office.transaction, 3)
    room = await waiting.open_tomorrow(per_minute=1)
    with pytest.raises(QueueRequired) as error:
        await office.inventory.lock(asking(show, fan, "A-1"))
    assert error.value.opens_at == room.opens_at
    places = {place.user_id: place.id for place in await waiting.join_all((fan, rival))}
    assert await refused(office, asking(show, fan, "A-1", place=places[fan])) == (True, False)
    await waiting.let_it_open(ago=MINUTE)
    numbers = (await waiting.room(), await waiting.numbers())[1]
    first, second = sorted(places, key=lambda user: numbers[user] or 0)
    assert await refused(office, asking(show, stranger, "A-1")) == (False, False)
    assert await refused(office, asking(show, stranger, "A-1", place=places[first])) == (False, False)
    assert await refused(office, asking(show, second, "A-1", place=places[first])) == (True, False)
    assert await refused(office, asking(show, second, "A-1", place=places[second])) == (True, False)
    assert await refused(office, asking(show, first, "A-1")) == (True, True)
    assert await refused(office, asking(show, first, "A-1", place=PlaceId(new_id()))) == (True, True)
    assert (await office.inventory.lock(asking(show, first, "A-1", place=places[first]))).seats == ("A-1",)
    await waiting.let_pass(MINUTE)
    assert (await office.inventory.lock(asking(show, second, "A-2", place=places[second]))).seats == ("A-2",)


async def test_in_one_batch_each_is_let_in_or_not(office: Office, show: Show, waiting: Waiting) -> None:
    users = await buyers(office.transaction, 8)
    places = await admitted(waiting, *users[:4])
    labels = [f"A-{n}" for n in range(1, 9)]
    asked = [asking(show, user, label, place=place) for user, label, place in zip(users, labels, [*places, *places], strict=True)]
    answers = await asyncio.gather(*(office.inventory.lock(one) for one in asked), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Hold] * 4 + [QueueRequired] * 4


async def test_an_admission_is_over_when_its_time_is(office: Office, show: Show, waiting: Waiting) -> None:
    fan = await a_buyer(office.transaction)
    await waiting.open_tomorrow(per_minute=1)
    place = (await waiting.join(fan)).id
    await waiting.let_it_open(ago=MINUTE * 11 - timedelta(seconds=5))
    await waiting.room()
    hold = await office.inventory.lock(asking(show, fan, "A-1", place=place))
    await waiting.let_pass(timedelta(seconds=6))
    assert await refused(office, asking(show, fan, "A-2", place=place)) == (True, False)
    # What was locked stays, and can be bought.
    assert len(await office.buy(hold.id)) == 1


async def test_a_pause_lets_nobody_in_who_was_not_in_before(office: Office, show: Show, waiting: Waiting) -> None:
    users = await buyers(office.transaction, 2)
    await waiting.open_tomorrow(per_minute=1)
    places = {place.user_id: place.id for place in await waiting.join_all(users)}
    await waiting.let_it_open(ago=MINUTE * 1.5)
    await waiting.open(per_minute=0)
    await waiting.let_pass(MINUTE * 5)
    await waiting.room()
    numbers = await waiting.numbers()
    first, second = sorted(users, key=lambda user: numbers[user] or 0)
    assert (await office.inventory.lock(asking(show, first, "A-1", place=places[first]))).seats == ("A-1",)
    assert await refused(office, asking(show, second, "A-2", place=places[second])) == (True, False)
    await waiting.open(per_minute=100_000)
    await waiting.let_pass(MINUTE)
    assert (await office.inventory.lock(asking(show, second, "A-2", place=places[second]))).seats == ("A-2",)


async def test_a_place_in_another_sessions_queue_is_none_here(office: Office, show: Show, waiting: Waiting) -> None:
    fan, other = await a_buyer(office.transaction), await a_show(office.transaction)
    async with waiting_at(office, other.session_id) as elsewhere:
        [place] = await admitted(elsewhere, fan)
    await waiting.open()
    assert await refused(office, asking(show, fan, "A-1", place=place)) == (False, False)
    assert (await office.inventory.lock(asking(other, fan, "A-1", place=place))).seats == ("A-1",)


async def test_a_place_in_a_room_that_was_closed_is_none_in_the_next(office: Office, show: Show, waiting: Waiting) -> None:
    fan = await a_buyer(office.transaction)
    [place] = await admitted(waiting, fan)
    await waiting.close()
    await waiting.open()
    assert await refused(office, asking(show, fan, "A-1", place=place)) == (False, False)


async def test_without_an_open_room_a_place_is_not_looked_at(office: Office, show: Show, waiting: Waiting) -> None:
    fan, rival = await buyers(office.transaction, 2)
    assert (await office.inventory.lock(asking(show, fan, "A-1", place=PlaceId(new_id())))).seats == ("A-1",)
    await waiting.open_tomorrow()
    assert await refused(office, asking(show, rival, "A-2")) == (False, False)
    await waiting.close()
    assert (await office.inventory.lock(asking(show, rival, "A-2"))).seats == ("A-2",)


async def test_adding_to_a_hold_needs_the_turn_and_giving_back_does_not(office: Office, show: Show, waiting: Waiting) -> None:
    fan, rival = await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(fan, "A-1", "A-2", standing=1))
    [place] = await admitted(waiting, fan)
    before = await office.state(show.session_id)
    for asked in ({"add": ["A-3"]}, {"add": ["A-3"], "remove": ["A-1"]}, {"standing": 2}):
        with pytest.raises(QueueRequired) as error:
            await office.inventory.change(show.session_id, show.change(hold, **asked))
        assert (error.value.joined, error.value.admitted) == (True, True)
    assert await office.state(show.session_id) == before
    changed = await office.inventory.change(show.session_id, show.change(hold, remove=["A-1"], standing=0))
    assert changed.seats == ("A-2",)
    added = await office.inventory.change(show.session_id, replace(show.change(hold, add=["A-3"], standing=1), place=place))
    assert added.seats == ("A-2", "A-3")
    theirs = await office.inventory.lock(asking(show, fan, "A-5", place=place))
    await waiting.let_pass(MINUTE * 30)
    with pytest.raises(QueueRequired):
        await office.inventory.change(show.session_id, replace(show.change(theirs, add=["A-6"]), place=place))
    await office.inventory.release(show.session_id, theirs.id)
    assert await refused(office, asking(show, rival, "A-6")) == (False, False)


async def test_the_best_seats_and_judged_picks_need_the_turn_too(office: Office) -> None:
    show = await a_show(office.transaction, single_seats=SingleSeats.REFUSE)
    fan, rival = await buyers(office.transaction, 2)
    async with waiting_at(office, show.session_id) as waiting:
        [place] = await admitted(waiting, fan)
        assert show.seat_type is not None
        best = BestAvailable(show.seat_type, 2)
        asked = [replace(asking(show, rival), best_available=best), asking(show, rival, "A-1", "A-2")]
        for one in asked:
            assert await refused(office, one) == (False, False)
        best_of_fan = replace(asking(show, fan, place=place), best_available=best)
        refusal, held = await asyncio.gather(*map(office.inventory.lock, (asked[0], best_of_fan)), return_exceptions=True)
        assert isinstance(held, Hold)
        # Of the other row, for the best are now in this one and now in that.
        other = "B" if held.seats[0].startswith("A") else "A"
        pick = asking(show, fan, f"{other}-1", f"{other}-2", place=place)
        answers = await asyncio.gather(*map(office.inventory.lock, (asked[1], pick)), return_exceptions=True)
        assert [type(one) for one in (refusal, *answers)] == [QueueRequired, QueueRequired, Hold]


async def test_what_would_be_said_is_said_of_the_queue_too(office: Office, show: Show, waiting: Waiting) -> None:
    fan = await a_buyer(office.transaction)
    [place] = await admitted(waiting, fan)
    with pytest.raises(QueueRequired) as error:
        await office.inventory.would_lock(Selection(show.session_id, ["A-1"], fan))
    assert (error.value.joined, error.value.admitted) == (True, True)
    assert (await office.inventory.would_lock(Selection(show.session_id, ["A-1"], fan, place))).tickets_left == 7
    assert (await office.inventory.would_lock(Selection(show.session_id, ["A-1"], None))).tickets_left is None


async def test_the_queue_is_named_before_the_sale_that_is_still_to_open_and_never_for_one_that_is_over(office: Office) -> None:
    later, over = [await a_show(office.transaction, sale_opens_at=in_days(1)) for _ in range(2)]
    fan = await a_buyer(office.transaction)
    async with waiting_at(office, later.session_id) as waiting:
        [place] = await admitted(waiting, fan)
        assert await refused(office, asking(later, fan, "A-1")) == (True, True)
        with pytest.raises(SaleNotOpen):
            await office.inventory.lock(asking(later, fan, "A-1", place=place))
        with pytest.raises(InvalidInput):
            await office.inventory.lock(asking(later, fan, "Z-9"))
    async with waiting_at(office, over.session_id) as waiting:
        await waiting.open()
        await office.move_start(over.session_id, -1)
        with pytest.raises(SaleNotOpen):
            await office.inventory.lock(asking(over, fan, "A-1"))


async def test_a_room_is_opened_before_or_after_a_lock_is_decided_never_during(
    office: Office, show: Show, waiting: Waiting
) -> None:
    deciding = await office.connect()
    await deciding.execute("BEGIN")
    await deciding.execute("SELECT FROM inventory WHERE session_id = $1 FOR UPDATE", show.session_id)
    opening = asyncio.ensure_future(waiting.open())
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('tuple', 'transactionid')"
    async with asyncio.timeout(2):
        while not await office.scalar(waits):
            await asyncio.sleep(0.01)
    assert not opening.done()
    await deciding.execute("COMMIT")
    await deciding.close()
    room = await opening
    fan = await a_buyer(office.transaction)
    assert (room.last_number, await refused(office, asking(show, fan, "A-1"))) == (0, (False, False))


async def test_closing_waits_for_the_lock_that_is_being_decided(office: Office, show: Show, waiting: Waiting) -> None:
    await waiting.open()
    deciding = await office.connect()
    await deciding.execute("BEGIN")
    await deciding.execute("SELECT FROM inventory WHERE session_id = $1 FOR UPDATE", show.session_id)
    closing = asyncio.ensure_future(waiting.close())
    async with asyncio.timeout(2):
        while not await office.scalar("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"):
            await asyncio.sleep(0.01)
    assert not closing.done()
    await deciding.execute("COMMIT")
    await deciding.close()
    assert await closing
