"""Seat maps in Postgres: the layout JSON and its compressed forms, made once."""

import gzip
from collections.abc import Collection, Mapping

import brotli
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.tables import SeatMapRow
from domain.repositories import StoredLayout
from domain.seats import SeatMap


class PostgresSeatMaps:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def layout(self, hash: str) -> StoredLayout | None:
        row = await self._session.get(SeatMapRow, hash)
        if row is None:
            return None
        return StoredLayout(row.hash, row.name, row.seat_count, row.layout, row.layout_gzip, row.layout_brotli)

    async def counts(self, hashes: Collection[str]) -> Mapping[str, int]:
        query = select(col(SeatMapRow.hash), col(SeatMapRow.seat_count)).where(col(SeatMapRow.hash).in_(hashes))
        return {hash: count for hash, count in await self._session.execute(query)}

    async def add(self, seat_map: SeatMap) -> None:
        row = {
            "hash": seat_map.hash,
            "name": seat_map.name,
            "seat_count": seat_map.seat_count,
            "layout": seat_map.layout,
            "layout_gzip": gzip.compress(seat_map.layout, mtime=0),
            "layout_brotli": brotli.compress(seat_map.layout, mode=brotli.MODE_TEXT, quality=9),
        }
        await self._session.execute(insert(SeatMapRow).values(**row).on_conflict_do_nothing())
