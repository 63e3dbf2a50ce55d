"""Invitations as those who are invited meet them: a mail, a link that says what it is for, and becoming a member by it."""

import asyncio
from collections import Counter
from hashlib import sha256
from typing import Any

from domain.organizers import MemberRole
from tests.api.conftest import House
from tests.api.documents import REFUSAL
from tests.api.mailbox import link_to, mails_to, nothing_left, rows
from tests.api.test_accounts import GOOD, register
from tests.api.test_members import ACCEPT, ME, WITHDRAW, invited, kind
from tests.api.watching import run

ASK = """query($token: String!) { invitation(token: $token) {
  id email role eventIds expiresAt organizer { name slug viewerRole invitations { email } } } }"""
INVITE = f"""mutation($input: InviteMemberInput!) {{ inviteMember(input: $input) {{ __typename
  ... on MemberInvited {{ token mailed }} ... on TooManyAttempts {{ retryAfterMs }} {REFUSAL} }} }}"""


async def ask_about(house: House, token: str) -> Any:
    return await house.nobody.ask(ASK, {"token": token})


async def test_the_mailed_link_tells_nobody_what_it_is_for_and_makes_a_newcomer_a_member(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    made = await invited(house, owner, "new@example.com", MemberRole.BOX_OFFICE)
    token = await link_to(house, "new@example.com", "/invitation")
    told = await ask_about(house, token)
    expires_at = told.pop("expiresAt")
    assert told == {
        "id": made["invitation"]["id"],
        "email": "new@example.com",
        "role": "BOX_OFFICE",
        "eventIds": None,
        "organizer": {"name": "The House", "slug": "house", "viewerRole": None, "invitations": None},
    }
    assert await rows(
        house, "SELECT count(*) FROM invitation WHERE date_trunc('milliseconds', expires_at) = $1::text::timestamptz", expires_at
    ) == [(1,)]
    await register(house, "new@example.com", GOOD)
    newcomer = await house.nobody.signed_in("new@example.com", GOOD)
    assert (await newcomer.ask(ACCEPT, {"token": token}))["role"] == "BOX_OFFICE"
    assert (await newcomer.ask(ME))["memberships"] == [{"role": "BOX_OFFICE", "organizer": {"name": "The House"}}]
    assert await ask_about(house, token) is None


async def test_s4_a_token_that_opens_nothing_is_null_whatever_it_was(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    withdrawn = await invited(house, owner, "fan@example.com", MemberRole.GATE)
    link = await link_to(house, "fan@example.com", "/invitation")
    assert await kind(owner.ask(WITHDRAW, {"id": withdrawn["invitation"]["id"]})) == "InvitationWithdrawn"
    replaced = await invited(house, owner, "fan@example.com", MemberRole.GATE)
    late = await invited(house, owner, "fan@example.com", MemberRole.GATE)
    assert (await ask_about(house, late["token"]))["role"] == "GATE"
    await run(house, "UPDATE invitation SET expires_at = now()")
    for token in (link, withdrawn["token"], replaced["token"], late["token"], "", "x" * 5_000):
        assert await ask_about(house, token) is None
        assert await kind(house.fan.ask(ACCEPT, {"token": token})) == "NotFound"
    assert (await house.fan.ask(ME))["memberships"] == []


async def test_a_mailed_link_is_for_its_email_only_and_works_once(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    await invited(house, owner, "fan@example.com", MemberRole.MANAGER)
    link = await link_to(house, "fan@example.com", "/invitation")
    assert await kind(house.rival.ask(ACCEPT, {"token": link})) == "NotFound"
    assert (await ask_about(house, link))["role"] == "MANAGER"
    answers = await asyncio.gather(*(kind(house.fan.ask(ACCEPT, {"token": link})) for _ in range(4)))
    assert Counter(answers) == {"Member": 1, "NotFound": 3}
    assert [mail.recipient for mail in await mails_to(house, "fan@example.com")] == ["fan@example.com"]


async def test_invitations_are_among_the_five_mails_an_hour_and_who_may_not_invite_uses_none_up(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    asked = {"input": {"organizerId": await house.organizer_id(), "email": "Fan@example.com", "role": "GATE"}}
    for _ in range(25):
        assert (await house.rival.ask(INVITE, asked))["__typename"] == "NotAllowed"
    reset = 'mutation { requestPasswordReset(email: "fan@example.com") { __typename } }'
    assert await house.nobody.ask(reset) == {"__typename": "LinkMailed"}
    answers = [await owner.ask(INVITE, asked) for _ in range(5)]
    assert [answer["__typename"] for answer in answers] == ["MemberInvited"] * 4 + ["TooManyAttempts"]
    assert {answer["mailed"] for answer in answers[:4]} == {True}
    assert 0 < answers[4]["retryAfterMs"] <= 720_000
    assert await ask_about(house, answers[2]["token"]) is None
    assert (await ask_about(house, answers[3]["token"]))["email"] == "Fan@example.com"
    await nothing_left(house)


async def test_the_links_of_an_invitation_are_kept_as_hashes_only(house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    told = await invited(house, owner, "fan@example.com", MemberRole.GATE)
    link = await link_to(house, "fan@example.com", "/invitation")
    kept = await rows(house, "SELECT token_hash FROM invitation UNION ALL SELECT token_hash FROM invitation_link")
    assert kept == [(sha256(token.encode()).digest(),) for token in (told["token"], link)]
