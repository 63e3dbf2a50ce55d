"""Asking again under one key: one effect, the same answer, and a response that says so, over HTTP and a websocket."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.api.client import Client
from tests.api.conftest import House, open_house
from tests.api.documents import AVAILABILITY, BUY, CANCEL, CHANGE, LOCK, RELEASE, USE
from tests.api.watching import bought, run, the_uuid

REFUSED = "... on Error { code message } ... on InvalidInput { path } } }"
EXTEND_ONCE = (
    "mutation($id: ID!, $key: String) { extendHold(holdId: $id, idempotencyKey: $key) { __typename "
    "... on Hold { id expiresAt extendable } " + REFUSED
)
RELEASE_ONCE = (
    "mutation($id: ID!, $key: String) { releaseHold(holdId: $id, idempotencyKey: $key) { __typename ... on Hold { id state } "
    + REFUSED
)
TWO = """
mutation($one: LockTicketsInput!, $other: LockTicketsInput!) {
  lock: lockTickets(input: $one) { ... on Hold { seats } }
  more: lockTickets(input: $other) { ... on Hold { seats } } }"""
REPLAYED = {"idempotentReplay": True}


async def twice(client: Client, document: str, variables: dict[str, Any]) -> tuple[Any, Any]:
    """Both answers; the first response says nothing of a replay, the second does."""
    first, second = await client.raw(document, variables), await client.raw(document, variables)
    assert (first.get("extensions"), second.get("extensions")) == (None, REPLAYED)
    return *first["data"].values(), *second["data"].values()


async def counted(house: House, query: str) -> tuple[Any, ...]:
    connection = await asyncpg.connect(house.database_url)
    row = await connection.fetchrow(query)
    await connection.close()
    assert row is not None
    return tuple(row)


async def version(house: House) -> int:
    seen = await house.nobody.ask(AVAILABILITY, {"id": house.session_id})
    return int(seen["availability"]["version"])


async def test_locking_and_changing_again_give_the_hold_as_it_is_by_now(house: House) -> None:
    asked = house.lock("A-1", key="once")
    hold, again = await twice(house.fan, LOCK, asked)
    assert (hold["id"], hold["seats"], hold["expiresAt"]) == (again["id"], again["seats"], again["expiresAt"])
    change = {"input": {"holdId": hold["id"], "add": ["A-2"], "idempotencyKey": "once"}}
    changed, _ = await twice(house.fan, CHANGE, change)
    assert changed["seats"] == ["A-1", "A-2"]
    assert await version(house) == 2
    # A cache that is keyed by ids must not be told what is over.
    await house.fan.ask(RELEASE, {"id": hold["id"]})
    for document, variables in ((LOCK, asked), (CHANGE, change)):
        answer = await house.fan.raw(document, variables)
        (value,) = answer["data"].values()
        assert (value["id"], value["seats"], value["state"]) == (hold["id"], ["A-1", "A-2"], "RELEASED")
        assert answer["extensions"] == REPLAYED
    assert await version(house) == 3


async def test_a_refusal_is_given_again_as_it_was(house: House) -> None:
    taken = await house.rival.ask(LOCK, house.lock("A-1"))
    refused, again = await twice(house.fan, LOCK, house.lock("A-1", key="late"))
    await house.rival.ask(RELEASE, {"id": taken["id"]})
    assert refused == again == await house.fan.ask(LOCK, house.lock("A-1", key="late"))
    assert (refused["__typename"], refused["labels"]) == ("SeatsUnavailable", ["A-1"])


async def test_what_is_a_matter_of_time_is_decided_anew(house: House) -> None:
    session_id = await house.put_on(sale_opens_in_days=1)
    asked = {"input": {"sessionId": session_id, "seats": ["A-1"], "idempotencyKey": "early"}}
    assert (await house.fan.ask(LOCK, asked))["__typename"] == "SaleNotOpen"
    await run(house, "UPDATE session SET sale_opens_at = now(), holds_an_hour = 1 WHERE id = $1", the_uuid(session_id))
    first, _ = await twice(house.fan, LOCK, asked)
    assert first["__typename"] == "Hold"
    asked["input"] |= {"seats": ["A-2"], "idempotencyKey": "second"}
    assert (await house.fan.raw(LOCK, asked))["data"]["lockTickets"]["__typename"] == "TooManyHolds"
    await run(house, "UPDATE session SET holds_an_hour = 2 WHERE id = $1", the_uuid(session_id))
    assert (await house.fan.ask(LOCK, asked))["__typename"] == "Hold"


async def test_releasing_again_is_no_refusal(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    released, again = await twice(house.fan, RELEASE_ONCE, {"id": hold["id"], "key": "once"})
    assert released == again == {"__typename": "Hold", "id": hold["id"], "state": "RELEASED"}
    without = await house.fan.ask(RELEASE_ONCE, {"id": hold["id"], "key": None})
    assert without["__typename"] == "HoldExpired"
    assert await version(house) == 2


async def test_extending_again_is_no_refusal_and_gives_no_more_time(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    extended, again = await twice(house.fan, EXTEND_ONCE, {"id": hold["id"], "key": "once"})
    assert extended == again
    assert (extended["id"], extended["extendable"], extended["expiresAt"] > hold["expiresAt"]) == (hold["id"], False, True)
    without = await house.fan.ask(EXTEND_ONCE, {"id": hold["id"], "key": None})
    assert without["__typename"] == "HoldAlreadyExtended"


async def test_buying_again_is_one_order_and_a_declined_payment_stays_declined(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    asked = {"holdId": hold["id"], "paymentMethod": "sandbox-declined", "idempotencyKey": "no"}
    declined, again = await twice(house.fan, BUY, {"input": asked})
    assert declined["__typename"] == again["__typename"] == "PaymentDeclined"
    order, same = await twice(house.fan, BUY, {"input": asked | {"paymentMethod": "sandbox-ok", "idempotencyKey": "yes"}})
    assert (order["status"], order) == ("PAID", same)
    assert (await house.fan.ask(BUY, {"input": asked}))["__typename"] == "PaymentDeclined"


async def test_a_purchase_that_did_not_reach_its_payment_goes_on_with_the_seats_that_it_has(house: House) -> None:
    wanted = {"tickets": house.lock("A-1")["input"], "idempotencyKey": "k"}
    assert (await house.fan.ask(BUY, {"input": wanted}))["path"] == ["input", "paymentMethod"]
    paid = await house.fan.raw(BUY, {"input": wanted | {"paymentMethod": "sandbox-ok"}})
    assert "extensions" not in paid
    order = paid["data"]["buyTickets"]
    assert (order["status"], [one["seat"] for one in order["tickets"]]) == ("PAID", ["A-1"])
    refused, again = await twice(house.rival, BUY, {"input": wanted | {"paymentMethod": "sandbox-ok"}})
    assert (refused["__typename"], refused) == ("SeatsUnavailable", again)


async def test_one_scan_that_is_sent_twice_admits_once_and_both_say_so(house: House) -> None:
    first, second = (await bought(house, "A-1", "A-2"))["tickets"]
    used, again = await twice(house.gate, USE, {"input": {"token": first["token"], "idempotencyKey": "scan-1"}})
    assert used == again
    assert (used["__typename"], used["status"]) == ("Ticket", "USED")
    refused, same = await twice(house.gate, USE, {"input": {"ticketId": first["id"], "idempotencyKey": "scan-2"}})
    assert (refused["__typename"], refused["before"], refused) == ("TicketAlreadyUsed", used["usedAt"], same)
    elsewhere = {"ticketId": second["id"], "sessionId": await house.put_on(), "idempotencyKey": "scan-3"}
    wrong, same = await twice(house.gate, USE, {"input": elsewhere})
    assert (wrong["__typename"], wrong["sessionId"], wrong) == ("WrongSession", house.session_id, same)
    await house.fan.ask(CANCEL, {"input": {"ticketId": second["id"]}})
    void, same = await twice(house.gate, USE, {"input": {"ticketId": second["id"], "idempotencyKey": "scan-4"}})
    assert (void["__typename"], void["status"], void) == ("TicketNotValid", "CANCELLED", same)
    seen = await house.gate.ask(
        "query($id: ID!) { session(id: $id) { admission { expected admitted } } }", {"id": house.session_id}
    )
    assert seen["admission"] == {"expected": 1, "admitted": 1}
    results = "SELECT count(*), count(refusal) FROM check_in"
    assert await counted(house, results) == (4, 3)


async def test_cancelling_again_pays_back_once(house: House) -> None:
    [ticket] = (await bought(house, "A-1"))["tickets"]
    asked = {"input": {"ticketId": ticket["id"], "reason": "ill", "idempotencyKey": "once"}}
    cancelled, again = await twice(house.fan, CANCEL, asked)
    assert cancelled == again == {"__typename": "Ticket", "id": ticket["id"], "status": "CANCELLED"}
    without = await house.fan.ask(CANCEL, {"input": {"ticketId": ticket["id"]}})
    assert without["__typename"] == "TicketNotValid"
    assert await counted(house, "SELECT count(*) FROM refund") == (1,)


async def test_with_another_input_a_key_is_a_conflict_everywhere(house: House) -> None:
    hold, other = await house.fan.ask(LOCK, house.lock("A-1")), await house.fan.ask(LOCK, house.lock("A-2"))
    tickets = (await bought(house, "B-1", "B-2"))["tickets"]
    pairs: list[tuple[Client, str, dict[str, Any], dict[str, Any]]] = [
        (house.fan, EXTEND_ONCE, {"id": hold["id"]}, {"id": other["id"]}),
        (house.fan, RELEASE_ONCE, {"id": hold["id"]}, {"id": other["id"]}),
        (house.gate, USE, {"input": {"ticketId": tickets[0]["id"]}}, {"input": {"token": tickets[0]["token"]}}),
        (house.fan, CANCEL, {"input": {"ticketId": tickets[1]["id"]}}, {"input": {"ticketId": tickets[1]["id"], "reason": "ill"}}),
    ]
    for client, document, asked, changed in pairs:
        for variables in (asked, changed):
            variables.get("input", variables)["idempotencyKey" if "input" in variables else "key"] = "same"
        assert (await client.ask(document, asked))["__typename"] in ("Hold", "Ticket")
        conflict = await client.raw(document, changed)
        (value,) = conflict["data"].values()
        assert (value["__typename"], value["code"]) == ("IdempotencyConflict", "IDEMPOTENCY_CONFLICT")
        assert "extensions" not in conflict
    assert (await house.fan.ask(EXTEND_ONCE, {"id": other["id"], "key": "new"}))["extendable"] is False


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_a_key_has_1_to_255_characters(house: House, key: str) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    said = "An idempotency key has 1 to 255 characters."
    for document in (EXTEND_ONCE, RELEASE_ONCE):
        refused = await house.fan.ask(document, {"id": hold["id"], "key": key})
        assert (refused["__typename"], refused["path"], refused["message"]) == ("InvalidInput", ["idempotencyKey"], said)
    refused = await house.fan.ask(LOCK, house.lock("A-2", key=key))
    assert (refused["path"], refused["message"]) == (["input", "idempotencyKey"], said)
    assert await version(house) == 1


async def test_of_several_mutations_the_answers_that_were_given_before_are_named(house: House) -> None:
    def asked(*seats: str) -> dict[str, Any]:
        return {name: house.lock(seat, key=seat)["input"] for name, seat in zip(("one", "other"), seats, strict=True)}

    assert "extensions" not in await house.fan.raw(TWO, asked("A-1", "A-2"))
    assert (await house.fan.raw(TWO, asked("A-3", "A-2")))["extensions"] == {"idempotentReplay": ["more"]}
    assert (await house.fan.raw(TWO, asked("A-1", "A-2")))["extensions"] == {"idempotentReplay": ["lock", "more"]}


async def test_a_websocket_says_so_too(house: House) -> None:
    asked = house.lock("A-1", key="once")
    seen = []
    for _ in range(2):
        async with house.fan.watch(LOCK, asked) as watch:
            seen.append((await watch.message())["payload"])
    assert "extensions" not in seen[0]
    assert seen[1]["extensions"] == REPLAYED
    assert seen[0]["data"]["lockTickets"]["id"] == seen[1]["data"]["lockTickets"]["id"]


async def test_what_comes_at_once_to_two_processes_has_one_effect_and_one_answer(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.twin("memory://") as twin:
        fans = (house.fan, await twin.signed_in("fan@example.com"))
        gates = (house.gate, await twin.signed_in("gate@example.com"))

        async def at_once(clients: tuple[Client, ...], document: str, variables: dict[str, Any]) -> Any:
            answers = await asyncio.gather(*(clients[at % 2].raw(document, variables) for at in range(8)))
            values = [next(iter(answer["data"].values())) for answer in answers]
            for value in values:
                value.pop("serverTime", None)
            assert all(value == values[0] for value in values)
            assert sorted("extensions" in answer for answer in answers) == [False] + [True] * 7
            return values[0]

        hold = await at_once(fans, LOCK, house.lock("A-1", "A-2", key="k"))
        await at_once(fans, CHANGE, {"input": {"holdId": hold["id"], "remove": ["A-2"], "idempotencyKey": "k"}})
        await at_once(fans, EXTEND_ONCE, {"id": hold["id"], "key": "k"})
        order = await at_once(fans, BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok", "idempotencyKey": "k"}})
        assert order["status"] == "PAID"
        at_once_bought = {"tickets": house.lock("B-1")["input"], "paymentMethod": "sandbox-ok", "idempotencyKey": "two"}
        [ticket] = (await at_once(fans, BUY, {"input": at_once_bought}))["tickets"]
        used = await at_once(gates, USE, {"input": {"token": ticket["token"], "idempotencyKey": "k"}})
        assert used["status"] == "USED"
        await at_once(fans, CANCEL, {"input": {"ticketId": order["tickets"][0]["id"], "idempotencyKey": "k"}})
        given_back = await at_once(fans, LOCK, house.lock("A-3", key="three"))
        await at_once(fans, RELEASE_ONCE, {"id": given_back["id"], "key": "k"})
        counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in ("hold", "payment", "check_in", "refund"))
        assert await counted(house, f"SELECT {counts}") == (3, 2, 1, 1)
