"""What has had its time, removed in small batches: the log's old versions, idempotency keys nobody asks for any more."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

TURN = "SELECT pg_try_advisory_xact_lock(hashtext('usher upkeep'))"
# Steps from session to session over the primary key, so that it costs by sessions with changes, not by changes. What goes is
# always the beginning of a session's log, up to one version: a reader finds either all that it misses or that it begins too late.
TRIM = """
WITH RECURSIVE oldest AS (
    (SELECT session_id, version, committed_at FROM session_change ORDER BY session_id, version LIMIT 1)
    UNION ALL
    SELECT following.* FROM oldest, LATERAL (
        SELECT session_id, version, committed_at FROM session_change
        WHERE session_id > oldest.session_id ORDER BY session_id, version LIMIT 1) AS following
), due AS (
    SELECT session_id, inventory.version - CAST(:keep AS bigint) AS upto FROM oldest JOIN inventory USING (session_id)
    WHERE oldest.version <= inventory.version - CAST(:keep AS bigint)
        OR committed_at < clock_timestamp() - CAST(:age AS interval)
    LIMIT :sessions
), ends AS MATERIALIZED (
    SELECT session_id, (
        SELECT max(version) FROM (
            SELECT version, committed_at FROM session_change WHERE session_id = due.session_id ORDER BY version LIMIT :each
        ) AS first WHERE version <= upto OR committed_at < clock_timestamp() - CAST(:age AS interval)) AS version
    FROM due
)
DELETE FROM session_change USING ends WHERE session_change.session_id = ends.session_id AND session_change.version <= ends.version
"""
FORGET = """
DELETE FROM answer WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM answer WHERE answered_at < clock_timestamp() - CAST(:age AS interval) ORDER BY answered_at LIMIT :limit))
"""
FORGET_SIGN_INS = """
DELETE FROM sign_in WHERE id = ANY (ARRAY(
    SELECT id FROM sign_in
    WHERE ended_at < clock_timestamp() - CAST(:age AS interval) OR expires_at < clock_timestamp() - CAST(:age AS interval)
    LIMIT :limit))
"""
FORGET_LINKS = """
DELETE FROM mailed_link WHERE token_hash = ANY (ARRAY(
    SELECT token_hash FROM mailed_link WHERE expires_at <= clock_timestamp() LIMIT :limit))
"""
FORGET_GUESTS = """
WITH forgotten AS (
    DELETE FROM widget_guest WHERE user_id = ANY (ARRAY(
        SELECT user_id FROM widget_guest WHERE created_at < clock_timestamp() - CAST(:age AS interval) LIMIT :limit))
    RETURNING user_id
), gone AS (
    DELETE FROM account USING forgotten WHERE account.id = forgotten.user_id
        AND NOT EXISTS (SELECT FROM hold WHERE hold.user_id = account.id)
        AND NOT EXISTS (SELECT FROM queue_place WHERE queue_place.user_id = account.id)
)
SELECT user_id FROM forgotten
"""
SESSIONS_AT_ONCE = 20


class PostgresLeftovers:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def trim_changes(self, older_than: timedelta, keep: int, limit: int) -> int:
        each = max(1, limit // SESSIONS_AT_ONCE)
        return await self._remove(TRIM, age=older_than, keep=keep, sessions=SESSIONS_AT_ONCE, each=each)

    async def forget_answers(self, older_than: timedelta, limit: int) -> int:
        return await self._remove(FORGET, age=older_than, limit=limit)

    async def forget_sign_ins(self, older_than: timedelta, limit: int) -> int:
        return await self._remove(FORGET_SIGN_INS, age=older_than, limit=limit)

    async def forget_guests(self, older_than: timedelta, limit: int) -> int:
        return await self._remove(FORGET_GUESTS, age=older_than, limit=limit)

    async def forget_links(self, limit: int) -> int:
        return await self._remove(FORGET_LINKS, limit=limit)

    async def _remove(self, statement: str, **values: Any) -> int:
        # The lock of whoever is at it already ends with their transaction.
        if not (await self._session.execute(text(TURN))).scalar_one():
            return 0
        removed: int = (await self._session.execute(text(statement), values)).rowcount  # type: ignore[attr-defined]  # a CursorResult
        return removed
