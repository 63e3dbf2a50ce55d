"""What the benchmarks sell: big sessions put straight into the database, and enough buyers."""

from typing import TypeAlias
from uuid import UUID

import asyncpg

from db.engine import make_engine
from db.unit_of_work import transactions
from domain.ids import SessionId
from domain.seats import Category, Row, Seat, SeatMap, Section

Database: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
ADD_SESSION = """
WITH o AS (INSERT INTO organizer (slug, name) VALUES (uuidv7()::text, 'Bench') RETURNING id),
     e AS (INSERT INTO event (organizer_id, slug, title, description, category, status)
           SELECT id, uuidv7()::text, 'Bench', '', 'CONCERT', 'PUBLISHED' FROM o RETURNING id),
     s AS (INSERT INTO session (event_id, status, starts_at, ends_at, timezone, currency, ticket_limit)
           SELECT id, 'PUBLISHED', now() + interval '9 days', now() + interval '10 days', 'Europe/Warsaw', 'EUR', 8
           FROM e RETURNING id)
INSERT INTO ticket_type (session_id, position, name, price_minor, category, general_admission, capacity)
SELECT id, 0, 'Seat', 2500, 'Seat', false, $1 FROM s RETURNING session_id, id
"""


async def a_session(connection: Database, seats: int) -> SessionId:
    """Its seats are S-0, S-1, …"""
    row = await connection.fetchrow(ADD_SESSION, seats)
    assert row is not None
    await connection.execute(
        "INSERT INTO seat (session_id, number, label, ticket_type_id) "
        "SELECT $1, n, 'S-' || n, $2 FROM generate_series(0, $3 - 1) n",
        row["session_id"],
        row["id"],
        seats,
    )
    await connection.execute("INSERT INTO inventory (session_id, capacity) VALUES ($1, $2)", row["session_id"], seats)
    await connection.execute("VACUUM ANALYZE seat")
    return SessionId(row["session_id"])


async def with_map(url: str, connection: Database, session_id: SessionId, seats: int) -> None:
    """Gives a session a seat map: rows of 50 and what is left over, in one section."""
    rows = [range(first, min(first + 50, seats)) for first in range(0, seats, 50)]
    room = SeatMap(
        f"A room of {seats}",
        (Category("Seat", "#1d4ed8"),),
        (Section("Stalls", tuple(Row(f"{at + 1}", tuple(_seat(one, at) for one in row)) for at, row in enumerate(rows))),),
    )
    engine = make_engine(url)
    async with transactions(engine)() as work:
        await work.seat_maps.add(room)
    await engine.dispose()
    await connection.execute("UPDATE session SET seat_map_hash = $2 WHERE id = $1", session_id, room.hash)


def _seat(number: int, row: int) -> Seat:
    return Seat(f"S-{number}", str(number % 50 + 1), 25.0 * (number % 50), 25.0 * row, "Seat")


async def a_list(connection: Database, events: int) -> None:
    """So many events of 500 seats with three ticket types each, at a venue."""
    for _ in range(events):
        session_id = await a_session(connection, 500)
        await connection.execute(
            "WITH v AS (INSERT INTO venue (id, name) VALUES (uuidv7(), 'Venue ' || uuidv7()) RETURNING id) "
            "UPDATE session SET venue_id = (SELECT id FROM v), starts_at = starts_at - interval '1 day' WHERE id = $1",
            session_id,
        )
        await connection.execute(
            "INSERT INTO ticket_type (session_id, position, name, price_minor, category, general_admission, capacity) "
            "SELECT $1, n, 'Level ' || n, 2500, 'Level ' || n, false, 0 FROM generate_series(1, 2) AS n",
            session_id,
        )


async def buyers(connection: Database, count: int) -> list[UUID]:
    """Accounts that nobody can sign in to, numbered from 0 in `bench_buyer` for pgbench."""
    await connection.execute("CREATE TABLE bench_buyer (n int PRIMARY KEY, id uuid NOT NULL)")
    await connection.execute(
        """
        WITH made AS (INSERT INTO account (email, password_hash, roles)
                      SELECT 'bench-' || n || '@example.com', '!', '{ATTENDEE}' FROM generate_series(0, $1 - 1) n
                      RETURNING id, email)
        INSERT INTO bench_buyer SELECT split_part(split_part(email, '@', 1), '-', 2)::int, id FROM made
        """,
        count,
    )
    await connection.execute("VACUUM ANALYZE account, bench_buyer")
    return [row["id"] for row in await connection.fetch("SELECT id FROM bench_buyer ORDER BY n")]


async def check(connection: Database, session_id: SessionId, held: int) -> None:
    """Every seat at most once, counters and log as the holds say."""
    rows = await connection.fetch(
        "SELECT unnest(seat_numbers) AS number FROM hold WHERE session_id = $1 AND ended_at IS NULL", session_id
    )
    numbers = [row["number"] for row in rows]
    stock = await connection.fetchrow("SELECT version, held FROM inventory WHERE session_id = $1", session_id)
    changes = await connection.fetchval("SELECT count(*) FROM session_change WHERE session_id = $1", session_id)
    seats = await connection.fetchval("SELECT count(*) FROM seat WHERE session_id = $1 AND status = 'HELD'", session_id)
    assert stock is not None
    assert len(numbers) == len(set(numbers)) == stock["held"] == seats == held, "a seat was sold twice or not at all"
    assert changes == stock["version"], "the log has a gap"
