"""Gate devices over the API: paired by a code, at work at some events, revoked at once."""

import asyncio
from collections import Counter
from typing import Any

from domain.ids import EventId, read_id
from domain.organizers import MemberRole
from tests.api.client import Client
from tests.api.conftest import House
from tests.api.documents import REFUSAL, USE
from tests.api.watching import GATE, bought, refused, run, watching

PAIR = f"""mutation($input: PairGateDeviceInput!) {{ pairGateDevice(input: $input) {{ __typename
  ... on GateDeviceCode {{ code device {{ id name state eventIds }} }} {REFUSAL} }} }}"""
CLAIM = """mutation($code: String!) { claimGateDevice(code: $code) { __typename
  ... on AuthTokens { accessToken refreshToken user { roles memberships { role eventIds } } } ... on Error { code }
  ... on TooManyAttempts { retryAfterMs } } }"""
REVOKE = (
    """mutation($id: ID!) { revokeGateDevice(deviceId: $id) { __typename ... on GateDevice { state } ... on Error { code } } }"""
)
REFRESH = "mutation($token: String!) { refresh(refreshToken: $token) { __typename ... on AuthTokens { accessToken } } }"
DEVICES = "query($id: ID!) { organizer(id: $id) { gateDevices { id name state pairedAt lastSeenAt codeExpiresAt revokedAt } } }"


async def event_of(house: House, session_id: str) -> str:
    found = await house.nobody.ask("query($id: ID!) { session(id: $id) { event { id } } }", {"id": session_id})
    return str(found["event"]["id"])


async def paired(house: House, owner: Client, *events: str) -> Any:
    asked = {"organizerId": await house.organizer_id(), "name": " Main entrance ", "eventIds": list(events) or None}
    return await owner.ask(PAIR, {"input": asked})


async def claimed(house: House, code: str) -> tuple[Client, Any]:
    tokens = await house.nobody.ask(CLAIM, {"code": code})
    return Client(house.url, house.nobody.http, tokens["accessToken"]), tokens


async def test_a_device_is_paired_by_its_code_and_checks_in(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    [ticket] = (await bought(house, "A-1"))["tickets"]
    waiting = await paired(house, owner)
    assert (waiting["device"]["name"], waiting["device"]["state"]) == ("Main entrance", "WAITING")
    device, tokens = await claimed(house, f" {waiting['code'].lower().replace('-', ' ')} ")
    assert tokens["user"] == {"roles": ["GATE"], "memberships": [{"role": "GATE", "eventIds": None}]}
    assert (await device.ask(USE, {"input": {"token": ticket["token"]}}))["__typename"] == "Ticket"
    [listed] = (await owner.ask(DEVICES, {"id": await house.organizer_id()}))["gateDevices"]
    assert (listed["id"], listed["state"], listed["codeExpiresAt"]) == (waiting["device"]["id"], "PAIRED", None)
    assert listed["lastSeenAt"] > listed["pairedAt"]


async def test_a_code_works_once_and_not_late(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    waiting = await paired(house, owner)
    answers = await asyncio.gather(*(house.nobody.ask(CLAIM, {"code": waiting["code"]}) for _ in range(4)))
    assert Counter(answer["__typename"] for answer in answers) == {"AuthTokens": 1, "NotFound": 3}
    late = await paired(house, owner)
    await run(house, "UPDATE gate_device SET code_expires_at = now() WHERE code_hash IS NOT NULL")
    assert (await house.nobody.ask(CLAIM, {"code": late["code"]}))["__typename"] == "NotFound"
    fresh = await paired(house, owner)
    listed = (await owner.ask(DEVICES, {"id": await house.organizer_id()}))["gateDevices"]
    assert [one["id"] for one in listed] == [fresh["device"]["id"], waiting["device"]["id"]]


async def test_guessing_codes_ends_after_ten_from_one_address(house: House) -> None:
    kinds = [(await house.nobody.ask(CLAIM, {"code": f"guess{n}"})) for n in range(11)]
    assert [one["__typename"] for one in kinds] == ["NotFound"] * 10 + ["TooManyAttempts"]
    assert 0 < kinds[-1]["retryAfterMs"] <= 6_000


async def test_s8_a_revoked_device_is_out_at_once_with_its_token_its_refresh_token_and_its_socket(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    one, other = (await bought(house, "A-1", "A-2"))["tickets"]
    waiting = await paired(house, owner)
    device, tokens = await claimed(house, waiting["code"])
    async with watching(device, GATE, house.session_id) as watch:
        await watch.next()
        for _ in range(2):
            assert await owner.ask(REVOKE, {"id": waiting["device"]["id"]}) == {"__typename": "GateDevice", "state": "REVOKED"}
        async with asyncio.timeout(20):
            await watch.socket.wait_closed()
        assert watch.socket.close_code == 4403
    answer = await device.raw(USE, {"input": {"token": one["token"]}})
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await house.nobody.ask(REFRESH, {"token": tokens["refreshToken"]}))["__typename"] == "InvalidCredentials"
    seen = await house.fan.ask("query { me { tickets { nodes { status } } } }")
    assert [ticket["status"] for ticket in seen["tickets"]["nodes"]] == ["VALID", "VALID"]
    assert (await house.gate.ask(USE, {"input": {"token": other["token"]}}))["__typename"] == "Ticket"


async def test_s8_who_lost_the_post_is_out_though_the_token_still_says_gate(house: House) -> None:
    [ticket] = (await bought(house, "A-1"))["tickets"]
    await run(house, "DELETE FROM membership WHERE role = 'GATE'")
    assert (await house.gate.ask(USE, {"input": {"token": ticket["token"]}}))["__typename"] == "NotAllowed"
    assert (await house.fan.ask("query($id: ID!) { ticket(id: $id) { status } }", {"id": ticket["id"]}))["status"] == "VALID"


async def test_s8_gates_of_other_events_organizers_and_attendees_admit_nobody(house: House) -> None:
    elsewhere = await house.put_on()
    read = read_id(await event_of(house, elsewhere))
    assert read is not None
    of_another_event = await house.member("other-gate", MemberRole.GATE, EventId(read[1]))
    of_another_organizer = await house.member("neighbour", MemberRole.GATE, organizer=("elsewhere", "Elsewhere"))
    owner_elsewhere = await house.member("owner", MemberRole.OWNER, organizer=("elsewhere", "Elsewhere"))
    office = await house.member("office", MemberRole.BOX_OFFICE)
    [ticket] = (await bought(house, "A-1"))["tickets"]
    for shown in (
        {"token": ticket["token"]},
        {"ticketId": ticket["id"]},
        {"token": ticket["token"], "sessionId": house.session_id},
    ):
        for client in (of_another_event, of_another_organizer, owner_elsewhere):
            assert (await client.ask(USE, {"input": shown}))["__typename"] == "NotFound"
        for client in (house.fan, house.rival, office):
            assert (await client.ask(USE, {"input": shown}))["__typename"] == "NotAllowed"
    for client in (of_another_event, of_another_organizer):
        async with watching(client, GATE, house.session_id) as watch:
            assert await refused(watch) == "NOT_FOUND"
    counts = "query($id: ID!) { session(id: $id) { admission { expected } } }"
    for client in (of_another_event, of_another_organizer, office, house.fan):
        assert await client.ask(counts, {"id": house.session_id}) == {"admission": None}
    assert await of_another_event.ask(counts, {"id": elsewhere}) == {"admission": {"expected": 0}}
    async with watching(house.gate, GATE, house.session_id) as watch:
        assert await watch.next() == {"expected": 1, "admitted": 0, "lastCheckIns": []}
    assert (await house.gate.ask(USE, {"input": {"token": ticket["token"]}}))["__typename"] == "Ticket"
