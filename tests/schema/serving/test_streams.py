"""Subscriptions over HTTP: server-sent events and Apollo's multipart, to those who want nothing more than that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.types import Message

from schema.serving import streams
from tests.schema.serving.wire import ToyServer, toy_server, wire

EVENTS = "text/event-stream"
APOLLO = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9"
URQL = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
COUNT = "subscription { count(to: 2) }"
SEATS = "subscription { seats { previous version seats } }"
NEXT = 'event: next\ndata: {"data":%s}\n\n'
COMPLETE = "event: complete\ndata: \n\n"


async def ask(client: httpx.AsyncClient, query: str, accept: str, **headers: str) -> httpx.Response:
    return await client.post("/graphql", json={"query": query}, headers={"Accept": accept, **headers})


class Stream:
    """What comes of a response, piece by piece."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._pieces = response.aiter_text()
        self.text = ""

    async def until(self, part: str) -> str:
        async with asyncio.timeout(5):
            while part not in self.text:
                self.text += await anext(self._pieces)
        return self.text

    async def end(self) -> str:
        async with asyncio.timeout(5):
            async for piece in self._pieces:
                self.text += piece
        return self.text


@asynccontextmanager
async def streamed(server: ToyServer, query: str, accept: str = EVENTS, **headers: str) -> AsyncIterator[Stream]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=5) as client:
        async with client.stream("POST", "/graphql", json={"query": query}, headers={"Accept": accept, **headers}) as response:
            yield Stream(response)


async def until_gone(server: ToyServer) -> None:
    async with asyncio.timeout(5):
        while server.counted("sockets"):
            await asyncio.sleep(0.01)


async def test_a_subscription_as_events(client: httpx.AsyncClient) -> None:
    answer = await ask(client, COUNT, EVENTS)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
    assert answer.text == ":\n\n" + NEXT % '{"count":0}' + NEXT % '{"count":1}' + COMPLETE


async def test_a_subscription_as_events_by_get(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": COUNT}, headers={"Accept": EVENTS})
    assert answer.text == ":\n\n" + NEXT % '{"count":0}' + NEXT % '{"count":1}' + COMPLETE


async def test_a_subscription_in_parts_that_each_end_with_a_boundary(client: httpx.AsyncClient) -> None:
    answer = await ask(client, COUNT, APOLLO)
    assert answer.headers["content-type"] == 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"'
    part = '\r\nContent-Type: application/json\r\n\r\n{"payload":{"data":{"count":%d}}}\r\n--graphql'
    assert answer.text == "\r\n--graphql" + part % 0 + part % 1 + "--\r\n"


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        URQL,
        "application/json",
        "application/json, text/event-stream",
        "text/event-stream;q=0.9, application/json",
        "text/event-stream;q=0",
        "multipart/mixed",
        "multipart/mixed;deferSpec=20220824",
        "application/json, multipart/mixed;subscriptionSpec=1.0",
        "text/*",
    ],
)
async def test_who_would_rather_have_json_gets_no_stream(client: httpx.AsyncClient, accept: str) -> None:
    answer = await ask(client, "{ hello }", accept)
    assert answer.json() == {"data": {"hello": "hello world"}}
    refused = await ask(client, COUNT, accept)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "accept",
    [
        EVENTS,
        "TEXT/Event-Stream ; charset=utf-8",
        "text/event-stream, application/json",
        "application/json;q=0.5, text/event-stream;q=0.8",
    ],
)
async def test_who_wants_events_most_gets_queries_as_events_too(client: httpx.AsyncClient, accept: str) -> None:
    answer = await ask(client, "{ hello }", accept)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.text == NEXT % '{"hello":"hello world"}' + COMPLETE


async def test_who_wants_parts_gets_queries_as_json(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "{ hello }", APOLLO)
    assert answer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ hello", "GRAPHQL_PARSE_FAILED"),
        ("subscription ($n: Int!) { count(to: $n) }", "BAD_USER_INPUT"),
        ("subscription ($n: Int!) { seats(room: $n) { version } }", "BAD_USER_INPUT"),
    ],
)
async def test_a_wrong_operation_is_told_in_the_stream(client: httpx.AsyncClient, query: str, code: str) -> None:
    answer = await ask(client, query, EVENTS)
    assert answer.status_code == 200
    assert answer.text.endswith(COMPLETE)
    assert f'"code":"{code}"' in answer.text
    assert '"data":' not in answer.text.replace("data: ", "")


async def test_a_request_that_is_none_is_refused_as_ever(client: httpx.AsyncClient) -> None:
    bad_token = await ask(client, COUNT, EVENTS, Authorization="Bearer bad")
    assert (bad_token.status_code, bad_token.headers["content-type"]) == (401, "application/json; charset=utf-8")
    mutation = await client.get("/graphql", params={"query": "mutation { blow }"}, headers={"Accept": EVENTS})
    assert mutation.status_code == 405


async def test_streams_and_sockets_share_one_execution() -> None:
    async with toy_server() as server, wire(server) as ws:
        async with streamed(server, SEATS) as events, streamed(server, SEATS, APOLLO) as parts:
            await ws.start()
            await ws.ask("a", SEATS)
            await ws.hear()
            for stream in (events, parts):
                await stream.until('"version":0')
            server.toys.change("A-1")
            said = '{"data":{"seats":{"previous":0,"version":1,"seats":["A-1 HELD"]}}}'
            assert (await events.until('"version":1')).endswith(f"event: next\ndata: {said}\n\n")
            assert f'{{"payload":{said}}}\r\n--graphql' in await parts.until('"version":1')
            await ws.hear()
            assert (server.toys.told, server.toys.sources, server.counted("sockets")) == (2, 1, 3)


@pytest.mark.parametrize("query", [SEATS, "subscription { watch }"])
async def test_a_client_that_leaves_ends_the_source(query: str) -> None:
    async with toy_server() as server:
        async with streamed(server, query) as stream:
            await stream.until("data: ")
            assert (server.toys.sources + server.toys.watching, server.counted("subscriptions")) == (1, 1)
        await until_gone(server)
        assert (server.toys.sources, server.toys.watching, server.counted("subscriptions")) == (0, 0, 0)
        assert server.counted("cut_offs_total") == 0


@pytest.mark.parametrize(("accept", "beat"), [(EVENTS, ":\n\n" * 3), (APOLLO, "\r\n\r\n{}\r\n--graphql")])
async def test_a_stream_without_news_has_heartbeats(monkeypatch: pytest.MonkeyPatch, accept: str, beat: str) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.02)
    async with toy_server() as server, streamed(server, "subscription { watch }", accept) as stream:
        await stream.until(beat)


async def test_a_stream_ends_with_its_token_and_is_not_complete() -> None:
    async with toy_server() as server, streamed(server, "subscription { watch }", Authorization="Bearer short") as stream:
        assert await stream.end() == ":\n\n" + NEXT % '{"watch":1}'
        await until_gone(server)
        assert server.toys.watching == 0


async def test_a_stream_ends_at_once_with_the_server_and_is_not_complete() -> None:
    async with toy_server() as server, streamed(server, SEATS) as stream:
        await stream.until('"version":0')
        server.server.stop()
        async with asyncio.timeout(1):
            assert COMPLETE not in await stream.end()


async def test_a_bug_is_masked_and_ends_the_stream(server: ToyServer, client: httpx.AsyncClient) -> None:
    counted = server.schema.unexpected.count
    answer = await ask(client, "subscription { crash(withNotFound: false) }", EVENTS)
    assert '"code":"INTERNAL"' in answer.text
    assert answer.text.endswith(COMPLETE)
    assert "hunter2" not in answer.text
    # The first is for finding out that it is a subscription.
    server.toys.contexts_left = 1
    answer = await ask(client, COUNT, EVENTS)
    server.toys.contexts_left = None
    assert '"code":"INTERNAL"' in answer.text
    assert answer.text.endswith(COMPLETE)
    assert server.schema.unexpected.count - counted == 2


async def test_a_server_that_cannot_say_that_it_stops_serves_streams_too() -> None:
    sent: list[Message] = []
    body = b'{"query": "subscription { count(to: 1) }"}'
    asked: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if asked:
            return asked.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    async with toy_server() as server:
        headers = [(b"accept", EVENTS.encode()), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers, "client": None}
        await server.endpoint(scope, receive, send)
    assert b"".join(each.get("body", b"") for each in sent).decode() == ":\n\n" + NEXT % '{"count":0}' + COMPLETE
