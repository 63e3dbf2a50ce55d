"""Organizers: finding them, and making new ones."""

import re
from collections.abc import Collection, Mapping

from domain.access import Right
from domain.audit import AuditAction, Subject
from domain.errors import InvalidInput
from domain.events import Event, Session
from domain.ids import EventId, OrganizerId, SessionId, new_id
from domain.names import named
from domain.organizers import Organizer
from domain.repositories import Page, PageRequest
from domain.viewers import Viewer
from resolvers.access import administering, reach_of
from resolvers.services import Services

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 100


async def organizers_by_ids(services: Services, ids: Collection[OrganizerId]) -> Mapping[OrganizerId, Organizer]:
    async with services.reading() as work:
        return await work.organizers.by_ids(ids)


async def organizer_by_slug(services: Services, slug: str) -> Organizer | None:
    async with services.reading() as work:
        return await work.organizers.by_slug(slug)


async def create_organizer(services: Services, viewer: Viewer, slug: str, name: str) -> Organizer:
    """Under a slug that it has already with that name, it is the one there is. Raises `NotAllowed`, `InvalidInput`."""
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise InvalidInput(("input", "slug"), f"Small letters, digits and single hyphens between them, at most {LONGEST_SLUG}.")
    organizer = Organizer(OrganizerId(new_id()), slug, named(name, "input", "name"))
    async with services.transaction() as work:
        await administering(work, viewer)
        if await work.organizers.add(organizer):
            await work.audit.note(viewer, AuditAction.ORGANIZER_CREATED, Subject("organizer", organizer.id), organizer.id)
            return organizer
        known = await work.organizers.by_slug(slug)
    if known is None or known.name != organizer.name:
        raise InvalidInput(("input", "slug"), "Another organizer has this slug.")
    return known


async def events_of_organizer(
    services: Services, viewer: Viewer | None, organizer_id: OrganizerId, wanted: PageRequest
) -> Page[Event]:
    """In the order of their making; drafts too for those who may see them."""
    async with services.reading() as work:
        drafts = await reach_of(work, viewer, Right.SEE_DRAFTS)
        return await work.organizers.events(organizer_id, drafts, wanted)


async def count_events_of_organizer(services: Services, viewer: Viewer | None, organizer_id: OrganizerId) -> int:
    async with services.reading() as work:
        return await work.organizers.count_events(organizer_id, await reach_of(work, viewer, Right.SEE_DRAFTS))


async def draft_event(services: Services, viewer: Viewer | None, event_id: EventId) -> Event | None:
    """One that is not public, for those who may see it."""
    if viewer is None:
        return None
    async with services.reading() as work:
        reach = await reach_of(work, viewer, Right.SEE_DRAFTS)
        event = None if reach.nowhere else (await work.events.by_ids([event_id], hidden=True)).get(event_id)
    return event if event is not None and reach.covers(event.organizer_id, event.id) else None


async def draft_session(services: Services, viewer: Viewer | None, session_id: SessionId) -> Session | None:
    """One that is not public, for those who may see it."""
    if viewer is None:
        return None
    async with services.reading() as work:
        reach = await reach_of(work, viewer, Right.SEE_DRAFTS)
        session = None if reach.nowhere else (await work.sessions.by_ids([session_id], hidden=True)).get(session_id)
        owner = (await work.organizers.of_sessions([session_id])).get(session_id)
    return session if owner is not None and reach.covers(*owner) else None
