"""Adapters that are worse than ours, each in one point: to be plugged into a private Usher, for the checker to find."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import text

from db.availability import PostgresChangeLog
from db.engine import Pool, make_pool
from db.orders import PostgresOrders
from db.unit_of_work import PostgresTransaction
from domain.changes import AvailabilityDelta, AvailabilityUpdate
from domain.gateways import SeatFeed
from domain.holds import Hold, LockTickets
from domain.ids import HoldId, SessionId, UserId
from domain.orders import Order, Payment
from domain.repositories import Inventory, Transaction, Transactions
from resolvers.services import Services
from subscriptions.backend import make_broadcast
from subscriptions.seat_feed import live_seats


class Worse:
    """An inventory that is as good as another one in everything that is not said here."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inventory, name)


def _with(services: Services, inventory: Worse) -> Services:
    return replace(services, inventory=cast("Inventory", inventory))


class KeysAside(Worse):
    """Looks a key up before, and keeps its answer after: in transactions of their own."""

    TABLE = "CREATE TABLE IF NOT EXISTS kept_aside (buyer uuid, key text, hold uuid)"

    def __init__(self, services: Services, pool: Pool) -> None:
        super().__init__(services.inventory)
        self._transaction, self._pool = services.transaction, pool

    async def lock(self, command: LockTickets) -> Hold:
        assert command.once is not None
        named = command.user_id, command.once.key
        known = await self._pool.fetchval("SELECT hold FROM kept_aside WHERE buyer = $1 AND key = $2", *named)
        if known is not None:
            command.once.replayed = True
            async with self._transaction() as work:
                return (await work.holds.by_ids([HoldId(known)]))[HoldId(known)]
        hold = await self._inventory.lock(replace(command, once=None))
        await self._pool.execute("INSERT INTO kept_aside VALUES ($1, $2, $3)", *named, hold.id)
        return hold


@asynccontextmanager
async def keys_kept_aside(services: Services, url: str) -> AsyncIterator[Services]:
    async with make_pool(url, min_size=1, max_size=4) as pool:
        await pool.execute(KeysAside.TABLE)
        yield _with(services, KeysAside(services, pool))


class Forgetful(Worse):
    """Now and then what was acknowledged is gone, as if its commit had been lost."""

    async def lock(self, command: LockTickets) -> Hold:
        hold = await self._inventory.lock(command)
        if random.random() < 0.2:
            await self._inventory.release(hold.session_id, hold.id)
        return hold


@asynccontextmanager
async def locks_are_forgotten(services: Services, _: str) -> AsyncIterator[Services]:
    yield _with(services, Forgetful(services.inventory))


class Silent(Worse):
    """Now and then nobody is answered, until the process ends."""

    def __init__(self, inventory: Inventory) -> None:
        super().__init__(inventory)
        self.over = asyncio.Event()

    async def lock(self, command: LockTickets) -> Hold:
        if random.random() < 0.05:
            await self.over.wait()
        return await self._inventory.lock(command)


@asynccontextmanager
async def some_are_not_answered(services: Services, _: str) -> AsyncIterator[Services]:
    silent = Silent(services.inventory)
    yield _with(services, silent)
    silent.over.set()


def _with_repositories(services: Services, swap: Callable[[PostgresTransaction], None]) -> Services:
    def swapped(begin: Transactions) -> Transactions:
        @asynccontextmanager
        async def begun() -> AsyncIterator[Transaction]:
            async with begin() as work:
                assert isinstance(work, PostgresTransaction)
                swap(work)
                yield work

        return begun

    return replace(services, transaction=swapped(services.transaction), reading=swapped(services.reading))


class Anybody(UUID):
    """Is whoever asks."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = UUID.__hash__


class AnybodysHolds:
    def __init__(self, work: PostgresTransaction) -> None:
        self._holds = work.holds

    async def by_ids(self, ids: Collection[HoldId]) -> Mapping[HoldId, Hold]:
        found = await self._holds.by_ids(ids)
        return {identity: replace(hold, user_id=UserId(Anybody(int=hold.user_id.int))) for identity, hold in found.items()}


@asynccontextmanager
async def holds_are_anybodys(services: Services, _: str) -> AsyncIterator[Services]:
    def swap(work: PostgresTransaction) -> None:
        work.holds = cast("Any", AnybodysHolds(work))

    yield _with_repositories(services, swap)


class LenientOrders(PostgresOrders):
    """Sells holds whose time is over."""

    REVIVED = """
    WITH revived AS (
        UPDATE hold SET state = 'ACTIVE', ended_at = NULL, expires_at = clock_timestamp() + interval '1 minute'
        WHERE id = :id AND state = 'EXPIRED' AND admission_types = '{}' RETURNING session_id, quantity
    ) UPDATE inventory SET held = held + revived.quantity FROM revived WHERE inventory.session_id = revived.session_id
    """

    async def place(self, hold_id: HoldId, user_id: UserId, method: str) -> tuple[Order, Payment | None]:
        await self._session.execute(text(self.REVIVED), {"id": hold_id})
        return await super().place(hold_id, user_id, method)


@asynccontextmanager
async def expired_holds_are_sold(services: Services, _: str) -> AsyncIterator[Services]:
    def swap(work: PostgresTransaction) -> None:
        work.orders = LenientOrders(work._session)

    yield _with_repositories(services, swap)


@asynccontextmanager
async def nothing_is_heard(services: Services, url: str) -> AsyncIterator[Services]:
    """Watchers are served by a feed that nobody announces to, and that looks at the database once an hour."""
    async with make_pool(url, min_size=1, max_size=2) as pool:
        async with live_seats(make_broadcast("memory://"), PostgresChangeLog(pool), check_every=3_600) as deaf:
            yield replace(services, seats=deaf)


class Leaky:
    """Every fifth delta is lost, and the next one is passed off as following what came before."""

    def __init__(self, feed: SeatFeed) -> None:
        self._feed = feed

    async def watch(self, session_id: SessionId, since_version: int | None) -> AsyncGenerator[AvailabilityUpdate, None]:
        sent = version = 0
        async for update in self._feed.watch(session_id, since_version):
            sent += 1
            if isinstance(update, AvailabilityDelta):
                if sent % 5 == 0:
                    continue
                update = replace(update, previous_version=version)
            version = update.version
            yield update


@asynccontextmanager
async def deltas_are_lost(services: Services, _: str) -> AsyncIterator[Services]:
    yield replace(services, seats=cast("SeatFeed", Leaky(services.seats)))
