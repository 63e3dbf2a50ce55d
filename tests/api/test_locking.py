"""Locking over HTTP: one winner, exact refusals, one effect a key."""

import asyncio

from tests.api.conftest import House
from tests.api.documents import AVAILABILITY, LOCK, RELEASE


async def test_a_lock_answers_with_what_a_countdown_needs(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1", "A-2"))
    assert hold["__typename"] == "Hold"
    assert (hold["seats"], hold["total"], hold["state"]) == (["A-1", "A-2"], {"amount": "50.00", "currency": "EUR"}, "ACTIVE")
    assert hold["session"]["id"] == house.session_id
    assert hold["id"].startswith("hold_")
    assert hold["serverTime"] < hold["expiresAt"]


async def test_fifty_buyers_want_one_seat_and_one_gets_it(house: House) -> None:
    both = [house.fan, house.rival] * 25
    answers = await asyncio.gather(*(client.ask(LOCK, house.lock("A-3")) for client in both))
    assert sorted(answer["__typename"] for answer in answers) == ["Hold"] + ["SeatsUnavailable"] * 49
    assert {tuple(answer["labels"]) for answer in answers if "labels" in answer} == {("A-3",)}


async def test_fifty_requests_under_one_key_are_one_hold(house: House) -> None:
    wanted = house.lock("B-1", key="once")
    answers = await asyncio.gather(*(house.fan.ask(LOCK, wanted) for _ in range(50)))
    assert len({answer["id"] for answer in answers}) == 1
    seen = await house.fan.ask(AVAILABILITY, {"id": house.session_id})
    assert (seen["availability"]["held"], seen["availability"]["version"]) == (1, 1)


async def test_a_key_with_another_input_is_a_conflict_and_changes_nothing(house: House) -> None:
    await house.fan.ask(LOCK, house.lock("B-1", key="mine"))
    answer = await house.fan.ask(LOCK, house.lock("B-2", key="mine"))
    assert answer["__typename"] == "IdempotencyConflict"
    assert (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["held"] == 1


async def test_a_partly_taken_wish_names_exactly_the_taken_seats_and_locks_nothing(house: House) -> None:
    await house.rival.ask(LOCK, house.lock("A-2", "A-4"))
    answer = await house.fan.ask(LOCK, house.lock("A-5", "A-4", "A-3", "A-2"))
    assert (answer["__typename"], answer["labels"]) == ("SeatsUnavailable", ["A-4", "A-2"])
    assert (answer["code"], answer["message"]) == ("SEATS_UNAVAILABLE", "Not available any more: A-4, A-2.")
    assert (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["held"] == 2


async def test_general_admission_is_locked_with_seats_in_one_hold(house: House) -> None:
    wanted = house.lock("A-1")
    wanted["input"]["generalAdmission"] = [{"ticketTypeId": house.standing_id, "quantity": 2}]
    hold = await house.fan.ask(LOCK, wanted)
    assert (hold["total"]["amount"], hold["generalAdmission"]) == ("45.00", [{"ticketTypeId": house.standing_id, "quantity": 2}])
    wanted["input"] = {"sessionId": house.session_id, "generalAdmission": [{"ticketTypeId": house.standing_id, "quantity": 4}]}
    refused = await house.rival.ask(LOCK, wanted)
    assert (refused["__typename"], refused["available"], refused["ticketTypeId"]) == ("SoldOut", 3, house.standing_id)


async def test_a_buyer_gets_no_more_than_the_limit_held_ones_included(house: House) -> None:
    assert (await house.fan.ask(LOCK, house.lock("A-1", "A-2", "A-3", "A-4", "A-5")))["__typename"] == "Hold"
    refused = await house.fan.ask(LOCK, house.lock("B-1", "B-2", "B-3", "B-4"))
    assert (refused["__typename"], refused["limit"]) == ("TooManyTickets", 8)
    assert (await house.fan.ask(LOCK, house.lock("B-1", "B-2", "B-3")))["__typename"] == "Hold"


async def test_bad_input_names_the_field(house: House) -> None:
    unknown = await house.fan.ask(LOCK, house.lock("A-1", "Z-9"))
    assert (unknown["__typename"], unknown["path"]) == ("InvalidInput", ["input", "seats", "1"])
    twice = await house.fan.ask(LOCK, house.lock("A-1", "A-1"))
    assert (twice["path"], twice["message"]) == (["input", "seats", "1"], "A-1 is named twice.")
    nothing = await house.fan.ask(LOCK, house.lock())
    assert nothing["path"] == ["input", "seats"]
    none_of_it = house.lock()
    none_of_it["input"]["generalAdmission"] = [{"ticketTypeId": house.standing_id, "quantity": 0}]
    assert (await house.fan.ask(LOCK, none_of_it))["path"] == ["input", "generalAdmission", "0", "quantity"]
    none_of_it["input"]["generalAdmission"] = [{"ticketTypeId": house.session_id, "quantity": 1}]
    assert (await house.fan.ask(LOCK, none_of_it))["path"] == ["input", "generalAdmission", "0", "ticketTypeId"]
    assert (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["version"] == 0


async def test_what_postgres_cannot_store_is_bad_input(house: House) -> None:
    for wanted in (house.lock("A-\0"), house.lock("A-1", key="\0")):
        assert (await house.fan.ask(LOCK, wanted))["__typename"] == "InvalidInput"
    answer = await house.nobody.raw("query($slug: String) { event(slug: $slug) { id } }", {"slug": "\0"})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_session_that_does_not_exist_is_not_found(house: House) -> None:
    for session_id in ("nonsense", "session_01m7yedzw0e76tnnnvd9c2f4gg", house.standing_id):
        answer = await house.fan.ask(LOCK, {"input": {"sessionId": session_id, "seats": ["A-1"]}})
        assert answer["__typename"] == "NotFound"


async def test_without_a_token_nothing_is_locked(house: House) -> None:
    answer = await house.nobody.raw(LOCK, house.lock("A-1"))
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["held"] == 0


async def test_given_back_seats_are_free_at_once_and_only_for_their_holder_to_give(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    assert (await house.rival.ask(RELEASE, {"id": hold["id"]}))["__typename"] == "NotFound"
    given_back = await house.fan.ask(RELEASE, {"id": hold["id"]})
    assert (given_back["__typename"], given_back["state"]) == ("Hold", "RELEASED")
    assert (await house.fan.ask(RELEASE, {"id": hold["id"]}))["__typename"] == "HoldExpired"
    assert (await house.rival.ask(LOCK, house.lock("A-1")))["__typename"] == "Hold"


async def test_minimum_age_counts_on_the_day_in_the_sessions_zone(house: House) -> None:
    grown_up = await house.put_on(minimum_age=18)
    refused = await house.rival.ask(LOCK, {"input": {"sessionId": grown_up, "seats": ["A-1"]}})
    assert (refused["__typename"], refused["minimumAge"]) == ("AgeRestricted", 18)
    assert (await house.fan.ask(LOCK, {"input": {"sessionId": grown_up, "seats": ["A-1"]}}))["__typename"] == "Hold"


async def test_a_sale_that_is_not_open_says_when_it_opens(house: House) -> None:
    later = await house.put_on(sale_opens_in_days=1)
    refused = await house.fan.ask(LOCK, {"input": {"sessionId": later, "seats": ["A-1"]}})
    assert (refused["__typename"], refused["opensAt"]) == ("SaleNotOpen", house.at(days=1))
    begun = await house.put_on(starts_in_days=-0.01)
    refused = await house.fan.ask(LOCK, {"input": {"sessionId": begun, "seats": ["A-1"]}})
    assert (refused["__typename"], refused["opensAt"]) == ("SaleNotOpen", None)
