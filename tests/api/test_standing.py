"""What is open ends when what its token says is not so any more: signed out, or with other roles."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Any
from uuid import UUID

import httpx
import pytest
from websockets.exceptions import ConnectionClosedError

from domain.ids import UserId, read_id
from domain.topics import Kind, Topic
from resolvers.standing import ACCOUNTS
from tests.api.client import Client, Watch
from tests.api.conftest import House, open_house
from tests.api.documents import WATCH
from tests.api.test_sign_ins import EVERYWHERE, LOGOUT, code_of, signed_in
from tests.api.watching import TICKETS, run
from tests.subscriptions.test_redis import Valkey, valkey

__all__ = ["valkey"]

DEMOTE = "UPDATE account SET roles = '{ATTENDEE}' WHERE email = 'gate@example.com' RETURNING id"


async def ended(watch: Watch) -> tuple[int | None, str | None]:
    """With which code, and why; whatever is told until then is not looked at."""
    with suppress(ConnectionClosedError):
        async with asyncio.timeout(30):
            async for _ in watch.socket:
                pass
    return watch.socket.close_code, watch.socket.close_reason


def announce(house: House, user_id: UUID) -> None:
    house.usher.services.topics.announce(Topic(Kind.ACCOUNT, user_id))


SIGNED_OUT = (4403, "Signed out, or signed in with other roles by now")


async def test_s10_logout_closes_what_is_open_with_its_tokens_and_nothing_else(house: House) -> None:
    here, _ = await signed_in(house)
    async with (
        here.watch(TICKETS, {}) as mine,
        here.watch(WATCH, {"id": house.session_id}) as shared,
        house.fan.watch(WATCH, {"id": house.session_id}) as elsewhere,
    ):
        for watch in (mine, shared, elsewhere):
            await watch.next()
        await here.ask(LOGOUT)
        assert [await ended(mine), await ended(shared)] == [SIGNED_OUT] * 2
        await elsewhere.socket.send('{"type": "ping"}')
        assert await elsewhere.message() == {"type": "pong"}


async def test_s10_a_token_whose_sign_in_has_ended_opens_no_socket(house: House) -> None:
    here, _ = await signed_in(house)
    await here.ask(LOGOUT)
    with pytest.raises(ConnectionClosedError, match="4403"):
        async with here.watch(TICKETS, {}):
            pass


async def test_s5_who_loses_a_role_is_told_to_sign_in_again_at_once(house: House) -> None:
    async with house.gate.watch(WATCH, {"id": house.session_id}) as watch, house.fan.watch(TICKETS, {}) as other:
        await watch.next()
        await other.next()
        await run(house, DEMOTE)
        me = await house.gate.ask("{ me { id } }")
        announce(house, the_id(me["id"]))
        assert await ended(watch) == SIGNED_OUT
        await other.socket.send('{"type": "ping"}')
        assert await other.message() == {"type": "pong"}
    again = await house.nobody.signed_in("gate@example.com")
    async with again.watch(WATCH, {"id": house.session_id}) as watch:
        assert (await watch.next())["version"] == 0


def the_id(text: str) -> UserId:
    read = read_id(text)
    assert read is not None
    return UserId(read[1])


async def test_s10_a_stream_over_http_ends_with_its_sign_in_and_does_not_say_that_it_is_complete(house: House) -> None:
    here, _ = await signed_in(house)
    headers = {"Authorization": f"Bearer {here.token}", "Accept": "text/event-stream"}
    body: dict[str, Any] = {"query": TICKETS}
    async with asyncio.timeout(30), AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        stream = await stack.enter_async_context(http.stream("POST", house.url + "/graphql", json=body, headers=headers))
        lines = stream.aiter_lines()
        told = [await anext(lines)]
        while not told[-1].startswith("data:"):
            told.append(await anext(lines))
        await here.ask(LOGOUT)
        told += [line async for line in lines]
    assert [line for line in told if line.startswith("event:")] == ["event: next"]


async def test_nobody_who_is_not_signed_in_is_watched_and_nobody_stays_watched(house: House) -> None:
    here, _ = await signed_in(house)
    readings = house.usher.services.topics.readings[Kind.ACCOUNT]  # type: ignore[attr-defined]  # of the adapter
    async with house.nobody.watch(WATCH, {"id": house.session_id}) as nobody:
        await nobody.next()
        assert len(readings) == 0
        async with here.watch(WATCH, {"id": house.session_id}) as watch:
            await watch.next()
            assert len(readings) == 1
        async with asyncio.timeout(10):
            while len(readings):
                await asyncio.sleep(0.01)


def test_s10_without_anybody_to_tell_us_a_socket_is_looked_at_within_a_minute() -> None:
    # Jitter makes it half as long again.
    assert ACCOUNTS.check_every * 1.5 <= 50


async def test_s10_what_one_process_ends_the_other_knows(database_url: str, tmp_path: Any, valkey: Valkey) -> None:
    async with open_house(database_url, tmp_path, REDIS_URL=valkey.url) as house, house.twin(valkey.url) as twin:
        here, _ = await signed_in(house)
        there = Client(twin.url, twin.http, here.token)
        async with there.watch(WATCH, {"id": house.session_id}) as watch, there.watch(TICKETS, {}) as mine:
            await watch.next()
            await mine.next()
            assert await code_of(there) is None
            await here.ask(EVERYWHERE)
            assert [await ended(watch), await ended(mine)] == [SIGNED_OUT] * 2
        await refused_within(there, seconds=20)


async def test_s10_without_redis_the_other_process_knows_within_seconds(database_url: str, tmp_path: Any) -> None:
    async with open_house(database_url, tmp_path) as house, house.twin("memory://") as twin:
        here, _ = await signed_in(house)
        there = Client(twin.url, twin.http, here.token)
        assert await code_of(there) is None
        await here.ask(LOGOUT)
        await refused_within(there, seconds=30)


async def refused_within(client: Client, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while await code_of(client) != "UNAUTHENTICATED":
            await asyncio.sleep(0.05)


async def test_a_process_that_starts_knows_what_has_ended_before(database_url: str, tmp_path: Any) -> None:
    async with open_house(database_url, tmp_path) as house:
        here, _ = await signed_in(house)
        await here.ask(LOGOUT)
        async with house.twin("memory://") as twin:
            assert await code_of(Client(twin.url, twin.http, here.token)) == "UNAUTHENTICATED"
