"""What is around everything: headers, request ids, the log of requests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from schema.serving.listening import bound_socket, listen, server_for
from schema.serving.outside import Outside
from schema.serving.shell import Shell


async def fine(request: Request) -> PlainTextResponse:
    return PlainTextResponse("fine", headers={"Cache-Control": "no-cache", "Content-Security-Policy": "its own"})


async def welcoming(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


async def refusing(socket: WebSocket) -> None:
    await socket.close()


@asynccontextmanager
async def served(shell: Shell) -> AsyncIterator[int]:
    """Its port."""
    routes = [Route("/fine/{name}", fine), WebSocketRoute("/welcome", welcoming), WebSocketRoute("/refused", refusing)]
    app: ASGIApp = Outside(Starlette(routes=routes), shell)
    with closing(bound_socket("127.0.0.1", 0)) as bound:
        listen(bound)
        server = server_for(app, on_started=lambda: None)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve(sockets=[bound]))
            yield bound.getsockname()[1]
            server.stop()


async def got(port: int, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(f"http://127.0.0.1:{port}{path}", headers=headers)


async def test_s35_what_an_answer_says_itself_stays_and_the_rest_is_added() -> None:
    async with served(Shell()) as port:
        answer = await got(port, "/fine/one")
        missing = await got(port, "/nothing")
    assert (answer.headers["cache-control"], answer.headers["content-security-policy"]) == ("no-cache", "its own")
    assert (missing.headers["cache-control"], missing.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert "strict-transport-security" not in answer.headers


async def test_s35_behind_tls_browsers_are_told_to_come_by_nothing_else() -> None:
    async with served(Shell(https=True)) as port:
        for path in ("/fine/one", "/nothing"):
            assert (await got(port, path)).headers["strict-transport-security"] == "max-age=15768000"


@pytest.mark.parametrize("path", ["/refused", "/nothing"])
async def test_s35_a_refused_websocket_is_answered_with_the_same_headers(path: str) -> None:
    async with served(Shell(https=True)) as port:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(f"ws://127.0.0.1:{port}{path}"):
                pass
    headers = refused.value.response.headers
    assert refused.value.response.status_code == 403
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"] == "max-age=15768000"
    assert len(headers["X-Request-Id"]) == 16


async def test_s35_what_is_no_http_is_answered_with_the_same_headers_and_no_banner() -> None:
    async with served(Shell()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"NONSENSE\r\n\r\n")
        async with asyncio.timeout(5):
            answer = await reader.read()
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 400 Bad Request", b"Invalid HTTP request received.")
    assert b"x-content-type-options: nosniff" in head
    assert b"cache-control: no-store" in head
    assert b"server:" not in head.lower()


async def test_a_request_has_an_id_of_its_own_unless_it_brings_a_harmless_one() -> None:
    async with served(Shell()) as port:
        own = [(await got(port, "/fine/one")).headers["x-request-id"] for _ in range(2)]
        assert [len(one) for one in own] == [16, 16]
        assert own[0] != own[1]
        given = await got(port, "/fine/one", **{"X-Request-Id": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"})
        assert given.headers["x-request-id"] == "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
        for bad in ("short", "x" * 65, "fan@example.com", "with space", '"quoted-one"'):
            assert (await got(port, "/fine/one", **{"X-Request-Id": bad})).headers["x-request-id"] != bad
        async with connect(f"ws://127.0.0.1:{port}/welcome") as socket:
            assert socket.response is not None
            assert len(socket.response.headers["X-Request-Id"]) == 16


async def test_s31_requests_are_logged_where_wanted_without_what_they_ask() -> None:
    async with served(Shell(access_log=True)) as port:
        with capture_logs() as logs:
            await got(port, "/fine/one?query=secret")
            async with connect(f"ws://127.0.0.1:{port}/welcome?token=secret"):
                pass
    for line in logs:
        assert 0 <= line.pop("ms") < 60_000
    shared = {"event": "request", "log_level": "info", "address": "127.0.0.1"}
    assert logs == [
        {**shared, "method": "GET", "path": "/fine/one", "status": 200},
        {**shared, "method": "WEBSOCKET", "path": "/welcome", "status": 101},
    ]


async def test_requests_are_not_logged_unless_wanted() -> None:
    async with served(Shell()) as port:
        with capture_logs() as logs:
            await got(port, "/fine/one")
    assert logs == []
