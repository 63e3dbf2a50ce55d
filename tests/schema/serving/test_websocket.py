"""graphql-transport-ws, over a real socket."""

import asyncio
from datetime import timedelta

import pytest
from starlette.types import Message
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http.exceptions import WebSocketDisconnected
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from schema.serving.websocket import SafeSocket
from tests.schema.serving.test_capacity import kind_of
from tests.schema.serving.toy import FAN, toy_schema
from tests.schema.serving.wire import ToyServer, toy_server, wire

ENDED = (4403, "The access token has ended")


def error_of(message: object) -> tuple[object, object, object]:
    match message:
        case {"type": kind, "id": id, "payload": [{"extensions": {"code": code}}]}:
            return kind, id, code
    return message, None, None


async def test_a_subscription_counts_and_completes(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.start()
        await ws.ask("a", "subscription ($n: Int!) { count(to: $n) }", variables={"n": 2}, operationName=None, extensions={})
        assert [await ws.hear() for _ in range(3)] == [
            {"type": "next", "id": "a", "payload": {"data": {"count": 0}}},
            {"type": "next", "id": "a", "payload": {"data": {"count": 1}}},
            {"type": "complete", "id": "a"},
        ]


@pytest.mark.parametrize("payload", [None, {}, {"authorization": None}, {"authorization": ""}, {"other": 1}])
async def test_without_a_token_one_connects_as_nobody(server: ToyServer, payload: object) -> None:
    async with wire(server) as ws:
        await ws.start(payload)
        await ws.ask("a", "{ viewerId }")
        assert await ws.hear() == {"type": "next", "id": "a", "payload": {"data": {"viewerId": None}}}


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
async def test_a_token_says_who_connects(server: ToyServer, name: str) -> None:
    async with wire(server) as ws:
        await ws.start({name: "Bearer good"})
        await ws.ask("a", "{ viewerId }")
        assert await ws.hear() == {"type": "next", "id": "a", "payload": {"data": {"viewerId": str(FAN)}}}


@pytest.mark.parametrize("given", ["Bearer bad", "good", "Basic good", 1, ["Bearer good"], {"a": 1}])
async def test_s13_a_bad_token_closes_the_connection(server: ToyServer, given: object) -> None:
    async with wire(server) as ws:
        await ws.say({"type": "connection_init", "payload": {"authorization": given}})
        assert await ws.closed() == (4403, "Forbidden")


async def test_s13_the_connection_ends_with_its_token_and_so_do_its_operations(server: ToyServer) -> None:
    server.toys.unwatched.clear()
    async with wire(server) as ws:
        await ws.start({"authorization": "Bearer short"})
        await ws.ask("a", "subscription { watch }")
        assert await ws.hear() == {"type": "next", "id": "a", "payload": {"data": {"watch": 1}}}
        assert await ws.closed() == ENDED
    async with asyncio.timeout(5):
        await server.toys.unwatched.wait()
    assert server.toys.watching == 0


@pytest.mark.parametrize(
    "message",
    [
        b"{}",
        "",
        "{",
        "[" * 20_000,
        "1" * 50_000,
        '"\\ud800"',
        "[]",
        "1",
        "null",
        '"ping"',
        "{}",
        '{"type": 1}',
        '{"type": ["ping"]}',
        '{"type": "nonsense"}',
        '{"type": "' + "é" * 200 + '"}',
        '{"type": "ping", "payload": "x"}',
        '{"type": "pong", "payload": []}',
        '{"type": "connection_init", "payload": "x"}',
        '{"type": "connection_init", "payload": [1]}',
        '{"type": "complete"}',
        '{"type": "complete", "id": {}}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": {}, "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": ["a"], "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "a", "payload": null}',
        '{"type": "subscribe", "id": "a", "payload": "{ hello }"}',
        '{"type": "subscribe", "id": "a", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "a", "payload": {"query": "{ hello }", "variables": []}}',
        '{"type": "subscribe", "id": "a", "payload": {"query": "{ hello }", "operationName": {}}}',
        '{"type": "subscribe", "id": "a", "payload": {"query": "{ hello }", "extensions": "x"}}',
    ],
)
async def test_s13_a_malformed_message_closes_the_connection_in_order(server: ToyServer, message: str | bytes) -> None:
    async with wire(server) as ws:
        await ws.start()
        await ws.say(message)
        assert (await ws.closed())[0] == 4400


async def test_a_ping_is_answered_with_its_payload_also_before_the_init(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.say({"type": "ping", "payload": {"sent": 5}})
        assert await ws.hear() == {"type": "pong", "payload": {"sent": 5}}
        await ws.say({"type": "pong"})
        await ws.say({"type": "ping"})
        assert await ws.hear() == {"type": "pong"}


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("{ hello", None, "GRAPHQL_PARSE_FAILED"),
        ("", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("{ hello }", "B", "OPERATION_RESOLUTION_FAILURE"),
        ("query A { hello } query B { hello }", None, "OPERATION_RESOLUTION_FAILURE"),
        ("subscription { count }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: String!) { hello(name: $n) }", None, "BAD_USER_INPUT"),
        ("subscription ($n: Int!) { count(to: $n) }", None, "BAD_USER_INPUT"),
        ("{ slow }", None, "TIMEOUT"),
    ],
)
async def test_a_wrong_operation_is_an_error_of_its_own_and_the_connection_lives_on(
    server: ToyServer, query: str, name: str | None, code: str
) -> None:
    async with wire(server) as ws:
        await ws.start()
        await ws.ask("a", query, operationName=name)
        answer = await ws.hear()
        if code == "BAD_USER_INPUT" and query.startswith("query"):
            assert answer["payload"]["errors"][0]["extensions"]["code"] == code  # type: ignore[index]  # a query's answer
            assert await ws.hear() == {"type": "complete", "id": "a"}
        else:
            assert error_of(answer) == ("error", "a", code)
        await ws.ask("a", "{ hello }")
        assert await ws.hear() == {"type": "next", "id": "a", "payload": {"data": {"hello": "hello world"}}}


async def test_every_operation_has_a_context_of_its_own(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.start({"authorization": "Bearer good"})
        before = len(server.toys.contexts)
        for id in ("a", "b"):
            await ws.ask(id, "{ hello }")
            assert [await ws.hear() for _ in range(2)][1] == {"type": "complete", "id": id}
        first, second = server.toys.contexts[before:]
        assert first is not second
        assert first.viewer is second.viewer is not None


async def test_completing_ends_the_operation_and_frees_its_id(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.start()
        for _ in range(2):
            server.toys.unwatched.clear()
            await ws.ask("a", "subscription { watch }")
            assert await ws.hear() == {"type": "next", "id": "a", "payload": {"data": {"watch": 1}}}
            await ws.say({"type": "complete", "id": "a"})
            async with asyncio.timeout(5):
                await server.toys.unwatched.wait()


async def test_a_client_that_vanishes_leaves_nothing_behind(server: ToyServer) -> None:
    server.toys.unwatched.clear()
    async with wire(server) as ws:
        await ws.start()
        await ws.ask("a", "subscription { watch }")
        await ws.hear()
        ws.socket.transport.abort()
    async with asyncio.timeout(5):
        await server.toys.unwatched.wait()
    assert server.toys.watching == 0


async def test_a_client_that_vanishes_while_it_is_told_something_is_no_error(server: ToyServer) -> None:
    server.toys.unwatched.clear()
    counted = server.schema.unexpected.count
    async with wire(server) as ws:
        await ws.start()
        await ws.ask("a", "subscription { flood }")
        await ws.hear()
        ws.socket.transport.abort()
    async with asyncio.timeout(5):
        await server.toys.unwatched.wait()
    assert server.schema.unexpected.count == counted


async def test_a_socket_that_the_server_has_closed_takes_no_more_and_does_not_mind_being_closed_again() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        if message["type"] == "websocket.send":
            raise RuntimeError("Unexpected ASGI message 'websocket.send', after sending 'websocket.close'")
        sent.append(message)

    socket = WebSocket({"type": "websocket"}, receive, send)
    await socket.accept()
    adapter = SafeSocket(GraphQL(toy_schema()), socket, socket)
    with pytest.raises(WebSocketDisconnected):
        await adapter.send_json({"type": "ping"})
    await adapter.close(4403, "Forbidden")
    await adapter.close(4408, "Connection initialisation timeout")
    assert [(each["type"], each.get("code")) for each in sent] == [("websocket.accept", None), ("websocket.close", 4403)]


async def test_s13_what_comes_too_early_too_often_or_twice_closes_the_connection(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.ask("a", "{ hello }")
        assert await ws.closed() == (4401, "Unauthorized")
    async with wire(server) as ws:
        await ws.start()
        await ws.say({"type": "connection_init"})
        assert await ws.closed() == (4429, "Too many initialisation requests")
    long = "é" * 200
    async with wire(server) as ws:
        await ws.start()
        await ws.ask(long, "subscription { watch }")
        await ws.hear()
        await ws.ask(long, "subscription { watch }")
        code, reason = await ws.closed()
        assert (code, reason) == (4409, "Subscriber for " + "é" * 54)


async def test_s16_a_connection_has_at_most_32_operations(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.start()
        for number in range(32):
            await ws.ask(str(number), "subscription { watch }")
            assert kind_of(await ws.hear()) == "next"
        await ws.ask("one more", "{ hello }")
        assert error_of(await ws.hear()) == ("error", "one more", "TOO_MANY_OPERATIONS")
        await ws.say({"type": "complete", "id": "0"})
        await ws.ask("one more", "{ hello }")
        assert await ws.hear() == {"type": "next", "id": "one more", "payload": {"data": {"hello": "hello world"}}}


async def test_s13_who_says_nothing_is_not_waited_for() -> None:
    async with toy_server(init_timeout=timedelta(milliseconds=50)) as server, wire(server) as ws:
        assert await ws.closed() == (4408, "Connection initialisation timeout")


async def test_s13_the_old_subprotocol_is_not_spoken(server: ToyServer) -> None:
    url = f"ws://127.0.0.1:{server.port}/graphql"
    async with connect(url) as socket:
        await socket.wait_closed()
        assert socket.close_code == 4406
    async with connect(url, subprotocols=[Subprotocol("graphql-ws"), Subprotocol("graphql-transport-ws")]) as socket:
        assert socket.subprotocol == "graphql-transport-ws"


async def test_s14_pages_of_other_origins_are_refused_unless_they_are_listed(server: ToyServer) -> None:
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{server.port + 1}"):
        with pytest.raises(InvalidStatus) as refused:
            async with wire(server, origin=origin):
                pass
        assert refused.value.response.status_code == 403
    for origin in ("https://shop.example", f"http://127.0.0.1:{server.port}"):
        async with wire(server, origin=origin) as ws:
            await ws.start()
