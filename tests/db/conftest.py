"""A box office: the database, its repositories, and inventories over pools of their own, as if each were a process."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from db.availability import PostgresChangeLog
from db.engine import SERVER_SETTINGS, Pool, make_engine, make_pool
from db.inventory import BatchedInventory, batched_inventory
from db.unit_of_work import transactions
from db.verification import PostgresVerification
from domain.changes import Availability, AvailabilityDelta
from domain.ids import HoldId, RefundId, SessionId, TicketId, UserId
from domain.orders import Order, Payment
from domain.organizers import MemberRole
from domain.repositories import Transactions
from domain.tickets import Ticket
from domain.viewers import Role, Viewer
from resolvers.tickets import use_ticket
from tests.builders import belongs, in_days, services_of

QUARTER = timedelta(minutes=15)
STATE = """
SELECT (SELECT jsonb_agg(s ORDER BY number) FROM seat s WHERE session_id = $1)::text,
       (SELECT jsonb_agg(p ORDER BY ticket_type_id) FROM admission_pool p WHERE session_id = $1)::text,
       (SELECT to_jsonb(i) FROM inventory i WHERE session_id = $1)::text,
       (SELECT jsonb_agg(h ORDER BY id) FROM hold h WHERE session_id = $1)::text,
       (SELECT jsonb_agg(c ORDER BY version) FROM session_change c WHERE session_id = $1)::text,
       (SELECT jsonb_agg(o ORDER BY id) FROM ticket_order o WHERE session_id = $1)::text,
       (SELECT jsonb_agg(p ORDER BY id) FROM payment p WHERE session_id = $1)::text,
       (SELECT jsonb_agg(t ORDER BY id) FROM ticket t WHERE session_id = $1)::text,
       (SELECT jsonb_agg(r ORDER BY r.id) FROM refund r JOIN payment p ON p.id = payment_id WHERE session_id = $1)::text
"""


@dataclass(slots=True)
class Office:
    url: str
    pool: Pool
    transaction: Transactions
    inventory: BatchedInventory
    log: PostgresChangeLog
    announced: list[AvailabilityDelta] = field(default_factory=list)

    @asynccontextmanager
    async def another(self, lifetime: timedelta = QUARTER, **limits: Any) -> AsyncIterator[BatchedInventory]:
        """Another process's inventory: its own connections, its own batches."""
        async with make_pool(self.url, **limits) as pool, batched_inventory(pool, lifetime, lambda delta: None) as inventory:
            yield inventory

    @asynccontextmanager
    async def impatient(self, lock_timeout: str = "100ms", **settings: str) -> AsyncIterator[BatchedInventory]:
        """An inventory that gives up waiting for others sooner than the real one."""
        settings = {**SERVER_SETTINGS, "lock_timeout": lock_timeout, **settings}
        async with asyncpg.create_pool(self.url, min_size=2, max_size=4, server_settings=settings) as pool:
            async with batched_inventory(pool, QUARTER, lambda delta: None) as inventory:
                yield inventory

    @asynccontextmanager
    async def fenced_off(self) -> AsyncIterator[tuple[BatchedInventory, PostgresChangeLog]]:
        """An inventory and a change log whose server is gone."""
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            port = nobody.getsockname()[1]
        async with asyncpg.create_pool(f"postgresql://u:p@127.0.0.1:{port}/d", min_size=0, max_size=1) as pool:
            async with batched_inventory(pool, QUARTER, lambda delta: None) as inventory:
                yield inventory, PostgresChangeLog(pool)

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(self.url)

    async def state(self, session_id: SessionId) -> tuple[Any, ...]:
        """All that the session's tables say, to compare before and after."""
        return tuple(await self.pool.fetchrow(STATE, session_id))  # type: ignore[arg-type]  # one row, always

    async def snapshot(self, session_id: SessionId) -> Availability:
        found = await self.log.snapshot(session_id)
        assert found is not None
        return found

    async def scalar(self, query: str, *arguments: object) -> Any:
        return await self.pool.fetchval(query, *arguments)

    async def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.pool.fetch(query, *arguments)]

    async def let_time_pass(self, hold_id: HoldId) -> None:
        """Until just after the end of the hold; nobody has swept it."""
        await self.pool.execute("UPDATE hold SET expires_at = clock_timestamp() WHERE id = $1", hold_id)

    async def move_start(self, session_id: SessionId, hours: float) -> None:
        """The session starts so many hours from now, and lasts one."""
        await self.pool.execute(
            "UPDATE session SET starts_at = now() + $2, ends_at = now() + $2 + interval '1 hour' WHERE id = $1",
            session_id,
            timedelta(hours=hours),
        )

    async def place(self, hold_id: HoldId) -> tuple[Order, Payment]:
        async with self.transaction() as work:
            held = (await work.holds.by_ids([hold_id]))[hold_id]
            order, payment = await work.orders.place(hold_id, held.user_id, "card")
        assert payment is not None
        return order, payment

    async def buy(self, hold_id: HoldId) -> list[TicketId]:
        """Ordered and paid; the tickets, seats in layout order."""
        order, payment = await self.place(hold_id)
        await self.inventory.convert(order.session_id, payment.id)
        async with self.transaction() as work:
            return [one.id for one in (await work.tickets.of_orders([order.id]))[order.id]]

    async def scan(self, ticket_id: TicketId, gate_user_id: UserId) -> Ticket:
        """What a gate of the house does."""
        await belongs(self.transaction, gate_user_id, MemberRole.GATE)
        gate = Viewer(gate_user_id, frozenset({Role.GATE}), in_days(1))
        return await use_ticket(services_of(self.transaction), gate, ticket_id, None)

    async def refunds_of(self, session_id: SessionId) -> list[RefundId]:
        """Those that are due, the oldest first."""
        due = (
            "SELECT r.id FROM refund r JOIN payment p ON p.id = payment_id WHERE session_id = $1 AND done_at IS NULL ORDER BY r.id"
        )
        return [RefundId(identity) for (identity,) in await self.rows(due, session_id)]

    async def note_refunded(self, refund_id: RefundId) -> None:
        async with self.transaction() as work:
            await work.orders.refunded(refund_id)

    async def pay_back(self, session_id: SessionId) -> None:
        for refund_id in await self.refunds_of(session_id):
            await self.note_refunded(refund_id)

    async def broken_invariants(self) -> list[str]:
        return [one.name async for one in PostgresVerification(self.url).reports(None) if one.violations]


@asynccontextmanager
async def open_office(url: str) -> AsyncIterator[Office]:
    engine = make_engine(url)
    announced: list[AvailabilityDelta] = []
    async with make_pool(url) as pool, batched_inventory(pool, QUARTER, announced.append) as inventory:
        yield Office(url, pool, transactions(engine), inventory, PostgresChangeLog(pool), announced)
    await engine.dispose()


@pytest.fixture(scope="session")
async def shared_url(postgres: str) -> AsyncIterator[str]:
    """One database for all tests that look at nothing but the show they put on."""
    server = urlsplit(postgres)
    admin = await asyncpg.connect(server._replace(path="/postgres").geturl())
    # Other folders have one of their own.
    name = f"box_office_{uuid4().hex}"
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE usher")
    yield server._replace(path=f"/{name}").geturl()
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def office(shared_url: str) -> AsyncIterator[Office]:
    async with open_office(shared_url) as opened:
        yield opened
        assert await opened.broken_invariants() == []


@pytest.fixture
async def empty_office(database_url: str) -> AsyncIterator[Office]:
    """For tests of what is found among everything that there is."""
    async with open_office(database_url) as opened:
        yield opened
        assert await opened.broken_invariants() == []
