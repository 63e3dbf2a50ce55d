"""Waiting rooms in a real database: the draw, the numbers, the rates, and who is let in."""

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

import asyncpg
import pytest

from db.queue_joins import batched_queue
from domain.errors import InvalidInput, NotFound
from domain.ids import SessionId, UserId, new_id
from domain.waiting_rooms import ONE
from tests.builders import Show, a_buyer, a_show, buyers, in_days
from tests.db.conftest import Office
from tests.db.waiting import SEED, Waiting, waiting_at

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
async def show(office: Office) -> Show:
    return await a_show(office.transaction)


@pytest.fixture
async def waiting(office: Office, show: Show) -> AsyncIterator[Waiting]:
    async with waiting_at(office, show.session_id) as opened:
        yield opened


def lot(seed: str, place_id: object) -> str:
    return hashlib.md5(f"{seed}{place_id}".encode()).hexdigest()


async def test_before_the_opening_nobody_has_a_number_and_afterwards_everybody_has_another(waiting: Waiting) -> None:
    users = await buyers(waiting.office.transaction, 40)
    await waiting.open_tomorrow()
    places = await waiting.join_all(users)
    assert [place.number for place in places] == [None] * 40
    before = await waiting.room()
    assert (before.drawn, before.seed, before.last_number, before.waiting, before.admitted) == (False, None, 40, 40, 0)
    await waiting.let_it_open()
    room = await waiting.room()
    assert (room.drawn, room.seed, room.last_number) == (True, SEED, 40)
    assert before.seed_hash == room.seed_hash == hashlib.sha256(SEED.encode()).hexdigest()
    drawn = sorted(places, key=lambda place: lot(SEED, place.id))
    assert await waiting.numbers() == {place.user_id: at for at, place in enumerate(drawn, 1)}


async def test_the_draw_is_published_page_by_page(waiting: Waiting) -> None:
    await waiting.open_tomorrow()
    places = await waiting.join_all(await buyers(waiting.office.transaction, 7))
    async with waiting.office.transaction() as work:
        assert await work.waiting_rooms.drawn(places[0].room_id, 0, 10) == []
    await waiting.let_it_open()
    await waiting.room()
    async with waiting.office.transaction() as work:
        pages = [await work.waiting_rooms.drawn(places[0].room_id, after, 3) for after in (0, 3, 6)]
    assert [[place.drawn for place in page] for page in pages] == [[1, 2, 3], [4, 5, 6], [7]]
    assert [place.id for page in pages for place in page] == sorted((one.id for one in places), key=lambda id: lot(SEED, id))


async def test_over_many_seeds_everybody_gets_every_number_equally_often(waiting: Waiting) -> None:
    """Ids and seeds are fixed, and so is what comes out of them: 25 degrees of freedom allow up to 37.7 at five per cent."""
    users = await buyers(waiting.office.transaction, 6)
    room = await waiting.open_tomorrow()
    await waiting.let_it_open()
    for at, user in enumerate(users):
        await waiting.office.pool.execute(
            "INSERT INTO queue_place (id, room_id, session_id, user_id, joined_at) VALUES ($1, $2, $3, $4, clock_timestamp())",
            uuid5(NAMESPACE_OID, f"place {at}"),
            room.id,
            room.session_id,
            user,
        )
    places: Counter[tuple[int, int]] = Counter()
    orders: Counter[tuple[int, ...]] = Counter()
    for at in range(1_800):
        again = "UPDATE waiting_room SET seed = $2, drawn_at = NULL, last_drawn = 0 WHERE id = $1"
        await waiting.office.pool.execute(again, room.id, f"seed {at}")
        await waiting.office.pool.execute("UPDATE queue_place SET number = NULL WHERE room_id = $1", room.id)
        await waiting.office.pool.execute("SELECT waiting_room_draw($1, 7)", room.id)
        numbers = await waiting.numbers()
        drawn = tuple(numbers[user] or 0 for user in users)
        assert sorted(drawn) == [1, 2, 3, 4, 5, 6]
        places.update(enumerate(drawn))
        orders[drawn] += 1
    assert round(sum((count - 300) ** 2 / 300 for count in places.values()), 1) == 27.1
    assert (len(places), len(orders), max(orders.values())) == (36, 661, 8)


async def test_who_comes_later_comes_after_them_in_order_of_arrival(waiting: Waiting) -> None:
    early, late = await buyers(waiting.office.transaction, 5), await buyers(waiting.office.transaction, 4)
    await waiting.open_tomorrow()
    await waiting.join_all(early)
    await waiting.let_it_open()
    assert [place.number for place in await waiting.join_all(late)] == [6, 7, 8, 9]
    assert [place.drawn for place in await waiting.join_all(late)] == [None] * 4
    # Nobody had looked so far.
    assert (await waiting.room()).drawn
    numbers = await waiting.numbers()
    assert sorted(numbers[one] or 0 for one in early) == [1, 2, 3, 4, 5]


async def test_those_who_come_at_once_are_numbered_in_the_order_they_came(waiting: Waiting) -> None:
    users = await buyers(waiting.office.transaction, 300)
    await waiting.open(per_minute=0)
    await waiting.let_it_open()
    places = await asyncio.gather(*(waiting.join(one) for one in users))
    assert [place.number for place in places] == list(range(1, 301))
    assert (await waiting.room()).last_number == 300


async def test_an_account_has_one_place_in_however_many_browsers_and_processes(waiting: Waiting) -> None:
    fan, other = await buyers(waiting.office.transaction, 2)
    await waiting.open_tomorrow()
    async with batched_queue(waiting.office.pool) as elsewhere:
        joins = [queue.join(waiting.session_id, fan) for _ in range(20) for queue in (waiting.queue, elsewhere)]
        places = await asyncio.gather(*joins)
    assert len(set(places)) == 1
    await waiting.let_it_open()
    await waiting.room()
    mine = await waiting.join(fan)
    assert (mine.id, mine.number) == (places[0].id if places[0] else None, 1)
    assert (await waiting.join(other)).number == 2
    assert await waiting.join(fan) == mine
    assert len(await waiting.numbers()) == 2


async def test_two_processes_at_the_opening_give_every_number_once(waiting: Waiting) -> None:
    users = await buyers(waiting.office.transaction, 300)
    room = await waiting.open_tomorrow()
    async with batched_queue(waiting.office.pool) as elsewhere:
        queues = (waiting.queue, elsewhere)

        async def joined(some: Sequence[UserId]) -> None:
            await asyncio.gather(*(queues[at % 2].join(waiting.session_id, one) for at, one in enumerate(some)))

        await joined(users[:100])
        soon = "UPDATE waiting_room SET opens_at = clock_timestamp() + interval '30 ms' WHERE id = $1"
        await waiting.office.pool.execute(soon, room.id)
        for start in range(100, 280, 20):
            await joined(users[start : start + 20])
        await waiting.office.pool.execute("SELECT pg_sleep_until(opens_at) FROM waiting_room WHERE id = $1", room.id)
        await joined(users[280:])
    room = await waiting.room()
    assert (room.drawn, room.last_number) == (True, 300)
    assert sorted(number or 0 for number in (await waiting.numbers()).values()) == list(range(1, 301))
    of_room = "SELECT count(*) FROM queue_place WHERE room_id = $1 AND "
    drawn = await waiting.office.scalar(of_room + "drawn = number", room.id)
    early = await waiting.office.scalar(of_room + "joined_at < $2", room.id, room.opens_at)
    assert 100 <= drawn == early <= 280


async def test_whoever_was_being_written_at_the_opening_is_in_the_draw(waiting: Waiting) -> None:
    fan = await a_buyer(waiting.office.transaction)
    room = await waiting.open_tomorrow()
    writing = await waiting.office.connect()
    await waiting.let_it_open(ago=-SECOND)
    await writing.execute("BEGIN")
    await writing.fetch("SELECT * FROM waiting_room_join($1, $2)", waiting.session_id, [fan])
    await writing.execute("SELECT pg_sleep_until(opens_at) FROM waiting_room WHERE id = $1", room.id)
    looking = asyncio.ensure_future(waiting.room())
    async with asyncio.timeout(2):
        while not await waiting.office.scalar("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
    await writing.execute("COMMIT")
    await writing.close()
    assert (await looking).drawn
    assert await waiting.numbers() == {fan: 1}


async def test_a_draw_in_parts_is_the_same_draw_and_who_comes_meanwhile_comes_after_it(waiting: Waiting) -> None:
    users = await buyers(waiting.office.transaction, 25)
    room = await waiting.open_tomorrow()
    places = await waiting.join_all(users[:23])
    await waiting.let_it_open()
    drawn = []
    for at in range(4):
        async with waiting.office.transaction() as work:
            now = (await work.waiting_rooms.by_sessions([waiting.session_id]))[waiting.session_id]
        drawn.append((now.drawn, now.seed, sum(number is not None for number in (await waiting.numbers()).values())))
        if at == 2:
            assert [place.number for place in await waiting.join_all(users[23:])] == [24, 25]
        await waiting.office.pool.execute("SELECT waiting_room_draw($1, 10)", room.id)
    assert drawn == [(False, None, 0), (False, None, 10), (False, None, 20), (True, SEED, 25)]
    order = [place.user_id for place in sorted(places, key=lambda place: lot(SEED, place.id))]
    assert await waiting.numbers() == {user: at for at, user in enumerate([*order, *users[23:]], 1)}


async def test_ten_who_look_at_once_draw_once(waiting: Waiting) -> None:
    await waiting.open_tomorrow()
    places = await waiting.join_all(await buyers(waiting.office.transaction, 10))
    await waiting.let_it_open()
    await asyncio.gather(*(waiting.room() for _ in range(10)))
    first = await waiting.numbers()
    drawn_at = await waiting.office.scalar("SELECT drawn_at FROM waiting_room WHERE id = $1", places[0].room_id)
    await asyncio.gather(*(waiting.room() for _ in range(10)))
    assert await waiting.numbers() == first
    assert await waiting.office.scalar("SELECT drawn_at FROM waiting_room WHERE id = $1", places[0].room_id) == drawn_at


async def test_an_account_that_does_not_exist_has_no_place_and_is_nobodys_trouble(waiting: Waiting) -> None:
    fan = await a_buyer(waiting.office.transaction)
    await waiting.open_tomorrow()
    answers = await asyncio.gather(waiting.join(fan), waiting.join(UserId(new_id())), waiting.join(fan), return_exceptions=True)
    assert [type(one).__name__ for one in answers] == ["Place", "NotFound", "Place"]
    assert len(await waiting.numbers()) == 1


async def test_without_an_open_room_nobody_has_a_place(waiting: Waiting) -> None:
    fan = await a_buyer(waiting.office.transaction)
    assert await waiting.queue.join(waiting.session_id, fan) is None
    await waiting.open_tomorrow()
    await waiting.join(fan)
    assert await waiting.close()
    assert not await waiting.close()
    assert await waiting.queue.join(waiting.session_id, fan) is None
    assert await waiting.queue.join(SessionId(new_id()), fan) is None


async def test_a_room_that_was_closed_begins_anew(waiting: Waiting) -> None:
    fan, other = await buyers(waiting.office.transaction, 2)
    first = await waiting.open()
    await waiting.let_it_open()
    place = await waiting.join(fan)
    await waiting.close()
    second = await waiting.open(seed="another seed")
    assert second.id != first.id
    await waiting.let_it_open()
    assert (await waiting.join(other)).number == 1
    again = await waiting.join(fan)
    assert (again.number, again.id == place.id, again.room_id) == (2, False, second.id)
    assert (await waiting.room()).seed == "another seed"


async def test_what_nobody_used_is_not_saved_up(waiting: Waiting) -> None:
    await waiting.open(per_minute=60)
    await waiting.let_it_open(ago=10 * MINUTE)
    users = await buyers(waiting.office.transaction, 3)
    places = await asyncio.gather(*(waiting.join(one) for one in users))
    room = await waiting.room()
    assert 600 <= room.admitted <= 602
    numbers = [place.number or 0 for place in places]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    turns = [room.turn_of(number) for number in numbers]
    assert all(turn is not None and turn > place.joined_at for turn, place in zip(turns, places, strict=True))


async def test_who_lets_an_admission_pass_gets_a_new_place_at_the_end(waiting: Waiting) -> None:
    users = await buyers(waiting.office.transaction, 4)
    await waiting.open_tomorrow(per_minute=1)
    await waiting.join_all(users[:3])
    await waiting.let_it_open(ago=MINUTE * 10.5)
    await waiting.room()
    numbers = await waiting.numbers()
    [first] = [one for one in users[:3] if numbers[one] == 1]
    before = await waiting.join(first)
    assert before.number == 1
    await waiting.let_pass(MINUTE)
    last = await waiting.join(users[3])
    again = await waiting.join(first)
    assert (again.id, again.drawn, again.number) == (before.id, 1, (last.number or 0) + 1)
    assert await waiting.join(first) == again


async def test_the_database_admits_when_the_domain_says(waiting: Waiting) -> None:
    """Rates in any order, pauses included: turn for turn the same, to the microsecond."""
    chance = random.Random(7)
    room = await waiting.open()
    await waiting.let_it_open()
    for _ in range(12):
        await waiting.let_pass(timedelta(microseconds=chance.randrange(1, 90_000_000)))
        await waiting.open(per_minute=chance.choice([0, 1, 7, 60, 97, 600, 100_000]))
    await waiting.let_pass(MINUTE)
    await waiting.open(per_minute=13)
    room = await waiting.room()
    numbers = sorted({1, 2, 3, *(chance.randrange(1, room.admitted + 500) for _ in range(200)), room.admitted, room.admitted + 1})
    rows = await waiting.office.rows(
        "SELECT number, waiting_room_turn($1, number) FROM unnest($2::int[]) AS number ORDER BY number", room.id, numbers
    )
    assert rows == [(number, room.turn_of(number)) for number in numbers]
    for number, turn in rows:
        before, at = (
            await waiting.office.pool.fetchrow(  # type: ignore[misc]  # one row, always
                "SELECT waiting_room_admitted($1, $2::timestamptz - interval '1 microsecond'), waiting_room_admitted($1, $2)",
                room.id,
                turn,
            )
            if turn >= room.rates[-1].since + SECOND
            else (number * ONE - 1, number * ONE)
        )
        assert before < number * ONE <= at


async def test_a_changed_rate_neither_un_admits_nor_jumps(waiting: Waiting) -> None:
    await waiting.open(per_minute=600)
    await waiting.let_it_open(ago=MINUTE)
    before = await waiting.room()
    for per_minute in (1, 100_000, 0, 3):
        after = await waiting.open(per_minute=per_minute)
        assert after.rates[-1].per_minute == per_minute
        assert after.rates[-1].admitted == after.rates[-2].admitted_at(after.rates[-1].since)
        assert after.admitted >= before.admitted
        assert [after.turn_of(number) for number in range(1, before.admitted)] == [
            before.turn_of(number) for number in range(1, before.admitted)
        ]
        before = after
    # The same rate again is no change.
    assert (await waiting.open(per_minute=3)).rates == before.rates


async def test_until_it_opens_all_of_it_can_be_changed_and_then_only_the_rate(waiting: Waiting) -> None:
    tomorrow, later = in_days(1), in_days(2)
    await waiting.open(60, tomorrow)
    moved = await waiting.open(120, later, 5 * MINUTE, seed="not this one")
    assert (moved.opens_at, moved.admission, [(one.since, one.per_minute) for one in moved.rates]) == (
        later,
        5 * MINUTE,
        [(later, 120)],
    )
    assert (await waiting.open(120)).opens_at == later
    assert moved.seed_hash == hashlib.sha256(SEED.encode()).hexdigest()
    await waiting.let_it_open()
    opened = await waiting.room()
    for refused in ((60, tomorrow, None), (60, None, 6 * MINUTE)):
        with pytest.raises(InvalidInput) as error:
            await waiting.open(*refused)
        assert error.value.path == ("input", "opensAt")
    assert await waiting.room() == opened or (await waiting.room()).rates == opened.rates
    assert (await waiting.open(60, opened.opens_at, 5 * MINUTE)).rates[-1].per_minute == 60


async def test_a_room_opens_before_its_session_begins_and_never_in_the_past(waiting: Waiting, show: Show) -> None:
    with pytest.raises(InvalidInput):
        await waiting.open(60, show.starts_at)
    assert await waiting.office.scalar("SELECT count(*) FROM waiting_room WHERE session_id = $1", show.session_id) == 0
    room = await waiting.open(60, in_days(-1))
    assert timedelta(0) < room.opens_at - room.server_time + SECOND < 2 * SECOND
    with pytest.raises(NotFound):
        await Waiting(waiting.office, waiting.queue, SessionId(new_id())).open()


async def test_two_who_open_at_once_open_one(waiting: Waiting) -> None:
    rooms = await asyncio.gather(*(waiting.open(per_minute, in_days(1)) for per_minute in (10, 20, 30, 40)))
    assert len({room.id for room in rooms}) == 1
    assert len((await waiting.room()).rates) == 1


async def test_a_second_open_room_of_a_session_is_impossible(waiting: Waiting) -> None:
    await waiting.open_tomorrow()
    with pytest.raises(asyncpg.UniqueViolationError):
        await waiting.office.pool.execute(
            "INSERT INTO waiting_room (session_id, opens_at, admission, seed) VALUES ($1, now(), interval '1 minute', '')",
            waiting.session_id,
        )
