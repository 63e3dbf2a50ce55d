"""Watching holds, orders and tickets: first as they are, then every change, for whoever may see them."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from domain.sandbox import Faults
from tests.api.conftest import House, open_house
from tests.api.documents import BUY, CANCEL, CHANGE, LOCK, RELEASE, USE
from tests.api.watching import EVENT, GATE, HOLD, ORDER, TICKETS, bought, refused, run, watching
from tests.subscriptions.servers import Valkey, valkey

__all__ = ["valkey"]


async def test_a_hold_is_told_of_until_it_is_bought(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    async with watching(house.fan, HOLD, hold["id"]) as watch:
        assert await watch.next() == {
            "expiringSoon": False,
            "hold": {"id": hold["id"], "state": "ACTIVE", "seats": ["A-1"], "total": {"amount": "25.00"}},
        }
        await house.fan.ask(CHANGE, {"input": {"holdId": hold["id"], "add": ["A-2"]}})
        changed = (await watch.next())["hold"]
        assert (changed["seats"], changed["total"]["amount"]) == (["A-1", "A-2"], "50.00")
        await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-slow"}})
        assert (await watch.next())["hold"]["state"] == "ORDERED"
        assert (await watch.next())["hold"]["state"] == "CONVERTED"
        assert (await watch.message())["type"] == "complete"


async def test_a_declined_payment_makes_the_hold_active_again(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    async with watching(house.fan, HOLD, hold["id"]) as watch:
        await watch.next()
        assert house.usher.services.sandbox is not None
        # A gateway that takes its time: who watches is told the present, and may miss what is over at once.
        house.usher.services.sandbox.faults = Faults(delay=timedelta(seconds=0.5))
        await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-declined"}})
        states = [(await watch.next())["hold"]["state"] for _ in range(2)]
        assert states == ["ORDERED", "ACTIVE"]
        await house.fan.ask(RELEASE, {"id": hold["id"]})
        assert (await watch.next())["hold"]["state"] == "RELEASED"
        assert (await watch.message())["type"] == "complete"


async def test_a_hold_expires_soon_once_and_then_for_good(short_house: House) -> None:
    clock = asyncio.get_running_loop().time
    # It was locked at some time in between.
    asked_at = clock()
    hold = await short_house.fan.ask(LOCK, short_house.lock("A-1"))
    locked_at = clock()
    async with watching(short_house.fan, HOLD, hold["id"]) as watch:
        seen = [(await watch.next(), clock()) for _ in range(3)]
        assert [(one["expiringSoon"], one["hold"]["state"]) for one, _ in seen] == [
            (False, "ACTIVE"),
            (True, "ACTIVE"),
            (False, "EXPIRED"),
        ]
        (_, warned_at), (_, expired_at) = seen[1:]
        assert (warned_at - asked_at > 0.75, warned_at - locked_at < 0.95) == (True, True)
        assert (expired_at - asked_at > 0.95, expired_at - locked_at < 1.5) == (True, True)
        assert (await watch.message())["type"] == "complete"


async def test_an_ended_hold_is_told_once(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    await house.fan.ask(RELEASE, {"id": hold["id"]})
    async with watching(house.fan, HOLD, hold["id"]) as watch:
        assert (await watch.next())["hold"]["state"] == "RELEASED"
        assert (await watch.message())["type"] == "complete"


async def test_an_order_is_told_of_until_its_money_is_back(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1", "A-2"))
    order = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-slow"}})
    async with watching(house.fan, ORDER, order["id"]) as watch:
        assert await watch.next() == {"id": order["id"], "status": "AWAITING_PAYMENT", "tickets": []}
        paid = await watch.next()
        valid = [{"seat": seat, "status": "VALID"} for seat in ("A-1", "A-2")]
        assert (paid["status"], paid["tickets"]) == ("PAID", valid)
        node = "query($id: ID!) { order(id: $id) { tickets { id } } }"
        for ticket in (await house.fan.ask(node, {"id": order["id"]}))["tickets"]:
            await house.fan.ask(CANCEL, {"input": {"ticketId": ticket["id"]}})
        states = [(await watch.next())["status"] for _ in range(2)]
        assert states == ["CANCELLED", "REFUNDED"]
        assert (await watch.message())["type"] == "complete"


async def test_what_a_message_loads_is_as_it_is_then(house: House) -> None:
    """Loaders would otherwise answer for the whole life of the subscription what they loaded first."""
    order = await bought(house, "A-1")
    async with watching(house.fan, ORDER, order["id"]) as watch:
        assert (await watch.next())["tickets"] == [{"seat": "A-1", "status": "VALID"}]
        await house.fan.ask(CANCEL, {"input": {"ticketId": order["tickets"][0]["id"]}})
        assert (await watch.next())["tickets"] == [{"seat": "A-1", "status": "CANCELLED"}]


async def test_tickets_are_told_of_as_they_are_issued_used_and_cancelled(house: House) -> None:
    before = await bought(house, "B-1")
    async with watching(house.fan, TICKETS) as watch, watching(house.rival, TICKETS) as stranger:
        assert (await watch.next(), await stranger.next()) == ({"tickets": []}, {"tickets": []})
        order = await bought(house, "A-1", "A-2")
        one, other = order["tickets"]
        issued = (await watch.next())["tickets"]
        assert sorted(issued, key=lambda ticket: str(ticket["seat"])) == [
            {"id": each["id"], "seat": each["seat"], "status": "VALID", "token": each["token"]} for each in (one, other)
        ]
        await house.gate.ask(USE, {"input": {"token": one["token"]}})
        assert [(each["id"], each["status"]) for each in (await watch.next())["tickets"]] == [(one["id"], "USED")]
        for ticket in (other, before["tickets"][0]):
            await house.fan.ask(CANCEL, {"input": {"ticketId": ticket["id"]}})
            changed = (await watch.next())["tickets"]
            assert [(each["id"], each["status"]) for each in changed] == [(ticket["id"], "CANCELLED")]
        await house.rival.ask(LOCK, house.lock("B-5"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await stranger.next()


async def test_a_hold_that_is_somebody_elses_by_now_is_not_told_of(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    async with watching(house.fan, HOLD, hold["id"]) as watch:
        await watch.next()
        await run(house, "UPDATE hold SET user_id = (SELECT id FROM account WHERE email = 'rival@example.com')")
        assert await refused(watch) == "NOT_FOUND"


async def test_an_order_that_is_somebody_elses_by_now_is_not_told_of(house: House) -> None:
    order = await bought(house, "A-1")
    async with watching(house.fan, ORDER, order["id"]) as watch:
        await watch.next()
        await run(house, "UPDATE ticket_order SET user_id = (SELECT id FROM account WHERE email = 'rival@example.com')")
        assert await refused(watch) == "NOT_FOUND"


async def test_what_is_not_yours_or_not_there_is_not_found(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("B-1"))
    order = await bought(house, "A-1")
    nothing = [
        (house.rival, HOLD, hold["id"]),
        (house.rival, ORDER, order["id"]),
        (house.gate, ORDER, order["id"]),
        (house.fan, HOLD, order["id"]),
        (house.fan, HOLD, "nonsense"),
        (house.nobody, EVENT, "event_00000000000000000000000000"),
        (house.nobody, EVENT, house.session_id),
        (house.gate, GATE, "session_00000000000000000000000000"),
    ]
    for client, document, id in nothing:
        async with watching(client, document, id) as watch:
            assert await refused(watch) == "NOT_FOUND", (document, id)


async def test_without_a_token_only_what_is_public_is_watched(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("B-1"))
    order = await bought(house, "A-1")
    for document, id in ((HOLD, hold["id"]), (ORDER, order["id"]), (TICKETS, None), (GATE, house.session_id)):
        async with watching(house.nobody, document, id) as watch:
            assert await refused(watch) == "UNAUTHENTICATED"
    for somebody in (house.fan, house.rival):
        async with watching(somebody, GATE, house.session_id) as watch:
            assert await refused(watch) == "NOT_ALLOWED"


async def test_another_process_is_told_by_redis_and_without_it_looks_again(
    database_url: str, tmp_path: Path, valkey: Valkey
) -> None:
    async with open_house(database_url, tmp_path, REDIS_URL=valkey.url) as house:
        async with house.twin(valkey.url) as beside, house.twin("memory://") as alone:
            fans = [await twin.signed_in("fan@example.com") for twin in (beside, alone)]
            hold = await house.fan.ask(LOCK, house.lock("A-1"))
            async with watching(fans[0], HOLD, hold["id"]) as told, watching(fans[1], HOLD, hold["id"]) as looking:
                assert [(await watch.next())["hold"]["state"] for watch in (told, looking)] == ["ACTIVE", "ACTIVE"]
                await house.fan.ask(RELEASE, {"id": hold["id"]})
                assert (await told.next(within=1))["hold"]["state"] == "RELEASED"
                assert (await looking.next())["hold"]["state"] == "RELEASED"
