"""Connections on which the head of a request never ends: they are let go, whatever trickles in; others stay."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from schema.serving.transports import Config
from tests.schema.serving.raw import RawSocket, raw_socket
from tests.schema.serving.wire import ToyServer, toy_server, wire

ASKED = b"GET /graphql?query={hello} HTTP/1.1\r\nHost: usher.example\r\n\r\n"
STREAMED = b"GET /graphql?query=subscription{seats{version}} HTTP/1.1\r\nHost: usher.example\r\nAccept: text/event-stream\r\n\r\n"
UPLOAD = b"POST /nothing HTTP/1.1\r\nHost: usher.example\r\nContent-Length: 1000000\r\n\r\n"


@asynccontextmanager
async def hurried() -> AsyncIterator[ToyServer]:
    async with toy_server() as server:
        assert isinstance(server.server.config, Config)
        server.server.config.head_seconds = 0.3
        yield server


async def trickle(client: RawSocket) -> None:
    """A byte at a time, until nobody takes it any more."""
    try:
        async with asyncio.timeout(10):
            while True:
                await client.write(b"x")
                await asyncio.sleep(0.01)
    except (ConnectionResetError, BrokenPipeError):
        return


async def test_f37_a_connection_that_says_nothing_is_let_go() -> None:
    async with hurried() as server, raw_socket(server) as client:
        await client.read_to_the_end()
        assert client.received == b""


@pytest.mark.parametrize("answered", [False, True])
async def test_f37_a_head_that_trickles_in_is_not_waited_for_first_or_later(answered: bool) -> None:
    async with hurried() as server, raw_socket(server) as client:
        if answered:
            await client.write(ASKED)
            await client.read_until(b'{"data":{"hello":"hello world"}}')
        await client.write(b"GET / HTTP/1.1\r\nX-")
        await trickle(client)


async def test_f37_the_rest_of_a_body_that_was_answered_is_not_waited_for() -> None:
    async with hurried() as server, raw_socket(server) as client:
        await client.write(UPLOAD)
        await client.read_until(b"HTTP/1.1 404")
        await trickle(client)


async def test_who_asks_in_time_is_answered_as_often_as_it_likes_and_sockets_stay_open() -> None:
    async with hurried() as server, wire(server) as ws, raw_socket(server) as client, raw_socket(server) as silent:
        await ws.start()
        for times in range(1, 4):
            await client.write(ASKED * 2)
            await client.read_until(b'{"data":{"hello":"hello world"}}', 2 * times)
        await silent.read_to_the_end()
        await ws.ask("a", "{ hello }")
        assert await ws.hear() == {"id": "a", "type": "next", "payload": {"data": {"hello": "hello world"}}}


async def test_an_answer_may_take_longer_than_a_head() -> None:
    async with hurried() as server, raw_socket(server) as client, raw_socket(server) as silent:
        await client.write(ASKED + STREAMED)
        await client.read_until(b"event: next")
        await silent.read_to_the_end()
        server.toys.change("A-1")
        await client.read_until(b"event: next", 2)
