"""What partners may sell over which channel: decided by the organizer, kept to wherever tickets are locked."""

from typing import Any

import pytest

from domain.organizers import MemberRole
from tests.api.conftest import House
from tests.api.documents import BUY, CHANGE, LOCK
from tests.api.partners import LIMIT, WIDGET, owner_of, partner_of, token_for

CHANNELS = "query($id: ID!) { session(id: $id) { ticketTypes { id name channels } } }"
WHY = LOCK.replace("... on TooManyTickets", "... on NotSoldHere { ticketTypeId channel } ... on TooManyTickets")
HOW = CHANGE.replace("... on TooManyTickets", "... on NotSoldHere { ticketTypeId channel } ... on TooManyTickets")


async def types_of(house: House) -> dict[str, str]:
    found = await house.nobody.ask(CHANNELS, {"id": house.session_id})
    return {one["name"]: one["id"] for one in found["ticketTypes"]}


async def held(house: House) -> int:
    found = await house.nobody.ask("query($id: ID!) { session(id: $id) { availability { held } } }", {"id": house.session_id})
    return int(found["availability"]["held"])


def asked(house: House, **what: Any) -> dict[str, Any]:
    return {"input": {"sessionId": house.session_id, **what}}


async def test_a_partner_locks_nothing_that_is_not_sold_over_its_channel_however_it_is_asked_for(house: House) -> None:
    partner, types = await partner_of(house), await types_of(house)
    limited = await partner.owner.ask(LIMIT, {"types": [types["Seat"]], "channels": ["KIOSK"]})
    assert limited == {"__typename": "SalesChannels", "ticketTypeIds": [types["Seat"]], "channels": ["KIOSK"]}
    best = {"ticketTypeId": types["Seat"], "quantity": 2}
    standing = {"ticketTypeId": types["Standing"], "quantity": 1}
    for what in ({"seats": ["A-1"]}, {"bestAvailable": best}, {"seats": ["A-1"], "generalAdmission": [standing]}):
        refused = await partner.client.ask(WHY, asked(house, **what))
        assert (refused["__typename"], refused["code"]) == ("NotSoldHere", "NOT_SOLD_HERE")
        assert (refused["ticketTypeId"], refused["channel"]) == (types["Seat"], "RADIO")
    bought = {"input": {"tickets": asked(house, seats=["A-1"])["input"], "paymentMethod": "sandbox-ok"}}
    assert (await partner.client.ask(BUY, bought))["__typename"] == "NotSoldHere"
    assert await held(house) == 0
    hold = await partner.client.ask(WHY, asked(house, generalAdmission=[standing]))
    refused = await partner.client.ask(HOW, {"input": {"holdId": hold["id"], "add": ["A-1"]}})
    assert (refused["__typename"], refused["channel"]) == ("NotSoldHere", "RADIO")
    assert await held(house) == 1


async def test_over_its_channel_and_in_the_organizers_own_shop_it_is_sold(house: House) -> None:
    partner, types = await partner_of(house), await types_of(house)
    await partner.owner.ask(LIMIT, {"types": [types["Seat"]], "channels": ["KIOSK"]})
    kiosk = await token_for(house, partner.key, "KIOSK")
    assert (await kiosk.ask(WHY, asked(house, seats=["A-1"])))["__typename"] == "Hold"
    assert (await house.fan.ask(WHY, asked(house, seats=["A-3"])))["__typename"] == "Hold"
    found = await house.nobody.ask(CHANNELS, {"id": house.session_id})
    assert {one["name"]: one["channels"] for one in found["ticketTypes"]} == {"Seat": ["KIOSK"], "Standing": None}


async def test_a_widget_sells_over_the_channel_of_its_token(house: House) -> None:
    partner, types = await partner_of(house), await types_of(house)
    await partner.owner.ask(LIMIT, {"types": list(types.values()), "channels": []})
    wanted = {"origin": "https://shop.example", "sessionIds": [house.session_id], "maxSeats": 4, "channel": "KIOSK"}
    token = (await partner.client.ask(WIDGET, {"input": wanted}))["accessToken"]
    body = {"query": WHY, "variables": asked(house, seats=["A-1"])}
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://shop.example"}
    answer = (await house.nobody.http.post(f"{house.url}/graphql", json=body, headers=headers)).json()
    assert answer["data"]["lockTickets"]["__typename"] == "NotSoldHere"
    await partner.owner.ask(LIMIT, {"types": list(types.values()), "channels": None})
    answer = (await house.nobody.http.post(f"{house.url}/graphql", json=body, headers=headers)).json()
    assert answer["data"]["lockTickets"]["__typename"] == "Hold"


async def test_what_was_locked_before_may_still_be_bought(house: House) -> None:
    partner, types = await partner_of(house), await types_of(house)
    hold = await partner.client.ask(WHY, asked(house, seats=["A-1"]))
    await partner.owner.ask(LIMIT, {"types": [types["Seat"]], "channels": []})
    order = await partner.client.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert (order["__typename"], order["status"]) == ("Order", "PAID")


@pytest.mark.parametrize("role", [MemberRole.GATE, MemberRole.BOX_OFFICE])
async def test_s4_only_who_may_put_events_on_says_so_and_only_of_its_own(house: House, role: MemberRole) -> None:
    types = await types_of(house)
    weak, _ = await owner_of(house, "weak@example.com", role)
    for somebody in (weak, house.fan):
        refused = await somebody.ask(LIMIT, {"types": [types["Seat"]], "channels": []})
        assert refused == {"__typename": "NotAllowed", "code": "NOT_ALLOWED"}
    await house.add_member("other@example.com", MemberRole.OWNER, organizer=("other", "Other"))
    other = await house.nobody.signed_in("other@example.com")
    refused = await other.ask(LIMIT, {"types": [types["Seat"]], "channels": []})
    assert refused == {"__typename": "NotFound", "code": "NOT_FOUND"}
    found = await house.nobody.ask(CHANNELS, {"id": house.session_id})
    assert [one["channels"] for one in found["ticketTypes"]] == [None, None]


async def test_what_cannot_be_is_refused_at_the_field(house: House) -> None:
    owner, _ = await owner_of(house)
    types = await types_of(house)
    for given, path in (
        ({"types": [], "channels": []}, ["input", "ticketTypeIds"]),
        ({"types": [types["Seat"]], "channels": ["kiosk"]}, ["input", "channels", "0"]),
        ({"types": [types["Seat"]], "channels": [f"C{n}" for n in range(11)]}, ["input", "channels"]),
    ):
        assert await owner.ask(LIMIT, given) == {"__typename": "InvalidInput", "path": path, "code": "INVALID_INPUT"}
    missing = [types["Seat"], "tickettype_01jz0000000000000000000000"]
    assert (await owner.ask(LIMIT, {"types": missing, "channels": []}))["__typename"] == "NotFound"
