"""Queueing as a client does it: opened by an organizer, joined, followed over a websocket, locked with the token."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from domain.ids import read_id
from domain.organizers import MemberRole
from domain.viewers import Role
from tests.api.client import Client, Watch
from tests.api.conftest import House, add_user
from tests.api.documents import BUY, CHANGE
from tests.api.watching import refused, watching

REFUSAL = "... on Error { code message }"
# One fragment for the mutation, the query and the subscription.
POSITION = """__typename ... on QueuePosition {
  ... on NotQueued { opensAt peopleWaiting } ... on AwaitingDraw { placeId opensAt peopleWaiting serverTime }
  ... on Queued { placeId number peopleAhead expectedAt expectedInSeconds serverTime }
  ... on Admitted { placeId number queueToken expiresAt serverTime } ... on AdmissionMissed { expiredAt } }"""
OPEN = f"""
mutation($input: OpenWaitingRoomInput!) {{ openWaitingRoom(input: $input) {{ __typename
  ... on WaitingRoom {{ opensAt drawn admitPerMinute admissionSeconds peopleWaiting seedHash seed }}
  {REFUSAL} ... on InvalidInput {{ path }} }} }}"""
CLOSE = f"mutation($id: ID!) {{ closeWaitingRoom(sessionId: $id) {{ __typename ... on NoQueue {{ sessionId }} {REFUSAL} }} }}"
JOIN = f"mutation($id: ID!) {{ joinQueue(sessionId: $id) {{ {POSITION} {REFUSAL} }} }}"
ASK = f"query($id: ID!) {{ queuePosition(sessionId: $id) {{ {POSITION} }} }}"
FOLLOW = f"subscription($id: ID!) {{ queuePosition(sessionId: $id) {{ {POSITION} }} }}"
ROOM = """
query($id: ID!, $after: Int) { session(id: $id) { waitingRoom { drawn peopleWaiting admitPerMinute seedHash seed
  draw(afterNumber: $after, first: 2) { placeId uuid number } } } }"""
LOCK = f"""
mutation($input: LockTicketsInput!) {{ lockTickets(input: $input) {{ __typename ... on Hold {{ id seats }}
  ... on QueueRequired {{ sessionId opensAt joined admitted }} {REFUSAL} }} }}"""
VERDICT = """
query($id: ID!, $token: String) { selectionVerdict(sessionId: $id, seats: ["B-1"], queueToken: $token) { __typename } }"""


@dataclass(frozen=True, slots=True)
class Queueing:
    house: House
    organizer: Client

    async def open(self, per_minute: int = 60, opens_at: str | None = None, **more: Any) -> dict[str, Any]:
        asked = {"sessionId": self.house.session_id, "admitPerMinute": per_minute, "opensAt": opens_at, **more}
        room: dict[str, Any] = await self.organizer.ask(OPEN, {"input": asked})
        return room

    async def join(self, client: Client) -> Any:
        return await client.ask(JOIN, {"id": self.house.session_id})

    async def position(self, client: Client) -> Any:
        return await client.ask(ASK, {"id": self.house.session_id})

    async def lock(self, client: Client, *seats: str, token: str | None = None, key: str | None = None) -> Any:
        asked = {"sessionId": self.house.session_id, "seats": seats, "queueToken": token, "idempotencyKey": key}
        return await client.ask(LOCK, {"input": asked})

    async def let_pass(self, seconds: float) -> None:
        """Everything of the room becomes so much older; who follows it is told as by a process that cannot be heard."""
        read = read_id(self.house.session_id)
        assert read is not None
        connection = await asyncpg.connect(self.house.database_url)
        for statement in (
            "UPDATE waiting_room SET opens_at = opens_at - $2::interval WHERE session_id = $1",
            "UPDATE admission_rate SET base_at = base_at - $2::interval FROM waiting_room WHERE room_id = id AND session_id = $1",
        ):
            await connection.execute(statement, read[1], timedelta(seconds=seconds))
        await connection.close()


@pytest.fixture
async def queueing(house: House) -> Queueing:
    await house.add_member("organizer@example.com", MemberRole.OWNER)
    return Queueing(house, await house.nobody.signed_in("organizer@example.com"))


async def until(watch: Watch, kind: str, within: float = 10) -> Any:
    async with asyncio.timeout(within):
        while (told := await watch.next(within))["__typename"] != kind:
            pass
    return told


async def test_from_the_queue_to_the_tickets(queueing: Queueing) -> None:
    house = queueing.house
    room = await queueing.open(opens_at=house.at(1))
    assert (room["__typename"], room["drawn"], room["seed"], room["peopleWaiting"]) == ("WaitingRoom", False, None, 0)
    assert (room["admitPerMinute"], room["admissionSeconds"], room["opensAt"]) == (60, 600, house.at(1))
    assert await queueing.lock(house.fan, "A-1") == {
        "__typename": "QueueRequired",
        "sessionId": house.session_id,
        "opensAt": house.at(1),
        "joined": False,
        "admitted": False,
        "code": "QUEUE_REQUIRED",
        "message": "There is a queue for this session: wait for your turn.",
    }
    places = [await queueing.join(client) for client in (house.fan, house.rival)]
    assert [place["__typename"] for place in places] == ["AwaitingDraw", "AwaitingDraw"]
    tokens = {}
    async with watching(house.fan, FOLLOW, house.session_id) as fan, watching(house.rival, FOLLOW, house.session_id) as rival:
        for watch, place in ((fan, places[0]), (rival, places[1])):
            first = await watch.next()
            assert (first["__typename"], first["placeId"], first["peopleWaiting"]) == ("AwaitingDraw", place["placeId"], 2)
        opening = (await queueing.open(opens_at=(datetime.now(UTC) + timedelta(seconds=1)).isoformat()))["opensAt"]
        for client, watch in ((house.fan, fan), (house.rival, rival)):
            queued = await until(watch, "Queued")
            assert (queued["number"] in (1, 2), queued["peopleAhead"]) == (True, queued["number"] - 1)
            turn = datetime.fromisoformat(opening) + timedelta(seconds=queued["number"])
            assert datetime.fromisoformat(queued["expectedAt"]) == turn
            assert 0 < queued["expectedInSeconds"] <= queued["number"]
            admitted = await until(watch, "Admitted")
            assert (admitted["placeId"], admitted["number"]) == (queued["placeId"], queued["number"])
            assert datetime.fromisoformat(admitted["expiresAt"]) == turn + timedelta(minutes=10)
            assert datetime.fromisoformat(admitted["serverTime"]) >= turn
            assert (await watch.message())["type"] == "complete"
            tokens[client] = admitted["queueToken"]
    assert (await queueing.lock(house.fan, "A-1"))["admitted"] is True
    assert (await queueing.lock(house.fan, "A-1", token=tokens[house.rival]))["__typename"] == "QueueRequired"
    assert (await queueing.lock(house.rival, "A-2", token=tokens[house.rival]))["seats"] == ["A-2"]
    hold = await queueing.lock(house.fan, "A-1", token=tokens[house.fan])
    assert hold["seats"] == ["A-1"]
    order = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert order["status"] == "PAID"


async def admitted(queueing: Queueing, client: Client) -> str:
    """Its token."""
    await queueing.open(opens_at=queueing.house.at(1))
    await queueing.join(client)
    await queueing.let_pass(24 * 3600 + 5)
    told = await queueing.position(client)
    assert told["__typename"] == "Admitted"
    return str(told["queueToken"])


async def test_everything_that_takes_tickets_takes_the_token(queueing: Queueing) -> None:
    house = queueing.house
    before = await queueing.lock(house.fan, "A-1")
    token = await admitted(queueing, house.fan)
    change: dict[str, Any] = {"holdId": before["id"], "add": ["A-2"]}
    assert (await house.fan.ask(CHANGE, {"input": change}))["code"] == "QUEUE_REQUIRED"
    assert (await house.fan.ask(CHANGE, {"input": {**change, "queueToken": token}}))["seats"] == ["A-1", "A-2"]
    tickets: dict[str, Any] = {"sessionId": house.session_id, "seats": ["A-3"]}
    buying = {"tickets": tickets, "paymentMethod": "sandbox-ok"}
    assert (await house.fan.ask(BUY, {"input": buying}))["code"] == "QUEUE_REQUIRED"
    bought = await house.fan.ask(BUY, {"input": {**buying, "tickets": {**tickets, "queueToken": token}}})
    assert [one["seat"] for one in bought["tickets"]] == ["A-3"]
    for shown, verdict in ((None, "QueueRequired"), (token, "Lockable"), ("nonsense", "QueueRequired")):
        assert (await house.fan.ask(VERDICT, {"id": house.session_id, "token": shown}))["__typename"] == verdict
    assert (await house.nobody.ask(VERDICT, {"id": house.session_id}))["__typename"] == "Lockable"


async def test_being_sent_to_the_queue_does_not_use_up_a_key(queueing: Queueing) -> None:
    house = queueing.house
    token = await admitted(queueing, house.fan)
    assert (await queueing.lock(house.fan, "A-1", key="k"))["__typename"] == "QueueRequired"
    hold = await queueing.lock(house.fan, "A-1", token=token, key="k")
    assert hold["seats"] == ["A-1"]
    # Without the token it is still the same that is asked for.
    assert await queueing.lock(house.fan, "A-1", key="k") == hold


async def test_a_token_is_nothing_in_somebody_elses_hands_or_altered(queueing: Queueing) -> None:
    house = queueing.house
    token = await admitted(queueing, house.fan)
    altered = token[:-10] + ("A" if token[-10] != "A" else "B") + token[-9:]
    for client, shown in ((house.rival, token), (house.fan, altered), (house.fan, ""), (house.fan, house.fan.token)):
        assert (await queueing.lock(client, "A-1", token=shown))["__typename"] == "QueueRequired"
    assert (await queueing.lock(house.fan, "A-1", token=token))["__typename"] == "Hold"


async def test_an_admission_ends_and_joining_again_is_a_place_at_the_end(queueing: Queueing) -> None:
    house = queueing.house
    token = await admitted(queueing, house.fan)
    await queueing.let_pass(600)
    missed = await queueing.position(house.fan)
    assert missed["__typename"] == "AdmissionMissed"
    async with watching(house.fan, FOLLOW, house.session_id) as watch:
        assert await watch.next() == missed
        assert (await watch.message())["type"] == "complete"
    assert (await queueing.lock(house.fan, "A-1", token=token))["admitted"] is False
    await queueing.open(per_minute=1)
    again = await queueing.join(house.fan)
    assert (again["__typename"], again["number"] > 600) == ("Queued", True)


async def test_a_lost_browser_keeps_its_place_and_anybody_can_check_the_draw(queueing: Queueing) -> None:
    house = queueing.house
    room = await queueing.open(opens_at=house.at(1), per_minute=1)
    places = [await queueing.join(client) for client in (house.fan, house.rival, house.gate, house.fan)]
    assert (places[0]["placeId"], places[3]["peopleWaiting"]) == (places[3]["placeId"], 3)
    found = (await house.nobody.ask(ROOM, {"id": house.session_id}))["waitingRoom"]
    assert found == {
        "drawn": False,
        "peopleWaiting": 3,
        "admitPerMinute": 1,
        "seedHash": room["seedHash"],
        "seed": None,
        "draw": [],
    }
    await queueing.let_pass(24 * 3600)
    positions = [await queueing.position(client) for client in (house.fan, house.rival, house.gate)]
    assert sorted(one["number"] for one in positions) == [1, 2, 3]
    assert await queueing.join(house.fan) | {"serverTime": None, "expectedInSeconds": None} == positions[0] | {
        "serverTime": None,
        "expectedInSeconds": None,
    }
    pages = [(await house.nobody.ask(ROOM, {"id": house.session_id, "after": after}))["waitingRoom"] for after in (0, 2)]
    drawn = [one for page in pages for one in page["draw"]]
    seed = pages[0]["seed"]
    assert hashlib.sha256(seed.encode()).hexdigest() == room["seedHash"]
    assert [one["number"] for one in drawn] == [1, 2, 3]
    assert drawn == sorted(drawn, key=lambda one: hashlib.md5((seed + one["uuid"]).encode()).hexdigest())
    assert {one["placeId"]: one["number"] for one in drawn} == {one["placeId"]: one["number"] for one in positions}


async def test_only_organizers_and_admins_open_and_close(queueing: Queueing) -> None:
    house = queueing.house
    await add_user(house.usher, "admin@example.com", Role.ADMIN)
    admin = await house.nobody.signed_in("admin@example.com")
    asked = {"input": {"sessionId": house.session_id, "admitPerMinute": 10}}
    for client in (house.fan, house.gate):
        assert (await client.ask(OPEN, asked))["__typename"] == "NotAllowed"
    assert (await house.nobody.ask(ROOM, {"id": house.session_id}))["waitingRoom"] is None
    assert (await admin.ask(OPEN, asked))["__typename"] == "WaitingRoom"
    for client in (house.fan, house.gate):
        assert (await client.ask(CLOSE, {"id": house.session_id}))["__typename"] == "NotAllowed"
    assert (await house.nobody.ask(ROOM, {"id": house.session_id}))["waitingRoom"]["admitPerMinute"] == 10
    assert await admin.ask(CLOSE, {"id": house.session_id}) == {"__typename": "NoQueue", "sessionId": house.session_id}
    assert (await house.nobody.ask(ROOM, {"id": house.session_id}))["waitingRoom"] is None
    for document, variables in ((OPEN, asked), (CLOSE, {"id": house.session_id}), (JOIN, {"id": house.session_id})):
        assert (await house.nobody.raw(document, variables))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await house.nobody.raw(ASK, {"id": house.session_id}))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    async with watching(house.nobody, FOLLOW, house.session_id) as watch:
        assert await refused(watch) == "UNAUTHENTICATED"


async def test_what_is_not_there_has_no_queue(queueing: Queueing) -> None:
    house = queueing.house
    nowhere = "session_00000000000000000000000000"
    for document, client in ((JOIN, house.fan), (CLOSE, queueing.organizer)):
        assert (await client.ask(document, {"id": nowhere}))["__typename"] == "NotFound"
    asked = {"sessionId": nowhere, "admitPerMinute": 1}
    assert (await queueing.organizer.ask(OPEN, {"input": asked}))["__typename"] == "NotFound"
    assert (await house.fan.raw(ASK, {"id": nowhere}))["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    async with watching(house.fan, FOLLOW, nowhere) as watch:
        assert await refused(watch) == "NOT_FOUND"
    assert (await queueing.join(house.fan)) == {"__typename": "NoQueue"}
    assert (await queueing.position(house.fan)) == {"__typename": "NoQueue"}
    await queueing.open(opens_at=house.at(1))
    assert (await queueing.position(house.fan))["__typename"] == "NotQueued"


async def test_what_cannot_be_opened_names_the_field(queueing: Queueing) -> None:
    for asked, field in (
        ({"per_minute": -1}, "admitPerMinute"),
        ({"per_minute": 100_001}, "admitPerMinute"),
        ({"admissionMinutes": 0}, "admissionMinutes"),
        ({"admissionMinutes": 1441}, "admissionMinutes"),
        ({"opens_at": queueing.house.at(7)}, "opensAt"),
    ):
        told = await queueing.open(**asked)
        assert (told["__typename"], told["path"]) == ("InvalidInput", ["input", field])
    assert (await queueing.house.nobody.ask(ROOM, {"id": queueing.house.session_id}))["waitingRoom"] is None


async def test_whoever_follows_is_told_of_a_change_at_once(queueing: Queueing) -> None:
    house = queueing.house
    await queueing.open(opens_at=house.at(1))
    await queueing.join(house.fan)
    async with watching(house.fan, FOLLOW, house.session_id) as watch:
        await watch.next()
        await queueing.open(opens_at=house.at(2))
        assert (await watch.next(within=1.5))["opensAt"] == house.at(2)
        await queueing.organizer.ask(CLOSE, {"id": house.session_id})
        assert (await watch.next(within=1.5))["__typename"] == "NoQueue"
        assert (await watch.message())["type"] == "complete"
    assert (await queueing.lock(house.fan, "A-1"))["__typename"] == "Hold"


async def test_two_processes_have_one_queue(queueing: Queueing) -> None:
    house = queueing.house
    async with house.twin("memory://") as twin:
        fan, rival = [await twin.signed_in(f"{name}@example.com") for name in ("fan", "rival")]
        await queueing.open(per_minute=600, opens_at=house.at(1))
        here, there = await asyncio.gather(queueing.join(house.fan), queueing.join(fan))
        assert here["placeId"] == there["placeId"]
        await queueing.join(rival)
        async with watching(fan, FOLLOW, house.session_id) as watch:
            assert (await watch.next())["__typename"] == "AwaitingDraw"
            await queueing.let_pass(24 * 3600)
            # Nobody tells the other process; it looks again by itself.
            token = (await until(watch, "Admitted"))["queueToken"]
        assert (await queueing.lock(rival, "A-1"))["__typename"] == "QueueRequired"
        assert (await queueing.lock(rival, "A-1", token=token))["__typename"] == "QueueRequired"
        assert (await queueing.lock(house.fan, "A-1", token=token))["seats"] == ["A-1"]


async def test_another_process_reads_the_tokens_of_this_one(queueing: Queueing) -> None:
    house = queueing.house
    token = await admitted(queueing, house.fan)
    async with house.twin("memory://") as twin:
        assert (await queueing.lock(await twin.signed_in("fan@example.com"), "A-1", token=token))["seats"] == ["A-1"]
