"""Another email, all of one's data, and an account that is deleted."""

import asyncio
import json

import asyncpg
from structlog.testing import capture_logs

from db.accounts import EXPORT as EXPORTING
from domain.ids import UserId, new_id, read_id, show_id
from domain.viewers import AccountKind, Role, User
from tests.api.account_documents import ASK_RESET, CHANGE_EMAIL, CHANGE_PASSWORD, DELETE, EXPORT, LOGIN, ME, REFRESH, RESET, VERIFY
from tests.api.client import Client
from tests.api.conftest import House
from tests.api.mailbox import link_to, mails_to, nothing_left, rows
from tests.api.test_accounts import BETTER, GOOD, NOT_VALID, WRONG, login, newcomer, register

BUY = """mutation($input: BuyTicketsInput!) { buyTickets(input: $input) { __typename
  ... on Order { id status tickets { id } } ... on Error { code message } } }"""
CANCEL = """mutation($input: CancelTicketInput!) { cancelTicket(input: $input) { __typename ... on Error { code } } }"""
MARKER = "zaphod-marker"


async def buy(client: Client, house: House, *seats: str, key: str | None = None) -> list[str]:
    tickets = {"sessionId": house.session_id, "seats": list(seats)}
    asked = {"tickets": tickets, "paymentMethod": "sandbox-ok", "idempotencyKey": key}
    order = await client.ask(BUY, {"input": asked})
    assert order["__typename"] == "Order", order
    return [ticket["id"] for ticket in order["tickets"]]


async def delete(client: Client, password: str = GOOD, **more: bool) -> object:
    return await client.ask(DELETE, {"input": {"password": password, **more}})


async def test_a_new_email_counts_when_its_link_is_followed_and_the_old_one_is_told(house: House) -> None:
    fan = await newcomer(house)
    await mails_to(house, "new@example.com")
    asked = {"input": {"email": "newer@example.com", "password": GOOD}}
    assert await fan.ask(CHANGE_EMAIL, {"input": {**asked["input"], "password": BETTER}}) == WRONG
    assert await fan.ask(CHANGE_EMAIL, asked) == {"__typename": "LinkMailed", "email": "newer@example.com"}
    token = await link_to(house, "newer@example.com")
    assert (await fan.ask(ME))["email"] == "new@example.com"
    moved = {"__typename": "EmailVerified", "email": "newer@example.com"}
    assert await house.nobody.ask(VERIFY, {"token": token}) == moved
    assert await house.nobody.ask(VERIFY, {"token": token}) == moved
    assert await fan.ask(ME) == {"email": "newer@example.com", "verified": True, "birthDate": None, "roles": ["ATTENDEE"]}
    assert [mail.subject for mail in await mails_to(house, "new@example.com", 2)][1:] == ["Your email was changed"]
    assert await login(house, "new@example.com", GOOD) == WRONG
    assert (await login(house, "newer@example.com", GOOD))["__typename"] == "AuthTokens"


async def test_s12_a_new_email_that_is_somebodys_is_answered_the_same_and_gets_no_link(house: House) -> None:
    fan = await newcomer(house)
    answer = await fan.ask(CHANGE_EMAIL, {"input": {"email": "rival@example.com", "password": GOOD}})
    assert answer == {"__typename": "LinkMailed", "email": "rival@example.com"}
    (mail,) = await mails_to(house, "rival@example.com")
    assert (mail.subject, "#" in mail.text) == ("This address has an account already", False)


async def test_an_email_that_somebody_took_meanwhile_stays_theirs(house: House) -> None:
    fan = await newcomer(house)
    await fan.ask(CHANGE_EMAIL, {"input": {"email": "wanted@example.com", "password": GOOD}})
    token = await link_to(house, "wanted@example.com")
    await register(house, "Wanted@example.com", BETTER)
    assert await house.nobody.ask(VERIFY, {"token": token}) == NOT_VALID
    assert (await fan.ask(ME))["email"] == "new@example.com"
    assert (await login(house, "wanted@example.com", BETTER))["__typename"] == "AuthTokens"


async def test_who_registered_somebody_elses_email_cannot_take_the_account_back_from_its_owner(house: House) -> None:
    thief = await newcomer(house, "victim@example.com")
    await thief.ask(CHANGE_EMAIL, {"input": {"email": "thief@example.com", "password": GOOD}})
    trap = await link_to(house, "thief@example.com")
    await thief.ask(CHANGE_EMAIL, {"input": {"email": "thief2@example.com", "password": GOOD}})
    # Queued, not sent: the mail must not be written after the owner has come.
    await rows(house, "UPDATE outbox SET due_at = clock_timestamp() + interval '1 hour'")
    await house.nobody.ask(ASK_RESET, {"email": "victim@example.com"})
    token = await link_to(house, "victim@example.com", "/reset")
    assert (await house.nobody.ask(RESET, {"input": {"token": token, "password": BETTER}}))["__typename"] == "PasswordChanged"
    assert await house.nobody.ask(VERIFY, {"token": trap}) == NOT_VALID
    assert await rows(house, "SELECT kind FROM outbox WHERE kind = 'CHANGE_EMAIL'") == []
    assert (await login(house, "victim@example.com", BETTER))["__typename"] == "AuthTokens"


async def test_an_export_has_all_that_is_the_accounts_and_nothing_that_lets_anybody_in(house: House) -> None:
    fan = await newcomer(house, birthDate="1990-04-12")
    await mails_to(house, "new@example.com")
    tickets = await buy(fan, house, "A-1", "A-2")
    answer = await fan.ask(EXPORT)
    found = json.loads(answer["json"])
    (account,) = found["account"]
    assert {name: account[name] for name in ("email", "birth_date", "kind", "language", "roles")} == {
        "email": "new@example.com",
        "birth_date": "1990-04-12",
        "kind": "PERSON",
        "language": "EN",
        "roles": ["ATTENDEE"],
    }
    assert [len(found[name]) for name in ("orders", "payments", "tickets", "holds", "refunds", "links", "mails")] == [
        1, 1, 2, 1, 0, 1, 0,
    ]  # fmt: skip
    read = [read_id(id) for id in tickets]
    assert sorted(one["id"] for one in found["tickets"]) == sorted(str(one[1]) for one in read if one)
    assert [name for name in ("password_hash", "token_hash", "generation") if name in answer["json"]] == []
    assert "rival@example.com" not in answer["json"]


async def test_an_account_with_tickets_to_use_is_deleted_only_when_they_may_be_left(house: House) -> None:
    fan = await newcomer(house)
    await buy(fan, house, "A-1", "A-2")
    refused = {"__typename": "TicketsStillValid", "code": "TICKETS_STILL_VALID", "count": 2}
    assert await delete(fan) == {**refused, "lastEndsAt": house.at(7 + 2 / 24)}
    assert (await fan.ask(ME))["email"] == "new@example.com"
    answer = await delete(fan, leaveTickets=True)
    assert isinstance(answer, dict)
    assert answer["__typename"] == "AccountDeleted"
    owner = read_id(answer["ledgerId"])
    assert owner is not None
    assert await rows(house, "SELECT status FROM ticket WHERE user_id = $1", owner[1]) == [("VALID",), ("VALID",)]


async def test_a_wrong_password_deletes_nothing(house: House) -> None:
    fan = await newcomer(house)
    assert await delete(fan, BETTER) == WRONG
    assert (await login(house, "new@example.com", GOOD))["__typename"] == "AuthTokens"


async def test_a_deleted_account_is_signed_out_everywhere_and_its_email_is_free(house: House) -> None:
    await register(house, "new@example.com")
    tokens = await house.nobody.ask(LOGIN, {"input": {"email": "new@example.com", "password": GOOD}})
    fan = Client(house.url, house.nobody.http, tokens["accessToken"])
    assert (await delete(fan)) == {"__typename": "AccountDeleted", "ledgerId": await ledger_id(fan, house)}
    assert (await house.nobody.ask(REFRESH, {"token": tokens["refreshToken"]}))["__typename"] == "InvalidCredentials"
    assert await login(house, "new@example.com", GOOD) == WRONG
    answer = await fan.raw(ME)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await register(house, "new@example.com", BETTER)
    assert (await login(house, "new@example.com", BETTER))["__typename"] == "AuthTokens"


async def ledger_id(fan: Client, house: House) -> str:
    (found,) = await rows(house, "SELECT id FROM account WHERE deleted_at IS NOT NULL")
    return show_id("user", found[0])


async def test_s36_after_a_deletion_no_table_and_no_log_has_anything_that_names_its_owner(house: House) -> None:
    with capture_logs() as logs:
        await _live_and_leave(house)
    assert [line for line in logs if MARKER in str(line)] == []


async def _live_and_leave(house: House) -> None:
    email, newer = f"{MARKER}@example.com", f"{MARKER}.2@example.com"
    fan = await newcomer(house, email, birthDate="1977-07-07")
    await house.nobody.ask(VERIFY, {"token": await link_to(house, email)})
    (ticket, _) = await buy(fan, house, "A-1", "A-2", key=f"{MARKER}-key")
    await fan.ask(CANCEL, {"input": {"ticketId": ticket, "reason": f"{MARKER} is ill"}})
    await house.nobody.ask(ASK_RESET, {"email": email})
    await fan.ask(CHANGE_EMAIL, {"input": {"email": newer, "password": GOOD}})
    await mails_to(house, newer)
    await fan.ask(CHANGE_PASSWORD, {"input": {"currentPassword": GOOD, "newPassword": BETTER}})
    assert await tables_with(house, MARKER) == ["account", "answer", "mailed_link", "ticket"]
    answer = await delete(fan, BETTER, leaveTickets=True)
    assert isinstance(answer, dict)
    assert answer["__typename"] == "AccountDeleted"
    assert await tables_with(house, MARKER) == []
    assert await tables_with(house, "1977-07-07") == []
    await nothing_left(house)
    assert await tables_with(house, MARKER) == []
    assert await rows(house, "SELECT count(*) FROM ticket_order") == [(1,)]


async def tables_with(house: House, text: str) -> list[str]:
    connection = await asyncpg.connect(house.database_url)
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    found = [
        str(name)
        for (name,) in tables
        if await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{name}" AS one WHERE one::text ILIKE $1)', f"%{text}%")
    ]
    await connection.close()
    return found


async def test_s36_every_table_that_knows_accounts_is_exported_and_thought_of_when_one_is_deleted(house: House) -> None:
    known = await rows(
        house,
        "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid = 'account'::regclass",
    )
    assert {name for (name,) in known} - set(FATES) == set()
    exported = [name for name, fate in FATES.items() if ", exported" in fate or "; exported" in fate]
    assert [name for name in exported if f"FROM {name} " not in EXPORTING] == []


# What becomes of it when the account goes: "erased", or "kept", under an id that then names nobody.
FATES = {
    "api_client": "kept: an account of its own, which belongs to the organizer",
    "answer": "erased; not exported: the client's own keys, for a day",
    "check_in": "kept, exported",
    "gate_device": "kept: an account of its own, which belongs to the organizer",
    "hold": "kept, exported",
    "invitation": "kept: who invited, and never whom; to the account's email erased",
    "mailed_link": "erased, exported without the token",
    "membership": "erased, exported",
    "outbox": "erased, exported",
    "passkey": "erased, exported without the key",
    "queue_place": "kept, exported",
    "second_factor": "erased, exported without the secret",
    "sign_in": "kept without the device for a month, exported",
    "ticket": "kept without the reason, exported",
    "ticket_order": "kept, exported",
    "widget_guest": "kept: an account of its own, which names nobody",
}


async def test_a_device_has_no_account_to_change_or_delete(house: House) -> None:
    device = User(UserId(new_id()), "x@device.invalid", frozenset({Role.GATE}), "!", kind=AccountKind.DEVICE)
    services = house.usher.services
    async with services.transaction() as work:
        await work.users.add(device)
    token, _ = services.access_tokens.issue(device)
    client = Client(house.url, house.nobody.http, token)
    asked = [
        client.ask(EXPORT),
        client.ask(DELETE, {"input": {"password": "!"}}),
        client.ask(CHANGE_EMAIL, {"input": {"email": "mine@example.com", "password": "!"}}),
        client.ask(CHANGE_PASSWORD, {"input": {"currentPassword": "!", "newPassword": BETTER}}),
    ]
    assert [answer["__typename"] for answer in await asyncio.gather(*asked)] == ["NotAllowed"] * 4
