"""Requests that nobody means: whatever they are, the server stays up, says nothing of itself, and sells the next ticket."""

import asyncio
import json
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]  # it has no types
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from domain.viewers import Role
from schema.api import schema
from tests.api.conftest import House, add_user, open_house, signed_in
from tests.api.documents import AVAILABILITY, BUY, CANCEL, CHANGE, LOCK, RELEASE, USE
from tests.fuzz import nasty
from tests.fuzz.documents import Written

REQUESTS = int(os.environ.get("FUZZ", "400"))
SEED = int(os.environ.get("SEED", "1"))
OURS = (AVAILABILITY, BUY, CANCEL, CHANGE, LOCK, RELEASE, USE)
# Limits of cost are for others: here everything is to be answered.
OPEN = {"USHER_SANDBOX": "off", "USHER_COST_PER_SECOND": "0", "USHER_COST_PER_ADDRESS": "0"}
BUGS = ("INTERNAL", "TIMEOUT")
LARGEST_GROWTH = 60 * 2**20
# Of one connection.
MESSAGES = 10
KINDS = ("query", "query", "query", "mutation", "mutation", "mutation", "subscription")
# A coroutine that graphql-core has begun beside a field that failed is noticed when it is collected.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Sent:
    """One request, as chance has it."""

    def __init__(self, random: Random, known: Sequence[str], tokens: Sequence[str | None]) -> None:
        self.method = "GET" if random.random() < 0.1 else "POST"
        self.headers = {"Content-Type": "application/json", "Accept": random.choice(("*/*", "application/graphql-response+json"))}
        if token := random.choice(tokens):
            self.headers["Authorization"] = f"Bearer {token}"
        if random.random() < 0.05:
            self.headers[random.choice(sorted(self.headers))] = "".join(filter(str.isprintable, nasty.text(random))).strip()
        body: Any = a_body(random, known)
        kind = random.random()
        if kind < 0.15:
            body = nasty.replaced(random, body)
        self.content = written(body)
        if kind > 0.85:
            self.content = nasty.damaged(random, self.content)
        asked = body if isinstance(body, dict) else {}
        self.parameters = {key: value if isinstance(value, str) else json.dumps(value) for key, value in asked.items()}

    async def by(self, http: httpx.AsyncClient, url: str) -> httpx.Response:
        headers = {name.encode(): value.encode() for name, value in self.headers.items()}
        if self.method == "GET":
            return await http.get(url, params=self.parameters, headers=headers)
        return await http.post(url, content=self.content, headers=headers)


def written(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def a_body(random: Random, known: Sequence[str], kinds: Sequence[str] = KINDS) -> dict[str, Any]:
    if random.random() < 0.2:
        return {"query": random.choice(OURS), "variables": {"id": random.choice(known), "input": nasty.value(random)}}
    return Written(random, schema._schema, known).operation(random.choice(kinds))


def bugs_in(answer: httpx.Response) -> list[object]:
    if answer.status_code >= 500:
        return [answer.status_code]
    errors = answer.json().get("errors", ()) if "json" in answer.headers["content-type"] else ()
    return [error for error in errors if error["extensions"]["code"] in BUGS]


async def everybody(house: House) -> list[str | None]:
    """Tokens of no sign-in, so that nothing that is sent ends them."""
    tokens: list[str | None] = [None]
    for name, role in (("organizer", Role.ORGANIZER), ("admin", Role.ADMIN)):
        await add_user(house.usher, f"{name}@example.com", Role.ATTENDEE, role)
    async with house.usher.services.transaction() as work:
        for name in ("fan", "rival", "gate", "organizer", "admin"):
            user = await work.users.by_email(f"{name}@example.com")
            assert user is not None
            tokens.append(house.usher.services.access_tokens.issue(user)[0])
    return tokens


async def what_there_is(house: House) -> list[str]:
    hold = await house.fan.ask(LOCK, house.lock("B-1"))
    wanted = {"tickets": {"sessionId": house.session_id, "seats": ["B-2"]}, "paymentMethod": "sandbox-ok"}
    order = await house.rival.ask(BUY, {"input": wanted})
    return [house.session_id, house.standing_id, hold["id"], order["id"], order["tickets"][0]["id"]]


async def buys(house: House) -> None:
    """Somebody new, a ticket to something new."""
    await add_user(house.usher, "last@example.com", Role.ATTENDEE)
    # By no password: guesses of the fuzz have used up what the address may try for a while.
    last = await signed_in(house.usher, house.nobody, "last@example.com")
    wanted = {"tickets": {"sessionId": await house.put_on(), "seats": ["A-1"]}, "paymentMethod": "sandbox-ok"}
    order = await last.ask(BUY, {"input": wanted})
    assert (order["__typename"], order["status"]) == ("Order", "PAID")


def complaints(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    # Of a question that was cancelled asyncpg leaves a future behind, which asyncio mentions.
    return [record for record in caplog.records if record.levelno >= logging.ERROR and record.name != "asyncio"]


def memory() -> int:
    used: int = psutil.Process().memory_info().rss
    return used


async def test_s15_no_request_is_a_bug_memory_stays_and_the_next_purchase_works(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    random = Random(SEED)
    async with open_house(database_url, tmp_path, **OPEN) as house:
        known, tokens = await what_there_is(house), await everybody(house)
        found: list[object] = []
        with capture_logs() as logs:
            for number in range(REQUESTS):
                if number == REQUESTS // 4:
                    before = memory()
                sent = Sent(random, known, tokens)
                if bugs := bugs_in(await sent.by(house.nobody.http, f"{house.url}/graphql")):
                    found.append((SEED, number, bugs, sent.content[:2_000]))
        assert found == []
        assert [line for line in logs if line["log_level"] == "error"] == []
        assert complaints(caplog) == []
        assert memory() - before < LARGEST_GROWTH
        await buys(house)


async def test_s16_no_message_is_a_bug_memory_stays_and_the_next_purchase_works(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    random = Random(SEED)
    async with open_house(database_url, tmp_path, **OPEN) as house:
        known, tokens = await what_there_is(house), await everybody(house)
        with capture_logs() as logs:
            for number in range(max(REQUESTS // MESSAGES, 2)):
                if number == REQUESTS // MESSAGES // 4:
                    before = memory()
                await talk(random, house.url, known, random.choice(tokens))
        assert [line for line in logs if line["log_level"] == "error"] == []
        assert complaints(caplog) == []
        assert memory() - before < LARGEST_GROWTH
        await buys(house)


async def talk(random: Random, url: str, known: Sequence[str], token: str | None) -> None:
    """One connection, of which the server closes what it must."""
    subprotocol = Subprotocol("graphql-transport-ws")
    async with connect(url.replace("http", "ws") + "/graphql", subprotocols=[subprotocol], close_timeout=5) as socket:
        with suppress(ConnectionClosed):
            if random.random() < 0.9:
                payload = {"Authorization": f"Bearer {token}"} if token else None
                await socket.send(written({"type": "connection_init", "payload": payload}).decode())
            for _ in range(MESSAGES):
                said = a_message(random, known)
                await socket.send(said if random.random() < 0.05 else said.decode("utf-8", "replace"))
            # Heard once all before it are.
            await socket.send('{"type": "ping", "payload": {"last": true}}')
            async with asyncio.timeout(20):
                while json.loads(await socket.recv()) != {"type": "pong", "payload": {"last": True}}:
                    pass
        assert socket.close_code in (None, 1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409, 4429)


def a_message(random: Random, known: Sequence[str]) -> bytes:
    kind = random.choice(("subscribe", "subscribe", "subscribe", "subscribe", "complete", "ping", "pong", "connection_init"))
    message: Any = {"type": kind, "id": str(random.randrange(40))}
    if kind == "subscribe":
        message["payload"] = a_body(random, known, (*KINDS, "subscription", "subscription"))
    chance = random.random()
    if chance < 0.05:
        message = nasty.replaced(random, message)
    said = written(message)
    return nasty.damaged(random, said) if chance > 0.95 else said
