"""Buying over HTTP: paid, declined, slow; once however often it is asked."""

import asyncio

from tests.api.conftest import House
from tests.api.documents import AVAILABILITY, BUY, LOCK

ORDER = "query($id: ID!) { order(id: $id) { status tickets { seat } } }"
ME = "{ me { holds { id state } orders { totalCount nodes { status } } tickets { totalCount nodes { seat } } } }"


async def test_a_paid_hold_is_an_order_with_signed_tickets(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1", "A-2"))
    order = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert (order["__typename"], order["status"], order["total"]["amount"]) == ("Order", "PAID", "50.00")
    assert [(ticket["seat"], ticket["status"]) for ticket in order["tickets"]] == [("A-1", "VALID"), ("A-2", "VALID")]
    assert len({ticket["token"] for ticket in order["tickets"]}) == 2
    seen = (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]
    assert (seen["held"], seen["sold"], seen["seats"]) == (0, 2, [{"status": "SOLD", "labels": ["A-1", "A-2"]}])


async def test_buying_in_one_step_locks_and_pays(house: House) -> None:
    bought = house.lock("B-5")["input"]
    order = await house.fan.ask(BUY, {"input": {"tickets": bought, "paymentMethod": "sandbox-ok"}})
    assert (order["status"], [ticket["seat"] for ticket in order["tickets"]]) == ("PAID", ["B-5"])
    refused = await house.rival.ask(BUY, {"input": {"tickets": bought, "paymentMethod": "sandbox-ok"}})
    assert (refused["__typename"], refused["labels"]) == ("SeatsUnavailable", ["B-5"])


async def test_a_declined_payment_keeps_the_hold_for_another_try(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    declined = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-declined"}})
    assert declined["__typename"] == "PaymentDeclined"
    me = await house.fan.ask(ME)
    assert (me["holds"], me["tickets"]["totalCount"]) == ([{"id": hold["id"], "state": "ACTIVE"}], 0)
    paid = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert paid["status"] == "PAID"
    assert (await house.fan.ask(ME))["orders"]["nodes"] == [{"status": "PAID"}]


async def test_s2_a_slow_payment_awaits_its_webhook_and_keeps_the_seats(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    order = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-slow"}})
    assert (order["status"], order["tickets"]) == ("AWAITING_PAYMENT", [])
    taken = await house.rival.ask(LOCK, house.lock("A-1"))
    assert taken["__typename"] == "SeatsUnavailable"
    async with asyncio.timeout(5):
        while (found := await house.fan.ask(ORDER, {"id": order["id"]}))["status"] != "PAID":
            await asyncio.sleep(0.02)
    assert found["tickets"] == [{"seat": "A-1"}]


async def test_fifty_equal_requests_are_one_order(house: House) -> None:
    bought = house.lock("A-1", "A-2")["input"]
    wanted = {"input": {"tickets": bought, "paymentMethod": "sandbox-ok", "idempotencyKey": "buy-once"}}
    answers = await asyncio.gather(*(house.fan.ask(BUY, wanted) for _ in range(50)))
    assert {(answer["id"], answer["status"]) for answer in answers} == {(answers[0]["id"], "PAID")}
    me = await house.fan.ask(ME)
    assert (me["orders"]["totalCount"], me["tickets"]["totalCount"]) == (1, 2)


async def test_a_declined_answer_is_given_again_under_its_key(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    wanted = {"holdId": hold["id"], "paymentMethod": "sandbox-declined", "idempotencyKey": "try-1"}
    for _ in range(2):
        assert (await house.fan.ask(BUY, {"input": wanted}))["__typename"] == "PaymentDeclined"
    other = await house.fan.ask(BUY, {"input": {**wanted, "paymentMethod": "sandbox-ok"}})
    assert other["__typename"] == "IdempotencyConflict"
    assert (await house.fan.ask(ME))["holds"] == [{"id": hold["id"], "state": "ACTIVE"}]


async def test_a_hold_is_its_holders_only(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    answer = await house.rival.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert answer["__typename"] == "NotFound"
    order = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert await house.rival.ask(ORDER, {"id": order["id"]}) is None
    assert await house.nobody.ask(ORDER, {"id": order["id"]}) is None


async def test_bad_input_names_the_field(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    unknown = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "gold"}})
    assert (unknown["__typename"], unknown["path"]) == ("InvalidInput", ["input", "paymentMethod"])
    missing = await house.fan.ask(BUY, {"input": {"holdId": hold["id"]}})
    assert missing["path"] == ["input", "paymentMethod"]
    both = {"holdId": hold["id"], "tickets": house.lock("A-2")["input"], "paymentMethod": "sandbox-ok"}
    for input in (both, {"paymentMethod": "sandbox-ok"}):
        assert (await house.fan.ask(BUY, {"input": input}))["path"] == ["input"]
    assert (await house.fan.ask(ME))["holds"] == [{"id": hold["id"], "state": "ACTIVE"}]


async def test_what_has_expired_cannot_be_bought(short_house: House) -> None:
    house = short_house
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    async with asyncio.timeout(10):
        while (await house.rival.ask(LOCK, house.lock("A-1")))["__typename"] != "Hold":
            await asyncio.sleep(0.02)
    answer = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert (answer["__typename"], answer["expiredAt"]) == ("HoldExpired", answer["expiredAt"])
    assert (await house.fan.ask(ME))["orders"]["totalCount"] == 0
