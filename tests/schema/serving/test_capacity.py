"""Nobody takes all places: sockets by address and by user, subscriptions by process."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import psutil  # type: ignore[import-untyped]  # it has no types
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from schema.serving.capacity import Capacity, Places, TooMany, address_of
from schema.serving.listening import server_for
from tests.schema.serving.wire import ToyServer, Wire, toy_server, wire

COUNT = "subscription { watch }"


def test_places_are_taken_and_left() -> None:
    places = Places("chairs", 2)
    places.take("a")
    places.take("a")
    places.take("b")
    with pytest.raises(TooMany, match=r"^Too many chairs: 2 at most\.$"):
        places.take("a")
    places.leave("a")
    places.take("a")
    assert len(places) == 3
    for each in ("a", "a", "b"):
        places.leave(each)
    assert len(places) == 0


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (None, ""),
        (("192.0.2.1", 5), "192.0.2.1"),
        (("::ffff:192.0.2.1", 5), "192.0.2.1"),
        (("2001:db8:1:2:3:4:5:6", 5), "2001:db8:1:2::"),
        (("testclient", 5), "testclient"),
    ],
)
def test_a_household_counts_as_one_address(client: tuple[str, int] | None, address: str) -> None:
    assert address_of(client) == address


async def refused(server: ToyServer, **headers: str) -> tuple[int, object, str | None]:
    with pytest.raises(InvalidStatus) as refusal:
        async with connect(
            f"ws://127.0.0.1:{server.port}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")], additional_headers=headers
        ):
            pass
    response = refusal.value.response
    return response.status_code, bytes(response.body), response.headers.get("Retry-After")


async def test_s16_an_address_has_a_limit_of_sockets_and_is_told_so_in_words() -> None:
    async with toy_server(capacity=Capacity(sockets_per_address=2)) as server, wire(server) as first:
        async with wire(server):
            message = b'{"errors":[{"message":"Too many connections from one address: 2 at most.","extensions":{"code":"%s"}}]}'
            assert await refused(server) == (429, message % b"TOO_MANY_CONNECTIONS", "1")
            assert (server.counted("sockets"), server.counted("refusals_total")) == (2, 1)
        async with wire(server) as third:
            await third.start()
        await first.start()


async def test_without_denial_responses_the_handshake_is_just_refused() -> None:
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: object) -> None:
        sent.append(message)

    async with toy_server(capacity=Capacity(sockets_per_address=0)) as server:
        scope = {"type": "websocket", "client": ("192.0.2.1", 5), "headers": [], "subprotocols": [], "path": "/"}
        await server.endpoint(scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1000, "reason": ""}]


def from_client(server: ToyServer, forwarded_for: str) -> connect:
    url, protocols = f"ws://127.0.0.1:{server.port}/graphql", [Subprotocol("graphql-transport-ws")]
    return connect(url, subprotocols=protocols, additional_headers={"X-Forwarded-For": forwarded_for})


async def test_behind_a_trusted_proxy_the_address_is_the_clients_and_elsewhere_it_is_the_peers() -> None:
    one = Capacity(sockets_per_address=1)
    async with toy_server(capacity=one, trusted_proxies=["127.0.0.1"]) as server:
        async with from_client(server, "192.0.2.1"), from_client(server, "192.0.2.2"):
            assert (await refused(server, **{"X-Forwarded-For": "192.0.2.9, 192.0.2.2"}))[0] == 429
    async with toy_server(capacity=one) as server, from_client(server, "192.0.2.1"):
        assert (await refused(server, **{"X-Forwarded-For": "192.0.2.2"}))[0] == 429


async def test_s16_a_user_has_a_limit_of_sockets_who_is_not_signed_in_has_not() -> None:
    async with toy_server(capacity=Capacity(sockets_per_user=1)) as server, wire(server) as first:
        await first.start({"authorization": "Bearer good"})
        async with wire(server) as second, wire(server) as anonymous:
            await anonymous.start()
            await second.say({"type": "connection_init", "payload": {"authorization": "Bearer good"}})
            assert await second.closed() == (1013, "Too many connections of one user: 1 at most.")
        await first.socket.close()
        async with asyncio.timeout(5):
            while len(server.endpoint.live.users):
                await asyncio.sleep(0.01)
        async with wire(server) as third:
            await third.start({"authorization": "Bearer good"})


async def test_s16_a_server_has_a_limit_of_subscriptions_and_says_when_to_come_again() -> None:
    async with toy_server(capacity=Capacity(subscriptions=2)) as server, wire(server) as ws:
        await ws.start()
        for id in ("a", "b"):
            await ws.ask(id, COUNT)
            await ws.hear()
        await ws.ask("c", COUNT)
        message = "Too many subscriptions on this server: 2 at most."
        error = {"message": message, "extensions": {"code": "SERVER_BUSY", "retryAfterMs": 1000}}
        assert await ws.hear() == {"id": "c", "type": "error", "payload": [error]}
        assert server.counted("subscriptions") == 2
        await ws.say({"type": "complete", "id": "a"})
        await ws.ask("c", COUNT)
        assert await ws.hear() == {"type": "next", "id": "c", "payload": {"data": {"watch": 2}}}


async def stream(client: httpx.AsyncClient, stack: AsyncExitStack, token: str = "") -> httpx.Response:
    headers = {"Accept": "text/event-stream", **({"Authorization": f"Bearer {token}"} if token else {})}
    return await stack.enter_async_context(client.stream("POST", "/graphql", json={"query": COUNT}, headers=headers))


@pytest.mark.parametrize(
    ("capacity", "tokens"),
    [
        (Capacity(sockets_per_address=1), ("", "")),
        (Capacity(sockets_per_user=1), ("good", "good")),
        (Capacity(subscriptions=1), ("", "good")),
    ],
)
async def test_s16_streams_over_http_take_the_same_places(capacity: Capacity, tokens: tuple[str, str]) -> None:
    async with toy_server(capacity=capacity) as server, AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=5))
        assert (await stream(client, stack, tokens[0])).status_code == 200
        second = await stream(client, stack, tokens[1])
        assert (second.status_code, second.headers["retry-after"]) == (429, "1")
        assert b"TOO_MANY_CONNECTIONS" in await second.aread()
        await stack.aclose()
        async with asyncio.timeout(5):
            while server.counted("sockets"):
                await asyncio.sleep(0.01)
    live = server.endpoint.live
    assert (len(live.addresses), len(live.users), len(live.subscriptions)) == (0, 0, 0)


def test_the_defaults_are_what_the_docs_say() -> None:
    assert Capacity() == Capacity(20, 200, 20_000, timedelta(seconds=20), timedelta(seconds=15))
    config = server_for(None, lambda: None).config  # type: ignore[arg-type]  # not served
    assert (config.patience_seconds, config.proxy_headers) == (20.0, False)  # type: ignore[attr-defined]  # ours


async def test_s16_ten_thousand_subscriptions_on_one_socket_are_32_and_nothing_is_left_of_them() -> None:
    async with toy_server() as server:
        async with wire(server) as client:
            await client.start()
            before = memory()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(say_all(client, 10_000))
                heard = Counter([kind_of(await client.hear()) for _ in range(10_000)])
            assert heard == {"next": 32, "error": 9_968}
            assert (server.toys.watching, len(server.endpoint.live.subscriptions)) == (32, 32)
            assert memory() - before < 30 * 2**20
            async with wire(server) as other:
                await other.start()
                await other.ask("1", "{ hello }")
                assert kind_of(await other.hear()) == "next"
        async with asyncio.timeout(10):
            while server.toys.watching:
                server.toys.unwatched.clear()
                await server.toys.unwatched.wait()
        assert len(server.endpoint.live.subscriptions) == 0


async def say_all(client: Wire, count: int) -> None:
    for number in range(count):
        await client.ask(str(number), COUNT)


def kind_of(message: object) -> str:
    return str(message["type"]) if isinstance(message, dict) else ""


async def test_s16_who_comes_and_goes_leaves_nothing_behind() -> None:
    async with toy_server() as server, wire(server) as client:
        await client.start()
        for number in range(2_000):
            await client.ask("1", COUNT)
            assert kind_of(await client.hear()) == "next"
            await client.say({"type": "complete", "id": "1"})
            if number == 500:
                before = memory()
        assert memory() - before < 15 * 2**20
        await client.say({"type": "ping"})
        assert kind_of(await client.hear()) == "pong"
        assert len(server.endpoint.live.subscriptions) == 0


def memory() -> int:
    used: int = psutil.Process().memory_info().rss
    return used
