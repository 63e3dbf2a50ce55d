"""A GraphQL lock end to end over HTTP: rate, times and CPU a request, beside a bare JSON endpoint in the same run.

Buyers are accounts put into the database, with access tokens signed by the key that the server was given.
"""

import asyncio
import base64
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import orjson
import psutil  # type: ignore[import-untyped]  # it has no types
from rich.console import Console
from rich.table import Table

from db.embedded import RunningPostgres, embedded_postgres
from db.migrating import migrate
from domain.ids import UserId, show_id
from domain.viewers import Role, User
from resolvers.gateways.tokens import SignedAccessTokens
from tests.benchmarks.stock import a_session, buyers

REQUESTS = 4_000
SEATS = 40_000
LOCK = """mutation($input: LockTicketsInput!) { lockTickets(input: $input) { __typename
  ... on Hold { id seats total { amount currency } expiresAt serverTime }
  ... on SeatsUnavailable { labels } ... on Error { code message } } }"""


@dataclass(frozen=True, slots=True)
class Running:
    port: int
    process: psutil.Process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def started(arguments: Sequence[str], port: int, env: dict[str, str], path: str) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient() as http, asyncio.timeout(60):
            while not await _answers(http, f"http://127.0.0.1:{port}{path}"):
                await asyncio.sleep(0.05)
        yield Running(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        await process.wait()


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code < 500
    except httpx.TransportError:
        return False


def requests_of(session_id: UUID, tokens: Sequence[str], first_pair: int) -> list[bytes]:
    """Each buyer locks two neighbours that nobody else wants."""
    made = []
    for at in range(REQUESTS):
        pair = 2 * (first_pair + at)
        wanted = {"sessionId": show_id("session", session_id), "seats": [f"S-{pair}", f"S-{pair + 1}"]}
        body = orjson.dumps({"query": LOCK, "variables": {"input": wanted}})
        head = f"POST /graphql HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        made.append(head.encode() + f"Authorization: Bearer {tokens[first_pair + at]}\r\n\r\n".encode() + body)
    return made


async def load(server: Running, postgres: RunningPostgres, clients: int, requests: list[bytes], expected: bytes) -> list[str]:
    """A row of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "lengths.json").write_bytes(orjson.dumps([len(request) for request in requests]))
        (folder / "requests.bin").write_bytes(b"".join(requests))
        (folder / "expected.bin").write_bytes(expected)
        before, before_postgres = cpu(server.process), postgres_cpu(postgres)
        arguments = [sys.executable, "-m", "tests.benchmarks.load", str(server.port), str(clients), name]
        ran = await asyncio.to_thread(subprocess.run, arguments, capture_output=True, check=True)
        spent, spent_postgres = cpu(server.process) - before, postgres_cpu(postgres) - before_postgres
    found = orjson.loads(ran.stdout)
    assert found["bad"] == 0, f"{found['bad']} answers were not what they should be"
    each = [spent / len(requests) * 1e6, spent_postgres / len(requests) * 1e6, found["client_cpu"]]
    return [f"{found['rate']:,.0f}", f"{found['p50']:.1f}", f"{found['p99']:.1f}", *(f"{value:.0f}" for value in each)]


def cpu(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


def postgres_cpu(server: RunningPostgres) -> float:
    assert server.process is not None
    return sum(cpu(one) for one in psutil.Process(server.process.pid).children(recursive=True))


async def measure(postgres: RunningPostgres, table: Table) -> None:
    connection = await asyncpg.connect(postgres.url)
    people = await buyers(connection, SEATS // 2)
    session_id = await a_session(connection, SEATS)
    await connection.close()
    seed = secrets.token_bytes(32)
    signer = SignedAccessTokens(seed, "usher", timedelta(minutes=10))
    tokens = [signer.issue(User(UserId(one), "", frozenset({Role.ATTENDEE}), ""))[0] for one in people]
    port, bare_port = free_port(), free_port()
    env = {
        "DATABASE_URL": postgres.url,
        "USHER_MODE": "production",
        # One machine is the whole crowd.
        "USHER_COST_PER_SECOND": "1000000000",
        "USHER_COST_PER_ADDRESS": "1000000000",
        "PORT": str(port),
        "USHER_ACCESS_TOKEN_KEY": base64.urlsafe_b64encode(seed).decode(),
        "USHER_TICKET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "USHER_WEBHOOK_SECRET": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    async with (
        started(["main.py", "serve"], port, env, "/health/ready") as usher,
        started(["-m", "tests.benchmarks.bare", str(bare_port)], bare_port, {}, "/") as bare,
    ):
        pair = 0
        for clients in (16, 32):
            same = requests_of(session_id, tokens, pair)
            table.add_row(f"bare JSON, {clients} clients", *await load(bare, postgres, clients, same, b'"seats"'))
            table.add_row(f"lockTickets, {clients} clients", *await load(usher, postgres, clients, same, b'"Hold"'))
            pair += REQUESTS


async def main() -> None:
    table = Table("µs CPU are per request", "requests/s", "p50 ms", "p99 ms", "µs server", "µs Postgres", "µs client")
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder:
        Path(folder).chmod(0o711)
        async with embedded_postgres(Path(folder)) as postgres:
            await migrate(postgres.url)
            await measure(postgres, table)
    Console(width=130).print(table)


if __name__ == "__main__":
    asyncio.run(main())
