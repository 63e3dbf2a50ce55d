"""Passkeys in Postgres."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.factor_tables import PasskeyRow
from db.tables import AccountRow
from domain.ids import PasskeyId, UserId, new_id
from domain.passkeys import MOST_PASSKEYS, Answered, NewPasskey, Passkey


class PostgresPasskeys:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, user_id: UserId, new: NewPasskey, name: str) -> Passkey | None:
        # One at a time, so that nobody gets past the limit.
        await self._session.execute(select(col(AccountRow.id)).where(col(AccountRow.id) == user_id).with_for_update())
        if len(await self.of_user(user_id)) >= MOST_PASSKEYS:
            return None
        row = {"user_id": user_id, "credential_id": new.credential_id, "public_key": new.public_key, "name": name}
        added = (
            insert(PasskeyRow).values(id=new_id(), **row, sign_count=new.sign_count).on_conflict_do_nothing().returning(PasskeyRow)
        )
        found = (await self._session.execute(added)).scalar_one_or_none()
        return _passkey(found) if found else None

    async def of_user(self, user_id: UserId) -> Sequence[Passkey]:
        query = select(PasskeyRow).where(col(PasskeyRow.user_id) == user_id).order_by(col(PasskeyRow.id))
        return [_passkey(row) for row in (await self._session.execute(query)).scalars()]

    async def locked(self, credential_id: bytes) -> Passkey | None:
        query = select(PasskeyRow).where(col(PasskeyRow.credential_id) == credential_id).with_for_update()
        row = (await self._session.execute(query)).scalar_one_or_none()
        return _passkey(row) if row else None

    async def use(self, id: PasskeyId, answered: Answered) -> None:
        used = update(PasskeyRow).where(col(PasskeyRow.id) == id)
        await self._session.execute(
            used.values(sign_count=answered.sign_count, last_challenge=answered.challenge_made, used_at=func.clock_timestamp())
        )

    async def remove(self, user_id: UserId, id: PasskeyId) -> bool:
        theirs = delete(PasskeyRow).where(col(PasskeyRow.id) == id, col(PasskeyRow.user_id) == user_id)
        return (await self._session.execute(theirs.returning(col(PasskeyRow.id)))).scalar_one_or_none() is not None


def _passkey(row: PasskeyRow) -> Passkey:
    return Passkey(
        id=PasskeyId(row.id),
        user_id=UserId(row.user_id),
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        name=row.name,
        added_at=row.added_at,
        used_at=row.used_at,
        last_challenge=row.last_challenge,
    )
