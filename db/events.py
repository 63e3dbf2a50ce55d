"""Events in Postgres."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.paging import NEVER, Query, read_page
from db.tables import EventRow, OrganizerRow, SessionRow, VenueRow
from domain.errors import NotAllowed
from domain.events import PUBLIC, Event, EventCategory, EventFilter, EventStatus
from domain.ids import EventId, OrganizerId, new_id
from domain.repositories import Page, PageRequest

# A venue is never changed, and what is left of a session has a version of its own.
DIGESTS = """
SELECT event.id, md5(to_jsonb(event)::text || coalesce(sessions.digest, '')) AS digest FROM event
LEFT JOIN LATERAL (
    SELECT string_agg(md5(to_jsonb(session)::text || coalesce(types.digest, '')), '' ORDER BY session.id) AS digest FROM session
    LEFT JOIN LATERAL (
        SELECT string_agg(md5(to_jsonb(ticket_type)::text), '' ORDER BY ticket_type.id) AS digest
        FROM ticket_type WHERE ticket_type.session_id = session.id
    ) AS types ON true
    WHERE session.event_id = event.id AND session.ends_at > now() - interval '1 day'
) AS sessions ON true
WHERE event.id = ANY (:ids)
"""


class PostgresEvents:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, wanted: PageRequest, where: EventFilter) -> Page[Event]:
        query = _filtered(select(EventRow), where)
        return await read_page(self._session, query, (_next_start(), col(EventRow.id)), wanted, lambda row: to_event(row[0]))

    async def count(self, where: EventFilter) -> int:
        query = _filtered(select(func.count()).select_from(EventRow), where)
        return int((await self._session.execute(query)).scalar_one())

    async def by_ids(self, ids: Collection[EventId], *, hidden: bool = False) -> Mapping[EventId, Event]:
        query = select(EventRow).where(col(EventRow.id).in_(ids))
        if not hidden:
            query = query.where(col(EventRow.status).in_(PUBLIC))
        return {EventId(row.id): to_event(row) for row in (await self._session.execute(query)).scalars()}

    async def by_slug(self, slug: str) -> Event | None:
        query = select(EventRow).where(col(EventRow.slug) == slug, col(EventRow.status).in_(PUBLIC))
        row = (await self._session.execute(query)).scalar_one_or_none()
        return to_event(row) if row else None

    async def digests(self, ids: Collection[EventId]) -> Mapping[EventId, str]:
        rows = await self._session.execute(text(DIGESTS), {"ids": list(ids)})
        return {EventId(row.id): row.digest for row in rows}

    async def cities(self) -> Sequence[str]:
        city = col(VenueRow.city)
        published = col(SessionRow.status) == EventStatus.PUBLISHED.value, col(EventRow.status) == EventStatus.PUBLISHED.value
        query = select(func.min(city)).select_from(SessionRow)
        query = query.join(VenueRow, col(VenueRow.id) == col(SessionRow.venue_id))
        query = query.join(EventRow, col(EventRow.id) == col(SessionRow.event_id))
        query = query.where(*published, col(SessionRow.ends_at) > func.now(), city.is_not(None)).group_by(func.lower(city))
        return [one for one in (await self._session.execute(query)).scalars() if one]

    async def organizer(self, slug: str, name: str) -> OrganizerId:
        added = insert(OrganizerRow).values(id=new_id(), slug=slug, name=name)
        kept = added.on_conflict_do_update(index_elements=["slug"], set_={"slug": slug}).returning(col(OrganizerRow.id))
        return OrganizerId((await self._session.execute(kept)).scalar_one())

    async def add(self, event: Event) -> Event:
        words = {"title": event.title, "description": event.description, "category": event.category.value}
        terms = {**words, "status": event.status.value, "minimum_age": event.minimum_age}
        added = insert(EventRow).values(id=event.id, organizer_id=event.organizer_id, slug=event.slug, **terms)
        mine = col(EventRow.organizer_id) == event.organizer_id
        stored = added.on_conflict_do_update(index_elements=["slug"], set_=terms, where=mine).returning(EventRow)
        row = (await self._session.execute(stored)).scalar_one_or_none()
        if row is None:
            raise NotAllowed
        return to_event(row)


def to_event(row: EventRow) -> Event:
    return Event(
        id=EventId(row.id),
        organizer_id=OrganizerId(row.organizer_id),
        slug=row.slug,
        title=row.title,
        description=row.description,
        category=EventCategory(row.category),
        status=EventStatus(row.status),
        minimum_age=row.minimum_age,
    )


def _next_start() -> ColumnElement[datetime]:
    """The start of an event's next session; of one that has begun only where there is no other."""
    starts = col(SessionRow.starts_at)
    still = select(func.coalesce(func.min(starts).filter(starts > func.now()), func.min(starts))).where(
        col(SessionRow.event_id) == col(EventRow.id),
        col(SessionRow.status) == EventStatus.PUBLISHED.value,
        col(SessionRow.ends_at) > func.now(),
    )
    return func.coalesce(still.scalar_subquery(), literal(NEVER))


def _filtered(query: Query, where: EventFilter) -> Query:
    query = query.where(col(EventRow.status).in_(PUBLIC))
    if where.category:
        query = query.where(col(EventRow.category) == where.category.value)
    if where.search:
        phrase = func.websearch_to_tsquery("simple", where.search)
        query = query.where(or_(col(EventRow.words).op("@@")(phrase), col(EventRow.title).icontains(where.search, autoescape=True)))
    if where.city or where.starts_after or where.starts_before:
        query = query.where(exists(_matching_session(where)))
    return query


def _matching_session(where: EventFilter) -> Select[UUID]:
    found = select(col(SessionRow.id)).where(col(SessionRow.event_id) == col(EventRow.id), col(SessionRow.status).in_(PUBLIC))
    if where.city:
        found = found.join(VenueRow, col(VenueRow.id) == col(SessionRow.venue_id))
        found = found.where(func.lower(col(VenueRow.city)) == where.city.lower())
    if where.starts_after:
        found = found.where(col(SessionRow.starts_at) >= where.starts_after)
    if where.starts_before:
        found = found.where(col(SessionRow.starts_at) < where.starts_before)
    return found
