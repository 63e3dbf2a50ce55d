"""Migrations: by one process at a time, and never backwards."""

import asyncio

import asyncpg
import pytest
from alembic.script import ScriptDirectory

from db.migrating import MIGRATIONS, DatabaseUnreachable, NewerDatabase, migrate

HEAD = ScriptDirectory(str(MIGRATIONS)).get_current_head()


async def _fresh(database_url: str) -> "asyncpg.Connection[asyncpg.Record]":
    connection = await asyncpg.connect(database_url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return connection


async def test_an_empty_database_comes_to_the_newest_revision_and_a_second_time_changes_nothing(database_url: str) -> None:
    connection = await _fresh(database_url)
    await migrate(database_url)
    await migrate(database_url)
    assert await connection.fetchval("SELECT array_agg(version_num) FROM alembic_version") == [HEAD]
    await connection.close()


# What has come since 0002 and is no function of the inventory.
UNDO = """
DROP TABLE ticket_type_channels, hold_channel, widget_guest, api_client_usage, api_key, api_client;
DROP TABLE outbox, mailed_link;
ALTER TABLE account DROP COLUMN language, DROP COLUMN deleted_at;
DROP TABLE membership, invitation_link, invitation, gate_device, audit;
DROP FUNCTION keep_an_owner, keep_audit;
DROP INDEX check_in_gate, event_organizer, ticket_order_session;
DROP TABLE passkey, recovery_code, second_factor;
DROP TABLE refresh_token, sign_in;
CREATE TABLE refresh_token (
    token_hash bytea PRIMARY KEY, user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE, expires_at timestamptz NOT NULL,
    spent_at timestamptz);
ALTER TABLE account DROP COLUMN kind, DROP COLUMN email_verified_at;
DROP TABLE queue_place, admission_rate, waiting_room CASCADE;
DROP FUNCTION session_change_folded CASCADE;
DROP TABLE session_base;
ALTER TABLE session DROP COLUMN single_seats, DROP COLUMN holds_an_hour;
ALTER TABLE hold DROP COLUMN single_seats, DROP COLUMN extended_at;
DROP INDEX hold_of_buyer;
CREATE INDEX hold_live ON hold (user_id, session_id) WHERE ended_at IS NULL;
DROP FUNCTION inventory_change;
DROP FUNCTION inventory_lock;
DROP FUNCTION inventory_judged;
DROP FUNCTION inventory_extend;
"""
OLD_LOCK = """
CREATE FUNCTION inventory_lock(p_session uuid, p_commands jsonb, p_hold interval, p_clock timestamptz)
RETURNS TABLE (ord int, verdict text, detail jsonb, locked int[]) LANGUAGE sql AS $$ SELECT 0, '', '{}'::jsonb, '{}'::int[] $$;
"""


async def test_an_older_database_gets_the_functions_of_today(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    functions = "SELECT array_agg((proname, prosrc)::text ORDER BY proname) FROM pg_proc WHERE proname LIKE 'inventory\\_%'"
    today = await connection.fetchval(functions)
    assert len(today) == 10
    await connection.execute(
        UNDO
        + OLD_LOCK
        + """
        CREATE OR REPLACE FUNCTION inventory_apply(p_session uuid, p_commands jsonb, p_hold interval) RETURNS jsonb
        LANGUAGE sql AS $$ SELECT '{}'::jsonb $$;
        UPDATE alembic_version SET version_num = '0002'
        """
    )
    await migrate(database_url)
    assert await connection.fetchval(functions) == today
    assert await connection.fetchval("SELECT array_agg(version_num) FROM alembic_version") == [HEAD]
    await connection.close()


async def test_four_processes_may_migrate_at_the_same_time(database_url: str) -> None:
    connection = await _fresh(database_url)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(migrate(database_url))
    assert await connection.fetchval("SELECT array_agg(version_num) FROM alembic_version") == [HEAD]
    await connection.close()


async def test_a_database_of_a_newer_usher_is_refused_and_left_alone(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase) as refused:
        await migrate(database_url)
    assert str(refused.value) == (
        "The database is at revision 9999, which this version of Usher does not know: it was migrated by a newer one."
    )
    assert await connection.fetchval("SELECT array_agg(version_num) FROM alembic_version") == ["9999"]
    await connection.close()


async def test_a_wrong_password_is_one_line_without_the_password(database_url: str) -> None:
    user, rest = database_url.split("://usher:")[0], database_url.split("@")[1]
    with pytest.raises(DatabaseUnreachable) as refused:
        await migrate(f"{user}://usher:not-this@{rest}")
    assert str(refused.value) == 'The database cannot be used: password authentication failed for user "usher".'
