"""Accounts and their refresh tokens in Postgres."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.tables import AccountRow, RefreshTokenRow
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

    async def keep_refresh_token(self, token_hash: bytes, user_id: UserId, lifetime: timedelta) -> None:
        ends = func.clock_timestamp() + lifetime
        await self._session.execute(insert(RefreshTokenRow).values(token_hash=token_hash, user_id=user_id, expires_at=ends))

    async def take_refresh_token(self, token_hash: bytes) -> UserId | None:
        good = update(RefreshTokenRow).where(
            col(RefreshTokenRow.token_hash) == token_hash,
            col(RefreshTokenRow.spent_at).is_(None),
            col(RefreshTokenRow.expires_at) > func.clock_timestamp(),
        )
        spent = good.values(spent_at=func.clock_timestamp()).returning(col(RefreshTokenRow.user_id))
        user_id = (await self._session.execute(spent)).scalar_one_or_none()
        return UserId(user_id) if user_id else None


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
