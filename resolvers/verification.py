"""Proof, for admins and for whoever watches the figures."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing

import structlog

from domain.ids import SessionId
from domain.verification import InvariantReport
from domain.viewers import Viewer
from resolvers.access import administering
from resolvers.services import Services

log = structlog.get_logger()


async def verify(services: Services, session_id: SessionId | None = None) -> Sequence[InvariantReport]:
    """Every invariant, of one session or of all, in the order of the list. What is broken is logged."""
    async with aclosing(services.verification.reports(session_id)) as reports:
        found = [report async for report in reports]
    for report in found:
        if report.violations:
            log.error("invariant_broken", invariant=report.name, violations=report.violations, examples=report.examples)
    return found


async def verify_for(services: Services, viewer: Viewer, session_id: SessionId | None) -> Sequence[InvariantReport]:
    """Raises `NotAllowed` for anybody but admins."""
    async with services.transaction() as work:
        await administering(work, viewer)
    return await verify(services, session_id)


async def count_violations(services: Services) -> Mapping[str, int]:
    """By the name of the invariant, those that hold included: a gauge for each."""
    return {report.name: report.violations for report in await verify(services)}
