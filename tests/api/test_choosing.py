"""Choosing seats over HTTP: the best available, the next best, single seats, a verdict before locking, more time once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.single_seats import SingleSeats
from tests.api.conftest import House, a_plan, put_on_one
from tests.api.documents import AVAILABILITY, CHANGE, LOCK

BEST = """
mutation($input: LockTicketsInput!) { lockTickets(input: $input) { __typename
  ... on Hold { id seats total { amount } leavesSingle extendable expiresAt }
  ... on SeatsUnavailable { labels alternatives } ... on SoldOut { ticketTypeId available }
  ... on WouldLeaveSingleSeat { labels suggestion } ... on TooManyHolds { limit retryAfterMs }
  ... on InvalidInput { path } ... on Error { code message } } }"""
BUY = """
mutation($input: BuyTicketsInput!) { buyTickets(input: $input) { __typename
  ... on Order { status tickets { seat } } ... on WouldLeaveSingleSeat { labels suggestion } ... on Error { code message } } }"""
VERDICT = """
query($id: ID!, $seats: [String!]!) { selectionVerdict(sessionId: $id, seats: $seats) { __typename
  ... on Lockable { total { amount currency } leavesSingle ticketsLeft }
  ... on SeatsUnavailable { labels alternatives } ... on WouldLeaveSingleSeat { labels suggestion } ... on TooManyTickets { limit }
  ... on InvalidInput { path } ... on Error { code message } } }"""
EXTEND = """
mutation($id: ID!) { extendHold(holdId: $id) { __typename ... on Hold { id expiresAt extendable }
  ... on HoldAlreadyExtended { endsAt: expiresAt } ... on HoldExpired { expiredAt } ... on Error { code message } } }"""


async def seat_type(house: House, session_id: str | None = None) -> str:
    asked = "query($id: ID!) { session(id: $id) { ticketTypes { id generalAdmission } } }"
    types = (await house.nobody.ask(asked, {"id": session_id or house.session_id}))["ticketTypes"]
    return next(str(one["id"]) for one in types if not one["generalAdmission"])


async def strict(house: House, policy: SingleSeats = SingleSeats.REFUSE, **terms: Any) -> str:
    """A session that minds single seats; its id."""
    plan = a_plan(house.now + timedelta(days=9))
    session = replace(plan.sessions[0], single_seats=policy, **terms)
    return await put_on_one(house.usher, replace(plan, sessions=(session,)), house.nobody)


def best(house: House, of: str, quantity: int, **wanted: Any) -> dict[str, Any]:
    return {"input": {"sessionId": house.session_id, "bestAvailable": {"quantity": quantity, "ticketTypeId": of, **wanted}}}


async def test_the_best_available_are_locked_side_by_side_and_bought(house: House) -> None:
    of = await seat_type(house)
    hold = await house.fan.ask(BEST, best(house, of, 3))
    assert (hold["__typename"], hold["total"]["amount"], hold["leavesSingle"], hold["extendable"]) == ("Hold", "75.00", [], True)
    places = [int(label[2:]) for label in hold["seats"]]
    assert places == list(range(places[0], places[0] + 3))
    asked = best(house, of, 2)["input"]
    order = await house.rival.ask(BUY, {"input": {"tickets": asked, "paymentMethod": "sandbox-ok", "idempotencyKey": "once"}})
    again = await house.rival.ask(BUY, {"input": {"tickets": asked, "paymentMethod": "sandbox-ok", "idempotencyKey": "once"}})
    assert (order["status"], len(order["tickets"])) == ("PAID", 2)
    assert again == order
    asked["bestAvailable"]["quantity"] = 1
    other = await house.rival.ask(BUY, {"input": {"tickets": asked, "paymentMethod": "sandbox-ok", "idempotencyKey": "once"}})
    assert other["__typename"] == "IdempotencyConflict"
    assert not {one["seat"] for one in order["tickets"]} & set(hold["seats"])


async def test_accessible_places_only_for_who_asks_and_what_is_left_is_said(house: House) -> None:
    of = await seat_type(house)
    hold = await house.fan.ask(BEST, best(house, of, 2, accessible=2))
    assert sorted(hold["seats"]) == ["A-10", "B-10"]
    short = await house.rival.ask(BEST, best(house, of, 8, sections=["Stalls"], accessible=1))
    assert (short["__typename"], short["ticketTypeId"], short["available"]) == ("SoldOut", of, 18)


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ({"quantity": 0}, ["quantity"]),
        ({"quantity": 101}, ["quantity"]),
        ({"accessible": 3}, ["accessible"]),
        ({"accessible": -1}, ["accessible"]),
        ({"sections": ["Roof"]}, ["sections", "0"]),
        ({"sections": ["Stalls", "Stalls"]}, ["sections", "1"]),
        ({"ticketTypeId": "nonsense"}, ["ticketTypeId"]),
    ],
)
async def test_bad_input_names_the_field(house: House, wanted: dict[str, Any], path: list[str]) -> None:
    asked = best(house, await seat_type(house), 2)
    asked["input"]["bestAvailable"] |= wanted
    answer = await house.fan.ask(BEST, asked)
    assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["input", "bestAvailable", *path])


async def test_standing_places_and_named_seats_are_not_the_best_available(house: House) -> None:
    answer = await house.fan.ask(BEST, best(house, house.standing_id, 2))
    assert answer["path"] == ["input", "bestAvailable", "ticketTypeId"]
    both = best(house, await seat_type(house), 2)
    both["input"]["seats"] = ["A-1"]
    assert (await house.fan.ask(BEST, both))["path"] == ["input", "bestAvailable"]
    both["input"] |= {"seats": None, "generalAdmission": [{"ticketTypeId": house.standing_id, "quantity": 1}]}
    assert (await house.fan.ask(BEST, both))["total"]["amount"] == "60.00"


async def test_who_is_too_late_is_told_of_alternatives(house: House) -> None:
    await house.fan.ask(BEST, house.lock("A-5", "A-6"))
    late = await house.rival.ask(BEST, house.lock("A-6", "A-7"))
    assert (late["__typename"], late["labels"], len(late["alternatives"])) == ("SeatsUnavailable", ["A-6"], 3)
    assert (await house.rival.ask(BEST, house.lock(*late["alternatives"][0])))["seats"] == late["alternatives"][0]


async def test_a_single_seat_is_refused_by_the_sessions_terms_which_can_be_read(house: House) -> None:
    session_id = await strict(house)
    read = await house.nobody.ask("query($id: ID!) { session(id: $id) { singleSeats holdsAnHour } }", {"id": session_id})
    assert read == {"singleSeats": "REFUSE", "holdsAnHour": 20}
    refused = await house.fan.ask(BEST, {"input": {"sessionId": session_id, "seats": ["A-2", "A-3"]}})
    assert (refused["code"], refused["labels"], refused["suggestion"]) == ("WOULD_LEAVE_SINGLE_SEAT", ["A-1"], ["A-1", "A-2"])
    wanted = {"tickets": {"sessionId": session_id, "seats": ["A-2"]}, "paymentMethod": "sandbox-ok"}
    assert (await house.fan.ask(BUY, {"input": wanted}))["__typename"] == "WouldLeaveSingleSeat"
    hold = await house.fan.ask(BEST, {"input": {"sessionId": session_id, "seats": ["A-1", "A-2"]}})
    changed = await house.fan.ask(CHANGE, {"input": {"holdId": hold["id"], "add": ["A-4"]}})
    assert changed["__typename"] == "WouldLeaveSingleSeat"
    seen = await house.fan.ask(AVAILABILITY, {"id": session_id})
    assert (seen["availability"]["version"], seen["availability"]["held"]) == (1, 2)


async def test_a_warning_comes_with_the_hold_and_stays_with_it(house: House) -> None:
    session_id = await strict(house, SingleSeats.WARN)
    hold = await house.fan.ask(BEST, {"input": {"sessionId": session_id, "seats": ["A-2", "A-3"]}})
    assert hold["leavesSingle"] == ["A-1"]
    mine = await house.fan.ask("{ me { holds { id leavesSingle } } }")
    assert mine["holds"] == [{"id": hold["id"], "leavesSingle": ["A-1"]}]


async def test_too_many_holds_say_when_to_try_again(house: House) -> None:
    session_id = await strict(house, SingleSeats.OFF, holds_an_hour=2)
    asked = [{"input": {"sessionId": session_id, "seats": [f"A-{n}"]}} for n in range(1, 6)]
    answers = await asyncio.gather(*(house.fan.ask(BEST, one) for one in asked))
    refused = [one for one in answers if one["__typename"] == "TooManyHolds"]
    assert (len(refused), {one["limit"] for one in refused}) == (3, {2})
    assert all(3_590_000 < one["retryAfterMs"] <= 3_600_000 for one in refused)


async def test_a_verdict_says_what_locking_would_and_locks_nothing(house: House) -> None:
    await house.rival.ask(LOCK, house.lock("A-1"))

    async def verdict(client: Any, *seats: str, session: str = house.session_id) -> Any:
        return await client.ask(VERDICT, {"id": session, "seats": list(seats)})

    money = {"amount": "50.00", "currency": "EUR"}
    can = {"__typename": "Lockable", "total": money, "leavesSingle": []}
    assert await verdict(house.fan, "A-2", "A-3") == {**can, "ticketsLeft": 6}
    assert await verdict(house.nobody, "A-2", "A-3") == {**can, "ticketsLeft": None}
    taken = await verdict(house.nobody, "A-1", "A-2")
    assert (taken["labels"], len(taken["alternatives"])) == (["A-1"], 3)
    assert (await verdict(house.rival, *(f"B-{n}" for n in range(1, 9))))["limit"] == 8
    assert (await verdict(house.fan, "Z-1"))["path"] == ["seats", "0"]
    assert (await verdict(house.fan, "A-2", "A-2"))["path"] == ["seats", "1"]
    assert (await verdict(house.fan))["path"] == ["seats"]
    assert await verdict(house.fan, "A-1", session="session_01m7yedzw0e76tnnnvd9c2f4gg") is None
    assert await verdict(house.fan, "A-1", session="nonsense") is None
    assert (await verdict(house.nobody, "B-2", session=await strict(house)))["suggestion"] == ["B-1"]
    assert (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["version"] == 1


async def test_a_hold_is_extended_once_by_its_buyer(house: House) -> None:
    hold = await house.fan.ask(BEST, house.lock("A-1"))
    assert (await house.rival.ask(EXTEND, {"id": hold["id"]}))["__typename"] == "NotFound"
    longer = await house.fan.ask(EXTEND, {"id": hold["id"]})
    assert (longer["__typename"], longer["extendable"]) == ("Hold", False)
    assert longer["expiresAt"] > hold["expiresAt"]
    again = await house.fan.ask(EXTEND, {"id": hold["id"]})
    assert (again["__typename"], again["endsAt"]) == ("HoldAlreadyExtended", longer["expiresAt"])
    nobody = await house.nobody.raw(EXTEND, {"id": hold["id"]})
    assert [error["extensions"]["code"] for error in nobody["errors"]] == ["UNAUTHENTICATED"]
