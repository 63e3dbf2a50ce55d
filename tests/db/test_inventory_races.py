"""Races, on real connections of two processes: whatever comes at once is decided as if it came one by one."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable

import pytest

from db.inventory import BatchedInventory
from domain.errors import HoldExpired, IdempotencyConflict, SeatsUnavailable, SoldOut
from domain.holds import Hold
from domain.orders import OrderStatus
from tests.builders import a_buyer, a_room, a_show, buyers
from tests.db.conftest import Office

Processes = tuple[BatchedInventory, BatchedInventory]


@pytest.fixture
async def processes(office: Office) -> AsyncIterator[Processes]:
    async with office.another(min_size=4) as other:
        yield office.inventory, other


async def outcomes(asked: Iterable[Awaitable[object]]) -> list[object]:
    return list(await asyncio.gather(*asked, return_exceptions=True))


def kinds(answers: Iterable[object]) -> dict[str, int]:
    return dict(Counter(type(one).__name__ for one in answers))


async def test_of_fifty_buyers_of_one_seat_exactly_one_has_it_and_all_others_are_told_its_label(
    office: Office, processes: Processes
) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 50)
    answers = await outcomes(processes[at % 2].lock(show.lock(one, "A-1")) for at, one in enumerate(people))
    assert kinds(answers) == {"Hold": 1, "SeatsUnavailable": 49}
    assert {one.labels for one in answers if isinstance(one, SeatsUnavailable)} == {("A-1",)}
    state = await office.snapshot(show.session_id)
    assert (state.version, state.available, state.held, state.sold) == (1, 24, 1, 0)


async def test_fifty_requests_with_one_key_make_one_hold_and_fifty_equal_answers(office: Office, processes: Processes) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    answers = await outcomes(processes[at % 2].lock(show.lock(fan, "A-1", standing=1, key="k")) for at in range(50))
    assert kinds(answers) == {"Hold": 50}
    assert len({(one.id, one.seats, one.total, one.expires_at) for one in answers if isinstance(one, Hold)}) == 1
    assert await office.scalar("SELECT count(*) FROM hold WHERE session_id = $1", show.session_id) == 1
    assert (await office.snapshot(show.session_id)).version == 1


async def test_one_key_with_two_inputs_at_once_gives_one_hold_and_one_conflict(office: Office, processes: Processes) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    answers = await outcomes(processes[at].lock(show.lock(fan, f"A-{at + 1}", key="k")) for at in (0, 1))
    assert kinds(answers) == {"Hold": 1, "IdempotencyConflict": 1}
    assert (await office.snapshot(show.session_id)).held == 1


async def test_one_key_in_two_sessions_at_once_is_a_conflict_for_all_but_one(office: Office, processes: Processes) -> None:
    shows = [await a_show(office.transaction) for _ in range(6)]
    fan = await a_buyer(office.transaction)
    for key in ("first", "second", "third"):
        answers = await outcomes(processes[at % 2].lock(show.lock(fan, "A-1", key=key)) for at, show in enumerate(shows))
        assert kinds(answers) == {"Hold": 1, "IdempotencyConflict": 5}
        [hold] = [one for one in answers if isinstance(one, Hold)]
        await office.inventory.release(hold.session_id, hold.id)
        with pytest.raises(IdempotencyConflict):
            await office.inventory.lock(next(one for one in shows if one.session_id != hold.session_id).lock(fan, "A-1", key=key))


async def test_two_sessions_that_meet_over_one_key_are_told_apart_by_the_second_look(office: Office) -> None:
    one, other = await a_show(office.transaction), await a_show(office.transaction)
    fan = await a_buyer(office.transaction)
    rival = await office.connect()
    async with rival.transaction():
        await rival.execute(
            "INSERT INTO answer (user_id, operation, key, input_hash, answer) VALUES ($1, 'lockTickets', 'k', '\\x00', '{}')", fan
        )
        asked = asyncio.gather(office.inventory.lock(one.lock(fan, "A-1", key="k")), return_exceptions=True)
        await waits_for_a_row(office)
    assert kinds(await asked) == {"IdempotencyConflict": 1}
    await rival.close()
    assert [(await office.snapshot(show.session_id)).version for show in (one, other)] == [0, 0]


async def waits_for_a_row(office: Office, count: int = 1) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with asyncio.timeout(5):
        while await office.scalar(waiting) < count:
            await asyncio.sleep(0)


async def test_overlapping_pairs_are_had_whole_or_not_at_all(office: Office, processes: Processes) -> None:
    show, people = await a_show(office.transaction), await buyers(office.transaction, 40)
    pairs = [(f"A-{at % 9 + 1}", f"A-{at % 9 + 2}") for at in range(40)]
    asked = (processes[at % 2].lock(show.lock(one, *pairs[at][:: 1 if at % 3 else -1])) for at, one in enumerate(people))
    answers = await outcomes(asked)
    won = [label for one in answers if isinstance(one, Hold) for label in one.seats]
    assert len(won) == len(set(won)) == (await office.snapshot(show.session_id)).held
    assert kinds(answers) == {"Hold": len(won) // 2, "SeatsUnavailable": 40 - len(won) // 2}
    for answer, pair in zip(answers, pairs, strict=True):
        assert not isinstance(answer, SeatsUnavailable) or set(answer.labels) & set(pair) & set(won) == set(answer.labels)


async def test_of_a_hundred_places_fifty_buyers_of_three_get_ninety_nine(office: Office, processes: Processes) -> None:
    show, people = await a_show(office.transaction, standing=100), await buyers(office.transaction, 50)
    answers = await outcomes(processes[at % 2].lock(show.lock(one, standing=3)) for at, one in enumerate(people))
    assert kinds(answers) == {"Hold": 33, "SoldOut": 17}
    assert {one.available for one in answers if isinstance(one, SoldOut)} == {1}
    assert show.standing_type is not None
    assert (await office.snapshot(show.session_id)).general_admission == {show.standing_type: 1}


async def test_twenty_requests_of_one_buyer_at_once_come_to_the_limit_of_eight(office: Office, processes: Processes) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    labels = [f"{row}-{n}" for row in "AB" for n in range(1, 11)]
    answers = await outcomes(processes[at % 2].lock(show.lock(fan, label)) for at, label in enumerate(labels))
    assert kinds(answers) == {"Hold": 8, "TooManyTickets": 12}
    assert (await office.snapshot(show.session_id)).held == 8


async def test_buying_at_the_very_end_of_a_hold_has_one_outcome_and_it_is_the_same_for_seat_order_and_money(
    office: Office, processes: Processes
) -> None:
    show, people = await a_show(office.transaction, room=a_room(rows=4, name="Larger")), await buyers(office.transaction, 30)
    labels = [f"{'ABC'[at // 10]}-{at % 10 + 1}" for at in range(30)]
    holds = await asyncio.gather(*(office.inventory.lock(show.lock(one, label)) for one, label in zip(people, labels, strict=True)))
    await office.pool.execute(
        "UPDATE hold SET expires_at = clock_timestamp() + random() * interval '60 ms' WHERE session_id = $1", show.session_id
    )

    async def buy(at: int) -> str:
        try:
            order, payment = await office.place(holds[at].id)
        except HoldExpired:
            return "too late"
        await processes[at % 2].convert(show.session_id, payment.id)
        async with office.transaction() as work:
            assert (await work.orders.by_ids([order.id]))[order.id].status is OrderStatus.PAID
        return "bought"

    async def sweep() -> None:
        async with asyncio.timeout(5):
            while await office.scalar("SELECT count(*) FROM hold WHERE session_id = $1 AND state = 'ACTIVE'", show.session_id):
                await processes[1].expire(show.session_id)

    answers, _ = await asyncio.gather(asyncio.gather(*(buy(at) for at in range(30))), sweep())
    sold = await office.rows("SELECT label FROM seat WHERE session_id = $1 AND status = 'SOLD' ORDER BY number", show.session_id)
    assert [label for (label,) in sold] == [label for label, said in zip(labels, answers, strict=True) if said == "bought"]
    assert (await office.snapshot(show.session_id)).held == 0


async def test_ordering_one_hold_twenty_times_at_once_starts_one_payment(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    hold = await office.inventory.lock(show.lock(fan, "A-1"))

    async def place() -> tuple[object, bool]:
        async with office.transaction() as work:
            order, payment = await work.orders.place(hold.id, fan, "card")
        return order, payment is not None

    answers = await asyncio.gather(*(place() for _ in range(20)))
    assert Counter(started for _, started in answers) == {True: 1, False: 19}
    assert len({order for order, _ in answers}) == 1
    assert await office.scalar("SELECT count(*) FROM payment WHERE session_id = $1", show.session_id) == 1


async def test_twenty_successes_of_one_payment_sell_once(office: Office, processes: Processes) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    order, payment = await office.place((await office.inventory.lock(show.lock(fan, "A-1", standing=1))).id)
    answers = await asyncio.gather(*(processes[at % 2].convert(show.session_id, payment.id) for at in range(20)))
    assert set(answers) == {order.id}
    state = await office.snapshot(show.session_id)
    assert (state.version, state.held, state.sold) == (2, 0, 2)


async def test_a_failure_and_a_success_of_one_payment_at_once_leave_it_paid(office: Office, processes: Processes) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    for label in ("A-1", "A-2", "A-3", "A-4", "A-5"):
        order, payment = await office.place((await office.inventory.lock(show.lock(fan, label))).id)

        async def decline(payment_id: object = payment.id) -> None:
            async with office.transaction() as work:
                await work.orders.decline(payment_id)  # type: ignore[arg-type]  # bound early, for the loop

        answers = await outcomes([decline(), processes[1].convert(show.session_id, payment.id)])
        assert answers == [None, order.id]
    assert (await office.snapshot(show.session_id)).sold == 5


async def test_sixteen_gates_at_once_admit_a_ticket_once(office: Office) -> None:
    show, (fan, gate) = await a_show(office.transaction), await buyers(office.transaction, 2)
    tickets = await office.buy((await office.inventory.lock(show.lock(fan, "A-1", "A-2", "A-3"))).id)
    answers = await outcomes(office.scan(ticket, gate) for ticket in tickets for _ in range(16))
    assert kinds(answers) == {"Ticket": 3, "TicketAlreadyUsed": 45}
    kept = await office.rows("SELECT refusal, count(*) FROM check_in WHERE session_id = $1 GROUP BY 1 ORDER BY 1", show.session_id)
    assert kept == [("TicketAlreadyUsed", 45), (None, 3)]


async def test_using_and_cancelling_a_ticket_at_once_never_does_both(office: Office, processes: Processes) -> None:
    show, (fan, gate) = await a_show(office.transaction), await buyers(office.transaction, 2)
    tickets = await office.buy((await office.inventory.lock(show.lock(fan, *(f"A-{n}" for n in range(1, 9))))).id)
    for at, ticket in enumerate(tickets):
        both = [processes[at % 2].cancel(show.session_id, ticket, None), office.scan(ticket, gate)]
        assert kinds(await outcomes(both)) in ({"NoneType": 1, "TicketNotValid": 1}, {"Ticket": 1, "TicketAlreadyUsed": 1})
