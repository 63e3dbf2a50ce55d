"""Staying signed in and signing out: rotation, stolen tokens, and what ends with a sign-in."""

import asyncio
import base64
import hashlib
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from domain.errors import TooManyAttempts
from resolvers.sign_ins import refresh
from subscriptions.buckets import Buckets
from subscriptions.limits import LocalLimits
from tests.api.client import Client
from tests.api.conftest import House
from tests.api.watching import run

LOGIN = """mutation($input: LoginInput!) { login(input: $input) { ... on AuthTokens { accessToken refreshToken } } }"""
REFRESH = """mutation($token: String!) { refresh(refreshToken: $token) { __typename
  ... on AuthTokens { accessToken refreshToken user { email } } ... on Error { code } ... on TooManyAttempts { retryAfterMs } } }"""
ME = "{ me { email } }"
SIGN_INS = "{ me { signIns { id device startedAt lastUsedAt expiresAt current } } }"
LOGOUT = "mutation { logout { __typename ... on SignedOut { signInIds } } }"
EVERYWHERE = "mutation { logoutEverywhere { __typename ... on SignedOut { signInIds } } }"
END = "mutation($id: ID!) { endSignIn(id: $id) { __typename ... on SignedOut { signInIds } ... on Error { code } } }"
REFUSED = {"__typename": "InvalidCredentials", "code": "INVALID_CREDENTIALS"}
AGED = "UPDATE refresh_token SET spent_at = spent_at - interval '11 seconds' WHERE spent_at IS NOT NULL"


async def signed_in(house: House, email: str = "fan@example.com") -> tuple[Client, str]:
    """A client, and its refresh token."""
    tokens = await house.nobody.ask(LOGIN, {"input": {"email": email, "password": "usher-demo"}})
    return Client(house.url, house.nobody.http, tokens["accessToken"]), tokens["refreshToken"]


async def refreshed(house: House, token: str) -> Any:
    return await house.nobody.ask(REFRESH, {"token": token})


async def code_of(client: Client, document: str = ME) -> str | None:
    errors = (await client.raw(document)).get("errors")
    return errors[0]["extensions"]["code"] if errors else None


async def sign_ins_of(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.ask(SIGN_INS))["signIns"]
    return found


async def test_a_refresh_answers_with_new_tokens_of_the_same_sign_in(house: House) -> None:
    client, token = await signed_in(house, "rival@example.com")
    before = [one for one in await sign_ins_of(client) if one["current"]]
    fresh = await refreshed(house, token)
    assert (fresh["user"], fresh["refreshToken"] == token) == ({"email": "rival@example.com"}, False)
    after = [one for one in await sign_ins_of(Client(house.url, house.nobody.http, fresh["accessToken"])) if one["current"]]
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert after[0]["lastUsedAt"] > before[0]["lastUsedAt"]


async def test_s10_twenty_who_refresh_at_once_get_one_successor(house: House) -> None:
    _, token = await signed_in(house)
    answers = await asyncio.gather(*(refreshed(house, token) for _ in range(20)))
    assert {answer["__typename"] for answer in answers} == {"AuthTokens"}
    [successor] = {answer["refreshToken"] for answer in answers}
    assert (await refreshed(house, successor))["__typename"] == "AuthTokens"


async def test_s10_a_spent_token_after_the_grace_ends_the_sign_in_and_all_that_came_of_it(house: House) -> None:
    client, stolen = await signed_in(house)
    fresh = await refreshed(house, stolen)
    await run(house, AGED)
    assert await refreshed(house, stolen) == REFUSED
    assert await refreshed(house, fresh["refreshToken"]) == REFUSED
    assert await code_of(client) == "UNAUTHENTICATED"
    assert await code_of(Client(house.url, house.nobody.http, fresh["accessToken"])) == "UNAUTHENTICATED"
    assert await house.fan.ask(ME) == {"email": "fan@example.com"}


async def test_s10_a_spent_token_within_the_grace_whose_successor_is_spent_ends_the_sign_in(house: House) -> None:
    _, stolen = await signed_in(house)
    second = (await refreshed(house, stolen))["refreshToken"]
    third = (await refreshed(house, second))["refreshToken"]
    assert await refreshed(house, stolen) == REFUSED
    assert await refreshed(house, third) == REFUSED


async def test_s10_a_sign_in_is_refreshed_sixty_times_at_once_and_then_once_in_ten_seconds(house: House) -> None:
    (_, token), (_, other) = await signed_in(house), await signed_in(house)
    clock = [0.0]
    services = replace(house.usher.services, limits=LocalLimits(Buckets(clock=lambda: clock[0])))
    for _ in range(60):
        token = (await refresh(services, token)).refresh_token
    stored = await tokens_stored(house)
    for _ in range(2):
        with pytest.raises(TooManyAttempts) as refused:
            await refresh(services, token)
        assert refused.value.retry_after_ms == 10_000
    assert await tokens_stored(house) == stored
    # Of this sign-in, not of the account; and what was refused is not spent.
    await refresh(services, other)
    clock[0] += 10
    token = (await refresh(services, token)).refresh_token
    with pytest.raises(TooManyAttempts):
        await refresh(services, token)


async def test_who_refreshes_too_often_is_told_when_to_come_again(house: House) -> None:
    _, token = await signed_in(house)
    answers = [await refreshed(house, token)]
    while answers[-1]["__typename"] == "AuthTokens" and len(answers) < 100:
        answers.append(await refreshed(house, answers[-1]["refreshToken"]))
    assert (answers[-1]["__typename"], answers[-1]["code"]) == ("TooManyAttempts", "TOO_MANY_ATTEMPTS")
    assert 0 < answers[-1]["retryAfterMs"] <= 10_000


async def test_a_token_that_was_never_ours_ends_nothing(house: House) -> None:
    _, token = await signed_in(house)
    for made_up in ("", "x", token + "x", token[:-1], "é\0", "a" * 10_000):
        assert await refreshed(house, made_up) == REFUSED
    assert (await refreshed(house, token))["__typename"] == "AuthTokens"


async def test_s10_the_database_holds_nothing_to_sign_in_with(house: House) -> None:
    client, token = await signed_in(house)
    fresh = await refreshed(house, token)
    stored = await dump(house)
    assert len(stored) > 1_000
    for secret in (token, fresh["refreshToken"], str(client.token), fresh["accessToken"]):
        assert secret not in stored
        assert base64.urlsafe_b64decode(secret.rsplit(".", 1)[-1] + "==").hex() not in stored
    # What is stored is no token either: not as it is, and not as tokens are written.
    hashed = hashlib.sha256(fresh["refreshToken"].encode()).digest()
    assert hashed.hex() in stored
    for form in (hashed.hex(), base64.urlsafe_b64encode(hashed).decode().rstrip("=")):
        assert await refreshed(house, form) == REFUSED


async def tokens_stored(house: House) -> int:
    connection = await asyncpg.connect(house.database_url)
    stored: int = await connection.fetchval("SELECT count(*) FROM refresh_token")
    await connection.close()
    return stored


async def dump(house: House) -> str:
    """All rows of all tables, as text."""
    connection = await asyncpg.connect(house.database_url)
    tables = await connection.fetch("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
    rows = [await connection.fetchval(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {name} t") for (name,) in tables]
    await connection.close()
    return " ".join(rows)


async def test_s10_logout_ends_this_sign_in_and_no_other(house: House) -> None:
    here, token = await signed_in(house)
    there, other = await signed_in(house)
    [current] = [one["id"] for one in await sign_ins_of(here) if one["current"]]
    assert await here.ask(LOGOUT) == {"__typename": "SignedOut", "signInIds": [current]}
    assert await refreshed(house, token) == REFUSED
    assert await code_of(here) == "UNAUTHENTICATED"
    assert current not in [one["id"] for one in await sign_ins_of(there)]
    assert (await refreshed(house, other))["__typename"] == "AuthTokens"


async def test_s10_logout_everywhere_ends_all_of_the_account_and_nobody_elses(house: House) -> None:
    here, token = await signed_in(house)
    there, other = await signed_in(house)
    everything = {one["id"] for one in await sign_ins_of(here)}
    answer = await here.ask(EVERYWHERE)
    assert (set(answer["signInIds"]), len(answer["signInIds"])) == (everything, 3)
    assert [await code_of(one) for one in (here, there, house.fan)] == ["UNAUTHENTICATED"] * 3
    assert [await refreshed(house, one) for one in (token, other)] == [REFUSED] * 2
    assert await house.rival.ask(ME) == {"email": "rival@example.com"}


async def test_any_of_ones_own_sign_ins_can_be_ended_and_nobody_elses(house: House) -> None:
    here, _ = await signed_in(house)
    lost, token = await signed_in(house)
    [wanted] = [one["id"] for one in await sign_ins_of(lost) if one["current"]]
    not_found = {"__typename": "NotFound", "code": "NOT_FOUND"}
    assert await house.rival.ask(END, {"id": wanted}) == not_found
    assert await here.ask(END, {"id": "signin_nonsense"}) == not_found
    assert await here.ask(END, {"id": wanted}) == {"__typename": "SignedOut", "signInIds": [wanted]}
    assert await here.ask(END, {"id": wanted}) == not_found
    assert (await code_of(lost), await refreshed(house, token)) == ("UNAUTHENTICATED", REFUSED)
    assert await code_of(here) is None


async def test_a_sign_in_is_called_by_the_device_that_it_is_on_over_http_and_websocket(house: House) -> None:
    variables = {"input": {"email": "rival@example.com", "password": "usher-demo"}}
    headers = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}
    await house.nobody.http.post(house.url + "/graphql", json={"query": LOGIN, "variables": variables}, headers=headers)
    async with house.nobody.watch(LOGIN, variables) as socket:
        await socket.next()
    found = [(one["device"], one["current"]) for one in await sign_ins_of(house.rival)]
    assert found == [("Python", False), ("Firefox on Linux", False), ("python-httpx", True)]


async def test_without_a_token_nobody_signs_out(house: House) -> None:
    assert [await code_of(house.nobody, document) for document in (LOGOUT, EVERYWHERE)] == ["UNAUTHENTICATED"] * 2
