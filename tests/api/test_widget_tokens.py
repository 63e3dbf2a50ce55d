"""Widgets' tokens: for one origin, some sessions, so many seats, and for no longer than they say."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.api.client import Client
from tests.api.conftest import House
from tests.api.documents import BUY, CHANGE, LOCK, WATCH
from tests.api.partners import REVOKE, ROTATE, WIDGET, Partner, code_of, partner_of, put_on_elsewhere

SHOP = "https://shop.example"
RELEASE = "mutation($id: ID!) { releaseHold(holdId: $id) { __typename } }"
REFUSED = (403, "TOKEN_NOT_FOR_HERE")


def wanted(house: House, **more: Any) -> dict[str, Any]:
    terms = {"origin": SHOP, "sessionIds": [house.session_id], "maxSeats": 4, "minutes": 5}
    return {"input": terms | more}


async def widget_of(house: House, partner: Partner, **more: Any) -> Client:
    """A page at the shop, whose browser says so."""
    made = await partner.client.ask(WIDGET, wanted(house, **more))
    assert made["__typename"] == "WidgetToken", made
    return replace(house.nobody, token=made["accessToken"], origin=SHOP)


async def taken(house: House) -> int:
    found = await house.nobody.ask("query($id: ID!) { session(id: $id) { availability { held sold } } }", {"id": house.session_id})
    return int(found["availability"]["held"] + found["availability"]["sold"])


async def test_a_widget_locks_and_buys_for_a_guest_over_its_partners_channel(house: House) -> None:
    partner = await partner_of(house, ["SELL"])
    widget = await widget_of(house, partner, channel="KIOSK")
    order = await widget.ask(BUY, {"input": {"tickets": house.lock("A-1", "A-2")["input"], "paymentMethod": "sandbox-ok"}})
    assert (order["status"], [ticket["seat"] for ticket in order["tickets"]]) == ("PAID", ["A-1", "A-2"])
    assert (await widget.ask("query($id: ID!) { order(id: $id) { channel } }", {"id": order["id"]}))["channel"] == "KIOSK"
    other = await widget_of(house, partner)
    assert await other.ask("query($id: ID!) { order(id: $id) { channel } }", {"id": order["id"]}) is None


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "https://shop.example.evil", "http://shop.example", SHOP + ":8443"]
)
async def test_s14_on_another_page_a_widgets_token_is_worth_nothing(house: House, origin: str | None) -> None:
    widget = await widget_of(house, await partner_of(house))
    elsewhere = {"Authorization": f"Bearer {widget.token}", **({"Origin": origin} if origin else {})}
    for accept in ("application/json", "text/event-stream"):
        answer = await house.nobody.http.post(
            f"{house.url}/graphql", json={"query": LOCK, "variables": house.lock("A-1")}, headers={**elsewhere, "Accept": accept}
        )
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == REFUSED
    url = house.url.replace("http://", "ws://") + "/graphql"
    more = {"Origin": origin} if origin else {}
    async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], additional_headers=more) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {widget.token}"}}))
        async with asyncio.timeout(20):
            await socket.wait_closed()
    assert socket.close_code == 4403
    assert await taken(house) == 0


async def test_s14_on_its_own_page_it_opens_a_websocket(house: House) -> None:
    widget = await widget_of(house, await partner_of(house), origin="HTTPS://Shop.Example")
    async with widget.watch(WATCH, {"id": house.session_id}) as watch:
        assert (await watch.next())["__typename"] == "AvailabilitySnapshot"


async def test_s17_of_all_its_holds_a_widget_has_no_more_seats_than_it_may(house: House) -> None:
    widget = await widget_of(house, await partner_of(house))
    first = await widget.ask(LOCK, house.lock("A-1", "A-2", "A-3"))
    refused = await widget.ask(LOCK, house.lock("A-5", "A-6"))
    assert (refused["__typename"], refused["limit"]) == ("TooManyTickets", 4)
    standing = {"input": {"sessionId": house.session_id, "generalAdmission": [{"ticketTypeId": house.standing_id, "quantity": 2}]}}
    assert (await widget.ask(LOCK, standing))["__typename"] == "TooManyTickets"
    assert await taken(house) == 3
    last = await widget.ask(LOCK, house.lock("A-5"))
    assert (await widget.ask(LOCK, house.lock("A-7")))["__typename"] == "TooManyTickets"
    await widget.ask(RELEASE, {"id": first["id"]})
    changed = await widget.ask(CHANGE, {"input": {"holdId": last["id"], "add": ["A-6", "A-7", "A-8"]}})
    assert changed["seats"] == ["A-5", "A-6", "A-7", "A-8"]
    swapped = await widget.ask(CHANGE, {"input": {"holdId": last["id"], "add": ["A-9"], "remove": ["A-5"]}})
    assert swapped["seats"] == ["A-6", "A-7", "A-8", "A-9"]
    refused = await widget.ask(CHANGE, {"input": {"holdId": last["id"], "add": ["A-10"]}})
    assert (refused["__typename"], refused["limit"]) == ("TooManyTickets", 4)
    assert await taken(house) == 4


async def test_s17_bought_seats_count_too(house: House) -> None:
    widget = await widget_of(house, await partner_of(house), maxSeats=2)
    tickets = {"input": {"tickets": house.lock("A-1", "A-2")["input"], "paymentMethod": "sandbox-ok"}}
    assert (await widget.ask(BUY, tickets))["status"] == "PAID"
    more = {"input": {"tickets": house.lock("A-4")["input"], "paymentMethod": "sandbox-ok"}}
    assert (await widget.ask(BUY, more))["__typename"] == "TooManyTickets"
    assert await taken(house) == 2


async def test_s17_many_requests_at_once_get_no_more_than_one_after_the_other(house: House) -> None:
    widget = await widget_of(house, await partner_of(house), maxSeats=2)
    answers = await asyncio.gather(*(widget.ask(LOCK, house.lock(f"{row}-{n}")) for row in "AB" for n in (1, 3, 5, 7, 9)))
    locked = [answer for answer in answers if answer["__typename"] == "Hold"]
    assert {answer["__typename"] for answer in answers} <= {"Hold", "TooManyTickets"}
    assert len(locked) <= 2
    assert await taken(house) == len(locked)


async def test_asked_again_under_its_key_a_lock_is_no_second_one(house: House) -> None:
    widget = await widget_of(house, await partner_of(house), maxSeats=2)
    first = await widget.ask(LOCK, house.lock("A-1", "A-2", key="k"))
    again = await widget.ask(LOCK, house.lock("A-1", "A-2", key="k"))
    assert (again["__typename"], again["id"]) == ("Hold", first["id"])


async def test_a_session_that_is_not_the_widgets_is_not_there(house: House) -> None:
    widget = await widget_of(house, await partner_of(house))
    other = await house.put_on()
    for session_id in (other, await put_on_elsewhere(house)):
        locked = await widget.ask(LOCK, {"input": {"sessionId": session_id, "seats": ["A-1"]}})
        assert locked["__typename"] == "NotFound"


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"origin": "shop.example"}, ["input", "origin"]),
        ({"origin": "https://shop.example/page"}, ["input", "origin"]),
        ({"origin": "*"}, ["input", "origin"]),
        ({"sessionIds": []}, ["input", "sessionIds"]),
        ({"maxSeats": 0}, ["input", "maxSeats"]),
        ({"maxSeats": 101}, ["input", "maxSeats"]),
        ({"minutes": 0}, ["input", "minutes"]),
        ({"minutes": 61}, ["input", "minutes"]),
        ({"channel": "WEB"}, ["input", "channel"]),
    ],
)
async def test_a_widget_that_cannot_be_is_refused_at_the_field(house: House, more: dict[str, Any], path: list[str]) -> None:
    partner = await partner_of(house)
    refused = await partner.client.ask(WIDGET, wanted(house, **more))
    assert refused == {"__typename": "InvalidInput", "path": path, "code": "INVALID_INPUT"}


async def test_s4_only_a_client_that_sells_makes_tokens_and_only_for_its_organizers_sessions(house: House) -> None:
    partner = await partner_of(house)
    for somebody in (house.fan, partner.owner):
        assert await somebody.ask(WIDGET, wanted(house)) == {"__typename": "NotAllowed", "code": "NOT_ALLOWED"}
    widget = await widget_of(house, partner)
    assert await widget.ask(WIDGET, wanted(house)) == {"__typename": "NotAllowed", "code": "NOT_ALLOWED"}
    theirs = await put_on_elsewhere(house)
    refused = await partner.client.ask(WIDGET, wanted(house, sessionIds=[house.session_id, theirs]))
    assert refused == {"__typename": "NotFound", "code": "NOT_FOUND"}


async def test_a_widget_may_sell_and_nothing_else_of_what_its_client_may(house: House) -> None:
    widget = await widget_of(house, await partner_of(house))
    order = await house.fan.ask(BUY, {"input": {"tickets": house.lock("A-1")["input"], "paymentMethod": "sandbox-ok"}})
    assert await widget.ask("query($id: ID!) { order(id: $id) { id } }", {"id": order["id"]}) is None
    use = 'mutation { useTicket(input: {ticketId: "ticket_1"}) { __typename } }'
    assert await code_of(widget, use) == "SCOPE_REQUIRED"
    assert await widget.ask("{ apiClient { id } }") is None


async def test_a_widgets_token_ends_with_its_client_at_once_and_by_itself_when_it_said(house: House) -> None:
    partner = await partner_of(house)
    made = await partner.client.ask(WIDGET, wanted(house, minutes=60))
    ends = datetime.fromisoformat(made["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=58) < ends <= timedelta(minutes=60)
    widget = replace(house.nobody, token=made["accessToken"], origin=SHOP)
    async with widget.watch(WATCH, {"id": house.session_id}) as watch:
        await watch.next()
        await partner.owner.ask(REVOKE, {"id": partner.id})
        async with asyncio.timeout(20):
            await watch.socket.wait_closed()
        assert watch.socket.close_code == 4403
    assert await code_of(widget, LOCK, house.lock("A-1")) == "UNAUTHENTICATED"
    assert await taken(house) == 0


async def test_what_widgets_ask_is_their_clients_usage(house: House) -> None:
    partner = await partner_of(house)
    widget = await widget_of(house, partner)
    usage = house.usher.services.usage
    await usage.write(house.usher.services.transaction)
    await widget.ask("{ cities }")
    assert [counts[0] for counts in usage._counted.values()] == [1]
    assert "extensions" not in await widget.raw("{ cities }")


async def test_with_its_client_all_widgets_end_however_many_they_are(house: House) -> None:
    partner = await partner_of(house)
    widgets = [await widget_of(house, partner) for _ in range(12)]
    async with (
        widgets[0].watch(WATCH, {"id": house.session_id}) as first,
        widgets[-1].watch(WATCH, {"id": house.session_id}) as last,
    ):
        for watch in (first, last):
            await watch.next()
        await partner.owner.ask(REVOKE, {"id": partner.id})
        for watch in (first, last):
            async with asyncio.timeout(20):
                await watch.socket.wait_closed()
            assert watch.socket.close_code == 4403
    assert [await code_of(one, "{ me { id } }") for one in (*widgets, partner.client)] == ["UNAUTHENTICATED"] * 13
    assert (await partner.owner.ask("{ me { id } }"))["id"].startswith("user_")


async def test_a_key_that_is_replaced_without_grace_takes_its_widgets_along(house: House) -> None:
    partner = await partner_of(house)
    widget = await widget_of(house, partner)
    await partner.owner.ask(ROTATE, {"id": partner.id, "hours": 1})
    assert (await widget.ask("{ me { id } }"))["id"].startswith("user_")
    await partner.owner.ask(ROTATE, {"id": partner.id, "hours": 0})
    assert await code_of(widget, "{ me { id } }") == "UNAUTHENTICATED"
