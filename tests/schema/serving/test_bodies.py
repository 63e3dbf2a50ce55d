"""Wherever a body is taken it is read no further than it may be long, and not waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Scope

from schema.serving.routes import service_routes
from tests.builders import services_of
from tests.schema.serving.test_posts import JSON, ways
from tests.subscriptions.clock import in_no_time

KIB = 1024
BODIES = [("short", "/graphql", 100), ("whole", "/graphql", 100), ("webhook", "/webhooks/payments", 64)]


@dataclass
class Sender:
    """Sends a megabyte, a kilobyte at a time; `taken` is how many of them were asked for."""

    taken: int = 0
    sent: list[Message] = field(default_factory=list)

    async def megabyte(self) -> Message:
        self.taken += 1
        return {"type": "http.request", "body": b" " * KIB, "more_body": self.taken < KIB}

    async def then_nothing(self) -> Message:
        if self.taken:
            await asyncio.Event().wait()
        return await self.megabyte()

    async def then_gone(self) -> Message:
        return {"type": "http.disconnect"} if self.taken else await self.megabyte()

    async def hear(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def answers(self) -> Iterator[tuple[int, bytes | None]]:
        """Status and `Connection` of each."""
        starts = (message for message in self.sent if message["type"] == "http.response.start")
        return ((message["status"], dict(message["headers"]).get(b"connection")) for message in starts)


def app_of(name: str) -> ASGIApp:
    if name == "webhook":
        return Starlette(routes=service_routes(services_of(None)))  # type: ignore[arg-type]  # no transaction is begun
    app: ASGIApp = getattr(ways(), name)
    return app


async def posted(name: str, path: str, sender: Sender, receive: Callable[[], Awaitable[Message]]) -> None:
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"content-type", JSON)],
        "client": ("127.0.0.1", 1),
    }
    await app_of(name)(scope, receive, sender.hear)


@pytest.mark.parametrize(("name", "path", "most"), BODIES)
async def test_s15_a_body_that_is_too_long_is_not_read_to_its_end(name: str, path: str, most: int) -> None:
    sender = Sender()
    await posted(name, path, sender, sender.megabyte)
    assert (sender.taken, list(sender.answers)) == (most + 1, [(413, b"close")])


@pytest.mark.parametrize(("name", "path", "_"), BODIES)
def test_s15_a_body_whose_rest_does_not_come_is_not_waited_for(name: str, path: str, _: int) -> None:
    sender = Sender()
    in_no_time(posted(name, path, sender, sender.then_nothing))
    assert list(sender.answers) == [(408, b"close")]


@pytest.mark.parametrize(("name", "path", "told"), [("short", "/graphql", []), ("whole", "/graphql", []), (*BODIES[2][:2], [400])])
async def test_who_leaves_in_the_middle_of_a_body_is_no_bug(name: str, path: str, told: list[int]) -> None:
    sender = Sender()
    await posted(name, path, sender, sender.then_gone)
    assert [status for status, _ in sender.answers] == told
