"""Two whole Ushers on one database and one Valkey: what one commits, the other's watchers see."""

import asyncio
from pathlib import Path

from tests.api.conftest import open_house
from tests.api.documents import LOCK, WATCH
from tests.subscriptions.test_redis import Valkey, valkey

__all__ = ["valkey"]


async def test_a_lock_in_one_is_seen_in_the_other_within_a_second(database_url: str, tmp_path: Path, valkey: Valkey) -> None:
    async with open_house(database_url, tmp_path, REDIS_URL=valkey.url) as house, house.twin(valkey.url) as twin:
        async with twin.watch(WATCH, {"id": house.session_id}) as watch:
            assert (await watch.next())["version"] == 0
            await house.fan.ask(LOCK, house.lock("A-1"))
            async with asyncio.timeout(1):
                assert (await watch.next())["changes"] == [{"status": "HELD", "labels": ["A-1"]}]


async def test_without_redis_the_other_is_a_second_behind_at_most(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.twin("memory://") as twin:
        async with twin.watch(WATCH, {"id": house.session_id}) as watch:
            assert (await watch.next())["version"] == 0
            await house.fan.ask(LOCK, house.lock("A-1"))
            async with asyncio.timeout(2):
                assert (await watch.next())["changes"] == [{"status": "HELD", "labels": ["A-1"]}]


async def test_two_processes_sell_a_seat_once(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.twin("memory://") as twin:
        other = await twin.signed_in("rival@example.com")
        for number in range(1, 9):
            wanted = house.lock(f"A-{number}")
            answers = await asyncio.gather(house.fan.ask(LOCK, wanted), other.ask(LOCK, wanted))
            assert sorted(answer["__typename"] for answer in answers) == ["Hold", "SeatsUnavailable"]
