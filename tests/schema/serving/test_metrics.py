"""What Prometheus is told."""

import asyncio

import httpx
from prometheus_client.parser import text_string_to_metric_families

from schema.serving.metrics import Metrics, metrics_app
from subscriptions.counted import Counted
from tests.schema.serving.wire import toy_server, wire

SEATS = "subscription { seats { version } }"


async def test_live_seats_are_counted_and_shown() -> None:
    async with toy_server() as server, wire(server) as ws:
        await ws.start()
        for id in ("a", "b", "c"):
            await ws.ask(id, SEATS)
            await ws.hear()
        server.toys.change("A-1")
        for _ in range(3):
            await ws.hear()
        async with httpx.AsyncClient() as client:
            shown = await client.get(f"http://127.0.0.1:{server.port}/metrics")
        assert shown.headers["content-type"].startswith("text/plain")
        assert shown.headers["cache-control"] == "no-store"
        samples = {sample.name: sample.value for family in text_string_to_metric_families(shown.text) for sample in family.samples}
        live = {name: value for name, value in samples.items() if name.startswith("usher_live")}
        assert {name: value for name, value in live.items() if not name.endswith("_created")} == {
            "usher_live_sockets": 1,
            "usher_live_subscriptions": 3,
            "usher_live_shared_streams": 1,
            "usher_live_executions_total": 2,
            "usher_live_deliveries_total": 6,
            "usher_live_merged_changes_total": 0,
            "usher_live_folds_total": 0,
            "usher_live_resyncs_total": 0,
            "usher_live_cut_offs_total": 0,
            "usher_live_refusals_total": 0,
            "usher_live_snapshot_reads_total": 0,
            "usher_live_log_reads_total": 0,
            "usher_live_lag_seconds_bucket": 1,
            "usher_live_lag_seconds_count": 1,
            "usher_live_lag_seconds_sum": samples["usher_live_lag_seconds_sum"],
        }
        assert 0 < samples["usher_live_lag_seconds_sum"] < 1
        await ws.socket.close()
        async with asyncio.timeout(5):
            while server.counted("sockets"):
                await asyncio.sleep(0.01)
    assert (server.counted("subscriptions"), server.counted("shared_streams")) == (0, 0)


async def test_on_a_port_of_its_own_there_is_nothing_else() -> None:
    metrics = Metrics()
    counted: Counted = metrics
    counted.handed_over(3, 0.1)
    counted.folded(2)
    counted.resynced()
    counted.snapshot_read()
    counted.log_read()
    transport = httpx.ASGITransport(metrics_app(metrics))
    async with httpx.AsyncClient(transport=transport, base_url="http://usher.example") as client:
        shown = (await client.get("/metrics")).text
        assert (await client.get("/graphql")).status_code == 404
    for line in ("merged_changes_total 3.0", "folds_total 1.0", "resyncs_total 1.0", "snapshot_reads_total 1.0"):
        assert f"usher_live_{line}" in shown
    assert "process_resident_memory_bytes" in shown
