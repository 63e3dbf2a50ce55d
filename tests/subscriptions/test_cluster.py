"""Two processes over a real cluster of three: sharded channels, a node killed, slots that move."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from domain.changes import AvailabilityUpdate
from domain.ids import SessionId, new_id
from subscriptions.backend import make_broadcast
from subscriptions.channels import channel_of
from subscriptions.cluster import _at
from subscriptions.seat_feed import LiveSeats, live_seats
from tests.fakes import FakeChangeLog
from tests.subscriptions.servers import Valkey, ValkeyCluster, cluster

__all__ = ["cluster"]
NEVER = 3600.0


@dataclass(frozen=True, slots=True)
class Watching:
    """One session whose channel is on that node, watched in the other process."""

    node: Valkey
    log: FakeChangeLog
    updates: AsyncIterator[AvailabilityUpdate]

    @property
    def channel(self) -> str:
        return channel_of(self.log.session_id)

    async def heard(self) -> None:
        async with asyncio.timeout(10):
            while await self.node.listeners(self.channel, sharded=True) != 1:
                await asyncio.sleep(0.01)

    async def seen(self, version: int, within: float) -> None:
        async with asyncio.timeout(within):
            while (await anext(self.updates)).version != version:
                pass


class Logs(FakeChangeLog):
    """Of several sessions. Read only by who compares versions."""

    def __init__(self, logs: Sequence[FakeChangeLog]) -> None:
        super().__init__(logs[0].session_id)
        self.logs = {log.session_id: log for log in logs}

    async def snapshot(self, session_id: SessionId):  # type: ignore[no-untyped-def]  # as its parent has it
        return await self.logs[session_id].snapshot(session_id)

    async def since(self, session_id: SessionId, version: int):  # type: ignore[no-untyped-def]  # as its parent has it
        return await self.logs[session_id].since(session_id, version)

    async def versions(self, ids):  # type: ignore[no-untyped-def]  # as its parent has it
        self.comparisons += 1
        return {session_id: self.logs[session_id].state.version for session_id in ids}


@asynccontextmanager
async def one_session_a_node(cluster: ValkeyCluster, check_every: float) -> AsyncIterator[tuple[LiveSeats, list[Watching]]]:
    """The process that commits, and what another has open."""
    homes: dict[str, SessionId] = {}
    while len(homes) < 3:
        session_id = SessionId(new_id())
        homes.setdefault((await cluster.home(channel_of(session_id))).url, session_id)
    logs = Logs([FakeChangeLog(homes[node.url]) for node in cluster.nodes])
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(live_seats(make_broadcast(cluster.url), logs, check_every))
        there = await stack.enter_async_context(live_seats(make_broadcast(cluster.url), logs, check_every))
        watching = []
        for node, log in zip(cluster.nodes, logs.logs.values(), strict=True):
            updates = await stack.enter_async_context(aclosing(there.watch(log.session_id, None)))
            await anext(updates)
            watching.append(Watching(node, log, updates))
        for one in watching:
            await one.heard()
        yield here, watching


async def test_each_channel_is_heard_once_on_the_node_that_has_its_slot(cluster: ValkeyCluster) -> None:
    async with one_session_a_node(cluster, NEVER) as (_, watching):
        for one in watching:
            heard = [await node.listeners(one.channel, sharded=True) for node in cluster.nodes]
            assert heard == [int(node is one.node) for node in cluster.nodes]


async def test_changes_come_through_every_node_without_a_look_at_the_database(cluster: ValkeyCluster) -> None:
    async with one_session_a_node(cluster, NEVER) as (here, watching):
        for one in watching:
            for version in range(1, 4):
                here.announce(one.log.change(f"A-{version}"))
            await one.seen(3, within=2)
            assert one.log.reads == []


async def test_a_node_that_was_killed_takes_only_its_own_hints_along(cluster: ValkeyCluster) -> None:
    async with one_session_a_node(cluster, 0.5) as (here, watching):
        killed, *others = watching
        await killed.node.kill()
        for one in watching:
            here.announce(one.log.change("A-1"))
        for one in others:
            await one.seen(1, within=0.4)
            assert one.log.reads == []
        # Found by comparing versions.
        await killed.seen(1, within=2)
        await killed.node.start()
        await killed.heard()
        for one in watching:
            here.announce(one.log.change("A-2"))
            await one.seen(2, within=2)


async def test_the_whole_cluster_away_and_back_keeps_the_watchers(cluster: ValkeyCluster) -> None:
    async with one_session_a_node(cluster, 0.5) as (here, watching):
        await cluster.kill()
        for one in watching:
            here.announce(one.log.change("A-1"))
            await one.seen(1, within=2)
        for node in cluster.nodes:
            await node.start()
        for one in watching:
            await one.heard()
            here.announce(one.log.change("A-2"))
            await one.seen(2, within=2)


async def test_a_slot_that_moves_takes_its_channel_with_it(cluster: ValkeyCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides notice by themselves, long before they would look at the map again."""
    monkeypatch.setattr("subscriptions.cluster.MAP_SECONDS", NEVER)
    async with one_session_a_node(cluster, 0.5) as (here, watching):
        one, target = watching[0], cluster.nodes[1]
        slot = await cluster.slot(one.channel)
        async with Redis.from_url(target.url) as there:
            identity = await there.execute_command("CLUSTER MYID")  # type: ignore[no-untyped-call]  # as redis has it
        for node in (target, *cluster.nodes):
            async with Redis.from_url(node.url) as redis:
                await redis.execute_command("CLUSTER", "SETSLOT", slot, "NODE", identity)  # type: ignore[no-untyped-call]  # as redis has it
        moved = Watching(target, one.log, one.updates)
        await moved.heard()
        reads = -1
        async with asyncio.timeout(8):
            # Who publishes is told by the node that has it no more; what that refused is found by comparing versions.
            while len(one.log.reads) != reads:
                reads = len(one.log.reads)
                here.announce(one.log.change("A-1"))
                await moved.seen(one.log.state.version, within=2)


async def test_a_map_is_read_again_without_any_trouble_too(cluster: ValkeyCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subscriptions.cluster.MAP_SECONDS", 0.2)
    async with one_session_a_node(cluster, NEVER):
        backend = make_broadcast(cluster.url)
        async with backend:
            redis = backend._backend._redis  # type: ignore[attr-defined]
            async with asyncio.timeout(5):
                while len(redis._slots) != 3:
                    await asyncio.sleep(0.01)
            redis._slots = ()
            async with asyncio.timeout(5):
                while len(redis._slots) != 3:
                    await asyncio.sleep(0.01)


async def test_a_cluster_that_is_away_at_the_start_stops_nobody() -> None:
    log = FakeChangeLog(SessionId(new_id()))
    async with live_seats(make_broadcast("redis+cluster://127.0.0.1:1"), log, 0.1) as feed:
        async with aclosing(feed.watch(log.session_id, None)) as updates, asyncio.timeout(2):
            await anext(updates)
            feed.announce(log.change("A-1"))
            assert (await anext(updates)).version == 1


def test_a_nodes_address_keeps_what_else_the_url_says() -> None:
    assert _at("rediss://user:p%40ss@seed:7000?ssl_ca_certs=/ca", b"10.0.0.2", 7001) == (
        "rediss://user:p%40ss@10.0.0.2:7001?ssl_ca_certs=/ca"
    )
    assert _at("redis://seed:7000", None, 7001) == "redis://seed:7001"
    assert _at("redis://seed:7000", b"?", 7001) == "redis://seed:7001"
    assert _at("redis://:secret@seed", b"2001:db8::1", 6379) == "redis://:secret@[2001:db8::1]:6379"
