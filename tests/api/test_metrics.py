"""What is told of itself, where, and what it takes on."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosedError

from resolvers.upkeep import Proving, keeping_up
from schema.serving.metrics import Metrics
from tests.api.conftest import House, open_house
from tests.api.documents import LOCK, WATCH
from tests.api.watching import run


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


async def test_promises_are_asked_for_again_and_again_and_what_breaks_one_is_counted(house: House) -> None:
    metrics = Metrics()
    told: asyncio.Queue[Mapping[str, int]] = asyncio.Queue()

    def tell(violations: Mapping[str, int]) -> None:
        metrics.proved(violations)
        told.put_nowait(violations)

    def counted(name: str) -> float | None:
        return metrics.registry.get_sample_value("usher_invariant_violations", {"invariant": name})

    async with keeping_up(house.usher.services, proving=Proving(timedelta(milliseconds=20), tell)), asyncio.timeout(20):
        first = await told.get()
        assert (set(first.values()), counted("capacity_is_conserved")) == ({0}, 0.0)
        await run(house, "UPDATE seat SET status = 'SOLD' WHERE label = 'A-1'")
        while not (await told.get())["sold_seats_have_tickets"]:
            pass
    assert (counted("sold_seats_have_tickets"), counted("capacity_is_conserved")) == (1.0, 0.0)
    assert (metrics.registry.get_sample_value("usher_verified_timestamp_seconds") or 0) > 0
