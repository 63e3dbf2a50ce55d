"""Connections to Postgres: an SQLAlchemy engine for the repositories, a raw asyncpg pool for the inventory's hot path."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
    ConnectionProxy = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    AcquireContext = asyncpg.pool.PoolAcquireContext[asyncpg.Record]
    BasePool = asyncpg.Pool[asyncpg.Record]
else:
    BasePool = asyncpg.Pool

SERVER_SETTINGS = {
    "application_name": "usher",
    "timezone": "UTC",
    "jit": "off",
    "lock_timeout": "2s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "3s",
}
CONNECT_SECONDS = 5.0
# Above statement_timeout, so that it only ends waits for a server that is gone.
COMMAND_SECONDS = 10.0
ACQUIRE_SECONDS = 2.0


def dsn(url: str) -> str:
    """The URL as asyncpg reads it, its query (`sslmode`, `host`, …) included. Raises `ValueError` for anything but Postgres."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "postgresql+asyncpg"):
        raise ValueError("not a Postgres URL: it starts with postgresql://")
    return f"postgresql://{rest}"


def connector(url: str, server_settings: Mapping[str, str], command_seconds: float | None) -> Callable[[], Awaitable["Connection"]]:
    address = dsn(url)

    async def connect() -> "Connection":
        return await asyncpg.connect(
            address, server_settings=dict(server_settings), timeout=CONNECT_SECONDS, command_timeout=command_seconds
        )

    return connect


def make_engine(url: str, *, pool_size: int = 10, max_overflow: int = 10, **options: object) -> AsyncEngine:
    """`options` are those of `create_async_engine`."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connector(url, SERVER_SETTINGS, COMMAND_SECONDS),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=ACQUIRE_SECONDS,
        **options,
    )
    event.listen(engine.sync_engine, "checkout", _must_be_open)
    return engine


def _must_be_open(_: object, record: ConnectionPoolEntry, __: object) -> None:
    """asyncpg has heard of a server that is gone: asking it, as `pool_pre_ping` does, would be a round trip each time."""
    if record.driver_connection is None or record.driver_connection.is_closed():
        raise DisconnectionError


class Pool(BasePool):
    """Waits two seconds for a connection, not for ever."""

    def acquire(self, *, timeout: float | None = ACQUIRE_SECONDS) -> "AcquireContext":
        return super().acquire(timeout=timeout)


async def _as_it_is(_: "Connection | ConnectionProxy") -> None:
    """Saves the round trip of RESET ALL: nothing here sets anything, and asyncpg has rolled back by now."""


def make_pool(url: str, *, min_size: int = 4, max_size: int = 8) -> Pool:
    """Connects when entered (`async with`) or awaited; needs a running loop."""
    return Pool(
        dsn(url),
        min_size=min_size,
        max_size=max_size,
        max_queries=1_000_000,
        max_inactive_connection_lifetime=300.0,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        loop=None,
        reset=_as_it_is,
        server_settings=SERVER_SETTINGS,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
    )


async def answers(engine: AsyncEngine) -> bool:
    """Whether the database answers within two seconds."""
    try:
        async with asyncio.timeout(ACQUIRE_SECONDS), engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    return True
