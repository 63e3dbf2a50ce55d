"""Whoever breaks a promise is found: each invariant holds for an honest history, and sees the break that is planted for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from db.invariants import INVARIANTS, WAITING
from db.verification import REPLAY, PostgresVerification, asked
from domain.errors import ServerBusy
from domain.ids import SessionId, show_id
from domain.verification import InvariantReport
from tests.builders import Show, a_buyer, a_show, buyers
from tests.db.conftest import Office, open_office
from tests.db.waiting import waiting_at

Connection = "asyncpg.Connection[asyncpg.Record]"
NAMES = [invariant.name for invariant in INVARIANTS]
# So that the plant is what is looked at, and not the wall behind it. Primary keys stay, but for that of idempotency keys.
WITHOUT_CONSTRAINTS = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conrelid::regclass AS of_table, conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
            AND (contype IN ('c', 'f', 'u') OR conrelid = 'answer'::regclass AND contype = 'p')
        ORDER BY contype <> 'f' LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', one.of_table, one.conname);
    END LOOP;
    FOR one IN SELECT indexrelid::regclass AS name FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
        WHERE relnamespace = 'public'::regnamespace AND indisunique AND NOT indisprimary LOOP
        EXECUTE format('DROP INDEX %s', one.name);
    END LOOP;
END $$
"""
# What is broken for each invariant, and how many it has to find.
PLANTS = {
    "one_ticket_a_seat": (
        "INSERT INTO ticket (order_id, session_id, user_id, ticket_type_id, seat_number, seat_label, status, price_minor, "
        "currency, purchased_at) SELECT order_id, session_id, user_id, ticket_type_id, seat_number, seat_label, 'VALID', "
        "price_minor, currency, purchased_at FROM ticket WHERE status = 'USED'",
        1,
    ),
    "sold_seats_have_tickets": ("UPDATE seat SET status = 'SOLD' WHERE label IN ('B-9', 'B-10')", 2),
    "held_seats_have_holds": ("UPDATE hold SET state = 'RELEASED' WHERE 'A-1' = ANY (seat_labels)", 1),
    "ended_holds_hold_nothing": ("UPDATE session_change SET committed_at = committed_at + interval '1 hour'", 1),
    "capacity_is_conserved": ("DELETE FROM seat WHERE label = 'B-10'", 1),
    "counters_are_counts": ("UPDATE inventory SET held = held + 1", 1),
    "counters_stay_in_bounds": ("UPDATE admission_pool SET sold = capacity + 1", 1),
    "pools_are_tickets_and_holds": ("UPDATE admission_pool SET held = held - 1", 1),
    "sold_holds_have_tickets": ("DELETE FROM ticket WHERE status = 'USED'", 1),
    "orders_fit_their_holds": ("UPDATE ticket_order SET status = 'EXPIRED' WHERE status = 'PAID'", 1),
    "ordered_holds_are_being_paid": ("UPDATE payment SET status = 'FAILED' WHERE status = 'PENDING'", 1),
    "paid_once_at_a_time": (
        "INSERT INTO payment (id, order_id, session_id, status, method, amount_minor, currency) "
        "SELECT uuidv7(), order_id, session_id, status, method, amount_minor, currency FROM payment WHERE status = 'PENDING'",
        1,
    ),
    "prices_add_up": ("UPDATE ticket SET price_minor = price_minor - 1 WHERE status = 'USED'", 1),
    "money_is_for_tickets": ("DELETE FROM refund", 1),
    "refunds_have_payments": ("UPDATE refund SET amount_minor = 1000000", 1),
    "refunded_means_done": ("UPDATE refund SET done_at = NULL", 1),
    "one_currency": ("UPDATE ticket SET currency = 'USD' WHERE status = 'USED'", 1),
    "versions_have_no_gap": ("DELETE FROM session_change WHERE version = 3", 1),
    "last_change_counts": ("UPDATE session_change SET sold = sold + 1", 1),
    "admitted_once": ("UPDATE check_in SET refusal = 'TicketNotValid'", 1),
    "keys_have_one_effect": ("INSERT INTO answer SELECT * FROM answer", 1),
    "the_draw_is_the_lot": ("UPDATE queue_place SET drawn = 4 - drawn", 2),
    "a_turn_is_one_places": ("UPDATE queue_place SET number = 1 WHERE number = 2", 2),
}
# Other ways to break the same.
MORE_PLANTS = (
    ("sold_seats_have_tickets", "UPDATE seat SET status = 'AVAILABLE' WHERE status = 'SOLD' AND label = 'A-3'", 1),
    ("held_seats_have_holds", "UPDATE seat SET status = 'AVAILABLE', hold_id = NULL WHERE label = 'A-1'", 1),
    ("held_seats_have_holds", "UPDATE seat SET hold_id = (SELECT hold_id FROM seat WHERE label = 'A-2') WHERE label = 'A-1'", 2),
    ("counters_stay_in_bounds", "UPDATE inventory SET blocked = -1", 1),
    (
        "versions_have_no_gap",
        "UPDATE session_change SET version = version + 1 WHERE version = (SELECT max(version) FROM session_change)",
        1,
    ),
    ("versions_have_no_gap", "DELETE FROM session_change WHERE version = 1", 1),
    ("versions_have_no_gap", "DELETE FROM session_change", 1),
    ("ordered_holds_are_being_paid", "UPDATE hold SET state = 'ACTIVE' WHERE state = 'ORDERED'", 1),
    ("prices_add_up", "UPDATE payment SET amount_minor = 1 WHERE status = 'PENDING'", 1),
    ("prices_add_up", "UPDATE hold SET total_minor = total_minor + 1 WHERE state = 'ACTIVE'", 1),
    ("refunded_means_done", "UPDATE ticket_order SET status = 'CANCELLED' WHERE status = 'REFUNDED'", 1),
    (
        "admitted_once",
        "INSERT INTO check_in (ticket_id, session_id, gate_user_id) SELECT ticket_id, session_id, gate_user_id FROM check_in",
        1,
    ),
    ("keys_have_one_effect", "DELETE FROM hold WHERE 'A-1' = ANY (seat_labels)", 1),
    ("the_draw_is_the_lot", "UPDATE waiting_room SET last_drawn = 2", 1),
    ("a_turn_is_one_places", "UPDATE queue_place SET number = 100 WHERE number = 4", 1),
)


async def a_history(office: Office) -> Show:
    """Of everything something: a hold, one being paid, a sale with a check-in, one given back, one released, a queue."""
    show, people = await a_show(office.transaction), await buyers(office.transaction, 5)
    await office.inventory.lock(show.lock(people[0], "A-1", standing=2, key="k"))
    ordered = await office.inventory.lock(show.lock(people[1], "A-2"))
    await office.place(ordered.id)
    sold = await office.inventory.lock(show.lock(people[2], "A-3", "A-4", standing=1))
    tickets = await office.buy(sold.id)
    await office.scan(tickets[0], people[4])
    given_back = await office.inventory.lock(show.lock(people[3], "A-5"))
    for ticket_id in await office.buy(given_back.id):
        await office.inventory.cancel(show.session_id, ticket_id, None)
    await office.pay_back(show.session_id)
    released = await office.inventory.lock(show.lock(people[4], "A-6"))
    await office.inventory.release(show.session_id, released.id)
    async with waiting_at(office, show.session_id) as waiting:
        await waiting.open_tomorrow()
        await waiting.join_all(people[:3])
        await waiting.let_it_open()
        await waiting.room()
        await waiting.join(people[3])
        await waiting.close()
    return show


@pytest.fixture
async def played(database_url: str) -> AsyncIterator[tuple[Office, Show]]:
    """Nobody looks whether it was left in order."""
    async with open_office(database_url) as office:
        yield office, await a_history(office)


@asynccontextmanager
async def planted(office: Office, *statements: str) -> AsyncIterator[Connection]:  # type: ignore[valid-type]  # a name for a string
    connection = await office.connect()
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("ALTER TABLE session_change DISABLE TRIGGER USER")
    for statement in (WITHOUT_CONSTRAINTS, "SELECT count(*) FROM seat", *statements):
        await connection.execute(statement)
    yield connection
    await transaction.rollback()
    await connection.close()


async def reports_of(office: Office, session_id: SessionId | None = None) -> Sequence[InvariantReport]:
    return [report async for report in PostgresVerification(office.url).reports(session_id)]


async def test_an_honest_history_breaks_no_promise_and_everything_is_looked_at(played: tuple[Office, Show]) -> None:
    reports = await reports_of(played[0])
    assert [report for report in reports if report.violations] == []
    assert [report.name for report in reports] == [*NAMES, REPLAY.name]
    # The one that has no row is of doubled payments.
    assert [report.name for report in reports if not report.checked] == []
    checked = {report.name: report.checked for report in reports}
    assert (checked["sold_seats_have_tickets"], checked["sold_holds_have_tickets"], checked["logs_replay"]) == (20, 5, 9)


async def test_every_invariant_sees_what_is_planted_for_it(played: tuple[Office, Show]) -> None:
    assert sorted([*PLANTS, *(one.name for one in WAITING)]) == sorted(NAMES)
    plants = [(name, *plant) for name, plant in PLANTS.items()] + list(MORE_PLANTS)
    by_name = {invariant.name: invariant for invariant in INVARIANTS}
    found = []
    for name, statement, _ in plants:
        async with planted(played[0], statement) as connection:
            report = await asked(connection, by_name[name], None)
            found.append((name, statement, report.violations))
    assert found == plants


async def test_what_is_broken_is_named_as_a_client_knows_it(played: tuple[Office, Show]) -> None:
    office, show = played
    session = show_id("session", show.session_id)
    by_name = {invariant.name: invariant for invariant in INVARIANTS}
    async with planted(office, "UPDATE seat SET status = 'SOLD' WHERE status = 'AVAILABLE'") as connection:
        report = await asked(connection, by_name["sold_seats_have_tickets"], None)
    assert (report.violations, len(report.examples), report.examples[0]) == (16, 5, f"{session}: seat A-10")
    async with planted(office, "UPDATE inventory SET held = held + 1") as connection:
        assert (await asked(connection, by_name["counters_are_counts"], None)).examples == (session,)


async def test_of_another_session_nothing_is_told(played: tuple[Office, Show]) -> None:
    office, show = played
    other = await a_show(office.transaction)
    by_name = {invariant.name: invariant for invariant in INVARIANTS}
    async with planted(office, "UPDATE inventory SET held = held + 1 WHERE version > 0") as connection:
        counts = by_name["counters_are_counts"]
        assert [(await asked(connection, counts, one)).violations for one in (show.session_id, other.session_id)] == [1, 0]
    checked = {report.name: report.checked for report in await reports_of(office, other.session_id)}
    assert (checked["sold_seats_have_tickets"], checked["sold_holds_have_tickets"], checked["logs_replay"]) == (20, 0, 0)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE seat SET status = 'AVAILABLE', hold_id = NULL WHERE label = 'A-1'", "A-1 is AVAILABLE, the log says HELD"),
        ("UPDATE session_change SET seats = '{}' WHERE version = 1", "version 1 counts 3 taken, its seats and places 2"),
        ("UPDATE session_change SET held = held + 1 WHERE version = 2", "version 2 counts 5 taken, its seats and places 4"),
        ("DELETE FROM session_change WHERE version = 2", "version 3 follows 1"),
        ('UPDATE session_change SET seats = \'{"SOLD": ["A-1"]}\' WHERE version = 1', "version 1 sells A-1, which was AVAILABLE"),
        ("UPDATE admission_pool SET held = held - 1", "3 places are left, the log says 2"),
    ],
)
async def test_a_log_that_does_not_lead_to_the_present_is_found(played: tuple[Office, Show], statement: str, fault: str) -> None:
    office, show = played
    await office.pool.execute("ALTER TABLE session_change DISABLE TRIGGER USER")
    await office.pool.execute(statement)
    report = (await reports_of(office))[-1]
    assert report.name == REPLAY.name
    assert f"{show_id('session', show.session_id)}: {fault}" in report.examples


async def test_a_trimmed_log_goes_on_from_what_was_folded(played: tuple[Office, Show]) -> None:
    office, show = played
    for upto, kept in ((2, 7), (5, 4), (9, 0)):
        await office.pool.execute("DELETE FROM session_change WHERE version <= $1", upto)
        reports = await reports_of(office)
        assert [report.name for report in reports if report.violations] == []
        assert reports[-1].checked == kept
    await office.inventory.lock(show.lock(await a_buyer(office.transaction), "B-1"))
    assert [report.name for report in await reports_of(office) if report.violations] == []
    await office.pool.execute("UPDATE session_base SET seats = seats - 'A-1'")
    assert [report.name for report in await reports_of(office) if report.violations] == [REPLAY.name]


async def test_more_sessions_than_are_replayed_together_are_all_replayed(played: tuple[Office, Show]) -> None:
    office, _ = played
    fan = await a_buyer(office.transaction)
    for _ in range(51):
        other = await a_show(office.transaction)
        await office.inventory.lock(other.lock(fan, "A-1"))
    assert (await reports_of(office))[-1].checked == 9 + 51


async def test_whoever_waits_too_long_is_found(played: tuple[Office, Show]) -> None:
    [waiting] = WAITING
    impatient = replace(waiting, body=waiting.body.replace("'10 s'", "'0 s'").replace("'5 s'", "'0 s'"))
    idle, blocked, looking = [await played[0].connect() for _ in range(3)]
    await idle.execute("BEGIN; UPDATE inventory SET version = version")
    assert f"connection {idle.get_server_pid()}" in (await asked(looking, impatient, None)).examples
    update = asyncio.create_task(blocked.execute("UPDATE inventory SET version = version"))
    async with asyncio.timeout(5):
        while f"connection {blocked.get_server_pid()}" not in (await asked(looking, impatient, None)).examples:
            await asyncio.sleep(0.01)
    assert (await asked(looking, waiting, None)).violations == 0
    await idle.execute("ROLLBACK")
    await update
    for connection in (idle, blocked, looking):
        await connection.close()


async def test_looking_locks_nobody_out_and_writes_nothing(played: tuple[Office, Show]) -> None:
    office, show = played
    before = await office.state(show.session_id)
    slow = await office.connect()
    await slow.execute("BEGIN; SELECT FROM inventory FOR UPDATE; SELECT FROM seat FOR UPDATE; SELECT FROM hold FOR UPDATE")
    async with asyncio.timeout(2):
        assert [report for report in await reports_of(office) if report.violations] == []
    await slow.close()
    assert await office.state(show.session_id) == before


async def test_a_database_out_of_reach_is_server_busy() -> None:
    with pytest.raises(ServerBusy):
        async for _ in PostgresVerification("postgresql://u:p@127.0.0.1:1/nobody").reports(None):
            pass


async def test_a_hold_that_is_over_and_was_not_swept_breaks_nothing(played: tuple[Office, Show]) -> None:
    office, show = played
    await office.pool.execute("UPDATE hold SET expires_at = clock_timestamp() WHERE state = 'ACTIVE'")
    assert [report.name for report in await reports_of(office) if report.violations] == []
    await office.pool.execute("UPDATE hold SET expires_at = expires_at - $1::interval WHERE state = 'ACTIVE'", timedelta(hours=1))
    assert [report.name for report in await reports_of(office) if report.violations] == ["ended_holds_hold_nothing"]
    assert show.seat_type is not None


async def test_a_hold_whose_payment_is_declined_late_is_swept_by_the_next_change(played: tuple[Office, Show]) -> None:
    office, show = played
    fan, rival = await buyers(office.transaction, 2)
    hold = await office.inventory.lock(show.lock(fan, "B-1"))
    _, payment = await office.place(hold.id)
    await office.let_time_pass(hold.id)
    await office.inventory.lock(show.lock(rival, "B-3"))
    async with office.transaction() as work:
        await work.orders.decline(payment.id)
    assert [report.name for report in await reports_of(office) if report.violations] == []
    await office.pool.execute("UPDATE payment SET settled_at = settled_at - interval '1 hour'")
    assert [report.name for report in await reports_of(office) if report.violations] == ["ended_holds_hold_nothing"]
    await office.inventory.lock(show.lock(rival, "B-5"))
    assert await office.scalar("SELECT state FROM hold WHERE id = $1", hold.id) == "EXPIRED"
    assert [report.name for report in await reports_of(office) if report.violations] == []
