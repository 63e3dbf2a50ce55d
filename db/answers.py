"""Idempotency keys in Postgres, for operations that the inventory does not decide by itself."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.tables import AnswerRow
from domain.answers import Once
from domain.errors import IdempotencyConflict


class PostgresAnswers:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, once: Once) -> Mapping[str, object] | None:
        query = select(col(AnswerRow.input_hash), col(AnswerRow.answer)).where(*_named(once))
        found = (await self._session.execute(query)).one_or_none()
        return _given(once, *found) if found else None

    async def first(self, once: Once) -> Mapping[str, object] | None:
        row = {"user_id": once.user_id, "operation": once.operation, "key": once.key, "input_hash": once.input_hash, "answer": {}}
        # Waits for whoever has just added it.
        added = insert(AnswerRow).values(**row).on_conflict_do_nothing().returning(col(AnswerRow.key))
        if (await self._session.execute(added)).one_or_none():
            once.replayed = False
            return None
        # It may have been trimmed a moment ago.
        return await self.find(once) or await self.first(once)

    async def keep(self, once: Once, answer: Mapping[str, object]) -> None:
        await self._session.execute(update(AnswerRow).where(*_named(once)).values(answer=answer))


def _named(once: Once) -> tuple[ColumnElement[bool], ...]:
    return (
        col(AnswerRow.user_id) == once.user_id,
        col(AnswerRow.operation) == once.operation,
        col(AnswerRow.key) == once.key,
    )


def _given(once: Once, input_hash: bytes, answer: Mapping[str, object]) -> Mapping[str, object]:
    if input_hash != once.input_hash:
        raise IdempotencyConflict
    once.replayed = True
    return answer
