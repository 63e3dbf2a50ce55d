"""What it costs to tell thousands: CPU, delay and memory a watcher, beside the textbook, the bare limits and Node's best.

The server has a core of its own. The other servers are fed with the messages that ours has sent, as often as ours has sent
them, so that all do the same.
"""

import argparse
import asyncio
import os
import resource
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import orjson
import psutil  # type: ignore[import-untyped]  # it has no types
from rich.console import Console

from db.embedded import embedded_postgres
from db.migrating import migrate
from tests.benchmarks.live_report import Measured, measured, ratios, table_of
from tests.benchmarks.live_servers import Server, Stock, fed, installed_peers, node_rigs, rigs, usher
from tests.benchmarks.stock import a_session, buyers

# As the watchers say it, and what was measured of the server meanwhile.
Seen: TypeAlias = dict[str, Any]
PATIENCE = 60
LONGEST_LINE = 256 * 1024 * 1024
# Those that would take minutes are measured with fewer messages, but five to everybody.
SLOW_MESSAGES = 20_000
FEWEST_CHANGES = 5


@dataclass(frozen=True, slots=True)
class Bench:
    """`core` is the server's; `url` is that of a Postgres without a database of its own."""

    core: int
    changes: int
    rate: float
    url: str


async def crowd_of(server: Server, watchers: int, changes: int, rate: float) -> Seen:
    """What the watchers saw of so many changes, and what that has cost the server."""
    before, cpu_before = server.memory, server.cpu
    order = {"port": server.port, "path": server.path, "count": watchers, "subscribe": server.subscribe}
    arguments = ["-m", "tests.benchmarks.live_watchers", orjson.dumps(order).decode()]
    client = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LONGEST_LINE
    )
    assert client.stdin is not None
    assert client.stdout is not None
    try:
        seen: Seen = orjson.loads(await client.stdout.readline() or b"{}")
        if not seen:
            raise SystemExit(f"{server.name} has not accepted {watchers:,} watchers.")
        loop = asyncio.get_running_loop()
        seen["cpu_accepting"] = server.cpu - cpu_before
        cpu_before, busy_before, started = server.cpu, busy(server.core), loop.time()
        await make(server, changes, rate)
        seen["made"] = await server.changes.made()
        client.stdin.write(b"%d %d\n" % (max(seen["made"]), PATIENCE))
        seen |= orjson.loads(await client.stdout.readline())
        seen |= {"cpu_server": server.cpu - cpu_before, "busy": busy(server.core) - busy_before}
        return seen | {"lasted": loop.time() - started, "memory": server.memory - before}
    finally:
        client.stdin.close()
        await client.wait()


def busy(core: int) -> float:
    """Seconds that the core has worked, for whomever; also those that were taken from this machine."""
    times = psutil.cpu_times(percpu=True)[core]
    return float(sum(times[:8]) - times.idle - times.iowait)


async def make(server: Server, changes: int, rate: float) -> None:
    """At their times, whether or not those before them have been answered."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with asyncio.TaskGroup() as tasks:
        for number in range(changes):
            await asyncio.sleep(started + number / rate - loop.time())
            tasks.create_task(server.changes.make(number))


async def measure(server: Server, watchers: int, changes: int, rate: float) -> tuple[Measured, list[tuple[str, float]]]:
    """Also what the first watcher got, and when."""
    alone = await crowd_of(server, 1, changes, rate)
    crowd = await crowd_of(server, watchers, changes, rate)
    for fault in crowd["faults"]:
        print(f"{server.name}: {fault}", file=sys.stderr)
    return measured(server.name, watchers, alone, crowd), crowd["recorded"]


@asynccontextmanager
async def stock_of(bench: Bench) -> AsyncIterator[Stock]:
    """A database of its own, with a seat pair and a buyer for each change, once alone and once with all."""
    name = f"live_{bench.changes}_{os.urandom(4).hex()}"
    admin = await asyncpg.connect(bench.url)
    await admin.execute(f"CREATE DATABASE {name}")
    url = bench.url.rsplit("/", 1)[0] + "/" + name
    await migrate(url)
    connection = await asyncpg.connect(url)
    people = await buyers(connection, 2 * bench.changes)
    session_id = await a_session(connection, max(4 * bench.changes, 2_000))
    await connection.close()
    try:
        yield Stock(url, session_id, people)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def compare(bench: Bench, watchers: int, peers: bool) -> AsyncGenerator[Measured, None]:
    """One round."""
    async with stock_of(bench) as stock, usher(stock, bench.core) as server:
        ours, recorded = await measure(server, watchers, bench.changes, bench.rate)
        yield ours
    later = recorded[1:]
    rate = (len(later) - 1) / (later[-1][1] - later[0][1])
    with tempfile.NamedTemporaryFile(suffix=".json") as messages:
        Path(messages.name).write_bytes(orjson.dumps([text for text, _ in recorded]))
        for rig in [*rigs(), *(node_rigs(bench.url) if peers else [])]:
            changes = min(len(later), max(FEWEST_CHANGES, SLOW_MESSAGES // watchers)) if rig.slow else len(later)
            async with fed(rig, Path(messages.name), bench.core) as server:
                yield (await measure(server, watchers, changes, rate))[0]


async def medians(bench: Bench, watchers: int, rounds: int, peers: bool) -> list[Measured]:
    """Of each server the round whose CPU a message is in the middle."""
    found: dict[str, list[Measured]] = {}
    for number in range(rounds):
        async with aclosing(compare(bench, watchers, peers)) as measuring:
            async for one in measuring:
                found.setdefault(one.name, []).append(one)
                print(f"{one.watchers:,} watchers, round {number + 1}, {one.name}: {one.cpu_message:.1f} µs", file=sys.stderr)
    return [sorted(each, key=lambda one: one.cpu_message)[len(each) // 2] for each in found.values()]


async def main(asked: argparse.Namespace) -> None:
    watchers, say, peers = asked.watchers, Console(width=190, highlight=False), not asked.without_node
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("The server and its watchers need a core each, and this process may use only one.")
    os.sched_setaffinity(0, set(cores[:-1]))
    if asked.urgent:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    if max(watchers) + 200 > files != resource.RLIM_INFINITY:
        raise SystemExit(f"{max(watchers):,} watchers need more open files than the {files:,} that are allowed here (ulimit -Hn).")
    if peers and (why_not := await installed_peers()):
        say.print(f"Node's best is left out: {why_not}.")
        peers = False
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder:
        Path(folder).chmod(0o711)
        async with embedded_postgres(Path(folder)) as postgres:
            bench = Bench(cores[-1], int(asked.seconds * asked.rate), asked.rate, postgres.url)
            for count in watchers:
                found = await medians(bench, count, asked.rounds, peers)
                say.print(table_of(found), *ratios(found), sep="\n")


if __name__ == "__main__":
    wanted = argparse.ArgumentParser(prog="python -m tests.benchmarks.live", description=(__doc__ or "").splitlines()[0])
    wanted.add_argument("--watchers", type=int, nargs="+", default=[1_000], metavar="N", help="one table for each; 1000")
    wanted.add_argument("--seconds", type=float, default=5.0, help="how long changes are made; 5")
    wanted.add_argument("--rate", type=float, default=20.0, help="changes a second; 20")
    wanted.add_argument("--without-node", action="store_true", help="leave out graphql-yoga, mercurius and PostGraphile")
    wanted.add_argument("--rounds", type=int, default=1, help="how often all is measured; the median counts; 1")
    wanted.add_argument("--urgent", action="store_true", help="before all other work of a busy machine; needs root")
    if sys.platform != "linux":
        raise SystemExit("This benchmark uses epoll and pins processes to cores: it runs on Linux only.")
    asyncio.run(main(wanted.parse_args()))
