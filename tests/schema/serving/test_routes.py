"""What is served beside GraphQL, in trouble: a busy database, texts that no layout has, bodies that never come."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from domain.errors import ServerBusy
from domain.repositories import Transaction
from schema.serving.routes import LARGEST_WEBHOOK, service_routes
from tests.builders import services_of

SOON = timedelta(milliseconds=50)
KNOWN = "0123456789abcdef" * 4


class Busy:
    def __init__(self) -> None:
        self.asked = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        self.asked += 1
        raise ServerBusy(1_000)
        yield


async def answer(database: Busy, method: str, path: str, receive: Callable[[], Awaitable[Message]]) -> Message:
    """The start of it. Raises what the app raises."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    app = Starlette(routes=service_routes(services_of(database.transaction), SOON))
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    async with asyncio.timeout(20):
        await app(scope, receive, send)
    return sent[0]


async def nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def a_lot() -> Message:
    return {"type": "http.request", "body": bytes(LARGEST_WEBHOOK), "more_body": True}


async def gone() -> Message:
    return {"type": "http.disconnect"}


async def test_a_layout_of_a_busy_database_is_there_a_little_later() -> None:
    database = Busy()
    told = await answer(database, "GET", f"/layouts/{KNOWN}.json", nothing)
    assert (told["status"], dict(told["headers"])[b"retry-after"], database.asked) == (503, b"1", 1)
    assert dict(told["headers"])[b"access-control-allow-origin"] == b"*"


@pytest.mark.parametrize("hash", ["\0", KNOWN + "0", KNOWN.upper(), KNOWN[1:], "%", "é" * 64])
async def test_for_what_is_no_hash_the_database_is_not_even_asked(hash: str) -> None:
    database = Busy()
    assert ((await answer(database, "GET", f"/layouts/{hash}.json", nothing))["status"], database.asked) == (404, 0)


@pytest.mark.parametrize(("receive", "status"), [(never, 408), (a_lot, 413), (gone, 400)])
async def test_f37_a_webhook_that_does_not_come_whole_is_not_waited_for(
    receive: Callable[[], Awaitable[Message]], status: int
) -> None:
    database = Busy()
    told = await answer(database, "POST", "/webhooks/payments", receive)
    assert (told["status"], database.asked) == (status, 0)
