"""Brings a database to the newest revision, one process at a time, all or nothing."""

from contextlib import aclosing
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.engine import SERVER_SETTINGS, connector

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do, as long as no other program takes the same one in this database.
ADVISORY_LOCK = 7_303_014_812
UNHURRIED = {**SERVER_SETTINGS, "statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}


class NewerDatabase(Exception):
    """`str()` is one line for the person at the terminal."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database is at revision {revision}, which this version of Usher does not know: it was migrated by a newer one."
        )
        self.revision = revision


class DatabaseUnreachable(Exception):
    """`str()` is one line for the person at the terminal."""


async def migrate(url: str) -> None:
    """To head, after waiting up to five minutes for another process that does so. Raises `NewerDatabase`, `DatabaseUnreachable`."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=connector(url, UNHURRIED, command_seconds=None), poolclass=NullPool
    )
    try:
        async with aclosing(await _connected(engine)) as connection, connection.begin():
            await connection.execute(text("SET LOCAL lock_timeout = '5min'"))
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            # DDL that queues for long blocks everybody behind it.
            await connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            await connection.run_sync(_to_head)
    finally:
        await engine.dispose()


async def _connected(engine: AsyncEngine) -> AsyncConnection:
    try:
        return await engine.connect()
    except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise DatabaseUnreachable(f"The database cannot be used: {str(cause) or type(cause).__name__}.") from error


def _to_head(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            raise NewerDatabase(revision)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
