"""The short way of a POST says what the whole way says, to the byte, and leaves to it whatever else there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.serving.capacity import Capacity
from schema.serving.cross_origin import with_cors
from schema.serving.http import GraphQLEndpoint, serve_graphql
from schema.serving.metrics import Metrics
from schema.serving.posts import ShortWay
from tests.schema.serving.toy import Context, Toys, toy_schema
from tests.schema.serving.wire import read_token

SHOP = "https://shop.example"
JSON = b"application/json"


@dataclass
class Ways:
    """`passed` counts what the short way has left to the whole one."""

    short: ASGIApp
    whole: ASGIApp
    passed: list[str] = field(default_factory=list)


def ways(allowed_origins: Sequence[str] = (SHOP,)) -> Ways:
    toys = Toys()
    endpoint: GraphQLEndpoint = serve_graphql(
        toy_schema(),
        make_context=lambda viewer, address: Context(toys, viewer, address),
        read_token=read_token,
        allowed_origins=allowed_origins,
        capacity=Capacity(),
        metrics=Metrics(),
    )
    cors = with_cors(endpoint, allowed_origins)
    whole = Starlette(routes=[Route("/graphql", cors)])
    made = Ways(whole, whole)

    async def passed(scope: Scope, receive: Receive, send: Send) -> None:
        made.passed.append(scope["method"])
        await whole(scope, receive, send)

    made.short = ShortWay(passed, endpoint, cors)
    return made


async def asked(
    app: ASGIApp,
    body: Sequence[bytes],
    headers: Mapping[str, str | bytes],
    *more: tuple[str, str],
    method: str = "POST",
    path: str = "/graphql",
) -> tuple[int, Mapping[bytes, bytes], bytes]:
    given = [*headers.items(), *more]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value if isinstance(value, bytes) else value.encode("latin-1")) for name, value in given],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }
    waiting: list[Message] = [
        {"type": "http.request", "body": part, "more_body": at + 1 < len(body)} for at, part in enumerate(body)
    ] or [{"type": "http.disconnect"}]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if not sent:
        return 0, {}, b""
    start, *rest = sent
    return start["status"], dict(start["headers"]), b"".join(part.get("body", b"") for part in rest)


def posted(query: object, **more: Any) -> bytes:
    return orjson.dumps({"query": query, **more})


ACCEPTS = [
    None,
    "*/*",
    "application/json",
    "application/graphql-response+json, application/json;q=0.9",
    "application/json, application/graphql-response+json;q=0",
    "text/html",
]
BODIES = [
    [posted("{ hello }")],
    [posted("{ hello }")[:9], posted("{ hello }")[9:]],
    [posted("query A { hello } query B { viewerId }", operationName="B")],
    [posted("query A { hello } query B { viewerId }")],
    [posted("query A { hello }", operationName="C")],
    [posted("{ viewerId }")],
    [posted("{ nonsense }")],
    [posted("{ hello")],
    [posted("subscription { count(to: 3) }")],
    [posted("{ things { id } }", variables=[])],
    [posted(7)],
    [b"[]"],
    [b"nonsense"],
    [b""],
    [posted("x" * 200_000)],
    [],
]


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("origin", [None, SHOP, "https://elsewhere.example"])
@pytest.mark.parametrize("allowed", [(), (SHOP,), ("*",)])
async def test_headers_are_those_of_the_whole_way(accept: str | None, origin: str | None, allowed: Sequence[str]) -> None:
    both = ways(allowed)
    headers = {"content-type": JSON}
    more = [(name, value) for name, value in (("accept", accept), ("origin", origin)) if value is not None]
    short = await asked(both.short, BODIES[0], headers, *more)
    assert both.passed == []
    assert short == await asked(both.whole, BODIES[0], headers, *more)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("token", [None, "Bearer good", "Bearer nobody", "Basic good", "bearer  good"])
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_answers_are_those_of_the_whole_way(body: Sequence[bytes], token: str | None, accept: str) -> None:
    both = ways()
    headers: dict[str, str | bytes] = {"content-type": JSON, "accept": accept, **({"authorization": token} if token else {})}
    # Twice: the second time the document is known.
    for _ in range(2):
        short = await asked(both.short, body, headers)
        assert both.passed == []
        assert short == await asked(both.whole, body, headers)


@pytest.mark.parametrize(
    ("headers", "more", "method", "path"),
    [
        ({}, (), "POST", "/graphql"),
        ({"content-type": "text/plain"}, (), "POST", "/graphql"),
        ({"content-type": "application/json; charset=latin-1"}, (), "POST", "/graphql"),
        ({"content-type": JSON}, (("content-type", "application/json"),), "POST", "/graphql"),
        ({"content-type": JSON, "authorization": "Bearer good"}, (("authorization", "Bearer good"),), "POST", "/graphql"),
        ({"content-type": JSON, "accept": "text/event-stream"}, (), "POST", "/graphql"),
        ({"content-type": JSON, "accept": "multipart/mixed;subscriptionSpec=1.0, application/json"}, (), "POST", "/graphql"),
        ({"content-type": JSON, "accept": "a/b," * 100}, (), "POST", "/graphql"),
        ({"content-type": JSON}, (), "PUT", "/graphql"),
        ({"content-type": JSON}, (), "GET", "/graphql"),
        ({"content-type": JSON}, (), "POST", "/graphql/"),
    ],
)
async def test_whatever_is_not_plain_goes_the_whole_way(
    headers: Mapping[str, str | bytes], more: Sequence[tuple[str, str]], method: str, path: str
) -> None:
    both = ways()
    short = await asked(both.short, BODIES[0], headers, *more, method=method, path=path)
    assert both.passed == [method]
    assert short == await asked(both.whole, BODIES[0], headers, *more, method=method, path=path)
