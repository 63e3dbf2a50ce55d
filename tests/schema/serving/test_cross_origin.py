"""Whose pages may use the API: over HTTP the browser asks by CORS, websockets are refused by us."""

from collections.abc import Sequence

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.schema.serving.wire import ToyServer, toy_server, wire

PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


async def asked(server: ToyServer, method: str, origin: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        json = {"query": "mutation { blow }"} if method == "POST" else None
        params = {"query": "{ hello }"} if method == "GET" else None
        return await client.request(method, "/graphql", json=json, params=params, headers={"Origin": origin, **headers})


def cors(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


async def test_s14_pages_of_a_listed_origin_may_read_answers(server: ToyServer) -> None:
    for method in ("GET", "POST"):
        answer = await asked(server, method, "https://shop.example")
        assert (answer.status_code, answer.headers["vary"]) == (200, "Origin")
        assert cors(answer) == {"access-control-allow-origin": "https://shop.example"}


async def test_s14_pages_of_other_origins_may_not_read_what_they_asked(server: ToyServer) -> None:
    for origin in ("https://evil.example", "http://shop.example", "https://shop.example:8443", "null"):
        answer = await asked(server, "GET", origin)
        assert (answer.headers["vary"], cors(answer)) == ("Origin", {})


async def test_s14_the_browser_may_ask_before_and_is_told_for_two_hours(server: ToyServer) -> None:
    answer = await asked(server, "OPTIONS", "https://shop.example", **PREFLIGHT)
    assert answer.status_code == 200
    assert answer.headers["vary"].startswith("Origin, ")
    assert cors(answer) == {
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-methods": "GET, POST, OPTIONS",
        "access-control-allow-headers": "Accept, Accept-Language, Content-Language, Content-Type, authorization, content-type",
        "access-control-max-age": "7200",
    }


@pytest.mark.parametrize(
    ("origin", "method", "headers"),
    [
        ("https://evil.example", "POST", "content-type"),
        ("https://shop.example", "DELETE", "content-type"),
        ("https://shop.example", "POST", "x-secret"),
    ],
)
async def test_s14_before_a_post_a_browser_is_refused_and_nothing_is_done(
    server: ToyServer, origin: str, method: str, headers: str
) -> None:
    blown = server.toys.blown
    asked_for = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    answer = await asked(server, "OPTIONS", origin, **asked_for)
    assert (answer.status_code, server.toys.blown) == (400, blown)
    if origin == "https://evil.example":
        assert "access-control-allow-origin" not in answer.headers


async def opens(server: ToyServer, origin: str) -> bool:
    try:
        async with wire(server, origin=origin) as ws:
            await ws.start()
            return True
    except InvalidStatus:
        return False


@pytest.mark.parametrize(
    ("allowed", "reads", "strangers"),
    [
        (["*"], {"https://shop.example": "*", "https://evil.example": "*"}, True),
        (["https://Shop.example:443"], {"https://shop.example": "https://shop.example", "https://evil.example": None}, False),
        ([], {"https://shop.example": None, "https://evil.example": None}, False),
    ],
)
async def test_s14_http_and_sockets_keep_to_one_list(allowed: Sequence[str], reads: dict[str, str | None], strangers: bool) -> None:
    async with toy_server(allowed_origins=allowed) as server:
        for origin, readable in reads.items():
            answer = await asked(server, "GET", origin)
            assert answer.headers.get("access-control-allow-origin") == readable
            assert await opens(server, origin) is (readable is not None)
        assert await opens(server, "https://stranger.example") is strangers
        assert await opens(server, f"http://127.0.0.1:{server.port}") is True


async def test_s14_no_answer_lets_a_browser_send_cookies() -> None:
    async with toy_server(allowed_origins=["*"]) as server:
        for answer in (
            await asked(server, "POST", "https://a.example"),
            await asked(server, "OPTIONS", "https://a.example", **PREFLIGHT),
        ):
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in answer.headers
