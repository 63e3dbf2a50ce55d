"""Invitations to belong to an organizer, in Postgres; taken, withdrawn and replaced ones are deleted."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.organizers import post_values, to_events
from db.reach import within
from db.staff_tables import InvitationRow
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

    async def taken(self, token_hash: bytes) -> Invitation | None:
        good = col(InvitationRow.token_hash) == token_hash, col(InvitationRow.expires_at) > func.clock_timestamp()
        row = (await self._session.execute(delete(InvitationRow).where(*good).returning(InvitationRow))).scalar_one_or_none()
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
    return col(InvitationRow.organizer_id) == organizer_id, col(InvitationRow.expires_at) > func.clock_timestamp()


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(
        id=InvitationId(row.id),
        organizer_id=OrganizerId(row.organizer_id),
        email=row.email,
        post=Post(MemberRole(row.role), to_events(row.events)),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
