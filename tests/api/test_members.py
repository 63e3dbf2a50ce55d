"""Organizers and their members over the API: inviting, joining, changing, leaving."""

import asyncio
from collections import Counter
from typing import Any

from domain.ids import new_id, show_id
from domain.organizers import MemberRole
from domain.viewers import Role
from tests.api.client import Client
from tests.api.conftest import House, add_user
from tests.api.documents import REFUSAL
from tests.api.watching import run

CREATE = f"""mutation($input: CreateOrganizerInput!) {{ createOrganizer(input: $input) {{ __typename
  ... on Organizer {{ id slug name }} {REFUSAL} }} }}"""
INVITE = f"""mutation($input: InviteMemberInput!) {{ inviteMember(input: $input) {{ __typename
  ... on MemberInvited {{ token invitation {{ id email role eventIds }} }} {REFUSAL} }} }}"""
ACCEPT = f"""mutation($token: String!, $key: String) {{ acceptInvitation(token: $token, idempotencyKey: $key) {{ __typename
  ... on Member {{ role eventIds email organizer {{ id name viewerRole }} }} {REFUSAL} }} }}"""
WITHDRAW = "mutation($id: ID!) { withdrawInvitation(invitationId: $id) { __typename ... on Error { code } } }"
CHANGE = f"""mutation($input: ChangeMemberInput!) {{ changeMember(input: $input) {{ __typename
  ... on Member {{ role eventIds }} {REFUSAL} }} }}"""
REMOVE = """mutation($organizer: ID!, $user: ID!) {
  removeMember(organizerId: $organizer, userId: $user) { __typename ... on Error { code } } }"""
LEAVE = "mutation($id: ID!) { leaveOrganizer(organizerId: $id) { __typename ... on Error { code } } }"
ORGANIZER = """query($id: ID!) { organizer(id: $id) { name viewerRole viewerRights
  members { totalCount nodes { email role } } invitations { email } gateDevices { name } auditLog { nodes { action } } } }"""
ME = "query { me { roles memberships { role organizer { name } } } }"


async def invited(house: House, by: Client, email: str, role: MemberRole, *events: str) -> Any:
    asked = {"organizerId": await house.organizer_id(), "email": email, "role": role.value, "eventIds": list(events) or None}
    return await by.ask(INVITE, {"input": asked})


async def me(client: Client) -> str:
    return str((await client.ask("query { me { id } }"))["id"])


async def kind(answer: Any) -> str:
    return str((await answer)["__typename"])


async def test_somebody_is_invited_accepts_and_belongs(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    invitation = await invited(house, owner, "FAN@example.com", MemberRole.MANAGER)
    assert (invitation["invitation"]["email"], invitation["invitation"]["role"]) == ("FAN@example.com", "MANAGER")
    joined = await house.fan.ask(ACCEPT, {"token": invitation["token"]})
    organizer_id = await house.organizer_id()
    assert joined == {
        "__typename": "Member",
        "role": "MANAGER",
        "eventIds": None,
        "email": "fan@example.com",
        "organizer": {"id": organizer_id, "name": "The House", "viewerRole": "MANAGER"},
    }
    assert await house.fan.ask(ME) == {
        "roles": ["ATTENDEE", "ORGANIZER"],
        "memberships": [{"role": "MANAGER", "organizer": {"name": "The House"}}],
    }
    seen = await house.fan.ask(ORGANIZER, {"id": organizer_id})
    assert seen["members"] == {
        "totalCount": 3,
        "nodes": [
            {"email": "gate@example.com", "role": "GATE"},
            {"email": "owner@example.com", "role": "OWNER"},
            {"email": "fan@example.com", "role": "MANAGER"},
        ],
    }
    assert (seen["invitations"], seen["gateDevices"]) == ([], [])
    assert [one["action"] for one in seen["auditLog"]["nodes"]] == ["MEMBER_JOINED", "MEMBER_INVITED", "EVENT_PUT_ON"]


async def test_an_organizer_is_found_by_its_id_or_its_slug(house: House) -> None:
    document = "query($id: ID, $slug: String) { organizer(id: $id, slug: $slug) { id slug name viewerRole viewerRights } }"
    organizer_id = await house.organizer_id()
    found: Any = {"id": organizer_id, "slug": "house", "name": "The House", "viewerRole": None, "viewerRights": []}
    assert await house.nobody.ask(document, {"id": organizer_id}) == await house.fan.ask(document, {"slug": "house"}) == found
    assert await house.nobody.ask(document, {"slug": "elsewhere"}) is None
    for both in ({}, {"id": organizer_id, "slug": "house"}):
        assert (await house.nobody.raw(document, both))["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_invitation_is_for_its_email_only_and_works_once(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    token = (await invited(house, owner, "fan@example.com", MemberRole.BOX_OFFICE))["token"]
    for client, shown in ((house.rival, token), (house.fan, token[:-1]), (house.fan, ""), (house.fan, "x" * 5_000)):
        assert await kind(client.ask(ACCEPT, {"token": shown})) == "NotFound"
    answers = await asyncio.gather(*(kind(house.fan.ask(ACCEPT, {"token": token})) for _ in range(4)))
    assert Counter(answers) == {"Member": 1, "NotFound": 3}
    assert await kind(invited(house, owner, "fan@example.com", MemberRole.GATE)) == "AlreadyMember"


async def test_accepting_again_under_the_same_key_gives_the_same_answer(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    token = (await invited(house, owner, "fan@example.com", MemberRole.BOX_OFFICE))["token"]
    first, again = [await house.fan.raw(ACCEPT, {"token": token, "key": "k"}) for _ in range(2)]
    assert (first["data"], again["extensions"]["idempotentReplay"]) == (again["data"], True)
    other = await house.fan.ask(ACCEPT, {"token": "another", "key": "k"})
    assert other["__typename"] == "IdempotencyConflict"


async def test_a_newer_invitation_takes_the_place_of_the_older_and_a_withdrawn_or_late_one_is_none(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    older, newer = [await invited(house, owner, "fan@example.com", role) for role in (MemberRole.OWNER, MemberRole.GATE)]
    assert await kind(house.fan.ask(ACCEPT, {"token": older["token"]})) == "NotFound"
    assert await kind(owner.ask(WITHDRAW, {"id": newer["invitation"]["id"]})) == "InvitationWithdrawn"
    assert await kind(owner.ask(WITHDRAW, {"id": newer["invitation"]["id"]})) == "NotFound"
    assert await kind(house.fan.ask(ACCEPT, {"token": newer["token"]})) == "NotFound"
    late = await invited(house, owner, "fan@example.com", MemberRole.GATE)
    await run(house, "UPDATE invitation SET expires_at = now()")
    assert await kind(house.fan.ask(ACCEPT, {"token": late["token"]})) == "NotFound"
    assert (await house.fan.ask(ME))["memberships"] == []


async def test_s5_a_manager_makes_no_managers_and_nobody_rises_above_themselves(house: House) -> None:
    await house.member("owner", MemberRole.OWNER)
    manager, office = await house.member("manager", MemberRole.MANAGER), await house.member("office", MemberRole.BOX_OFFICE)
    organizer_id, gate_id, manager_id = await house.organizer_id(), await me(house.gate), await me(manager)
    for role in (MemberRole.OWNER, MemberRole.MANAGER):
        assert await kind(invited(house, manager, "fan@example.com", role)) == "NotAllowed"
        for user_id in (gate_id, manager_id):
            change = {"input": {"organizerId": organizer_id, "userId": user_id, "role": role.value}}
            assert await kind(manager.ask(CHANGE, change)) == "NotAllowed"
    owner_id = await me(await house.nobody.signed_in("owner@example.com"))
    for user_id in (owner_id, manager_id):
        assert await kind(manager.ask(REMOVE, {"organizer": organizer_id, "user": user_id})) == "NotAllowed"
    for client in (office, house.gate, house.fan):
        assert await kind(invited(house, client, "rival@example.com", MemberRole.GATE)) == "NotAllowed"
        assert await kind(client.ask(REMOVE, {"organizer": organizer_id, "user": gate_id})) == "NotAllowed"
    changed = await manager.ask(CHANGE, {"input": {"organizerId": organizer_id, "userId": gate_id, "role": "BOX_OFFICE"}})
    assert changed == {"__typename": "Member", "role": "BOX_OFFICE", "eventIds": None}
    assert await kind(manager.ask(REMOVE, {"organizer": organizer_id, "user": gate_id})) == "MemberRemoved"
    assert (await house.gate.ask(ME)) == {"roles": ["ATTENDEE"], "memberships": []}


async def test_s5_fields_that_are_not_asked_for_change_nothing(house: House) -> None:
    for document, extra in (
        (
            "mutation($input: LoginInput!) { login(input: $input) { __typename } }",
            {"email": "fan@example.com", "password": "usher-demo"},
        ),
        (CHANGE, {"organizerId": await house.organizer_id(), "userId": await me(house.fan), "role": "GATE"}),
    ):
        for more in ({"roles": ["ADMIN"]}, {"isStaff": True}, {"ownerId": await me(house.fan)}, {"state": "VALID"}):
            answer = await house.fan.raw(document, {"input": {**extra, **more}})
            assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert await house.fan.ask(ME) == {"roles": ["ATTENDEE"], "memberships": []}


async def test_s5_who_is_demoted_or_removed_may_nothing_more_at_once(house: House) -> None:
    owner, manager = await house.member("owner", MemberRole.OWNER), await house.member("manager", MemberRole.MANAGER)
    organizer_id, manager_id = await house.organizer_id(), await me(manager)
    assert (await manager.ask(ORGANIZER, {"id": organizer_id}))["members"]["totalCount"] == 3
    demoted = {"input": {"organizerId": organizer_id, "userId": manager_id, "role": "BOX_OFFICE"}}
    assert await kind(owner.ask(CHANGE, demoted)) == "Member"
    seen = await manager.ask(ORGANIZER, {"id": organizer_id})
    assert (seen["members"], seen["viewerRole"], seen["viewerRights"]) == (None, "BOX_OFFICE", ["CANCEL_TICKETS", "SEE_ORDERS"])
    assert await kind(owner.ask(REMOVE, {"organizer": organizer_id, "user": manager_id})) == "MemberRemoved"
    assert (await manager.ask(ORGANIZER, {"id": organizer_id}))["viewerRights"] == []
    assert await kind(invited(house, manager, "fan@example.com", MemberRole.GATE)) == "NotAllowed"


async def test_the_last_owner_stays_also_when_two_leave_at_once(house: House) -> None:
    pair = [await house.member(name, MemberRole.OWNER) for name in ("one", "other")]
    organizer_id = await house.organizer_id()
    answers = await asyncio.gather(*(kind(one.ask(LEAVE, {"id": organizer_id})) for one in pair))
    assert sorted(answers) == ["LastOwner", "MemberRemoved"]
    left = pair[answers.index("LastOwner")]
    change = {"input": {"organizerId": organizer_id, "userId": await me(left), "role": "MANAGER"}}
    assert await kind(left.ask(CHANGE, change)) == "LastOwner"
    assert await kind(left.ask(REMOVE, {"organizer": organizer_id, "user": await me(left)})) == "LastOwner"
    assert await kind(house.gate.ask(LEAVE, {"id": organizer_id})) == "MemberRemoved"
    assert await kind(house.gate.ask(LEAVE, {"id": organizer_id})) == "NotFound"


async def test_events_are_a_gates_and_of_the_same_organizer(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    await house.member("neighbour", MemberRole.OWNER, organizer=("elsewhere", "Elsewhere"))
    session = await house.nobody.ask("query($id: ID!) { session(id: $id) { event { id } } }", {"id": house.session_id})
    event_id = session["event"]["id"]
    one = await invited(house, owner, "fan@example.com", MemberRole.GATE, event_id)
    assert one["invitation"]["eventIds"] == [event_id]
    refused = await invited(house, owner, "rival@example.com", MemberRole.BOX_OFFICE, event_id)
    assert (refused["__typename"], refused["path"]) == ("InvalidInput", ["input", "events"])
    neighbour = await house.nobody.signed_in("neighbour@example.com")
    asked = {"organizerId": await house.organizer_id(("elsewhere", "Elsewhere")), "email": "rival@example.com", "role": "GATE"}
    for foreign in (event_id, show_id("event", new_id()), "event_", "nonsense"):
        assert await kind(neighbour.ask(INVITE, {"input": {**asked, "eventIds": [foreign]}})) == "NotFound"


async def test_admins_make_organizers_and_invite_their_first_owner(house: House) -> None:
    await add_user(house.usher, "admin@example.com", Role.ADMIN)
    admin = await house.nobody.signed_in("admin@example.com")
    asked = {"input": {"slug": "new-hall", "name": " New Hall "}}
    made = await admin.ask(CREATE, asked)
    assert (made["slug"], made["name"]) == ("new-hall", "New Hall")
    assert await admin.ask(CREATE, asked) == made
    for wrong, path in (
        ({"slug": "New Hall", "name": "x"}, "slug"),
        ({"slug": "x", "name": " "}, "name"),
        ({"slug": "new-hall", "name": "x"}, "slug"),
    ):
        refused = await admin.ask(CREATE, {"input": wrong})
        assert (refused["__typename"], refused["path"]) == ("InvalidInput", ["input", path])
    owner = await house.member("owner", MemberRole.OWNER)
    assert await kind(owner.ask(CREATE, asked)) == "NotAllowed"
    asked = {"input": {"organizerId": made["id"], "email": "fan@example.com", "role": "OWNER"}}
    token = (await admin.ask(INVITE, asked))["token"]
    assert (await house.fan.ask(ACCEPT, {"token": token}))["organizer"] == {
        "id": made["id"],
        "name": "New Hall",
        "viewerRole": "OWNER",
    }
