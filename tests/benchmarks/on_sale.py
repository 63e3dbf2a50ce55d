"""The on-sale: decisions in process and over HTTP beside pgbench and the Node servers, two processes, lists and maps, growth.

Servers have the first core, the buyers and Postgres the second; all is measured in one run, because machines drift.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import orjson
import psutil  # type: ignore[import-untyped]  # it has no types
from rich.console import Console
from rich.table import Table

from db.embedded import RunningPostgres, embedded_postgres
from db.engine import make_pool
from db.inventory import batched_inventory
from db.migrating import migrate
from domain.ids import SessionId
from tests.benchmarks.http import free_port, postgres_cpu
from tests.benchmarks.live_servers import Command, installed_peers, running
from tests.benchmarks.locking import Bench, Measured, batched, one_by_one
from tests.benchmarks.on_sale_crowd import SEEN
from tests.benchmarks.on_sale_rigs import Rig, Sale, furnish, peers, usher, valkey
from tests.benchmarks.stock import a_list, a_session, buyers, check, with_map

PEOPLE = 12_000
HALL, HOT, CROWD, TRIES = 20_000, 500, 2_000, 5
# Where the peers' second event begins.
HOT_SEATS = 20_000
CLIENTS = 32
# What a Postgres as it comes has room for.
MOST_CONNECTED = 90
SERVER, OTHERS = 0, 1
PGBENCH = "pgbench, a transaction a hold"

Seen = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is measured; `turns` are how many holds each of the 32 clients makes."""

    server: RunningPostgres
    connection: Any
    people: Sequence[Any]
    turns: int


async def crowd(rig: Rig, requests: Sequence[Sequence[str]], until: str | None = None) -> Seen:
    with tempfile.TemporaryDirectory() as folder:
        order = Path(folder, "order.json")
        order.write_bytes(orjson.dumps({"ports": rig.ports, "requests": requests, "kinds": rig.kinds, "until": until}))
        ran = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "tests.benchmarks.on_sale_crowd", str(order)],
            stderr=subprocess.PIPE,
            check=False,
            preexec_fn=lambda: os.sched_setaffinity(0, {OTHERS}),  # no threads hold locks in a child that execs at once
        )
        if ran.returncode:
            raise SystemExit(f"The buyers of {rig.name} gave up: {ran.stderr.decode()[:3_000]}")
        seen: Seen = orjson.loads(order.with_name(SEEN).read_bytes())
    return seen


def random_seats(rig: Rig, turns: int, seed: int) -> list[list[str]]:
    """32 clients, each hold for another buyer, two neighbours that nobody else wants."""
    pairs = random.Random(seed).sample(range(HALL // 2), CLIENTS * turns)
    wishes = [(buyer, (2 * pair, 2 * pair + 1)) for buyer, pair in enumerate(pairs)]
    return [[rig.hold(*wish) for wish in wishes[at * turns : (at + 1) * turns]] for at in range(CLIENTS)]


def fight(rig: Rig, first_seat: int, seed: int) -> tuple[list[list[str]], list[list[int]]]:
    """2,000 buyers, each for one seat of 500, until they have one, five times at most; their requests, and the seats."""
    dice = random.Random(seed)
    wanted = [[first_seat + seat for seat in dice.sample(range(HOT), TRIES)] for _ in range(CROWD)]
    return [[rig.hold(buyer, (seat,)) for seat in seats] for buyer, seats in enumerate(wanted)], wanted


def proven(rig: Rig, seen: Seen, wanted: list[list[int]]) -> str:
    """What the buyers themselves saw: no seat twice, and everybody who has none was told no, for each seat that was asked for."""
    held = [wanted[buyer][attempt] for buyer, attempt, kind in seen["answers"] if kind == "held"]
    assert len(held) == len(set(held)) == HOT, f"{rig.name}: {len(held)} holds of {len(set(held))} seats"
    winners = {buyer for buyer, _, kind in seen["answers"] if kind == "held"}
    told = Counter(buyer for buyer, _, kind in seen["answers"] if kind in ("refused", "nothing"))
    losers = [buyer for buyer in range(CROWD) if buyer not in winners]
    assert all(told[buyer] == TRIES for buyer in losers), f"{rig.name}: a loser was not answered"
    return f"{rig.name}: {HOT} of {HOT} seats sold to {len(winners)} buyers, none twice; {len(losers):,} losers, all answered"


class Report:
    def __init__(self) -> None:
        self.console = Console(width=132)
        self.limit = 0.0
        self.reads = Table("(d) reading", "answers/s", "ms CPU server", "ms CPU Postgres", "p50 ms", "p99 ms", "KB")

    def row(self, table: Table, name: str, seen: Seen, cpu: float, cpu_postgres: float) -> None:
        count, times = len(seen["times"]), seen["times"]
        rate = count / seen["seconds"]
        kinds = Counter(kind for _, _, kind in seen["answers"])
        strange = [kind for kind in kinds if kind not in ("held", "refused", "nothing", "busy")]
        assert not strange, f"{name} has answered: {strange[0]}"
        said = ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
        each = [f"{value / count * 1e6:.0f}" for value in (cpu, cpu_postgres, seen["cpu"])]
        busy = f"{seen['cpu'] / seen['seconds']:.0%}"
        percentiles = [f"{median(times):.1f}", f"{times[int(count * 0.99)]:.1f}"]
        table.add_row(name, f"{rate:,.0f}", f"{rate / self.limit:.1f}", *each, busy, *percentiles, said)


COLUMNS = ("decisions/s", "× pgbench", "µs server", "µs Postgres", "µs buyers", "their core", "p50 ms", "p99 ms")


def table_of(title: str) -> Table:
    table = Table("", title=title)
    for column in COLUMNS:
        table.add_column(column, justify="right")
    table.add_column("answers")
    return table


async def in_process(bench: Bench, report: Report, rounds: int) -> None:
    found: dict[tuple[str, int], list[Measured]] = {}
    for _ in range(rounds):
        for clients in (8, 32, MOST_CONNECTED):
            found.setdefault((PGBENCH, clients), []).append(await one_by_one(bench, clients))
        for clients in (32, MOST_CONNECTED, 256):
            found.setdefault(("batched", clients), []).append(await batched(bench, clients))
        found.setdefault((f"batched, for {HOT} seats", CROWD), []).append(await batched(bench, CROWD, seats=HOT, each=TRIES))
    middle = {key: sorted(measured, key=lambda one: one.rate)[len(measured) // 2] for key, measured in found.items()}
    report.limit = middle[PGBENCH, CLIENTS].rate
    columns = (
        "clients",
        "decisions/s",
        "× pgbench, 32",
        "× pgbench, as many",
        "p50 ms",
        "p99 ms",
        "µs CPU here",
        "µs CPU Postgres",
    )
    table = Table("(a) in process", *columns)
    for (name, clients), one in middle.items():
        alike = middle.get((PGBENCH, clients))
        ratios = f"{one.rate / report.limit:.1f}", f"{one.rate / alike.rate:.1f}" if alike else ""
        cpu = ["" if value is None else f"{value:.0f}" for value in (one.cpu, one.cpu_postgres)]
        table.add_row(name, f"{clients:,}", f"{one.rate:,.0f}", *ratios, f"{one.p50:.1f}", f"{one.p99:.1f}", *cpu)
    report.console.print(table)


async def over_http(place: Place, report: Report, table: Table, cores: Sequence[set[int]], redis: str = "memory://") -> None:
    name = "Usher" if len(cores) == 1 else f"{len(cores)} of Usher"
    async with usher(Sale(place.server.url, place.people), cores, redis) as selling:
        # The first round is with tokens that were never seen.
        for turn in ("new", "known"):
            hall = await mapped(place, HALL)
            seen = await _measured(place, report, table, f"{name}, tokens {turn}", selling(hall), place.turns)
            await check(place.connection, hall, held=2 * len(seen["answers"]))
        if len(cores) == 1:
            await reading(place, report.reads, selling(hall))
        hot = await mapped(place, HOT)
        rig = selling(hot)
        requests, wanted = fight(rig, 0, 1)
        before, before_postgres = rig.cpu, postgres_cpu(place.server)
        seen = await crowd(rig, requests, "held")
        report.row(table, f"{name}, 2,000 for 500", seen, rig.cpu - before, postgres_cpu(place.server) - before_postgres)
        await check(place.connection, hot, held=HOT)
        report.console.print(proven(rig, seen, wanted))


async def mapped(place: Place, seats: int) -> SessionId:
    """With a seat map, so that losers are offered others as ever."""
    session_id = await a_session(place.connection, seats)
    await with_map(place.server.url, place.connection, session_id, seats)
    return session_id


async def _measured(place: Place, report: Report, table: Table, name: str, rig: Rig, turns: int) -> Seen:
    requests = random_seats(rig, turns, 1)
    before, before_postgres = rig.cpu, postgres_cpu(place.server)
    seen = await crowd(rig, requests)
    report.row(table, name, seen, rig.cpu - before, postgres_cpu(place.server) - before_postgres)
    return seen


async def of_peers(place: Place, report: Report, table: Table) -> None:
    await furnish(place.server.url)
    async for rig in peers(place.server.url, SERVER):
        # Until its code is compiled.
        await crowd(rig, random_seats(rig, 30, 2))
        await furnish(place.server.url)
        await _measured(place, report, table, rig.name, rig, place.turns)
        requests, wanted = fight(rig, HOT_SEATS, 1)
        before, before_postgres = rig.cpu, postgres_cpu(place.server)
        seen = await crowd(rig, requests, "held")
        report.row(table, f"{rig.name}, 2,000 for 500", seen, rig.cpu - before, postgres_cpu(place.server) - before_postgres)
        report.console.print(proven(rig, seen, wanted))
        await furnish(place.server.url)
        await reading(place, report.reads, rig)


async def reading(place: Place, table: Table, rig: Rig) -> None:
    for name, request, count in (("20 events", rig.list_events, 400), ("map of 20,000 seats", rig.show_map, 40)):
        reads = Rig(rig.name, rig.ports, rig.processes, rig.hold, {"answered": '"data":{'}, "", "")
        await crowd(reads, [[request] * 5] * 4)
        before, before_postgres = rig.cpu, postgres_cpu(place.server)
        seen = await crowd(reads, [[request] * (count // 8)] * 8)
        assert {kind for _, _, kind in seen["answers"]} == {"answered"}, seen["answers"][0]
        each = [(rig.cpu - before) / count * 1e3, (postgres_cpu(place.server) - before_postgres) / count * 1e3]
        cpu = [f"{value:.2f}" for value in each]
        table.add_row(
            f"{rig.name}: {name}",
            f"{count / seen['seconds']:,.0f}",
            *cpu,
            f"{median(seen['times']):.1f}",
            f"{seen['times'][int(count * 0.99)]:.1f}",
            f"{seen['size'] / count / 1000:,.1f}",
        )


async def two_processes(place: Place, report: Report, table: Table) -> None:
    binary = valkey()
    if binary is None:
        report.console.print("(c) is left out: there is no Valkey here.")
        return
    port = free_port()
    command = Command("Valkey", [binary, "--port", str(port), "--save", "", "--appendonly", "no"], {}, OTHERS, answers=False)
    async with running(command, port):
        await over_http(place, report, table, [{0, 1}, {0, 1}], f"redis://127.0.0.1:{port}")


async def growing(bench: Bench, report: Report) -> None:
    table = Table("(e) in process, µs a decision", "clients", "decisions/s", "µs CPU here", "µs CPU Postgres", "p99 ms")
    for seats in (500, 5_000, 50_000):
        for clients in (1, 8, 64, 500):
            one = await batched(bench, clients, seats=seats, each=max(4, min(40, 2_000 // clients)))
            cpu = [f"{value or 0:.0f}" for value in (one.cpu, one.cpu_postgres)]
            table.add_row(f"{seats:,} seats", f"{clients}", f"{one.rate:,.0f}", *cpu, f"{one.p99:.1f}")
    report.console.print(table)


async def measure(server: RunningPostgres, report: Report, rounds: int, turns: int) -> None:
    connection = await asyncpg.connect(server.url)
    people = await buyers(connection, 20_000)
    async with make_pool(server.url) as pool, batched_inventory(pool, timedelta(minutes=15), lambda _: None) as inventory:
        bench = Bench(server, connection, inventory, people)
        await in_process(bench, report, rounds)
        await growing(bench, report)
    place = Place(server, connection, people[:PEOPLE], turns)
    assert server.process is not None
    postmaster = psutil.Process(server.process.pid)
    for process in (postmaster, *postmaster.children(recursive=True)):
        # A backend may have ended meanwhile.
        with suppress(psutil.NoSuchProcess):
            process.cpu_affinity([OTHERS])
    table = table_of("(b) over HTTP, one process on a core of its own")
    await a_list(connection, 20)
    await over_http(place, report, table, [{SERVER}])
    missing = await installed_peers()
    if missing:
        report.console.print(f"Without the Node servers: {missing}.")
    else:
        await of_peers(place, report, table)
    report.console.print(table)
    report.console.print(report.reads)
    both = table_of("(c) over HTTP, two processes, nothing on a core of its own")
    await two_processes(place, report, both)
    report.console.print(both)
    await connection.close()


async def main(rounds: int, turns: int) -> None:
    report = Report()
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder:
        Path(folder).chmod(0o711)
        async with embedded_postgres(Path(folder)) as server:
            await migrate(server.url)
            await measure(server, report, rounds, turns)


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rounds", type=int, default=3, help="of what is measured in process")
    reader.add_argument("--turns", type=int, default=250, help="holds that each of the 32 clients makes")
    given = reader.parse_args()
    asyncio.run(main(given.rounds, given.turns))
