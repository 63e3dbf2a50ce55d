"""Reading the audit log: an organizer's by those who may, everybody's by admins."""

from domain.access import EVERYWHERE, Right
from domain.audit import AuditEntry, AuditFilter
from domain.repositories import Page, PageRequest
from domain.viewers import Viewer
from resolvers.access import administering, reach_of
from resolvers.services import Services


async def audit_of_organizer(
    services: Services, viewer: Viewer | None, wanted: PageRequest, where: AuditFilter
) -> Page[AuditEntry] | None:
    """Of the organizer that the filter names. None for everybody but those who may see it."""
    async with services.transaction() as work:
        reach = await reach_of(work, viewer, Right.SEE_AUDIT)
        seen = where.organizer_id is not None and reach.covers(where.organizer_id)
        return await work.audit.page(reach, wanted, where) if seen else None


async def count_audit_of_organizer(services: Services, viewer: Viewer | None, where: AuditFilter) -> int:
    async with services.transaction() as work:
        return await work.audit.count(await reach_of(work, viewer, Right.SEE_AUDIT), where)


async def whole_audit(services: Services, viewer: Viewer, wanted: PageRequest, where: AuditFilter) -> Page[AuditEntry]:
    """Raises `NotAllowed` for everybody but admins."""
    async with services.transaction() as work:
        await administering(work, viewer)
        return await work.audit.page(EVERYWHERE, wanted, where)


async def count_whole_audit(services: Services, viewer: Viewer, where: AuditFilter) -> int:
    """Raises `NotAllowed` for everybody but admins."""
    async with services.transaction() as work:
        await administering(work, viewer)
        return await work.audit.count(EVERYWHERE, where)
