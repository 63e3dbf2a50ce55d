"""The audit log in Postgres, which refuses to change it."""

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.paging import Query, read_page
from db.reach import within
from db.staff_tables import AuditRow, MembershipRow
from db.tables import AccountRow
from domain.access import Reach
from domain.audit import AuditAction, AuditEntry, AuditFilter, Details, Subject
from domain.ids import AuditId, OrganizerId, SignInId, UserId, new_id
from domain.repositories import Page, PageRequest
from domain.tenancy import NOTHING_MORE
from domain.viewers import Viewer


class PostgresAudit:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def note(
        self,
        by: Viewer | None,
        action: AuditAction,
        subject: Subject | None = None,
        organizer_id: OrganizerId | None = None,
        details: Details = NOTHING_MORE,
    ) -> None:
        actor = {"user_id": by.user_id, "sign_in_id": by.sign_in_id} if by else {}
        of = {"subject_kind": subject.kind, "subject_id": subject.id} if subject else {}
        row = {"id": new_id(), "action": action.value, "organizer_id": organizer_id, "details": dict(details), **actor, **of}
        await self._session.execute(insert(AuditRow).values(**row))

    async def page(self, reach: Reach, wanted: PageRequest, where: AuditFilter) -> Page[AuditEntry]:
        query = _filtered(_with_emails(), reach, where)
        key = (col(AuditRow.at), col(AuditRow.id))
        return await read_page(self._session, query, key, wanted, lambda row: _entry(row[0], row[1]), newest_first=True)

    async def count(self, reach: Reach, where: AuditFilter) -> int:
        query = _filtered(select(func.count()).select_from(AuditRow), reach, where)
        return int((await self._session.execute(query)).scalar_one())


def _with_emails() -> Query:
    """While who did it belongs to the organizer."""
    member = and_(
        col(MembershipRow.organizer_id) == col(AuditRow.organizer_id), col(MembershipRow.user_id) == col(AuditRow.user_id)
    )
    query = select(AuditRow, col(AccountRow.email)).select_from(AuditRow).outerjoin(MembershipRow, member)
    return query.outerjoin(AccountRow, col(AccountRow.id) == col(MembershipRow.user_id))


def _filtered(query: Query, reach: Reach, where: AuditFilter) -> Query:
    query = query.where(within(reach, col(AuditRow.organizer_id)))  # type: ignore[arg-type]  # null is in nobody's reach
    if where.organizer_id is not None:
        query = query.where(col(AuditRow.organizer_id) == where.organizer_id)
    if where.action is not None:
        query = query.where(col(AuditRow.action) == where.action.value)
    return query


def _entry(row: AuditRow, email: str | None) -> AuditEntry:
    subject = Subject(row.subject_kind, row.subject_id) if row.subject_kind and row.subject_id else None
    return AuditEntry(
        id=AuditId(row.id),
        at=row.at,
        action=AuditAction(row.action),
        user_id=UserId(row.user_id) if row.user_id else None,
        sign_in_id=SignInId(row.sign_in_id) if row.sign_in_id else None,
        subject=subject,
        organizer_id=OrganizerId(row.organizer_id) if row.organizer_id else None,
        details=row.details,
        email=email,
    )
