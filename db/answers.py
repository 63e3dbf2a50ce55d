"""Idempotency keys in Postgres, for operations that the inventory does not decide by itself."""

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.tables import AnswerRow
from domain.errors import IdempotencyConflict
from domain.ids import UserId


class PostgresAnswers:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, user_id: UserId, operation: str, key: str, input_hash: bytes) -> Mapping[str, object] | None:
        row = await self._session.get(AnswerRow, (user_id, operation, key))
        if row is not None and row.input_hash != input_hash:
            raise IdempotencyConflict
        return row.answer if row else None

    async def keep(self, user_id: UserId, operation: str, key: str, input_hash: bytes, answer: Mapping[str, object]) -> None:
        row = {"user_id": user_id, "operation": operation, "key": key, "input_hash": input_hash, "answer": answer}
        await self._session.execute(insert(AnswerRow).values(**row).on_conflict_do_nothing())
