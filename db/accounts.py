"""Accounts as their owners change and leave them, in Postgres."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.tables import AccountRow
from domain.accounts import Language, TicketsToCome
from domain.ids import UserId
from domain.viewers import AccountKind, User

TO_COME = """
SELECT count(*) AS tickets, max(ends_at) AS last_ends_at FROM (
    SELECT s.ends_at FROM ticket t JOIN session s ON s.id = t.session_id
    WHERE t.user_id = :user_id AND t.status = 'VALID' AND s.ends_at > clock_timestamp()
    UNION ALL
    SELECT s.ends_at FROM hold h JOIN session s ON s.id = h.session_id, generate_series(1, h.quantity)
    WHERE h.user_id = :user_id AND h.state = 'ORDERED'
) AS coming
"""
# Whoever is writing a mail to it is waited for.
LOCK = "SELECT FROM account WHERE id = :user_id FOR UPDATE"
# What would go with the account's row goes; its ended sign-ins tell for a while which access tokens are dead.
GOES = """
SELECT format('DELETE FROM %I WHERE %I = ', relname, attname) FROM pg_constraint
JOIN pg_class ON pg_class.oid = conrelid JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND confrelid = 'account'::regclass AND confdeltype = 'c' AND relname <> 'sign_in' ORDER BY relname
"""
PROOFS = ("DELETE FROM second_factor WHERE user_id = :user_id", "DELETE FROM passkey WHERE user_id = :user_id")
# The row itself stays, so that what was sold keeps its books; by then it is nobody's.
ERASURE = (
    "DELETE FROM invitation WHERE lower(email) = (SELECT lower(email) FROM account WHERE id = :user_id)",
    "UPDATE sign_in SET device = '' WHERE user_id = :user_id",
    "UPDATE ticket SET cancel_reason = NULL WHERE user_id = :user_id AND cancel_reason IS NOT NULL",
    "UPDATE account SET email = id || '@deleted.invalid', password_hash = '!', birth_date = NULL, roles = '{}', "
    "email_verified_at = NULL, language = 'EN', deleted_at = clock_timestamp() WHERE id = :user_id",
)
# What is kept, and what of it would let somebody in.
OWN = {
    "account": ("SELECT a.* FROM account a WHERE a.id = :user_id", ("password_hash",)),
    "sign_ins": ("SELECT s.* FROM sign_in s WHERE s.user_id = :user_id ORDER BY s.id", ("user_id",)),
    "second_factors": ("SELECT f.* FROM second_factor f WHERE f.user_id = :user_id", ("user_id", "sealed")),
    "passkeys": ("SELECT p.* FROM passkey p WHERE p.user_id = :user_id ORDER BY p.id", ("user_id", "credential_id", "public_key")),
    "memberships": ("SELECT m.* FROM membership m WHERE m.user_id = :user_id ORDER BY m.joined_at", ("user_id",)),
    "holds": ("SELECT h.* FROM hold h WHERE h.user_id = :user_id ORDER BY h.id", ("user_id",)),
    "orders": ("SELECT o.* FROM ticket_order o WHERE o.user_id = :user_id ORDER BY o.id", ("user_id",)),
    "payments": (
        "SELECT p.* FROM payment p JOIN ticket_order o ON o.id = p.order_id WHERE o.user_id = :user_id ORDER BY p.id",
        (),
    ),
    "refunds": (
        "SELECT r.* FROM refund r JOIN payment p ON p.id = r.payment_id JOIN ticket_order o ON o.id = p.order_id "
        "WHERE o.user_id = :user_id ORDER BY r.id",
        (),
    ),
    "tickets": ("SELECT t.* FROM ticket t WHERE t.user_id = :user_id ORDER BY t.id", ("user_id", "generation")),
    "check_ins": (
        "SELECT c.* FROM check_in c JOIN ticket t ON t.id = c.ticket_id WHERE t.user_id = :user_id ORDER BY c.id",
        ("gate_user_id",),
    ),
    "check_ins_done": ("SELECT c.* FROM check_in c WHERE c.gate_user_id = :user_id ORDER BY c.id", ("gate_user_id",)),
    "queue_places": ("SELECT q.* FROM queue_place q WHERE q.user_id = :user_id ORDER BY q.id", ("user_id",)),
    "mails": ("SELECT m.* FROM outbox m WHERE m.user_id = :user_id ORDER BY m.id", ("user_id",)),
    "links": ("SELECT l.* FROM mailed_link l WHERE l.user_id = :user_id ORDER BY l.expires_at", ("user_id", "token_hash")),
}


def _listed(query: str, secret: Sequence[str]) -> str:
    row = "to_jsonb(own)" + "".join(f" - '{column}'" for column in secret)
    return f"(SELECT coalesce(jsonb_agg({row}), '[]') FROM ({query}) AS own)"


# One statement: all of it is of one moment.
EXPORT = "SELECT jsonb_build_object(" + ", ".join(f"'{name}', {_listed(*own)}" for name, own in OWN.items()) + ")"


class PostgresAccounts:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def register(self, user: User, language: Language) -> bool:
        row = {"id": user.id, "email": user.email, "password_hash": user.password_hash, "birth_date": user.birth_date}
        added = insert(AccountRow).values(**row, roles=sorted(user.roles), kind=user.kind, language=language)
        # Whoever registers the same email at the same moment is waited for.
        found = await self._session.execute(added.on_conflict_do_nothing().returning(col(AccountRow.id)))
        return found.scalar_one_or_none() is not None

    async def language(self, user_id: UserId) -> Language | None:
        query = select(col(AccountRow.language)).where(_is(user_id), _lives()).with_for_update(read=True)
        found = (await self._session.execute(query)).scalar_one_or_none()
        return Language(found) if found else None

    async def deleted(self, user_id: UserId) -> bool:
        query = select(col(AccountRow.deleted_at)).where(_is(user_id))
        return (await self._session.execute(query)).scalar_one_or_none() is not None

    async def verified(self, user_id: UserId) -> bool:
        proven = col(AccountRow.email_verified_at).is_not(None) | (col(AccountRow.kind) != AccountKind.PERSON)
        return bool((await self._session.execute(select(proven).where(_is(user_id)))).scalar_one_or_none())

    async def set_birth_date(self, user_id: UserId, birth_date: date) -> bool:
        same = col(AccountRow.birth_date).is_(None) | (col(AccountRow.birth_date) == birth_date)
        return await self._set(user_id, {"birth_date": birth_date}, same, _lives())

    async def set_password(self, user_id: UserId, password_hash: str, *, instead_of: str | None = None) -> bool:
        same = [col(AccountRow.password_hash) == instead_of] if instead_of is not None else []
        return await self._set(user_id, {"password_hash": password_hash}, _lives(), *same)

    async def set_verified(self, user_id: UserId, email: str) -> bool:
        since = func.coalesce(col(AccountRow.email_verified_at), func.clock_timestamp())
        return await self._set(user_id, {"email_verified_at": since}, func.lower(col(AccountRow.email)) == func.lower(email))

    async def drop_proofs(self, user_id: UserId) -> None:
        for statement in PROOFS:
            await self._session.execute(text(statement), {"user_id": user_id})

    async def set_email(self, user_id: UserId, email: str) -> bool:
        try:
            async with self._session.begin_nested():
                return await self._set(user_id, {"email": email, "email_verified_at": func.clock_timestamp()}, _lives())
        except IntegrityError:
            return False

    async def tickets_to_come(self, user_id: UserId) -> TicketsToCome:
        row = (await self._session.execute(text(TO_COME), {"user_id": user_id})).one()
        return TicketsToCome(row.tickets, row.last_ends_at)

    async def erase(self, user_id: UserId) -> None:
        await self._session.execute(text(LOCK), {"user_id": user_id})
        goes = [statement + ":user_id" for statement in (await self._session.execute(text(GOES))).scalars()]
        for statement in (*goes, *ERASURE):
            await self._session.execute(text(statement), {"user_id": user_id})

    async def export(self, user_id: UserId) -> Mapping[str, object]:
        found: Mapping[str, object] = (await self._session.execute(text(EXPORT), {"user_id": user_id})).scalar_one()
        return found

    async def _set(self, user_id: UserId, values: Mapping[str, object], *where: ColumnElement[bool]) -> bool:
        changed = update(AccountRow).where(_is(user_id), *where).values(**values).returning(col(AccountRow.id))
        return (await self._session.execute(changed)).scalar_one_or_none() is not None


def _is(user_id: UserId) -> ColumnElement[bool]:
    return col(AccountRow.id) == user_id


def _lives() -> ColumnElement[bool]:
    return col(AccountRow.deleted_at).is_(None)
