"""Passkeys: added by who knows the password, good for signing in and for nothing else, and of one site only."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.authenticator import PRESENT, Authenticator, octets, text
from tests.api.client import Client
from tests.api.conftest import PASSWORD, House, open_house
from tests.api.test_second_factors import LOGIN as PASSWORD_LOGIN
from tests.api.test_second_factors import OFFER_AT_LOGIN
from tests.api.test_sign_ins import REFRESH
from tests.api.watching import run

SITE, ORIGIN = "tickets.example", "https://tickets.example"
TO_ADD = """mutation($password: String!) { passkeyOptionsToAdd(password: $password) { __typename
  ... on PasskeyOptions { challenge options } } }"""
ADD = """mutation($challenge: String!, $credential: String!, $name: String!) {
  addPasskey(challenge: $challenge, credential: $credential, name: $name) { __typename
  ... on PasskeyAdded { passkey { id name lastUsedAt } } ... on InvalidInput { path } } }"""
TO_SIGN_IN = "mutation { passkeyOptionsToSignIn { __typename ... on PasskeyOptions { challenge options } } }"
LOGIN = """mutation($challenge: String!, $credential: String!) { loginWithPasskey(challenge: $challenge, credential: $credential) {
  __typename ... on AuthTokens { accessToken refreshToken user { email } } } }"""
REMOVE = """mutation($id: ID!, $password: String!) { removePasskey(id: $id, password: $password) { __typename } }"""
MINE = "{ me { passkeys { id name } } }"
REFUSED = {"__typename": "InvalidCredentials"}


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, tmp_path, USHER_PUBLIC_URL=ORIGIN) as house:
        yield house


def a_device() -> Authenticator:
    return Authenticator(ORIGIN, SITE)


async def added(client: Client, device: Authenticator, name: str = "Phone") -> dict[str, Any]:
    asked = await client.ask(TO_ADD, {"password": PASSWORD})
    made = device.create(asked["options"])
    found: dict[str, Any] = await client.ask(ADD, {"challenge": asked["challenge"], "credential": made, "name": name})
    return found


async def signed_in(house: House, device: Authenticator) -> dict[str, Any]:
    asked = await house.nobody.ask(TO_SIGN_IN)
    variables = {"challenge": asked["challenge"], "credential": device.get(asked["options"])}
    found: dict[str, Any] = await house.nobody.ask(LOGIN, variables)
    return found


async def test_a_passkey_that_was_added_signs_its_owner_in(site: House) -> None:
    device = a_device()
    found = await added(site.fan, device, " My phone ")
    assert (found["__typename"], found["passkey"]["name"], found["passkey"]["lastUsedAt"]) == ("PasskeyAdded", "My phone", None)
    tokens = await signed_in(site, device)
    assert (tokens["__typename"], tokens["user"]) == ("AuthTokens", {"email": "fan@example.com"})
    mine = await Client(site.url, site.nobody.http, tokens["accessToken"]).ask(MINE)
    assert mine == {"passkeys": [{"id": found["passkey"]["id"], "name": "My phone"}]}
    assert (await site.nobody.ask(REFRESH, {"token": tokens["refreshToken"]}))["__typename"] == "AuthTokens"


async def test_a_device_is_asked_for_a_finger_and_told_what_it_has_already(site: House) -> None:
    device = a_device()
    await added(site.fan, device)
    asked = json.loads((await site.fan.ask(TO_ADD, {"password": PASSWORD}))["options"])
    assert (asked["rp"], asked["user"]["name"]) == ({"name": "Usher", "id": SITE}, "fan@example.com")
    wanted = {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    assert asked["authenticatorSelection"] == wanted
    assert [one["id"] for one in asked["excludeCredentials"]] == [text(device.credential_id)]
    asked = json.loads((await site.nobody.ask(TO_SIGN_IN))["options"])
    assert (asked["rpId"], asked["userVerification"], asked.get("allowCredentials", [])) == (SITE, "required", [])


async def test_who_does_not_know_the_password_adds_nothing(site: House) -> None:
    assert await site.fan.ask(TO_ADD, {"password": "wrong"}) == REFUSED
    assert await site.fan.ask(MINE) == {"passkeys": []}


async def test_an_answer_counts_once_and_none_that_is_older_than_the_last(site: House) -> None:
    device = a_device()
    await added(site.fan, device)
    older, newer = [await site.nobody.ask(TO_SIGN_IN) for _ in range(2)]
    tries = [{"challenge": asked["challenge"], "credential": device.get(asked["options"])} for asked in (newer, older)]
    # A passkey that several devices share does not count its uses, so counting does not tell the second time.
    assert (await site.nobody.ask(LOGIN, tries[0]))["__typename"] == "AuthTokens"
    await run(site, "UPDATE passkey SET sign_count = 0")
    assert [await site.nobody.ask(LOGIN, one) for one in tries] == [REFUSED] * 2
    assert (await signed_in(site, device))["__typename"] == "AuthTokens"


def bent(device: Authenticator, options: str, other: str) -> dict[str, str]:
    """Each is good but for one thing."""
    good: dict[str, Any] = json.loads(device.get(options))

    def changed(**response: str) -> str:
        return json.dumps({**good, "response": {**good["response"], **response}})

    flipped = bytearray(octets(good["response"]["signature"]))
    flipped[-1] ^= 1
    elsewhere, imposter = Authenticator("https://evil.example", SITE), Authenticator(ORIGIN, SITE)
    another, lazy = Authenticator(ORIGIN, "evil.example"), Authenticator(ORIGIN, SITE, flags=PRESENT)
    for one in (elsewhere, imposter, another, lazy):
        one.credential_id, one.count = device.credential_id, device.count
    for one in (elsewhere, another, lazy):
        one.key = device.key
    return {
        "another challenge": device.get(other),
        "a page of another origin": elsewhere.get(options),
        "another site": another.get(options),
        "without a finger": lazy.get(options),
        "another key": imposter.get(options),
        "a flipped bit": changed(signature=text(bytes(flipped))),
        "no signature": changed(signature=""),
        "what was made to add": device.create(options),
        "an unknown passkey": Authenticator(ORIGIN, SITE).get(options),
        "no JSON": "{",
        "a list": "[]",
        "null": "null",
        "deep": "[" * 5_000,
        "long": json.dumps({**good, "x": "x" * 20_000}),
        "nothing in it": json.dumps({**good, "response": {}}),
        "no text": json.dumps({**good, "rawId": 7}),
        "no base64": changed(authenticatorData="!"),
        "too little": changed(authenticatorData="AAAA"),
    }


async def test_whatever_does_not_hold_signs_nobody_in_and_is_no_crash(site: House) -> None:
    device = a_device()
    await added(site.fan, device)
    asked, other = await site.nobody.ask(TO_SIGN_IN), await site.nobody.ask(TO_SIGN_IN)
    answers = {}
    for name, credential in bent(device, asked["options"], other["options"]).items():
        answers[name] = await site.nobody.ask(LOGIN, {"challenge": asked["challenge"], "credential": credential})
    to_add = await site.fan.ask(TO_ADD, {"password": PASSWORD})
    for name, challenge in {"to add": to_add["challenge"], "a token": str(site.fan.token), "": "", "x": "x" * 5_000}.items():
        answers[name] = await site.nobody.ask(LOGIN, {"challenge": challenge, "credential": device.get(to_add["options"])})
    assert {name: answer for name, answer in answers.items() if answer != REFUSED} == {}
    assert (await signed_in(site, device))["__typename"] == "AuthTokens"


async def test_what_another_account_was_asked_for_is_not_added_here(site: House) -> None:
    asked = await site.rival.ask(TO_ADD, {"password": PASSWORD})
    wanted = {"challenge": asked["challenge"], "credential": a_device().create(asked["options"]), "name": "Phone"}
    refused = {"__typename": "InvalidInput", "path": ["credential"]}
    assert await site.fan.ask(ADD, wanted) == refused
    lazy = Authenticator(ORIGIN, SITE, flags=PRESENT)
    assert await site.rival.ask(ADD, {**wanted, "credential": lazy.create(asked["options"])}) == refused
    assert await site.rival.ask(ADD, {**wanted, "name": " "}) == {"__typename": "InvalidInput", "path": ["name"]}
    assert (await site.rival.ask(ADD, wanted))["__typename"] == "PasskeyAdded"
    assert await site.rival.ask(ADD, wanted) == {"__typename": "NotAllowed"}


async def test_an_account_has_ten_at_most_and_takes_them_away_again(site: House) -> None:
    found = [await added(site.fan, a_device()) for _ in range(11)]
    assert [one["__typename"] for one in found] == ["PasskeyAdded"] * 10 + ["NotAllowed"]
    first = found[0]["passkey"]["id"]
    assert await site.fan.ask(REMOVE, {"id": first, "password": "wrong"}) == REFUSED
    assert await site.rival.ask(REMOVE, {"id": first, "password": PASSWORD}) == {"__typename": "NotFound"}
    assert await site.fan.ask(REMOVE, {"id": first, "password": PASSWORD}) == {"__typename": "PasskeyRemoved"}
    assert await site.fan.ask(REMOVE, {"id": first, "password": PASSWORD}) == {"__typename": "NotFound"}
    assert len((await site.fan.ask(MINE))["passkeys"]) == 9


async def test_a_passkey_is_what_staff_must_have_and_their_password_alone_sets_nothing_else_up(
    database_url: str, tmp_path: Path
) -> None:
    env = {"USHER_PUBLIC_URL": ORIGIN, "USHER_SECOND_FACTOR": "staff"}
    async with open_house(database_url, tmp_path, USHER_PUBLIC_URL=ORIGIN) as house, house.twin("memory://", **env) as strict:
        device = a_device()
        await added(house.gate, device)
        asked = await strict.ask(TO_SIGN_IN)
        tokens = await strict.ask(LOGIN, {"challenge": asked["challenge"], "credential": device.get(asked["options"])})
        assert tokens["user"] == {"email": "gate@example.com"}
        assert (await strict.ask(REFRESH, {"token": tokens["refreshToken"]}))["__typename"] == "AuthTokens"
        by_password = await strict.ask(PASSWORD_LOGIN, {"input": {"email": "gate@example.com", "password": PASSWORD}})
        assert (by_password["__typename"], by_password["enrolled"]) == ("SecondFactorRequired", True)
        offered = await strict.ask(OFFER_AT_LOGIN, {"challenge": by_password["challenge"]})
        assert offered == {"__typename": "NotAllowed"}
