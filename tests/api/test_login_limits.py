"""Guessing passwords: by aliases, from one address at many accounts, from many addresses at one, and as long for everybody."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Literal

import httpx
import pytest
from argon2 import PasswordHasher

from domain.errors import InvalidCredentials
from domain.limits import Rate, Taken
from main import build_app
from resolvers.gateways.passwords import Argon2Passwords
from resolvers.gateways.settings import Settings
from resolvers.logins import Credentials, proven
from subscriptions.buckets import Buckets
from subscriptions.limits import LocalLimits
from tests.api.conftest import House, open_house

LOGIN = """mutation($input: LoginInput!) { login(input: $input) { __typename
  ... on AuthTokens { accessToken } ... on TooManyAttempts { code retryAfterMs } } }"""
RIGHT = "usher-demo"


@pytest.fixture
async def proxied(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Behind a proxy that says where callers are."""
    async with open_house(database_url, tmp_path, USHER_TRUSTED_PROXIES="127.0.0.1") as house:
        yield house


async def tried(house: House, email: str, password: str, address: str) -> dict[str, Any]:
    body = {"query": LOGIN, "variables": {"input": {"email": email, "password": password}}}
    headers = {"X-Forwarded-For": address}
    answer = await house.nobody.http.post(house.url + "/graphql", json=body, headers=headers)
    found: dict[str, Any] = answer.json()["data"]["login"]
    return found


async def kinds(house: House, *tries: tuple[str, str, str]) -> list[str]:
    return [(await tried(house, *each))["__typename"] for each in tries]


async def test_s11_ten_wrong_passwords_from_one_address_close_it_for_the_right_one_and_no_other(proxied: House) -> None:
    wrong = [("fan@example.com", f"guess {n}", "192.0.2.1") for n in range(10)]
    assert await kinds(proxied, *wrong) == ["InvalidCredentials"] * 10
    refused = await tried(proxied, "Fan@Example.com", RIGHT, "192.0.2.1")
    assert (refused["__typename"], refused["code"]) == ("TooManyAttempts", "TOO_MANY_ATTEMPTS")
    assert 1_000 < refused["retryAfterMs"] <= 60_000
    others = [("fan@example.com", RIGHT, "192.0.2.2"), ("rival@example.com", RIGHT, "192.0.2.1")]
    assert await kinds(proxied, *others) == ["AuthTokens"] * 2


async def test_s11_one_address_that_tries_a_hundred_accounts_is_stopped_after_thirty(proxied: House) -> None:
    tries = [(f"someone{n}@example.com", "usher", "192.0.2.1") for n in range(100)]
    assert await kinds(proxied, *tries) == ["InvalidCredentials"] * 30 + ["TooManyAttempts"] * 70
    assert await kinds(proxied, ("fan@example.com", RIGHT, "192.0.2.1")) == ["TooManyAttempts"]
    assert await kinds(proxied, ("fan@example.com", RIGHT, "192.0.2.2")) == ["AuthTokens"]


async def test_s11_a_hundred_addresses_that_try_one_account_are_stopped_and_its_owner_waits_but_is_let_in(house: House) -> None:
    clock = [0.0]
    limits = LocalLimits(Buckets(clock=lambda: clock[0]))
    app = build_app(replace(house.usher, services=replace(house.usher.services, limits=limits)), Settings.of({}))

    async def answer(address: str, password: str) -> Any:
        body = {"query": LOGIN, "variables": {"input": {"email": "fan@example.com", "password": password}}}
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://usher") as http:
            return (await http.post("/graphql", json=body)).json()["data"]["login"]

    guessed = [(await answer(f"192.0.2.{n}", "usher"))["__typename"] for n in range(100)]
    assert guessed == ["InvalidCredentials"] * 50 + ["TooManyAttempts"] * 50
    # However often its owner tries meanwhile: what is refused for others' guesses does not count as one.
    for _ in range(35):
        refused = await answer("198.51.100.7", RIGHT)
        assert (refused["__typename"], refused["retryAfterMs"]) == ("TooManyAttempts", 6_000)
    clock[0] += 6
    assert (await answer("198.51.100.7", RIGHT))["__typename"] == "AuthTokens"


async def test_s11_addresses_of_one_ipv6_network_are_one_and_a_caller_cannot_name_another(proxied: House) -> None:
    tries = [("fan@example.com", "usher", f"2001:db8:1:2:{n:x}::{n:x}") for n in range(11)]
    assert await kinds(proxied, *tries) == ["InvalidCredentials"] * 10 + ["TooManyAttempts"]
    # Only what the trusted proxy has added counts, which is the last.
    spoofed = [("rival@example.com", "usher", f"203.0.113.{n}, 192.0.2.9") for n in range(11)]
    assert await kinds(proxied, *spoofed) == ["InvalidCredentials"] * 10 + ["TooManyAttempts"]


async def test_who_signs_in_as_often_as_they_like_is_not_stopped(proxied: House) -> None:
    tries = [("fan@example.com", RIGHT, "192.0.2.1")] * 15
    assert await kinds(proxied, *tries) == ["AuthTokens"] * 15


async def test_s11_of_many_logins_in_one_request_one_is_looked_at(house: House) -> None:
    aliases = " ".join(f'a{n}: login(input: {{email: "fan@example.com", password: "{RIGHT}"}}) {{ __typename }}' for n in range(10))
    answer = await house.nobody.raw(f"mutation {{ {aliases} }}")
    assert [one["__typename"] for one in answer["data"].values()] == ["AuthTokens"] + ["TooManyAttempts"] * 9
    hundred = " ".join(f'a{n}: login(input: {{email: "fan@example.com", password: "x"}}) {{ __typename }}' for n in range(100))
    assert (await house.nobody.raw(f"mutation {{ {hundred} }}"))["errors"][0]["extensions"]["code"] == "TOO_MANY_ALIASES"
    body = [{"query": LOGIN, "variables": {"input": {"email": "fan@example.com", "password": RIGHT}}}] * 10
    batch = await house.nobody.http.post(house.url + "/graphql", json=body)
    assert (batch.status_code, batch.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


async def test_s11_unknown_accounts_are_counted_as_known_ones_are(proxied: House) -> None:
    for email in ("fan@example.com", "nobody@example.com"):
        tries = [(email, "usher", "192.0.2.1")] * 11
        assert await kinds(proxied, *tries) == ["InvalidCredentials"] * 10 + ["TooManyAttempts"]


async def test_s32_a_password_of_a_megabyte_is_refused_before_it_is_read_and_a_long_one_before_it_is_hashed(house: House) -> None:
    async def post(length: int) -> httpx.Response:
        body = {"query": LOGIN, "variables": {"input": {"email": "fan@example.com", "password": "x" * length}}}
        return await house.nobody.http.post(house.url + "/graphql", json=body)

    assert (await post(1_000_000)).status_code == 413
    passwords = Argon2Passwords(Unused())
    services = replace(house.usher.services, passwords=passwords)
    for password in ("x" * 129, "x" * 90_000):
        with pytest.raises(InvalidCredentials):
            await proven(services, Credentials("fan@example.com", password, "here"))
    passwords.close()


class Unused(PasswordHasher):
    """Hashes the one of nobody, and after that nothing."""

    def verify(self, *_: object) -> Literal[True]:
        raise AssertionError("it was hashed")


class Unlimited:
    async def take(self, bucket: str, cost: float, rate: Rate) -> Taken:
        return Taken(1, 0)

    def charge(self, bucket: str, cost: float, rate: Rate) -> float:
        return 1


async def test_s12_a_wrong_password_takes_as_long_as_an_unknown_email(house: House) -> None:
    services = replace(house.usher.services, limits=Unlimited())  # type: ignore[arg-type]  # all that is asked of it
    took: dict[str, list[float]] = {"fan@example.com": [], "nobody@example.com": []}
    for _ in range(60):
        for email, times in took.items():
            began = perf_counter()
            with pytest.raises(InvalidCredentials):
                await proven(services, Credentials(email, "wrong", "here"))
            times.append(perf_counter() - began)
    known, unknown = (median(times) for times in took.values())
    # Interleaved, so that what else the machine does is in both; without a hash for nobody it is a tenth.
    assert 0.6 < unknown / known < 1.6
