"""Accounts and their refresh tokens in Postgres."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.tables import AccountRow
from domain.ids import UserId
from domain.viewers import AccountKind, Role, User


class PostgresUsers:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_ids(self, ids: Collection[UserId]) -> Mapping[UserId, User]:
        rows = (await self._session.execute(select(AccountRow).where(col(AccountRow.id).in_(ids)))).scalars()
        return {UserId(row.id): _user(row) for row in rows}

    async def by_email(self, email: str) -> User | None:
        query = select(AccountRow).where(func.lower(col(AccountRow.email)) == func.lower(email))
        row = (await self._session.execute(query)).scalar_one_or_none()
        return _user(row) if row else None

    async def add(self, user: User) -> None:
        row = {"id": user.id, "email": user.email, "password_hash": user.password_hash, "birth_date": user.birth_date}
        verified_at = func.clock_timestamp() if user.verified else None
        kept = insert(AccountRow).values(**row, roles=sorted(user.roles), kind=user.kind, email_verified_at=verified_at)
        await self._session.execute(kept)


def _user(row: AccountRow) -> User:
    return User(
        UserId(row.id),
        row.email,
        frozenset(Role(role) for role in row.roles),
        row.password_hash,
        row.birth_date,
        AccountKind(row.kind),
        row.email_verified_at is not None,
    )
