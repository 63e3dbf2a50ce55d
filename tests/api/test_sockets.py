"""Websockets of the real thing: no way in without an init, none past its limits, and none that outlives its token."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.api.conftest import House
from tests.api.documents import LOCK, WATCH
from tests.api.test_forged_tokens import the_forger
from tests.api.watching import TICKETS

LOGIN = 'mutation { login(input: {email: "fan@example.com", password: "wrong"}) { __typename } }'


def socket_to(house: House, *protocols: str) -> connect:
    url = house.url.replace("http", "ws") + "/graphql"
    return connect(url, subprotocols=protocols or ("graphql-transport-ws",))  # type: ignore[arg-type]  # a NewType of str


async def say(socket: ClientConnection, kind: str, **more: Any) -> None:
    await socket.send(json.dumps({"type": kind, **more}))


async def start(socket: ClientConnection, token: str | None = None) -> None:
    await say(socket, "connection_init", payload={"Authorization": f"Bearer {token}"} if token else None)
    assert await heard(socket) == {"type": "connection_ack"}


async def heard(socket: ClientConnection) -> Any:
    async with asyncio.timeout(20):
        return json.loads(await socket.recv())


async def closed(socket: ClientConnection, within: float = 20) -> tuple[int | None, str | None]:
    async with asyncio.timeout(within):
        await socket.wait_closed()
    return socket.close_code, socket.close_reason


async def test_s13_nothing_is_told_before_an_init_and_a_second_one_ends_it(house: House) -> None:
    async with socket_to(house) as socket:
        await say(socket, "subscribe", id="1", payload={"query": TICKETS})
        assert await closed(socket) == (4401, "Unauthorized")
    async with socket_to(house) as socket:
        await start(socket)
        await say(socket, "connection_init", payload={"Authorization": f"Bearer {house.fan.token}"})
        assert await closed(socket) == (4429, "Too many initialisation requests")


async def test_s13_the_legacy_protocol_alone_is_refused(house: House) -> None:
    async with socket_to(house, "graphql-ws") as socket:
        assert (socket.subprotocol, (await closed(socket))[0]) == (None, 4406)


async def test_s13_a_token_that_ends_in_three_seconds_takes_its_socket_with_it(house: House) -> None:
    forger = await the_forger(house)
    ends = int(datetime.now(UTC).timestamp()) + 3
    async with socket_to(house) as socket:
        await start(socket, forger.ours(exp=ends))
        await say(socket, "subscribe", id="1", payload={"query": WATCH, "variables": {"id": house.session_id}})
        assert (await heard(socket))["type"] == "next"
        assert await closed(socket, within=30) == (4403, "The access token has ended")
    assert ends - 1 <= datetime.now(UTC).timestamp() <= ends + 5


async def test_s13_nobody_is_told_what_is_somebodys(house: House) -> None:
    async with socket_to(house) as socket:
        await start(socket)
        await say(socket, "subscribe", id="1", payload={"query": TICKETS})
        message = await heard(socket)
        payload = message["payload"]
        [error] = payload if message["type"] == "error" else payload["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"


async def test_s13_a_mutation_over_a_socket_obeys_the_limits_that_it_has_over_http(house: House) -> None:
    async with socket_to(house) as socket:
        await start(socket)
        kinds = []
        for number in range(12):
            await say(socket, "subscribe", id=str(number), payload={"query": LOGIN})
            kinds.append((await heard(socket))["payload"]["data"]["login"]["__typename"])
            assert (await heard(socket))["type"] == "complete"
        assert kinds == ["InvalidCredentials"] * 10 + ["TooManyAttempts"] * 2
    assert (await house.nobody.ask(LOGIN))["__typename"] == "TooManyAttempts"
    over_http = await house.nobody.raw(LOCK, house.lock("A-1"))
    async with socket_to(house) as socket:
        await start(socket)
        await say(socket, "subscribe", id="1", payload={"query": LOCK, "variables": house.lock("A-1")})
        message = await heard(socket)
        payload = message["payload"]
        [error] = payload if message["type"] == "error" else payload["errors"]
        assert error["extensions"]["code"] == over_http["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_s13_queries_count_among_the_operations_of_a_socket(house: House) -> None:
    async with socket_to(house) as socket:
        await start(socket)
        for number in range(32):
            await say(socket, "subscribe", id=str(number), payload={"query": WATCH, "variables": {"id": house.session_id}})
            assert (await heard(socket))["type"] == "next"
        await say(socket, "subscribe", id="one more", payload={"query": "{ me { id } }"})
        refused = await heard(socket)
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("one more", "TOO_MANY_OPERATIONS")
