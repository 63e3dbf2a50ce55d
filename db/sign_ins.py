"""Sign-ins and their refresh tokens in Postgres; of tokens there are only hashes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.tables import AccountRow, RefreshTokenRow, SignInRow
from domain.ids import SignInId, UserId
from domain.sign_ins import LONGEST_SIGN_IN, REFRESH_LIFETIME, ShownToken, SignIn, Standing
from domain.viewers import Role, User


class PostgresSignIns:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin(self, user: User, device: str, token_hash: bytes) -> SignInId | None:
        # Waits for who is just changing the password.
        same = (col(AccountRow.id) == user.id, col(AccountRow.password_hash) == user.password_hash)
        ends = func.clock_timestamp() + REFRESH_LIFETIME
        row = select(col(AccountRow.id), literal(device), ends).where(*same).with_for_update(read=True)
        begun = insert(SignInRow).from_select(["user_id", "device", "expires_at"], row).returning(col(SignInRow.id))
        id = (await self._session.execute(begun)).scalar_one_or_none()
        if id is None:
            return None
        await self._session.execute(insert(RefreshTokenRow).values(token_hash=token_hash, sign_in_id=id))
        return SignInId(id)

    async def shown(self, token_hash: bytes) -> ShownToken | None:
        of = select(col(RefreshTokenRow.sign_in_id)).where(col(RefreshTokenRow.token_hash) == token_hash)
        locked = select(SignInRow).where(col(SignInRow.id) == of.scalar_subquery(), *_alive()).with_for_update()
        row = (await self._session.execute(locked)).scalar_one_or_none()
        if row is None:
            return None
        # A statement of its own, after the row lock: whoever had it has rotated by now.
        spent_for = select(func.clock_timestamp() - col(RefreshTokenRow.spent_at)).where(
            col(RefreshTokenRow.token_hash) == token_hash
        )
        return ShownToken(_sign_in(row), (await self._session.execute(spent_for)).scalar_one())

    async def rotate(self, sign_in_id: SignInId, spent: bytes, successor: bytes) -> None:
        now = func.clock_timestamp()
        of = update(RefreshTokenRow).where(col(RefreshTokenRow.token_hash) == spent)
        await self._session.execute(of.values(spent_at=now))
        await self._session.execute(insert(RefreshTokenRow).values(token_hash=successor, sign_in_id=sign_in_id))
        ends = func.least(now + REFRESH_LIFETIME, col(SignInRow.started_at) + LONGEST_SIGN_IN)
        used = update(SignInRow).where(col(SignInRow.id) == sign_in_id)
        await self._session.execute(used.values(used_at=now, expires_at=ends))

    async def of_user(self, user_id: UserId) -> Sequence[SignIn]:
        query = select(SignInRow).where(col(SignInRow.user_id) == user_id, *_alive())
        rows = (await self._session.execute(query.order_by(col(SignInRow.used_at).desc(), col(SignInRow.id)))).scalars()
        return [_sign_in(row) for row in rows]

    async def end(self, user_id: UserId, *, only: SignInId | None = None, but: SignInId | None = None) -> Sequence[SignInId]:
        wanted = [col(SignInRow.user_id) == user_id]
        if only is not None:
            wanted.append(col(SignInRow.id) == only)
        if but is not None:
            wanted.append(col(SignInRow.id) != but)
        return await self._end(*wanted)

    async def end_all(self, user_ids: Collection[UserId]) -> Sequence[SignInId]:
        return await self._end(col(SignInRow.user_id) == any_(literal(list(user_ids), ARRAY(Uuid))))

    async def ended_within(self, window: timedelta) -> Collection[SignInId]:
        query = select(col(SignInRow.id)).where(col(SignInRow.ended_at) > func.clock_timestamp() - window)
        return {SignInId(id) for id in (await self._session.execute(query)).scalars()}

    async def standings(self, user_ids: Collection[UserId]) -> Mapping[UserId, Standing]:
        joined = select(col(AccountRow.id), col(AccountRow.roles), col(SignInRow.id)).outerjoin(
            SignInRow, (col(SignInRow.user_id) == col(AccountRow.id)) & _alive()[0] & _alive()[1]
        )
        found: dict[UserId, tuple[list[str], set[SignInId]]] = {}
        for id, roles, sign_in_id in await self._session.execute(joined.where(col(AccountRow.id).in_(user_ids))):
            _, sign_ins = found.setdefault(UserId(id), (roles, set()))
            if sign_in_id is not None:
                sign_ins.add(SignInId(sign_in_id))
        return {id: Standing(frozenset(map(Role, roles)), frozenset(ids)) for id, (roles, ids) in found.items()}

    async def _end(self, *wanted: ColumnElement[bool]) -> Sequence[SignInId]:
        ended = update(SignInRow).where(*wanted, *_alive()).values(ended_at=func.clock_timestamp()).returning(col(SignInRow.id))
        return [SignInId(id) for id in (await self._session.execute(ended)).scalars()]


def _alive() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(SignInRow.ended_at).is_(None), col(SignInRow.expires_at) > func.clock_timestamp()


def _sign_in(row: SignInRow) -> SignIn:
    return SignIn(SignInId(row.id), UserId(row.user_id), row.device, row.started_at, row.used_at, row.expires_at)
