"""Mails waiting in Postgres, and the links in them, of whose tokens there are only hashes."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.mail_tables import MailedLinkRow, OutboxRow
from db.tables import AccountRow
from domain.accounts import LINK_LIFETIME, Link, LinkPurpose
from domain.ids import InvitationId, UserId, new_id
from domain.mails import Letter, MailKind
from domain.viewers import AccountKind

# Purposes of links and kinds of the mails with them have the same names.
GIVING_AWAY = (LinkPurpose.CHANGE_EMAIL, LinkPurpose.RESET_PASSWORD)


class PostgresOutbox:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def put(self, kind: MailKind, user_id: UserId, recipient: str | None = None) -> None:
        await self._session.execute(insert(OutboxRow).values(id=new_id(), kind=kind, user_id=user_id, recipient=recipient))

    async def put_invitation(self, invitation_id: InvitationId, email: str, invited_by: UserId) -> None:
        mail = {"kind": MailKind.INVITED, "user_id": invited_by, "recipient": email, "invitation_id": invitation_id}
        await self._session.execute(insert(OutboxRow).values(id=new_id(), **mail))

    async def put_for(self, kind: MailKind, email: str) -> None:
        same = func.lower(col(AccountRow.email)) == func.lower(email)
        whose = select(col(AccountRow.id)).where(same, col(AccountRow.kind) == AccountKind.PERSON).scalar_subquery()
        await self._session.execute(insert(OutboxRow).values(id=new_id(), kind=kind, user_id=whose))

    async def due(self, most: int, lease: timedelta) -> Sequence[Letter]:
        now = func.clock_timestamp()
        waiting = select(col(OutboxRow.id)).where(col(OutboxRow.due_at) <= now).order_by(col(OutboxRow.due_at))
        ours = waiting.limit(most).with_for_update(skip_locked=True).cte("ours").prefix_with("MATERIALIZED")
        claim = update(OutboxRow).where(col(OutboxRow.id).in_(select(ours.c.id)))
        claimed = claim.values(due_at=now + lease, attempts=col(OutboxRow.attempts) + 1).returning(OutboxRow)
        rows = sorted((await self._session.execute(claimed)).scalars(), key=lambda row: row.id)
        nobodys = [row.id for row in rows if row.user_id is None]
        if nobodys:
            await self._session.execute(delete(OutboxRow).where(col(OutboxRow.id).in_(nobodys)))
        return [_letter(row, UserId(row.user_id)) for row in rows if row.user_id is not None]

    async def waiting(self, id: UUID) -> bool:
        return (await self._session.execute(select(col(OutboxRow.id)).where(col(OutboxRow.id) == id))).first() is not None

    async def done(self, id: UUID) -> None:
        await self._session.execute(delete(OutboxRow).where(col(OutboxRow.id) == id))

    async def postpone(self, id: UUID, pause: timedelta) -> None:
        due_at = func.clock_timestamp() + pause
        await self._session.execute(update(OutboxRow).where(col(OutboxRow.id) == id).values(due_at=due_at))


class PostgresLinks:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, token_hash: bytes, link: Link) -> None:
        ends = func.clock_timestamp() + LINK_LIFETIME[link.purpose]
        row = {"token_hash": token_hash, "purpose": link.purpose, "user_id": link.user_id, "email": link.email, "expires_at": ends}
        await self._session.execute(insert(MailedLinkRow).values(**row))

    async def good(self, token_hash: bytes, purposes: Collection[LinkPurpose]) -> Link | None:
        query = _in_time(token_hash, purposes).where(col(MailedLinkRow.spent_at).is_(None))
        row = (await self._session.execute(query)).scalar_one_or_none()
        return _link(row) if row else None

    async def spend(self, token_hash: bytes, purposes: Collection[LinkPurpose]) -> Link | None:
        row = (await self._session.execute(_in_time(token_hash, purposes).with_for_update())).scalar_one_or_none()
        if row is None:
            return None
        link = _link(row)
        spent = update(MailedLinkRow).where(col(MailedLinkRow.token_hash) == token_hash)
        await self._session.execute(spent.values(spent_at=func.coalesce(col(MailedLinkRow.spent_at), func.clock_timestamp())))
        return link

    async def revoke(self, user_id: UserId) -> None:
        theirs = (col(MailedLinkRow.user_id) == user_id, col(MailedLinkRow.purpose).in_(GIVING_AWAY))
        await self._session.execute(delete(MailedLinkRow).where(*theirs, col(MailedLinkRow.spent_at).is_(None)))
        queued = (col(OutboxRow.user_id) == user_id, col(OutboxRow.kind).in_(GIVING_AWAY))
        await self._session.execute(delete(OutboxRow).where(*queued))


def _in_time(token_hash: bytes, purposes: Collection[LinkPurpose]) -> Select[MailedLinkRow]:
    return select(MailedLinkRow).where(
        col(MailedLinkRow.token_hash) == token_hash,
        col(MailedLinkRow.purpose).in_(purposes),
        col(MailedLinkRow.expires_at) > func.clock_timestamp(),
    )


def _letter(row: OutboxRow, user_id: UserId) -> Letter:
    invitation_id = InvitationId(row.invitation_id) if row.invitation_id else None
    return Letter(row.id, MailKind(row.kind), user_id, row.recipient, row.written_at, row.attempts, invitation_id)


def _link(row: MailedLinkRow) -> Link:
    return Link(LinkPurpose(row.purpose), UserId(row.user_id), row.email, row.spent_at is not None)
