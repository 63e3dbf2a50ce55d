"""What is told of itself, where, and what it takes on."""

from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosedError

from tests.api.conftest import House, open_house
from tests.api.documents import LOCK, WATCH


async def samples(house: House) -> dict[str, float]:
    async with httpx.AsyncClient() as http:
        shown = await http.get(f"{house.url}/metrics")
    assert shown.status_code == 200
    return {one.name: one.value for family in text_string_to_metric_families(shown.text) for one in family.samples}


async def test_a_change_is_counted_from_its_commit_to_the_last_watcher(house: House) -> None:
    async with (
        house.nobody.watch(WATCH, {"id": house.session_id}) as one,
        house.fan.watch(WATCH, {"id": house.session_id}) as other,
    ):
        for watch in (one, other):
            await watch.message()
        await house.fan.ask(LOCK, house.lock("A-1"))
        for watch in (one, other):
            await watch.message()
        seen = await samples(house)
    counted = ("sockets", "subscriptions", "shared_streams", "executions_total", "deliveries_total", "merged_changes_total")
    assert [seen[f"usher_live_{name}"] for name in counted] == [2, 2, 1, 2, 4, 1]
    assert (seen["usher_live_snapshot_reads_total"], seen["usher_live_lag_seconds_count"]) == (1, 1)
    assert 0 < seen["usher_live_lag_seconds_sum"] < 1


async def test_with_a_port_of_their_own_metrics_are_not_on_the_public_one(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, USHER_METRICS_PORT="0") as house, httpx.AsyncClient() as http:
        assert (await http.get(f"{house.url}/metrics")).status_code == 404


async def test_the_settings_say_how_many_may_watch(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, USHER_SOCKETS_PER_USER="1", USHER_SUBSCRIPTIONS="1") as house:
        async with house.fan.watch(WATCH, {"id": house.session_id}) as watch:
            assert (await watch.message())["type"] == "next"
            async with house.rival.watch(WATCH, {"id": house.session_id}) as too_many:
                refused = await too_many.message()
            assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "SERVER_BUSY")
            with pytest.raises(ConnectionClosedError) as closed:
                async with house.fan.watch(WATCH, {"id": house.session_id}):
                    pass
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1013
        assert (await samples(house))["usher_live_refusals_total"] == 2
