"""The API killed without warning while buyers lock and buy: nothing is half done, nothing acknowledged is lost."""

import asyncio
import base64
import os
import secrets
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from db.verification import PostgresVerification
from domain.ids import SessionId, UserId, read_id, show_id
from domain.viewers import Role, User
from resolvers.gateways.tokens import SignedAccessTokens
from tests.api.client import Client
from tests.api.documents import BUY, LOCK
from tests.benchmarks.stock import a_session, buyers

BUYERS = 60
SEATS = 400
KILLS = 3
SECONDS_BETWEEN = 1.0


@dataclass
class Shop:
    """A server process on an outside database, started and killed as often as wanted."""

    database_url: str
    port: int
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    process: asyncio.subprocess.Process | None = None

    async def open(self) -> None:
        key = base64.urlsafe_b64encode
        env = {
            "DATABASE_URL": self.database_url,
            "USHER_MODE": "production",
            "PORT": str(self.port),
            "USHER_ACCESS_TOKEN_KEY": key(self.seed).decode(),
            "USHER_TICKET_KEY": key(bytes(range(32))).decode(),
            "USHER_WEBHOOK_SECRET": key(bytes(range(32, 64))).decode(),
        }
        quiet = asyncio.subprocess.DEVNULL
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "main.py", "serve", env={**os.environ, **env}, stdout=quiet, stderr=quiet
        )
        async with httpx.AsyncClient() as http, asyncio.timeout(30):
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get(f"http://127.0.0.1:{self.port}/health/ready")).status_code == 200:
                        return
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()


async def certainly(client: Client, document: str, input: dict[str, Any], until: asyncio.Event) -> dict[str, Any] | None:
    """Asks under one key until there is an answer; None where the test ended before."""
    input = {**input, "idempotencyKey": uuid4().hex}
    while not until.is_set():
        with suppress(httpx.TransportError):
            answer: dict[str, Any] = await client.ask(document, {"input": input})
            if answer["__typename"] != "ServerBusy":
                return answer
        await asyncio.sleep(0.02)
    return None


async def a_buyer(client: Client, session_id: SessionId, wishes: Sequence[int], until: asyncio.Event) -> list[dict[str, Any]]:
    """Locks pairs, buys every second hold; what was acknowledged, in order."""
    seen = []
    for turn, first in enumerate(wishes):
        wanted = {"sessionId": show_id("session", session_id), "seats": [f"S-{first}", f"S-{first + 1}"]}
        hold = await certainly(client, LOCK, wanted, until)
        if hold and hold["__typename"] == "Hold" and turn % 2:
            bought = {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}
            hold = {**hold, "order": await certainly(client, BUY, bought, until)}
        if hold:
            seen.append(hold)
    return seen


async def test_kill_9_leaves_nothing_half_done(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    people = await buyers(connection, BUYERS)
    session_id = await a_session(connection, SEATS)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        shop = Shop(database_url, probe.getsockname()[1])
    signer = SignedAccessTokens(shop.seed, "usher", timedelta(minutes=10))
    until = asyncio.Event()
    await shop.open()
    try:
        async with httpx.AsyncClient(timeout=10) as http, asyncio.TaskGroup() as tasks:
            crowd = []
            for at, one in enumerate(people):
                token, _ = signer.issue(User(UserId(one), "", frozenset({Role.ATTENDEE}), ""))
                client = Client(f"http://127.0.0.1:{shop.port}", http, token)
                wishes = [2 * ((at * 7 + turn * 31) % (SEATS // 2)) for turn in range(12)]
                crowd.append(tasks.create_task(a_buyer(client, session_id, wishes, until)))
            for _ in range(KILLS):
                await asyncio.sleep(SECONDS_BETWEEN)
                await shop.kill()
                await shop.open()
            await asyncio.wait(crowd, timeout=30)
            until.set()
    finally:
        await shop.kill()
    seen = [answer for task in crowd for answer in task.result()]
    await check(database_url, connection, session_id, seen)
    await connection.close()


async def check(
    url: str, connection: "asyncpg.Connection[asyncpg.Record]", session_id: SessionId, seen: Sequence[dict[str, Any]]
) -> None:
    reports = [report async for report in PostgresVerification(url).reports(None)]
    assert [report for report in reports if report.violations] == []
    rows = await connection.fetch("SELECT id, seat_labels, state FROM hold WHERE session_id = $1", session_id)
    stored = {row["id"]: row for row in rows}
    holds = [answer for answer in seen if answer["__typename"] == "Hold"]
    assert len(holds) >= 20
    for hold in holds:
        assert stored[_uuid(hold["id"])]["seat_labels"] == hold["seats"], "an acknowledged hold is gone"
        if hold.get("order") and hold["order"]["__typename"] == "Order" and hold["order"]["status"] == "PAID":
            assert stored[_uuid(hold["id"])]["state"] == "CONVERTED", "an acknowledged order is gone"
    # One hold a key: who asked again got the same one, and nobody holds what was never answered to anybody.
    assert len({hold["id"] for hold in holds}) == len(holds) == len(stored)


def _uuid(text: str) -> UUID:
    read = read_id(text)
    assert read is not None
    return read[1]
