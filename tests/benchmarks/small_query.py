"""A small query whose document is known, over HTTP, beside a bare Starlette endpoint of JSON: CPU a request, in the same run.

With everything that stands around the API in production: limits, prices, rate limits, request ids, headers.
"""

import asyncio
import base64
import secrets
import tempfile
from pathlib import Path
from uuid import UUID

import asyncpg
import orjson
from rich.console import Console
from rich.table import Table

from db.embedded import RunningPostgres, embedded_postgres
from db.migrating import migrate
from domain.ids import show_id
from tests.benchmarks.http import free_port, load, started
from tests.benchmarks.stock import a_session

REQUESTS = 2_000
ROUNDS = 2
# Without the database: what stands around a query by itself.
SMALLEST = "{ __typename }"
SMALL = "query Small($id: ID!) { session(id: $id) { id status startsAt event { id title } } }"


def requests_of(query: str, session_id: UUID) -> list[bytes]:
    """What the bare endpoint reads of them is in them too, so that both read the same."""
    variables = {"id": show_id("session", session_id), "input": {"seats": ["A-1"]}}
    body = orjson.dumps({"query": query, "variables": variables})
    head = f"POST /graphql HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return [head.encode() + body] * REQUESTS


async def measure(postgres: RunningPostgres, table: Table) -> None:
    connection = await asyncpg.connect(postgres.url)
    session_id = await a_session(connection, 10)
    await connection.close()
    port, bare_port = free_port(), free_port()
    env = {
        "DATABASE_URL": postgres.url,
        "USHER_MODE": "production",
        "PORT": str(port),
        "USHER_ACCESS_TOKEN_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "USHER_TICKET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "USHER_WEBHOOK_SECRET": base64.b64encode(secrets.token_bytes(32)).decode(),
        # There all clients are at one address.
        "USHER_COST_PER_ADDRESS": "1000000",
    }
    async with (
        started(["main.py", "serve"], port, env, "/health/ready") as usher,
        started(["-m", "tests.benchmarks.bare", str(bare_port)], bare_port, {}, "/") as bare,
    ):
        for clients in (1, 32):
            for _ in range(ROUNDS):
                limit = await load(bare, postgres, clients, requests_of(SMALLEST, session_id), b'"seats"')
                table.add_row(f"bare JSON, {clients} clients", *limit, "")
                for name, query, expected in (
                    ("__typename", SMALLEST, b'"Query"'),
                    ("a session and its event", SMALL, b'"status":'),
                ):
                    found = await load(usher, postgres, clients, requests_of(query, session_id), expected)
                    ratio = float(found[3].replace(",", "")) / float(limit[3].replace(",", ""))
                    table.add_row(f"{name}, {clients} clients", *found, f"{ratio:.1f}")


async def main() -> None:
    table = Table("µs CPU are per request", "requests/s", "p50 ms", "p99 ms", "µs server", "µs Postgres", "µs client", "× bare")
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder:
        Path(folder).chmod(0o711)
        async with embedded_postgres(Path(folder)) as postgres:
            await migrate(postgres.url)
            await measure(postgres, table)
    Console(width=130).print(table)


if __name__ == "__main__":
    asyncio.run(main())
