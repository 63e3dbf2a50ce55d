"""Second factors and their recovery codes in Postgres: secrets sealed, codes as hashes."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.factor_tables import RecoveryCodeRow, SecondFactorRow
from domain.ids import UserId
from domain.second_factors import SecondFactor

LEFT = (
    select(func.count())
    .where(col(RecoveryCodeRow.user_id) == col(SecondFactorRow.user_id), col(RecoveryCodeRow.spent_at).is_(None))
    .scalar_subquery()
)


class PostgresSecondFactors:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def offer(self, user_id: UserId, sealed: bytes) -> bool:
        offered = insert(SecondFactorRow).values(user_id=user_id, sealed=sealed)
        instead = offered.on_conflict_do_update(
            index_elements=["user_id"], set_={"sealed": sealed, "last_step": 0}, where=col(SecondFactorRow.confirmed_at).is_(None)
        )
        return (await self._session.execute(instead.returning(col(SecondFactorRow.user_id)))).scalar_one_or_none() is not None

    async def locked(self, user_id: UserId) -> SecondFactor | None:
        query = select(SecondFactorRow, LEFT).where(col(SecondFactorRow.user_id) == user_id).with_for_update(of=SecondFactorRow)
        found = (await self._session.execute(query)).one_or_none()
        return _factor(*found) if found else None

    async def take(self, user_id: UserId, step: int) -> None:
        await self._session.execute(update(SecondFactorRow).where(col(SecondFactorRow.user_id) == user_id).values(last_step=step))

    async def confirm(self, user_id: UserId, recovery_hashes: Collection[bytes]) -> None:
        confirmed = update(SecondFactorRow).where(col(SecondFactorRow.user_id) == user_id)
        await self._session.execute(confirmed.values(confirmed_at=func.clock_timestamp()))
        await self._session.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.user_id) == user_id))
        rows = [{"user_id": user_id, "code_hash": code_hash} for code_hash in recovery_hashes]
        await self._session.execute(insert(RecoveryCodeRow).values(rows))

    async def spend_recovery_code(self, user_id: UserId, code_hash: bytes) -> bool:
        good = update(RecoveryCodeRow).where(
            col(RecoveryCodeRow.user_id) == user_id,
            col(RecoveryCodeRow.code_hash) == code_hash,
            col(RecoveryCodeRow.spent_at).is_(None),
        )
        spent = good.values(spent_at=func.clock_timestamp()).returning(col(RecoveryCodeRow.user_id))
        return (await self._session.execute(spent)).scalar_one_or_none() is not None

    async def remove(self, user_id: UserId) -> None:
        await self._session.execute(delete(SecondFactorRow).where(col(SecondFactorRow.user_id) == user_id))

    async def by_users(self, user_ids: Collection[UserId]) -> Mapping[UserId, SecondFactor]:
        wanted = col(SecondFactorRow.user_id).in_(user_ids), col(SecondFactorRow.confirmed_at).is_not(None)
        found = [_factor(row, left) for row, left in await self._session.execute(select(SecondFactorRow, LEFT).where(*wanted))]
        return {one.user_id: one for one in found}


def _factor(row: SecondFactorRow, left: int) -> SecondFactor:
    return SecondFactor(UserId(row.user_id), row.sealed, row.confirmed_at, row.last_step, left)
