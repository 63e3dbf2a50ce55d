"""Several processes keep to one limit over a real Valkey; without it each keeps to it by itself."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from domain.limits import Rate
from subscriptions.limits import LocalLimits, SharedLimits, live_limits
from tests.subscriptions.servers import Valkey, ValkeyCluster, cluster, valkey

__all__ = ["Valkey", "cluster", "valkey"]

# Slow enough that nothing comes back while a test runs.
RATE = Rate(per_second=0.001, most=100)
PATIENT = 10.0


@asynccontextmanager
async def two_processes(url: str, patience: float = PATIENT) -> AsyncIterator[tuple[SharedLimits, SharedLimits]]:
    """That tell each other when a test says so."""
    one, other = SharedLimits(url, patience), SharedLimits(url, patience)
    try:
        yield one, other
    finally:
        await one.close()
        await other.close()


async def taken_by(limits: LocalLimits, bucket: str, times: int) -> int:
    return sum([not (await limits.take(bucket, 1, RATE)).retry_after for _ in range(times)])


async def test_of_two_processes_that_take_at_the_same_time_no_more_is_had_than_there_is(valkey: Valkey) -> None:
    async with two_processes(valkey.url) as (one, other):
        had = await asyncio.gather(taken_by(one, "login:a", 80), taken_by(other, "login:a", 80))
        assert sum(had) == 100
        refused = await one.take("login:a", 1, Rate(per_second=0.001, most=100))
        assert 900 < refused.retry_after <= 1_000


async def test_what_one_process_spent_another_knows_once_both_have_told(valkey: Valkey) -> None:
    async with two_processes(valkey.url) as (one, other):
        assert one.spend("fan", 60, RATE).retry_after == 0
        await one.tell()
        assert other.spend("fan", 35, RATE).available == pytest.approx(65, abs=0.5)
        await other.tell()
        assert other.spend("fan", 35, RATE).retry_after > 0
        assert other.spend("fan", 1, RATE).available == pytest.approx(4, abs=0.5)


async def test_ten_processes_together_let_hardly_more_pass_than_one(valkey: Valkey) -> None:
    processes = [SharedLimits(valkey.url, PATIENT) for _ in range(10)]
    passed = 0
    for _ in range(30):
        passed += sum(not one.spend("client", 5, RATE).retry_after for one in processes)
        for one in processes:
            await one.tell()
    for one in processes:
        await one.close()
    # A tenth of a bucket for each process beyond it, and the last request of each.
    assert 20 <= passed <= 20 + 10 * 3


async def test_a_bucket_that_is_full_again_is_not_kept(valkey: Valkey) -> None:
    async with two_processes(valkey.url) as (one, _):
        one.spend("fan", 60, RATE)
        await one.tell()
        async with Redis.from_url(valkey.url) as redis:
            [key] = await redis.keys("usher.limit:*")
            assert b"fan" not in key
            assert 0 < await redis.pttl(key) <= 61_000_000
            one.charge("fan", -60, RATE)
            one.buckets.due.add("fan")
            await one.tell()
            assert await redis.keys("usher.limit:*") == []


async def test_s26_a_redis_that_is_away_or_frozen_stops_nobody_and_lets_nobody_have_more(valkey: Valkey) -> None:
    async with two_processes(valkey.url, 0.25) as (one, _):
        assert await taken_by(one, "login:a", 40) == 40
        valkey.send(signal.SIGSTOP)
        async with asyncio.timeout(20):
            assert await taken_by(one, "login:a", 80) == 60
        valkey.send(signal.SIGCONT)


async def test_what_was_spent_while_redis_was_away_is_told_when_it_is_back(valkey: Valkey) -> None:
    async with two_processes(valkey.url) as (one, other):
        await valkey.kill()
        one.spend("fan", 60, RATE)
        await one.tell()
        await valkey.start()
        one._away_until = other._away_until = 0.0
        await one.tell()
        other.spend("fan", 11, RATE)
        await other.tell()
        assert other.spend("fan", 1, RATE).available == pytest.approx(28, abs=0.5)


async def test_a_process_tells_by_itself_and_begins_with_redis_away(valkey: Valkey) -> None:
    async with live_limits("redis://127.0.0.1:1") as alone:
        assert alone.spend("fan", 60, RATE).retry_after == 0
        assert (await alone.take("fan", 60, RATE)).retry_after > 0
    async with live_limits(valkey.url) as one, two_processes(valkey.url) as (watching, _):
        one.spend("fan", 60, RATE)
        async with asyncio.timeout(10):
            while (await watching.take("fan", 0, RATE)).available > 50:
                await asyncio.sleep(0.05)


async def test_buckets_of_a_cluster_are_each_on_their_node(cluster: ValkeyCluster) -> None:
    async with two_processes(cluster.url) as (one, other):
        names = [f"fan-{number}" for number in range(40)]
        for name in names:
            one.spend(name, 60, RATE)
        await one.tell()
        left = [(await other.take(name, 1, RATE)).available for name in names]
        assert left == pytest.approx([39] * 40, abs=0.5)


async def test_a_process_that_is_alone_needs_no_redis(tmp_path: Path) -> None:
    async with live_limits("memory://") as limits:
        assert await taken_by(limits, "login:a", 120) == 100
