"""A clock that can be moved ahead: functions that stand before Postgres' own in the search path of one database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg

from db.engine import CONNECT_SECONDS, dsn

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

# New tables still go to public. Postgres' own functions are found last, so ours come before them.
SEARCHED = "public, usher_sandbox, pg_catalog"
INSTALL = """
CREATE SCHEMA IF NOT EXISTS usher_sandbox;
CREATE TABLE IF NOT EXISTS usher_sandbox.clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), seconds bigint NOT NULL);
INSERT INTO usher_sandbox.clock (seconds) VALUES (0) ON CONFLICT DO NOTHING
"""
# Simple enough to be inlined: they cost nothing. Replaced as a whole, so that no plan keeps an old one.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION usher_sandbox.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
AS 'SELECT pg_catalog.clock_timestamp() + interval ''{seconds} s''';
CREATE OR REPLACE FUNCTION usher_sandbox.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT pg_catalog.now() + interval ''{seconds} s'''
"""
# Defaults know the function they were written with, whatever is searched: those of all columns that the clock sets.
DEFAULTS = """
DO $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT adrelid::regclass AS name, attname FROM pg_attrdef
        JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
        WHERE pg_get_expr(adbin, adrelid) ~ '^([a-z_]+\\.)?clock_timestamp\\(\\)$' AND '{schema}' <> CASE WHEN EXISTS (
            -- Nothing depends on what is Postgres' own.
            SELECT FROM pg_depend
            WHERE classid = 'pg_attrdef'::regclass AND objid = pg_attrdef.oid AND refclassid = 'pg_proc'::regclass
        ) THEN 'usher_sandbox' ELSE 'pg_catalog' END
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER %I SET DEFAULT {schema}.clock_timestamp()', c.name, c.attname);
    END LOOP;
END $$
"""
MOVE = "UPDATE usher_sandbox.clock SET seconds = seconds + $1 RETURNING seconds"
SECONDS = "SELECT seconds FROM usher_sandbox.clock"
LOOK_SECONDS = 1.0
UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


class SandboxClock:
    """Implements `domain.sandbox.Clock`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.ahead = timedelta()

    async def move(self, by: timedelta) -> None:
        connection = await _connected(self._url)
        try:
            async with connection.transaction():
                seconds = await connection.fetchval(MOVE, round(by.total_seconds()))
                await connection.execute(FUNCTIONS.format(seconds=int(seconds)))
        finally:
            await connection.close()
        self.ahead = timedelta(seconds=seconds)

    async def install(self) -> None:
        """For connections that are made from now on."""
        connection = await _connected(self._url)
        try:
            # One process at a time: Postgres has no way to create a thing only if it is not there while another does.
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock(hashtext('usher sandbox'))")
                await connection.execute(INSTALL)
                seconds = await connection.fetchval(SECONDS)
                await connection.execute(FUNCTIONS.format(seconds=int(seconds)))
                await connection.execute(DEFAULTS.replace("{schema}", "usher_sandbox"))
                await _search(connection, f"SET search_path = {SEARCHED}")
        finally:
            await connection.close()
        self.ahead = timedelta(seconds=seconds)

    async def follow(self) -> None:
        """For ever: what other processes did to it."""
        while True:
            [outcome] = await asyncio.gather(self._look(), return_exceptions=True)
            if isinstance(outcome, BaseException) and not isinstance(outcome, UNREACHABLE):
                raise outcome
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        """Until the connection fails."""
        connection = await _connected(self._url)
        try:
            while True:
                self.ahead = timedelta(seconds=await connection.fetchval(SECONDS))
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            connection.terminate()


@asynccontextmanager
async def sandbox_clock(url: str) -> AsyncIterator[SandboxClock]:
    """To be opened before any other connection is made."""
    clock = SandboxClock(url)
    await clock.install()
    following = asyncio.create_task(clock.follow())
    try:
        yield clock
    finally:
        following.cancel()
        await asyncio.wait([following])


async def without_sandbox(url: str) -> None:
    """Where a sandbox was before, the time is Postgres' own again."""
    connection = await _connected(url)
    try:
        if await connection.fetchval("SELECT to_regnamespace('usher_sandbox')") is not None:
            await connection.execute(DEFAULTS.replace("{schema}", "pg_catalog"))
            await _search(connection, "RESET search_path")
    finally:
        await connection.close()


async def _search(connection: "Connection", how: str) -> None:
    database = await connection.fetchval("SELECT quote_ident(current_database())")
    await connection.execute(f"ALTER DATABASE {database} {how}")


async def _connected(url: str) -> "Connection":
    return await asyncpg.connect(dsn(url), timeout=CONNECT_SECONDS, command_timeout=CONNECT_SECONDS)
