"""Venues in Postgres."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.tables import VenueRow
from domain.events import Venue
from domain.ids import VenueId


class PostgresVenues:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_ids(self, ids: Collection[VenueId]) -> Mapping[VenueId, Venue]:
        rows = (await self._session.execute(select(VenueRow).where(col(VenueRow.id).in_(ids)))).scalars()
        return {VenueId(row.id): to_venue(row) for row in rows}

    async def add(self, venue: Venue) -> Venue:
        place = {"country": venue.country, "latitude": venue.latitude, "longitude": venue.longitude}
        added = insert(VenueRow).values(id=venue.id, name=venue.name, city=venue.city, **place)
        # A no-op update, because DO NOTHING would return no row.
        stored = added.on_conflict_do_update(index_elements=["name", "city"], set_={"name": venue.name}).returning(VenueRow)
        return to_venue((await self._session.execute(stored)).scalar_one())


def to_venue(row: VenueRow) -> Venue:
    return Venue(VenueId(row.id), row.name, row.city, row.country, row.latitude, row.longitude)
