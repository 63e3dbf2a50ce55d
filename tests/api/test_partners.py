"""API clients: who makes them, what their tokens let do, and that everything ends at once."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.organizers import MemberRole
from tests.api.client import Client
from tests.api.conftest import House, open_house
from tests.api.documents import BUY, LOCK, USE, WATCH
from tests.api.partners import (
    ALL,
    CLIENT,
    CLIENTS,
    CREATE,
    OTHER,
    REVOKE,
    ROTATE,
    TOKEN,
    WIDGET,
    code_of,
    owner_of,
    partner_of,
    put_on_elsewhere,
    token_for,
    wanted,
)

ME = "{ me { id } }"
ORDER = "query($id: ID!) { order(id: $id) { id channel status } }"


async def test_a_key_is_shown_once_and_kept_as_a_hash(house: House) -> None:
    partner = await partner_of(house)
    [listed] = await partner.owner.ask(CLIENTS, {"id": partner.organizer_id})
    assert [key["hint"] for key in listed["keys"]] == [partner.key[:12]]
    connection = await asyncpg.connect(house.database_url)
    [row] = await connection.fetch("SELECT k::text AS stored, key_hash FROM api_key k")
    await connection.close()
    assert partner.key not in row["stored"]
    assert partner.key[12:] not in row["stored"]
    assert len(row["key_hash"]) == 32


@pytest.mark.parametrize("role", [MemberRole.BOX_OFFICE, MemberRole.GATE])
async def test_s4_members_without_the_right_and_strangers_make_no_clients(house: House, role: MemberRole) -> None:
    _, organizer_id = await owner_of(house)
    weak, _ = await owner_of(house, "weak@example.com", role)
    for somebody in (weak, house.fan):
        refused = await somebody.ask(CREATE, wanted(organizer_id))
        assert refused == {"__typename": "NotAllowed", "code": "NOT_ALLOWED"}
        assert await somebody.ask(CLIENTS, {"id": organizer_id}) is None


async def test_s4_another_organizers_client_is_not_there(house: House) -> None:
    partner = await partner_of(house)
    await house.add_member("other@example.com", MemberRole.OWNER, organizer=OTHER)
    other = await house.nobody.signed_in("other@example.com")
    for document, more in ((ROTATE, {"hours": 1}), (REVOKE, {})):
        assert await other.ask(document, {"id": partner.id, **more}) == {"__typename": "NotFound", "code": "NOT_FOUND"}
    assert await other.ask(CREATE, wanted(partner.organizer_id)) == {"__typename": "NotFound", "code": "NOT_FOUND"}
    assert await other.ask(CLIENT, {"id": partner.id}) is None
    assert (await partner.client.ask(CLIENT))["id"] == partner.id


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"name": " "}, ["input", "name"]),
        ({"name": "x" * 101}, ["input", "name"]),
        ({"scopes": []}, ["input", "scopes"]),
        ({"channels": []}, ["input", "channels"]),
        ({"channels": ["OK", "no"]}, ["input", "channels", "1"]),
        ({"addresses": ["192.0.2.1/24"]}, ["input", "addresses", "0"]),
        ({"addresses": ["192.0.2.1", "example.com"]}, ["input", "addresses", "1"]),
    ],
)
async def test_a_client_that_cannot_be_is_refused_at_the_field(house: House, more: dict[str, Any], path: list[str]) -> None:
    owner, organizer_id = await owner_of(house)
    refused = await owner.ask(CREATE, wanted(organizer_id, **more))
    assert refused == {"__typename": "InvalidInput", "path": path, "code": "INVALID_INPUT"}
    assert await owner.ask(CLIENTS, {"id": organizer_id}) == []


async def test_asked_again_there_are_never_two_of_a_name(house: House) -> None:
    partner = await partner_of(house)
    again = await partner.owner.ask(CREATE, wanted(partner.organizer_id, name="rAdIo"))
    assert (again["__typename"], again["path"]) == ("InvalidInput", ["input", "name"])
    assert len(await partner.owner.ask(CLIENTS, {"id": partner.organizer_id})) == 1
    await partner.owner.ask(REVOKE, {"id": partner.id})
    assert (await partner.owner.ask(CREATE, wanted(partner.organizer_id)))["__typename"] == "ShownApiKey"


@pytest.mark.parametrize("key", ["", "usher_", "usher_" + "0" * 49, "sk_live_1", "é" * 55, "x" * 10_000])
async def test_what_is_no_key_gets_no_token(house: House, key: str) -> None:
    await partner_of(house)
    assert await house.nobody.ask(TOKEN, {"key": key}) == {"__typename": "InvalidCredentials", "code": "INVALID_CREDENTIALS"}


async def test_a_partner_sells_in_its_own_name_over_its_channel(house: House) -> None:
    partner = await partner_of(house, ["SELL", "READ_ORDERS"])
    kiosk = await token_for(house, partner.key, "KIOSK")
    hold = await kiosk.ask(LOCK, house.lock("A-1", "A-2"))
    assert hold["__typename"] == "Hold"
    order = await kiosk.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert (order["status"], len(order["tickets"])) == ("PAID", 2)
    assert await kiosk.ask(ORDER, {"id": order["id"]}) == {"id": order["id"], "channel": "KIOSK", "status": "PAID"}
    bought = {"input": {"tickets": house.lock("A-3")["input"], "paymentMethod": "sandbox-ok", "idempotencyKey": "k"}}
    first, again = await partner.client.ask(BUY, bought), await partner.client.ask(BUY, bought)
    assert first["id"] == again["id"]
    assert (await partner.client.ask(ORDER, {"id": first["id"]}))["channel"] == "RADIO"
    mine = await house.fan.ask(BUY, {"input": {"tickets": house.lock("A-5")["input"], "paymentMethod": "sandbox-ok"}})
    assert (await house.fan.ask(ORDER, {"id": mine["id"]}))["channel"] is None


async def test_a_channel_that_is_not_the_clients_is_refused(house: House) -> None:
    partner = await partner_of(house)
    refused = await house.nobody.ask(TOKEN, {"key": partner.key, "channel": "WEB"})
    assert refused == {"__typename": "InvalidInput", "path": ["channel"], "code": "INVALID_INPUT"}


async def test_s30_a_partner_sells_nothing_of_another_organizer(house: House) -> None:
    partner = await partner_of(house)
    theirs = await put_on_elsewhere(house)
    locked = await partner.client.ask(LOCK, {"input": {"sessionId": theirs, "seats": ["A-1"]}})
    assert locked == {"__typename": "NotFound", "code": "NOT_FOUND", "message": locked["message"]}
    tickets = {"sessionId": theirs, "seats": ["A-1"]}
    bought = await partner.client.ask(BUY, {"input": {"tickets": tickets, "paymentMethod": "sandbox-ok"}})
    assert bought["__typename"] == "NotFound"


@pytest.mark.parametrize(
    ("scopes", "document", "variables"),
    [
        (["READ_CATALOGUE"], LOCK, "lock"),
        (["CHECK_IN", "READ_ORDERS"], LOCK, "lock"),
        (["READ_CATALOGUE"], ME, None),
        (["SELL", "READ_ORDERS"], USE, "use"),
        (["READ_CATALOGUE"], ORDER, "order"),
        (list(ALL), "{ me { email } }", None),
        (list(ALL), "mutation { logoutEverywhere { ... on SignedOut { signInIds } } }", None),
        (list(ALL), "{ sandbox { clockAheadSeconds } }", None),
    ],
)
async def test_what_a_scope_is_not_for_is_refused_before_it_is_executed(
    house: House, scopes: list[str], document: str, variables: str | None
) -> None:
    partner = await partner_of(house, scopes)
    given = {"lock": house.lock("A-1"), "use": {"input": {"ticketId": "ticket_1"}}, "order": {"id": "order_1"}}
    assert await code_of(partner.client, document, given[variables] if variables else None) == "SCOPE_REQUIRED"
    version = await house.nobody.ask("query($id: ID!) { session(id: $id) { availability { held } } }", {"id": house.session_id})
    assert version["availability"]["held"] == 0


async def test_hidden_behind_other_operations_fragments_and_aliases_a_field_is_found_all_the_same(house: House) -> None:
    partner = await partner_of(house, ["READ_CATALOGUE"])
    hidden = "query A { cities } query B { x: me { ...On } } fragment On on User { y: orders { nodes { id } } }"
    answer = (
        await partner.client.http.post(
            f"{partner.client.url}/graphql",
            json={"query": hidden, "operationName": "A"},
            headers={"Authorization": f"Bearer {partner.client.token}"},
        )
    ).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SCOPE_REQUIRED"]
    async with partner.client.watch("{ me { id } }", {}) as watch:
        message = await watch.message()
    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "SCOPE_REQUIRED")


async def test_the_catalogue_comes_with_every_scope_and_live_seats_too(house: House) -> None:
    partner = await partner_of(house, ["CHECK_IN"])
    assert (await partner.client.ask("{ cities }")) == ["Kraków"]
    async with partner.client.watch(WATCH, {"id": house.session_id}) as watch:
        assert (await watch.next())["__typename"] == "AvailabilitySnapshot"


async def test_a_partner_checks_its_organizers_tickets_in_and_reads_its_orders(house: House) -> None:
    partner = await partner_of(house, ["CHECK_IN", "READ_ORDERS"])
    order = await house.fan.ask(BUY, {"input": {"tickets": house.lock("A-1")["input"], "paymentMethod": "sandbox-ok"}})
    assert (await partner.client.ask(ORDER, {"id": order["id"]}))["status"] == "PAID"
    used = await partner.client.ask(USE, {"input": {"token": order["tickets"][0]["token"]}})
    assert (used["__typename"], used["status"]) == ("Ticket", "USED")
    theirs = await put_on_elsewhere(house)
    other = await house.fan.ask(BUY, {"input": {"tickets": {"sessionId": theirs, "seats": ["A-1"]}, "paymentMethod": "sandbox-ok"}})
    assert await partner.client.ask(ORDER, {"id": other["id"]}) is None
    refused = await partner.client.ask(USE, {"input": {"token": other["tickets"][0]["token"]}})
    assert refused["__typename"] == "NotFound"


async def test_an_old_key_stays_good_for_its_grace_and_without_one_everything_of_it_ends_at_once(house: House) -> None:
    partner = await partner_of(house)
    rotated = await partner.owner.ask(ROTATE, {"id": partner.id, "hours": 24})
    assert [bool(key["expiresAt"]) for key in rotated["client"]["keys"]] == [False, True]
    for key in (partner.key, rotated["key"]):
        assert (await (await token_for(house, key)).ask(ME))["id"].startswith("user_")
    last = await partner.owner.ask(ROTATE, {"id": partner.id, "hours": 0})
    for key in (partner.key, rotated["key"]):
        assert (await house.nobody.ask(TOKEN, {"key": key}))["__typename"] == "InvalidCredentials"
    assert await code_of(partner.client, ME) == "UNAUTHENTICATED"
    assert (await (await token_for(house, last["key"])).ask(ME))["id"].startswith("user_")
    refused = await partner.owner.ask(ROTATE, {"id": partner.id, "hours": 169})
    assert refused == {"__typename": "InvalidInput", "path": ["graceHours"], "code": "INVALID_INPUT"}


async def test_a_revoked_client_ends_at_once_on_open_sockets_too(house: House) -> None:
    partner = await partner_of(house)
    async with partner.client.watch(WATCH, {"id": house.session_id}) as watch:
        await watch.next()
        ended = await partner.owner.ask(REVOKE, {"id": partner.id})
        assert (ended["__typename"], ended["keys"]) == ("ApiClient", [])
        async with asyncio.timeout(20):
            await watch.socket.wait_closed()
        assert watch.socket.close_code == 4403
    assert await code_of(partner.client, ME) == "UNAUTHENTICATED"
    assert (await house.nobody.ask(TOKEN, {"key": partner.key}))["__typename"] == "InvalidCredentials"
    assert (await partner.owner.ask(REVOKE, {"id": partner.id}))["revokedAt"] == ended["revokedAt"]
    assert (await partner.owner.ask(ROTATE, {"id": partner.id, "hours": 1}))["__typename"] == "NotAllowed"


async def test_s26_a_client_with_addresses_is_good_from_there_only(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, USHER_TRUSTED_PROXIES="127.0.0.1") as house:
        owner, organizer_id = await owner_of(house)
        made = await owner.ask(CREATE, wanted(organizer_id, addresses=["192.0.2.0/24", "2001:db8:1:2::9/128"]))
        assert made["client"]["addresses"] == ["192.0.2.0/24", "2001:db8:1:2::/64"]

        async def asked(address: str, document: str, variables: dict[str, Any], token: str | None = None) -> tuple[int, Any]:
            headers = {"X-Forwarded-For": address, **({"Authorization": f"Bearer {token}"} if token else {})}
            body = {"query": document, "variables": variables}
            answer = await house.nobody.http.post(f"{house.url}/graphql", json=body, headers=headers)
            return answer.status_code, answer.json()

        _, refused = await asked("198.51.100.1", TOKEN, {"key": made["key"]})
        assert refused["data"]["clientToken"]["__typename"] == "InvalidCredentials"
        _, given = await asked("2001:db8:1:2::77", TOKEN, {"key": made["key"]})
        token = given["data"]["clientToken"]["accessToken"]
        assert (await asked("192.0.2.200", ME, {}, token))[0] == 200
        for spoof in ("198.51.100.1", "192.0.2.1, 198.51.100.1", "192.0.2.1, unknown"):
            status, refused = await asked(spoof, ME, {}, token)
            assert (status, refused["errors"][0]["extensions"]["code"]) == (403, "TOKEN_NOT_FOR_HERE")


async def test_what_a_client_used_is_told_with_every_answer_and_kept_by_day(house: House) -> None:
    partner = await partner_of(house)
    answer = await partner.client.raw("{ cities }")
    cost = answer["extensions"]["cost"]
    assert (cost["requested"], cost["actual"]) == (21, 21)
    await partner.client.ask("{ cities }")
    await house.usher.services.usage.write(house.usher.services.transaction)
    shown = await partner.owner.ask(CLIENT, {"id": partner.id})
    [today] = shown["usage"]
    assert (today["requests"], today["cost"], today["throttled"]) == (2, 22, 0)


async def test_a_clients_token_is_not_a_persons(house: House) -> None:
    partner = await partner_of(house)
    assert await code_of(partner.client, CLIENTS, {"id": partner.organizer_id}) == "SCOPE_REQUIRED"
    assert await code_of(partner.client, REVOKE, {"id": partner.id}) == "SCOPE_REQUIRED"
    forged = replace(partner.client, token=partner.key)
    assert await code_of(forged, ME) == "UNAUTHENTICATED"
    login = "mutation($i: LoginInput!) { login(input: $i) { __typename } }"
    me: Client = partner.client
    account = (await me.ask(ME))["id"]
    connection = await asyncpg.connect(house.database_url)
    email = await connection.fetchval("SELECT email FROM account WHERE kind = 'CLIENT'")
    await connection.close()
    assert account.startswith("user_")
    assert email.endswith("@client.invalid")
    for password in ("!", "", "usher-demo"):
        tried = await house.nobody.ask(login, {"i": {"email": email, "password": password}})
        assert tried["__typename"] == "InvalidCredentials"


async def test_s29_partners_may_ask_what_the_api_is_made_of_and_their_widgets_may_not(database_url: str, tmp_path: Path) -> None:
    introspect = "{ __schema { queryType { name } } }"
    async with open_house(database_url, tmp_path, USHER_INTROSPECTION="staff") as house:
        partner = await partner_of(house, ["SELL"])
        assert await partner.client.ask(introspect) == {"queryType": {"name": "Query"}}
        wanted_widget = {"origin": "https://shop.example", "sessionIds": [house.session_id], "maxSeats": 1}
        token = (await partner.client.ask(WIDGET, {"input": wanted_widget}))["accessToken"]
        widget = replace(house.nobody, token=token, origin="https://shop.example")
        for somebody in (house.nobody, house.fan, widget):
            assert await code_of(somebody, introspect) == "INTROSPECTION_OFF"
