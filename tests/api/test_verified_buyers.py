"""Where only verified accounts may buy, and where there is no mail."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.accounts import Language
from domain.errors import MailUnavailable
from resolvers.accounts import Registration, register, request_password_reset
from resolvers.own_account import change_email, request_verification
from tests.api.account_documents import VERIFY
from tests.api.conftest import PASSWORD, House, open_house
from tests.api.mailbox import link_to, rows
from tests.api.test_accounts import GOOD, newcomer

LOCK = """mutation($input: LockTicketsInput!) { lockTickets(input: $input) { __typename ... on Error { code } } }"""
BUY = """mutation($input: BuyTicketsInput!) { buyTickets(input: $input) { __typename ... on Error { code } } }"""
NOT_YET = {"__typename": "EmailNotVerified", "code": "EMAIL_NOT_VERIFIED"}


async def test_an_unverified_account_buys_where_nothing_else_is_said(house: House) -> None:
    fan = await newcomer(house)
    assert (await fan.ask(LOCK, house.lock("A-1")))["__typename"] == "Hold"


async def test_where_only_verified_accounts_buy_others_lock_nothing_until_they_are(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, USHER_VERIFIED_BUYERS="on") as house:
        fan = await newcomer(house)
        asked = house.lock("A-1", key="once")
        buying = {"input": {"tickets": house.lock("A-2")["input"], "paymentMethod": "sandbox-ok", "idempotencyKey": "twice"}}
        assert await fan.ask(LOCK, asked) == NOT_YET
        assert await fan.ask(BUY, buying) == NOT_YET
        assert await rows(house, "SELECT id FROM hold") == []
        await house.nobody.ask(VERIFY, {"token": await link_to(house, "new@example.com")})
        assert (await fan.ask(LOCK, asked))["__typename"] == "Hold"
        assert (await fan.ask(BUY, buying))["__typename"] == "Order"
        assert (await house.rival.ask(LOCK, house.lock("A-3")))["__typename"] == "Hold"


async def test_where_no_mail_is_sent_nobody_registers_or_asks_for_links(house: House) -> None:
    services = replace(house.usher.services, mailer=None)
    viewer = services.access_tokens.read(house.fan.token or "")
    assert viewer is not None
    asked = [
        register(services, Registration("new@example.com", GOOD, None, Language.EN), "192.0.2.1"),
        request_password_reset(services, "fan@example.com", "192.0.2.1"),
        change_email(services, viewer, "newer@example.com", PASSWORD, "192.0.2.1"),
        request_verification(services, viewer, "192.0.2.1"),
    ]
    for one in asked:
        with pytest.raises(MailUnavailable):
            await one
    assert await rows(house, "SELECT id FROM outbox") == []
