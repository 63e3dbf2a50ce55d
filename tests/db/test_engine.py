"""Connections carry their limits, whichever way the URL is written."""

import asyncio

import pytest
from sqlalchemy import text

from db.engine import answers, dsn, make_engine, make_pool

LIMITS = {
    "application_name": "usher",
    "TimeZone": "UTC",
    "jit": "off",
    "lock_timeout": "2s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "3s",
}


async def test_a_connection_of_the_engine_has_all_limits(database_url: str) -> None:
    engine = make_engine(database_url)
    async with engine.connect() as connection:
        found = {name: await connection.scalar(text(f"SELECT current_setting('{name}')")) for name in LIMITS}
    await engine.dispose()
    assert found == LIMITS


async def test_a_connection_of_the_pool_has_all_limits(database_url: str) -> None:
    async with make_pool(database_url) as pool, pool.acquire() as connection:
        found = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in LIMITS}
        assert pool.get_max_size() == 8
    assert found == LIMITS


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_each_way_to_write_a_postgres_url_is_understood(scheme: str) -> None:
    assert dsn(f"{scheme}://u:p@h:1/d?sslmode=require") == "postgresql://u:p@h:1/d?sslmode=require"


@pytest.mark.parametrize("url", ["mysql://u:p@h/d", "postgresql", ""])
def test_another_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"^not a Postgres URL: it starts with postgresql://$"):
        dsn(url)


async def test_a_full_pool_is_waited_for_two_seconds_and_no_longer(database_url: str) -> None:
    async with make_pool(database_url, min_size=1, max_size=1) as pool, pool.acquire():
        started = asyncio.get_running_loop().time()
        with pytest.raises(TimeoutError):
            await pool.acquire()
        assert round(asyncio.get_running_loop().time() - started, 1) == 2.0


async def test_a_transaction_that_was_left_open_is_rolled_back_when_its_connection_comes_back(database_url: str) -> None:
    async with make_pool(database_url, min_size=1, max_size=1) as pool:
        async with pool.acquire() as connection:
            await connection.execute("BEGIN; CREATE TABLE unfinished ()")
        assert await pool.fetchval("SELECT to_regclass('unfinished')") is None


async def test_readiness_is_whether_the_database_answers(database_url: str) -> None:
    here, gone = make_engine(database_url), make_engine("postgresql://u:p@127.0.0.1:1/d")
    assert (await answers(here), await answers(gone)) == (True, False)
    await here.dispose()
    await gone.dispose()


async def test_a_connection_that_the_server_has_ended_is_replaced_unnoticed(database_url: str) -> None:
    engine = make_engine(database_url, pool_size=1, max_overflow=0)
    async with engine.connect() as connection:
        first = await connection.scalar(text("SELECT pg_backend_pid()"))
        raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    async with make_pool(database_url) as pool:
        assert await pool.fetchval("SELECT pg_terminate_backend($1)", first)
    async with asyncio.timeout(5):
        while not raw.is_closed():
            await asyncio.sleep(0)
    async with engine.connect() as connection:
        second = await connection.scalar(text("SELECT pg_backend_pid()"))
    await engine.dispose()
    assert second not in (first, None)
