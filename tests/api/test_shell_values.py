"""Values that are made to be more than values."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domain.money import Money
from tests.api.client import LOGIN
from tests.api.conftest import PASSWORD, House, a_plan, small_room
from tests.api.documents import AVAILABILITY, BUY, LOCK, USE

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
    # Tells by nothing but the time it takes: so long that Postgres ends the statement, which is an error here.
    "' OR (SELECT true FROM pg_sleep(30)) IS NULL OR '' = 'x",
)
SEARCH = "query($text: String!) { events(filter: { search: $text }) { nodes { title } } }"
CITY = "query($text: String!) { events(filter: { city: $text }) { nodes { title } } }"
SLUG = "query($text: String!) { event(slug: $text) { title } }"
NODE = "query($text: ID!) { node(id: $text) { id } }"
AFTER = "query($text: String!) { events(after: $text) { nodes { title } } }"


@pytest.mark.parametrize("injection", INJECTIONS)
async def test_s20_what_is_sent_is_a_value_and_never_a_command(house: House, injection: str) -> None:
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
    assert await house.nobody.ask(SLUG, {"text": "nothing"}) is None
    connection = await asyncpg.connect(house.database_url)
    assert await connection.fetchval("SELECT count(*) FROM account WHERE email = 'fan@example.com'") == 1
    assert await connection.fetchval("SELECT count(*) FROM hold") == 0
    await connection.close()


FIRST = "query($n: Int) { events(first: $n) { nodes { title } } }"
STANDING = "mutation($input: LockTicketsInput!) { lockTickets(input: $input) { __typename ... on InvalidInput { path } } }"


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**53, 2**63 - 1, 1e300, 1.5, "1", "١", True, [1, 2], {"n": 1}])
async def test_s24_a_number_is_whole_and_of_32_bits(house: House, number: Any) -> None:
    # From the second time on values are read on a way of their own.
    for _ in range(2):
        # What a page that long would cost is seen before what is wrong with the number.
        costly = isinstance(number, int | float) and number > 5_000
        assert await not_executed(house, FIRST, {"n": number}) == ("DOCUMENT_TOO_COSTLY" if costly else "BAD_USER_INPUT")
        assert await not_executed(house, STANDING, standing(house, number)) == "BAD_USER_INPUT"
        assert (await house.fan.raw(FIRST, {"n": 1})).keys() == {"data"}
        await refused_quantity(house, 0)
    await nothing_changed(house)


@pytest.mark.parametrize("number", [0, -1, -(2**31), 101, 2**31 - 1])
async def test_s24_a_quantity_that_nobody_can_have_changes_nothing(house: House, number: int) -> None:
    await refused_quantity(house, number)
    await nothing_changed(house)


async def test_s24_totals_beyond_32_and_53_bits_are_exact(house: House) -> None:
    price, cents = 2**53 + 1, "90071992547409.93"
    assert str(Money(price, "EUR").amount) == cents
    plan = a_plan(house.now + timedelta(days=7))
    [session] = plan.sessions
    dear = [replace(one, price=Money(price, "EUR")) for one in session.ticket_types]
    session_id = await house.put_on_in(small_room(), replace(plan, sessions=(replace(session, ticket_types=tuple(dear)),)))
    hold = await house.fan.ask(LOCK, {"input": {"sessionId": session_id, "seats": ["A-1", "A-2", "A-3"]}})
    assert hold["total"] == {"amount": "270215977642229.79", "currency": "EUR"}
    order = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert (order["status"], order["total"]) == ("PAID", hold["total"])
    assert [one["price"] for one in order["tickets"]] == [{"amount": cents}] * 3


def standing(house: House, quantity: Any) -> dict[str, Any]:
    places = [{"ticketTypeId": house.standing_id, "quantity": quantity}]
    return {"input": {"sessionId": house.session_id, "generalAdmission": places}}


async def not_executed(house: House, query: str, variables: dict[str, Any]) -> object:
    """The code that says why."""
    answer = await house.fan.raw(query, variables)
    assert answer.keys() == {"errors"}
    (error,) = answer["errors"]
    return error["extensions"]["code"]


async def refused_quantity(house: House, quantity: int) -> None:
    answer = await house.fan.ask(STANDING, standing(house, quantity))
    assert answer == {"__typename": "InvalidInput", "path": ["input", "generalAdmission", "0", "quantity"]}


async def nothing_changed(house: House) -> None:
    left = await house.nobody.ask(AVAILABILITY, {"id": house.session_id})
    assert (left["availability"]["available"], left["availability"]["version"]) == (25, 0)
