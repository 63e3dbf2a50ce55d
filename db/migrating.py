"""Brings a database to the newest revision, one process at a time, all or nothing."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

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


async def migrate(url: str) -> None:
    """To head. Raises `NewerDatabase`; whoever finds another process migrating waits for it, up to five minutes."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=connector(url, UNHURRIED, command_seconds=None), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '5min'"))
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            # DDL that queues for long blocks everybody behind it.
            await connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            await connection.run_sync(_to_head)
    finally:
        await engine.dispose()


def _to_head(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            raise NewerDatabase(revision)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
