"""Seat maps: their layouts, as they are stored and as objects."""

from collections.abc import Collection, Mapping

from domain.repositories import StoredLayout
from domain.seats import SeatMap
from resolvers.services import Services


async def layout(services: Services, hash: str) -> StoredLayout | None:
    async with services.reading() as work:
        return await work.seat_maps.layout(hash)


async def seat_counts(services: Services, hashes: Collection[str]) -> Mapping[str, int]:
    async with services.reading() as work:
        return await work.seat_maps.counts(hashes)


async def keep_seat_map(services: Services, seat_map: SeatMap) -> str:
    """Its hash; keeping the same map again changes nothing."""
    async with services.transaction() as work:
        await work.seat_maps.add(seat_map)
    return seat_map.hash
