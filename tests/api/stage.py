"""A house with everybody in it who may or may not name its things, and a neighbour with things of their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from domain.ids import EventId, new_id, read_id, show_id
from domain.organizers import MemberRole
from domain.viewers import Role
from resolvers.events import put_on
from resolvers.seats import keep_seat_map
from tests.api.client import Client
from tests.api.conftest import House, add_user
from tests.api.watching import run, the_uuid
from tests.builders import ORGANIZER, a_room, a_session, an_event

ELSEWHERE = ("elsewhere", "Elsewhere")
TYPES = "query($id: ID!) { session(id: $id) { event { id } venue { id } ticketTypes { id generalAdmission } } }"
BOUGHT = """mutation($input: BuyTicketsInput!) { buyTickets(input: $input) { ... on Order { id tickets { id } } } }"""
INVITED = """mutation($input: InviteMemberInput!) {
  inviteMember(input: $input) { ... on MemberInvited { invitation { id } } } }"""
PAIRED = """mutation($input: PairGateDeviceInput!) {
  pairGateDevice(input: $input) { ... on GateDeviceCode { device { id } } } }"""
CLIENT = """mutation($input: CreateApiClientInput!) {
  createApiClient(input: $input) { ... on ShownApiKey { key client { id } } } }"""
TOKEN = "mutation($key: String!) { clientToken(key: $key) { ... on ClientToken { accessToken } } }"
ADDED_PASSKEY = """INSERT INTO passkey (id, user_id, credential_id, public_key, sign_count, name)
VALUES ($1, $2, $3, '', 0, 'Phone')"""
HELD = "mutation($input: LockTicketsInput!) { lockTickets(input: $input) { ... on Hold { id } } }"


@dataclass(slots=True)
class Stage:
    """`new_…` and what is bought is another one each time; the rest stays."""

    house: House
    people: dict[str, Client]
    ids: dict[str, str] = field(default_factory=dict)
    colleague_id: str = ""
    neighbours_gate_id: str = ""
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def session_id(self) -> str:
        return self.ids["session"]

    @property
    def standing_id(self) -> str:
        return self.ids["standing"]

    @property
    def ticket_id(self) -> str:
        return self.ids["ticket"]

    def home_of(self, who: str) -> str:
        return self.ids["elsewhere"] if who in ("neighbour", "their_partner") else self.ids["organizer"]

    async def session(self) -> str:
        return self.ids["session"]

    async def event(self) -> str:
        return self.ids["event"]

    async def venue(self) -> str:
        return self.ids["venue"]

    async def organizer(self) -> str:
        return self.ids["organizer"]

    async def seat_type(self) -> str:
        return self.ids["seats"]

    async def standing_type(self) -> str:
        return self.ids["standing"]

    async def quiet(self) -> str:
        """Another session of the house, where waiting rooms and rivals are in nobody's way."""
        return self.ids["quiet"]

    async def draft_event(self) -> str:
        return self.ids["draft_event"]

    async def draft_session(self) -> str:
        return self.ids["draft_session"]

    async def draft_type(self) -> str:
        return self.ids["draft_type"]

    async def foreign_session(self) -> str:
        return self.ids["foreign_session"]

    async def foreign_type(self) -> str:
        return self.ids["foreign_type"]

    async def foreign_to_both(self) -> str:
        """An event of neither the house nor the neighbour."""
        return self.ids["third_event"]

    async def left_by_nobody(self) -> str:
        """An organizer to which nobody belongs."""
        return self.ids["third"]

    async def fan_id(self) -> str:
        return self.ids["fan"]

    async def colleague(self) -> str:
        return self.colleague_id

    async def neighbours_gate(self) -> str:
        return self.neighbours_gate_id

    async def new_member(self) -> str:
        name = f"member-{next(self.numbers)}"
        return await me(await self.house.member(name, MemberRole.GATE))

    async def hold(self) -> str:
        return await self.hold_of("fan")

    async def hold_of(self, who: str) -> str:
        if who == "nobody":
            return self.ids["session"]
        asked = {"sessionId": self.session_id, "generalAdmission": [{"ticketTypeId": self.standing_id, "quantity": 1}]}
        return str((await self.people[who].ask(HELD, {"input": asked}))["id"])

    async def order(self) -> str:
        return str((await self._bought())["id"])

    async def ticket(self) -> str:
        return str((await self._bought())["tickets"][0]["id"])

    async def sign_in(self) -> str:
        other = await self.house.nobody.signed_in("fan@example.com")
        [mine] = [one for one in (await other.ask("{ me { signIns { id current } } }"))["signIns"] if one["current"]]
        return str(mine["id"])

    async def passkey(self) -> str:
        id, owner = new_id(), the_uuid(await self.fan_id())
        await run(self.house, ADDED_PASSKEY, id, owner, id.bytes)
        return show_id("passkey", id)

    async def invitation(self) -> str:
        asked = {"organizerId": self.ids["organizer"], "email": f"invited-{next(self.numbers)}@example.com", "role": "GATE"}
        return str((await self.people["owner"].ask(INVITED, {"input": asked}))["invitation"]["id"])

    async def device(self) -> str:
        asked = {"organizerId": self.ids["organizer"], "name": "Door"}
        return str((await self.people["owner"].ask(PAIRED, {"input": asked}))["device"]["id"])

    async def api_client(self) -> str:
        asked = {"organizerId": self.ids["organizer"], "name": f"Shop {next(self.numbers)}", "scopes": ["SELL"]}
        return str((await self.people["owner"].ask(CLIENT, {"input": asked}))["client"]["id"])

    async def _bought(self) -> Any:
        asked = {"sessionId": self.session_id, "generalAdmission": [{"ticketTypeId": self.standing_id, "quantity": 1}]}
        return await self.people["fan"].ask(BOUGHT, {"input": {"tickets": asked, "paymentMethod": "sandbox-ok"}})

    async def answer(self, who: str, document: str, variables: Mapping[str, Any]) -> tuple[str, bool]:
        """All that is answered, as text, and whether it is what was asked for: the first message of a subscription."""
        client = self.people[who]
        if document.startswith("subscription"):
            async with client.watch(document, variables) as watch:
                message = await watch.message(within=20)
            return str(message), message["type"] == "next" and "errors" not in message["payload"]
        answer = await client.raw(document, variables)
        values = list((answer.get("data") or {"": None}).values())
        granted = values[0] is not None and "errors" not in answer
        kind = values[0].get("__typename") if isinstance(values[0], dict) else None
        return str(answer), granted and kind not in ("NotFound", "NotAllowed", "InvalidInput", "WrongSession")


async def me(client: Client) -> str:
    return str((await client.ask("{ me { id } }"))["id"])


async def a_stage(house: House) -> Stage:
    stage = Stage(house, {"nobody": house.nobody, "fan": house.fan, "stranger": house.rival, "gate": house.gate})
    stage.ids["organizer"], stage.ids["elsewhere"] = await house.organizer_id(), await house.organizer_id(ELSEWHERE)
    stage.ids["third"] = await house.organizer_id(("third", "Third"))
    await _programme(stage)
    near = read_id((await types_of(house, stage.ids["quiet"]))["event"]["id"])
    assert near is not None
    for name, role in (("office", MemberRole.BOX_OFFICE), ("manager", MemberRole.MANAGER), ("owner", MemberRole.OWNER)):
        stage.people[name] = await house.member(name, role)
    stage.people["near_gate"] = await house.member("near-gate", MemberRole.GATE, EventId(near[1]))
    stage.people["neighbour"] = await house.member("neighbour", MemberRole.OWNER, organizer=ELSEWHERE)
    stage.people["their_partner"] = await _partner(stage.people["neighbour"], stage.ids["elsewhere"])
    await add_user(house.usher, "admin@example.com", Role.ADMIN)
    stage.people["admin"] = await house.nobody.signed_in("admin@example.com")
    stage.ids["fan"], stage.colleague_id = await me(house.fan), await stage.new_member()
    stage.neighbours_gate_id = await me(await house.member("their-gate", MemberRole.GATE, organizer=ELSEWHERE))
    stage.ids["ticket"] = await stage.ticket()
    return stage


async def _partner(owner: Client, organizer_id: str) -> Client:
    """A program with all the scopes that there are."""
    asked = {"organizerId": organizer_id, "name": "Theirs", "scopes": ["SELL", "CHECK_IN", "READ_ORDERS"]}
    shown = await owner.ask(CLIENT, {"input": asked})
    found = await owner.ask(TOKEN, {"key": shown["key"]})
    return Client(owner.url, owner.http, found["accessToken"])


async def _programme(stage: Stage) -> None:
    house = stage.house
    for name in ("session", "quiet", "draft_session"):
        stage.ids[name] = await put_on_at(house, ORGANIZER)
    for name, organizer in (("foreign_session", ELSEWHERE), ("third_session", ("third", "Third"))):
        stage.ids[name] = await put_on_at(house, organizer)
    for name in ("session", "draft_session", "foreign_session", "third_session"):
        stage.ids |= _named(name, await types_of(house, stage.ids[name]))
    await run(house, "UPDATE event SET status = 'DRAFT' WHERE id = $1", uuid_of(stage.ids["draft_event"]))
    await run(house, "UPDATE session SET status = 'DRAFT' WHERE id = $1", uuid_of(stage.ids["draft_session"]))


def _named(session: str, found: Any) -> dict[str, str]:
    types = {one["generalAdmission"]: one["id"] for one in found["ticketTypes"]}
    match session:
        case "session":
            return {"event": found["event"]["id"], "venue": found["venue"]["id"], "seats": types[False], "standing": types[True]}
        case "draft_session":
            return {"draft_event": found["event"]["id"], "draft_type": types[True]}
        case "foreign_session":
            return {"foreign_type": types[True]}
        case _:
            return {"third_event": found["event"]["id"]}


async def put_on_at(house: House, organizer: tuple[str, str]) -> str:
    room = a_room(rows=10, seats=20)
    plan = an_event(a_session(room, 2_000, ticket_limit=1_000, holds_an_hour=1_000))
    await keep_seat_map(house.usher.services, room)
    await put_on(house.usher.services, organizer, plan)
    found = await house.nobody.ask("query($slug: String) { event(slug: $slug) { sessions { nodes { id } } } }", {"slug": plan.slug})
    return str(found["sessions"]["nodes"][0]["id"])


async def types_of(house: House, session_id: str) -> Any:
    return await house.nobody.ask(TYPES, {"id": session_id})


def uuid_of(id: str) -> object:
    read = read_id(id)
    assert read is not None
    return read[1]
