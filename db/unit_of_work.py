"""Transactions: all repositories on one database session; leaving commits, raising rolls back. And looks, which change nothing."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

import structlog
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.accounts import PostgresAccounts
from db.answers import PostgresAnswers
from db.audit import PostgresAudit
from db.batches import BUSY, RETRY_AFTER_MS, UNWRITABLE
from db.clients import PostgresClients
from db.events import PostgresEvents
from db.gate_devices import PostgresGateDevices
from db.holds import PostgresHolds
from db.invitations import PostgresInvitations
from db.orders import PostgresOrders
from db.organizers import PostgresOrganizers
from db.outbox import PostgresLinks, PostgresOutbox
from db.passkeys import PostgresPasskeys
from db.sales_channels import PostgresSalesChannels
from db.seat_maps import PostgresSeatMaps
from db.second_factors import PostgresSecondFactors
from db.sessions import PostgresSessions
from db.sign_ins import PostgresSignIns
from db.tickets import PostgresTickets
from db.upkeep import PostgresLeftovers
from db.venues import PostgresVenues
from db.viewers import PostgresUsers
from db.waiting_rooms import PostgresWaitingRooms
from domain.errors import InvalidInput, ServerBusy
from domain.repositories import Transaction, Transactions

READS = "SELECT"
# Of a row that is locked nothing would be left when the statement ends.
LOCKS = " FOR "

log = structlog.get_logger()


class PostgresTransaction:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.accounts = PostgresAccounts(session)
        self.answers = PostgresAnswers(session)
        self.audit = PostgresAudit(session)
        self.clients = PostgresClients(session)
        self.sales_channels = PostgresSalesChannels(session)
        self.events = PostgresEvents(session)
        self.gate_devices = PostgresGateDevices(session)
        self.holds = PostgresHolds(session)
        self.invitations = PostgresInvitations(session)
        self.leftovers = PostgresLeftovers(session)
        self.links = PostgresLinks(session)
        self.orders = PostgresOrders(session)
        self.organizers = PostgresOrganizers(session)
        self.outbox = PostgresOutbox(session)
        self.seat_maps = PostgresSeatMaps(session)
        self.second_factors = PostgresSecondFactors(session)
        self.passkeys = PostgresPasskeys(session)
        self.sessions = PostgresSessions(session)
        self.sign_ins = PostgresSignIns(session)
        self.tickets = PostgresTickets(session)
        self.users = PostgresUsers(session)
        self.venues = PostgresVenues(session)
        self.waiting_rooms = PostgresWaitingRooms(session)

    async def now(self) -> datetime:
        clock: datetime = (await self._session.execute(select(func.clock_timestamp()))).scalar_one()
        return clock


class ChangesNothing(Exception):
    """What only looks was about to change something, half of which would stay if it failed."""


def readings(engine: AsyncEngine) -> Transactions:
    """Without a transaction: each statement sees what was committed before it, as in one, but BEGIN and COMMIT are not sent."""
    reading = engine.execution_options(isolation_level="AUTOCOMMIT")
    event.listen(reading.sync_engine, "before_cursor_execute", _must_read)
    return transactions(reading)


def _must_read(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    if not statement.lstrip().startswith(READS) or LOCKS in statement:
        raise ChangesNothing(statement[:100])


def transactions(engine: AsyncEngine) -> Transactions:
    @asynccontextmanager
    async def transaction() -> AsyncIterator[Transaction]:
        try:
            async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                yield PostgresTransaction(session)
        except (OSError, PoolTimeoutError) as error:
            raise _busy(error) from error
        except DBAPIError as error:
            # SQLAlchemy has one class for most of what Postgres says; asyncpg's tell trouble from mistakes.
            cause = error.driver_exception
            if isinstance(cause, BUSY):
                raise _busy(cause) from error
            if isinstance(cause, UNWRITABLE):
                raise InvalidInput(("input",), "A text has a character that cannot be stored, e.g. NUL.") from error
            raise

    def begin() -> AbstractAsyncContextManager[Transaction]:
        return transaction()

    return begin


def _busy(error: Exception) -> ServerBusy:
    log.warning("database_busy", error=type(error).__name__)
    return ServerBusy(RETRY_AFTER_MS)
