"""Invitations to belong to an organizer, in Postgres; taken, withdrawn and replaced ones are deleted."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.organizers import post_values, to_events
from db.reach import within
from db.staff_tables import InvitationLinkRow, InvitationRow
from domain.access import Reach
from domain.ids import InvitationId, OrganizerId, UserId
from domain.organizers import Invitation, MemberRole, Post


class PostgresInvitations:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, invitation: Invitation, token_hash: bytes, invited_by: UserId) -> None:
        same = func.lower(col(InvitationRow.email)) == func.lower(invitation.email)
        replaced = delete(InvitationRow).where(col(InvitationRow.organizer_id) == invitation.organizer_id, same)
        await self._session.execute(replaced)
        added = insert(InvitationRow).values(
            id=invitation.id,
            organizer_id=invitation.organizer_id,
            email=invitation.email,
            **post_values(invitation.post),
            token_hash=token_hash,
            invited_by=invited_by,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
        )
        await self._session.execute(added)

    async def add_link(self, invitation_id: InvitationId, token_hash: bytes) -> None:
        await self._session.execute(insert(InvitationLinkRow).values(token_hash=token_hash, invitation_id=invitation_id))

    async def by_token(self, token_hash: bytes) -> Invitation | None:
        row = (await self._session.execute(select(InvitationRow).where(_opened_by(token_hash), _in_time()))).scalar_one_or_none()
        return _invitation(row) if row else None

    async def still_open(self, invitation_id: InvitationId) -> Invitation | None:
        query = select(InvitationRow).where(col(InvitationRow.id) == invitation_id, _in_time())
        kept = query.with_for_update(read=True, key_share=True)
        row = (await self._session.execute(kept)).scalar_one_or_none()
        return _invitation(row) if row else None

    async def taken(self, token_hash: bytes) -> Invitation | None:
        good = delete(InvitationRow).where(_opened_by(token_hash), _in_time())
        row = (await self._session.execute(good.returning(InvitationRow))).scalar_one_or_none()
        return _invitation(row) if row else None

    async def withdraw(self, invitation_id: InvitationId, reach: Reach) -> Invitation | None:
        found = delete(InvitationRow).where(col(InvitationRow.id) == invitation_id, within(reach, col(InvitationRow.organizer_id)))
        row = (await self._session.execute(found.returning(InvitationRow))).scalar_one_or_none()
        return _invitation(row) if row else None

    async def of_organizer(self, organizer_id: OrganizerId, reach: Reach) -> Sequence[Invitation]:
        query = select(InvitationRow).where(within(reach, col(InvitationRow.organizer_id)), *_open(organizer_id))
        rows = (await self._session.execute(query.order_by(col(InvitationRow.id).desc()))).scalars()
        return [_invitation(row) for row in rows]

    async def count(self, organizer_id: OrganizerId) -> int:
        query = select(func.count()).select_from(InvitationRow).where(*_open(organizer_id))
        return int((await self._session.execute(query)).scalar_one())


def _open(organizer_id: OrganizerId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(InvitationRow.organizer_id) == organizer_id, _in_time()


def _in_time() -> ColumnElement[bool]:
    return col(InvitationRow.expires_at) > func.clock_timestamp()


def _opened_by(token_hash: bytes) -> ColumnElement[bool]:
    """By the token that its maker was told, or one that was mailed."""
    mailed = select(col(InvitationLinkRow.invitation_id)).where(col(InvitationLinkRow.token_hash) == token_hash)
    return (col(InvitationRow.token_hash) == token_hash) | (col(InvitationRow.id) == mailed.scalar_subquery())


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(
        id=InvitationId(row.id),
        organizer_id=OrganizerId(row.organizer_id),
        email=row.email,
        post=Post(MemberRole(row.role), to_events(row.events)),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
