"""Changing a hold over HTTP: all of it or nothing, seen by everybody, by its own buyer only."""

import asyncio
from typing import Any

from tests.api.conftest import House
from tests.api.documents import AVAILABILITY, BUY, CHANGE, LOCK, RELEASE, WATCH


def change(hold: dict[str, Any], standing: tuple[str, int] | None = None, **wanted: Any) -> dict[str, Any]:
    places = [{"ticketTypeId": standing[0], "quantity": standing[1]}] if standing else None
    return {"input": {"holdId": hold["id"], "generalAdmission": places, **wanted}}


async def test_a_hold_is_changed_and_bought_at_its_new_total(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1", "A-2"))
    asked = change(hold, (house.standing_id, 2), add=["B-1"], remove=["A-1"])
    changed = await house.fan.ask(CHANGE, asked)
    assert (changed["__typename"], changed["id"], changed["expiresAt"]) == ("Hold", hold["id"], hold["expiresAt"])
    assert (changed["seats"], changed["total"]["amount"]) == (["A-2", "B-1"], "70.00")
    assert changed["generalAdmission"] == [{"ticketTypeId": house.standing_id, "quantity": 2}]
    fewer = await house.fan.ask(CHANGE, change(hold, (house.standing_id, 0)))
    assert (fewer["generalAdmission"], fewer["total"]["amount"]) == ([], "50.00")
    order = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert (order["total"]["amount"], [one["seat"] for one in order["tickets"]]) == ("50.00", ["A-2", "B-1"])
    assert (await house.fan.ask(CHANGE, change(hold, add=["A-1"])))["__typename"] == "HoldExpired"


async def test_a_change_is_one_message_to_who_watches(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    async with house.nobody.watch(WATCH, {"id": house.session_id, "since": 1}) as watch:
        assert (await watch.next())["version"] == 1
        await house.fan.ask(CHANGE, change(hold, add=["A-2"], remove=["A-1"]))
        delta = await watch.next()
    assert (delta["previousVersion"], delta["version"], delta["held"]) == (1, 2, 1)
    groups = {one["status"]: one["labels"] for one in delta["changes"]}
    assert groups == {"AVAILABLE": ["A-1"], "HELD": ["A-2"]}


async def test_refusals_are_members_and_change_nothing(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    await house.rival.ask(LOCK, house.lock("B-1"))
    taken = await house.fan.ask(CHANGE, change(hold, add=["A-2", "B-1"], remove=["A-1"]))
    assert (taken["__typename"], taken["labels"]) == ("SeatsUnavailable", ["B-1"])
    many = await house.fan.ask(CHANGE, change(hold, add=[f"A-{n}" for n in range(2, 10)]))
    assert (many["__typename"], many["limit"]) == ("TooManyTickets", 8)
    sold_out = await house.fan.ask(CHANGE, change(hold, (house.standing_id, 6)))
    assert (sold_out["__typename"], sold_out["available"]) == ("SoldOut", 5)
    assert (await house.rival.ask(CHANGE, change(hold, add=["A-2"])))["__typename"] == "NotFound"
    assert (await house.fan.ask(CHANGE, change({"id": house.session_id}, add=["A-2"])))["__typename"] == "NotFound"
    nobody = await house.nobody.raw(CHANGE, change(hold, add=["A-2"]))
    assert [error["extensions"]["code"] for error in nobody["errors"]] == ["UNAUTHENTICATED"]
    seen = (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]
    assert (seen["version"], seen["held"]) == (2, 2)
    await house.fan.ask(RELEASE, {"id": hold["id"]})
    assert (await house.fan.ask(CHANGE, change(hold, add=["A-2"])))["__typename"] == "HoldExpired"


async def test_a_hold_that_is_being_paid_is_not_changed(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-slow"}})
    assert (await house.fan.ask(CHANGE, change(hold, add=["A-2"])))["__typename"] == "NotAllowed"


async def test_bad_input_names_the_field(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    many = [f"X-{n}" for n in range(101)]
    for asked, path, message in (
        (change(hold), [], "Name seats to add or to remove, or places of general admission."),
        (change(hold, add=["A-2", "A-2"]), ["add", "1"], "A-2 is named twice."),
        (change(hold, remove=["A-1", "A-1"]), ["remove", "1"], "A-1 is named twice."),
        (change(hold, add=["A-2"], remove=["A-1", "A-2"]), ["remove", "1"], "A-2 is to be added too."),
        (change(hold, add=many), ["add"], "At most 100 seats at once."),
        (change(hold, remove=many), ["remove"], "At most 100 seats at once."),
        (change(hold, add=["A-2", "Z-1"]), ["add", "1"], "There is no seat 'Z-1'."),
        (change(hold, (house.standing_id, -1)), ["generalAdmission", "0", "quantity"], "A quantity is between 0 and 100."),
        (change(hold, (house.session_id, 1)), ["generalAdmission", "0", "ticketTypeId"], "This is not the id of a ticket type."),
        (change(hold, add=["A-2"], idempotencyKey=""), ["idempotencyKey"], "An idempotency key has 1 to 255 characters."),
        (change(hold, remove=["A-1"]), ["remove"], "Nothing would be left in the hold; to give all of it back, call releaseHold."),
    ):
        answer = await house.fan.ask(CHANGE, asked)
        assert (answer["__typename"], answer["path"], answer["message"]) == ("InvalidInput", ["input", *path], message)
    assert (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["version"] == 1


async def test_fifty_requests_under_one_key_are_one_change(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    asked = change(hold, add=["A-2"], idempotencyKey="once")
    answers = await asyncio.gather(*(house.fan.ask(CHANGE, asked) for _ in range(50)))
    assert {(answer["id"], tuple(answer["seats"])) for answer in answers} == {(hold["id"], ("A-1", "A-2"))}
    assert (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["version"] == 2
    asked["input"]["add"] = ["A-3"]
    assert (await house.fan.ask(CHANGE, asked))["__typename"] == "IdempotencyConflict"
