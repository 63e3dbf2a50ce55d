"""Values that are made to be more than values."""

import time
from typing import Any

import asyncpg
import pytest

from tests.api.client import LOGIN
from tests.api.conftest import PASSWORD, House
from tests.api.documents import AVAILABILITY, LOCK, USE

INJECTIONS = (
    "' OR '1'='1",
    "' OR 1=1 --",
    "'; DROP TABLE account CASCADE; --",
    "'; SELECT pg_sleep(30); --",
    "' UNION SELECT email, password_hash FROM account --",
    "\\'; SELECT pg_sleep(30); --",
    '" OR ""="',
    "%' OR title LIKE '%",
    "1) OR (1=1",
    "$1",
)
SEARCH = "query($text: String!) { events(filter: { search: $text }) { nodes { title } } }"
CITY = "query($text: String!) { events(filter: { city: $text }) { nodes { title } } }"
SLUG = "query($text: String!) { event(slug: $text) { title } }"
NODE = "query($text: ID!) { node(id: $text) { id } }"
AFTER = "query($text: String!) { events(after: $text) { nodes { title } } }"


@pytest.mark.parametrize("injection", INJECTIONS)
async def test_s20_what_is_sent_is_a_value_and_never_a_command(house: House, injection: str) -> None:
    began = time.monotonic()
    for query in (SEARCH, CITY):
        assert await house.nobody.ask(query, {"text": injection}) == {"nodes": []}
    assert await house.nobody.ask(SLUG, {"text": injection}) is None
    assert await house.nobody.ask(NODE, {"text": injection}) is None
    assert await house.nobody.ask(AVAILABILITY, {"id": injection}) is None
    after = await house.nobody.raw(AFTER, {"text": injection})
    assert after["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "path": ["after"]}
    for email, password in ((injection, PASSWORD), ("fan@example.com", injection)):
        answer = await house.nobody.raw(LOGIN, {"input": {"email": email, "password": password}})
        assert "accessToken" not in answer["data"]["login"]
    asked = {"sessionId": house.session_id, "seats": [injection], "idempotencyKey": injection}
    assert (await house.fan.ask(LOCK, {"input": asked}))["__typename"] in ("SeatsUnavailable", "InvalidInput")
    used = await house.gate.ask(USE, {"input": {"sessionId": house.session_id, "token": injection}})
    assert used["__typename"] in ("NotFound", "InvalidInput")
    assert time.monotonic() - began < 25
    assert await house.nobody.ask(SLUG, {"text": "nothing"}) is None
    connection = await asyncpg.connect(house.database_url)
    assert await connection.fetchval("SELECT count(*) FROM account WHERE email = 'fan@example.com'") == 1
    assert await connection.fetchval("SELECT count(*) FROM hold") == 0
    await connection.close()


FIRST = "query($n: Int) { events(first: $n) { nodes { title } } }"
STANDING = "mutation($input: LockTicketsInput!) { lockTickets(input: $input) { __typename ... on Error { code } } }"


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**53, 2**63 - 1, 1e300, 1.5, "1", "١", True, [1, 2], {"n": 1}])
async def test_s24_a_number_is_whole_and_of_32_bits(house: House, number: Any) -> None:
    for query, variables in (
        (FIRST, {"n": number}),
        (STANDING, standing(house, number)),
    ):
        (error,) = (await house.fan.raw(query, variables))["errors"]
        assert error["extensions"]["code"] in ("BAD_USER_INPUT", "DOCUMENT_TOO_COSTLY")
    left = await house.nobody.ask(AVAILABILITY, {"id": house.session_id})
    assert (left["availability"]["available"], left["availability"]["version"]) == (25, 0)


@pytest.mark.parametrize("number", [0, -1, -(2**31), 2**31 - 1])
async def test_s24_a_quantity_that_nobody_can_have_changes_nothing(house: House, number: int) -> None:
    answer = await house.fan.ask(STANDING, standing(house, number))
    assert answer["__typename"] in ("InvalidInput", "TooManyTickets", "SoldOut")
    left = await house.nobody.ask(AVAILABILITY, {"id": house.session_id})
    assert (left["availability"]["available"], left["availability"]["version"]) == (25, 0)


def standing(house: House, quantity: Any) -> dict[str, Any]:
    places = [{"ticketTypeId": house.standing_id, "quantity": quantity}]
    return {"input": {"sessionId": house.session_id, "generalAdmission": places}}
