"""Registering and getting back in, as a stranger with a browser and a mailbox does it."""

import asyncio
from typing import Any

import pytest

from tests.api.account_documents import ASK_RESET, ASK_VERIFY, BORN, CHANGE_PASSWORD, LOGIN, ME, REFRESH, REGISTER, RESET, VERIFY
from tests.api.client import Client
from tests.api.conftest import PASSWORD, House
from tests.api.mailbox import link_to, mails_to, nothing_left, rows

GOOD = "seven-lemon-trees"
BETTER = "eight-lemon-trees"
NOT_VALID = {"__typename": "LinkNotValid", "code": "LINK_NOT_VALID"}
WRONG = {"__typename": "InvalidCredentials", "code": "INVALID_CREDENTIALS"}


async def register(house: House, email: str, password: str = GOOD, **more: Any) -> Any:
    return await house.nobody.ask(REGISTER, {"input": {"email": email, "password": password, **more}})


async def login(house: House, email: str, password: str) -> Any:
    return await house.nobody.ask(LOGIN, {"input": {"email": email, "password": password}})


async def reset(house: House, token: str, password: str = BETTER) -> Any:
    return await house.nobody.ask(RESET, {"input": {"token": token, "password": password}})


async def newcomer(house: House, email: str = "new@example.com", **more: Any) -> Client:
    await register(house, email, **more)
    return await house.nobody.signed_in(email, GOOD)


async def test_a_registered_account_signs_in_at_once_and_is_verified_by_the_link_in_its_mail(house: House) -> None:
    answer = await register(house, "New.Fan@Example.COM", birthDate="1990-04-12")
    assert answer == {"__typename": "RegistrationReceived", "email": "New.Fan@example.com"}
    fan = await house.nobody.signed_in("new.fan@example.com", GOOD)
    before = {"email": "New.Fan@example.com", "verified": False, "birthDate": "1990-04-12", "roles": ["ATTENDEE"]}
    assert await fan.ask(ME) == before
    token = await link_to(house, "New.Fan@example.com")
    verified = {"__typename": "EmailVerified", "email": "New.Fan@example.com"}
    assert await house.nobody.ask(VERIFY, {"token": token}) == verified
    assert await fan.ask(ME) == {**before, "verified": True}
    assert await house.nobody.ask(VERIFY, {"token": token}) == verified


async def test_registering_an_email_that_has_an_account_looks_the_same_changes_nothing_and_its_owner_is_told(house: House) -> None:
    assert await register(house, "FAN@example.com") == {"__typename": "RegistrationReceived", "email": "FAN@example.com"}
    assert await login(house, "fan@example.com", GOOD) == WRONG
    assert (await login(house, "fan@example.com", PASSWORD))["__typename"] == "AuthTokens"
    (mail,) = await mails_to(house, "fan@example.com")
    assert (mail.subject, "#" in mail.text) == ("You already have an account", False)


async def test_an_unverified_account_that_registers_again_gets_another_link(house: House) -> None:
    await register(house, "new@example.com")
    first = await link_to(house, "new@example.com")
    await register(house, "new@example.com", BETTER)
    second = await link_to(house, "new@example.com", "/verify", 2)
    assert first != second
    assert await login(house, "new@example.com", BETTER) == WRONG
    assert (await house.nobody.ask(VERIFY, {"token": second}))["__typename"] == "EmailVerified"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short-one", "TOO_SHORT"),
        ("password1234", "EASILY_GUESSED"),
        ("1234567890", "EASILY_GUESSED"),
        ("marek.nowak2", "EASILY_GUESSED"),
        ("x" * 129, "TOO_LONG"),
    ],
)
async def test_a_password_that_will_not_do_registers_nobody(house: House, password: str, fault: str) -> None:
    answer = await register(house, "marek.nowak2@example.com", password)
    assert answer == {
        "__typename": "WeakPassword",
        "fault": fault,
        "minimumLength": 10,
        "maximumLength": 128,
        "code": "WEAK_PASSWORD",
    }
    assert await rows(house, "SELECT id FROM account WHERE email LIKE 'marek%'") == []
    assert await rows(house, "SELECT id FROM outbox") == []


@pytest.mark.parametrize(
    "email", ["", "fan", "fan@", "a b@example.com", "x@device.invalid", "a@b@c.de", f"{'x' * 250}@example.com"]
)
async def test_what_is_no_email_registers_nobody(house: House, email: str) -> None:
    assert await register(house, email) == {"__typename": "InvalidInput", "path": ["input", "email"], "code": "INVALID_INPUT"}
    assert len(await rows(house, "SELECT id FROM account")) == 3


@pytest.mark.parametrize("day", ["1899-12-31", "2999-01-01"])
async def test_nobody_was_born_before_1900_or_will_be(house: House, day: str) -> None:
    answer = await register(house, "new@example.com", birthDate=day)
    assert answer == {"__typename": "InvalidInput", "path": ["input", "birthDate"], "code": "INVALID_INPUT"}
    assert len(await rows(house, "SELECT id FROM account")) == 3


async def test_s5_nothing_beside_the_known_fields_can_be_registered(house: House) -> None:
    for field, value in {"roles": ["ADMIN"], "verified": True, "kind": "DEVICE", "id": "user_01j00000000000000000000000"}.items():
        answer = await house.nobody.raw(REGISTER, {"input": {"email": "new@example.com", "password": GOOD, field: value}})
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert len(await rows(house, "SELECT id FROM account")) == 3


async def test_s12_asking_for_a_new_password_is_answered_the_same_whoever_has_the_email(house: House) -> None:
    known = await house.nobody.ask(ASK_RESET, {"email": "fan@example.com"})
    unknown = await house.nobody.ask(ASK_RESET, {"email": "nobody@example.com"})
    assert known == {"__typename": "LinkMailed", "email": "fan@example.com"}
    assert unknown == {"__typename": "LinkMailed", "email": "nobody@example.com"}
    await mails_to(house, "fan@example.com")
    await nothing_left(house)
    mailer = house.usher.services.mailer
    assert mailer is not None
    assert [mail.recipient for mail in mailer.shown or ()] == ["fan@example.com"]


async def test_s32_a_reset_link_works_once_ends_every_sign_in_and_verifies(house: House) -> None:
    await register(house, "new@example.com")
    tokens = await login(house, "new@example.com", GOOD)
    await house.nobody.ask(ASK_RESET, {"email": "new@example.com"})
    token = await link_to(house, "new@example.com", "/reset")
    assert await reset(house, token, "password1234") == {
        "__typename": "WeakPassword",
        "fault": "EASILY_GUESSED",
        "code": "WEAK_PASSWORD",
    }
    answers = await asyncio.gather(*(reset(house, token, f"{number}-lemon-trees-grow") for number in range(5)))
    assert sorted(answer["__typename"] for answer in answers) == ["LinkNotValid"] * 4 + ["PasswordChanged"]
    (won,) = [number for number in range(5) if answers[number]["__typename"] == "PasswordChanged"]
    assert await login(house, "new@example.com", GOOD) == WRONG
    again = await house.nobody.signed_in("new@example.com", f"{won}-lemon-trees-grow")
    assert (await again.ask(ME))["verified"] is True
    assert (await house.nobody.ask(REFRESH, {"token": tokens["refreshToken"]}))["__typename"] == "InvalidCredentials"
    assert "Your password was changed" in [mail.subject for mail in await mails_to(house, "new@example.com", 3)]


async def test_s32_a_reset_link_is_over_after_a_quarter_of_an_hour(house: House) -> None:
    await house.nobody.ask(ASK_RESET, {"email": "fan@example.com"})
    token = await link_to(house, "fan@example.com", "/reset")
    (left,) = await rows(house, "SELECT expires_at - clock_timestamp() FROM mailed_link")
    assert 14 * 60 <= left[0].total_seconds() <= 15 * 60
    await rows(house, "UPDATE mailed_link SET expires_at = clock_timestamp()")
    assert await reset(house, token) == NOT_VALID
    assert (await login(house, "fan@example.com", PASSWORD))["__typename"] == "AuthTokens"


async def test_a_link_is_good_for_what_it_was_mailed_for_only(house: House) -> None:
    await register(house, "new@example.com")
    verifying = await link_to(house, "new@example.com")
    await house.nobody.ask(ASK_RESET, {"email": "new@example.com"})
    resetting = await link_to(house, "new@example.com", "/reset")
    assert await reset(house, verifying) == NOT_VALID
    assert await house.nobody.ask(VERIFY, {"token": resetting}) == NOT_VALID
    assert await house.nobody.ask(VERIFY, {"token": "x" * 43}) == NOT_VALID
    assert (await reset(house, resetting))["__typename"] == "PasswordChanged"


async def test_of_a_links_token_the_database_has_only_a_hash(house: House) -> None:
    await house.nobody.ask(ASK_RESET, {"email": "fan@example.com"})
    assert await rows(house, "SELECT outbox::text FROM outbox WHERE outbox::text LIKE '%fan@%'") == []
    token = await link_to(house, "fan@example.com", "/reset")
    kept = await rows(house, "SELECT mailed_link::text FROM mailed_link")
    assert (len(kept), [one for (one,) in kept if token in one or token.encode().hex() in one]) == (1, [])


async def test_s32_links_lead_to_the_public_address_whatever_host_the_request_names(house: House) -> None:
    body = {"query": ASK_RESET, "variables": {"email": "fan@example.com"}}
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = await house.nobody.http.post(f"{house.url}/graphql", json=body, headers=headers)
    assert answer.json()["data"]["requestPasswordReset"]["__typename"] == "LinkMailed"
    (mail,) = await mails_to(house, "fan@example.com")
    assert "evil" not in mail.text
    assert f"{house.usher.services.site}/reset#" in mail.text


@pytest.mark.parametrize("name", ["{{7*7}}", "{0.__class__}", "${link}", "$site", "%(link)s", "{event.__init__}"])
async def test_s22_what_looks_like_a_template_is_printed_as_it_is(house: House, name: str) -> None:
    email = f"{name.replace('(', '').replace(')', '')}@example.com"
    assert (await register(house, email))["__typename"] == "RegistrationReceived"
    (mail,) = await mails_to(house, email)
    assert mail.recipient == email
    assert "49" not in mail.text.split("#")[0]
    page = (await house.nobody.http.get(f"{house.url}/demo/mails")).text
    assert f"<b dir=ltr>{email}</b>" in page


async def test_changing_the_password_ends_all_other_sign_ins_and_asking_again_changes_nothing(house: House) -> None:
    fan = await newcomer(house)
    other = await login(house, "new@example.com", GOOD)
    wrong = {"input": {"currentPassword": "seven-orange-trees", "newPassword": BETTER}}
    assert await fan.ask(CHANGE_PASSWORD, wrong) == WRONG
    asked = {"input": {"currentPassword": GOOD, "newPassword": BETTER}}
    changed = {"__typename": "PasswordChanged", "signedIn": True}
    assert await fan.ask(CHANGE_PASSWORD, asked) == changed
    (once,) = await rows(house, "SELECT password_hash FROM account WHERE email = 'new@example.com'")
    assert await fan.ask(CHANGE_PASSWORD, asked) == changed
    assert await rows(house, "SELECT password_hash FROM account WHERE email = 'new@example.com'") == [once]
    assert (await house.nobody.ask(REFRESH, {"token": other["refreshToken"]}))["__typename"] == "InvalidCredentials"
    assert (await fan.ask(ME))["email"] == "new@example.com"
    assert await login(house, "new@example.com", GOOD) == WRONG
    assert (await login(house, "new@example.com", BETTER))["__typename"] == "AuthTokens"


async def test_a_weak_new_password_leaves_the_old_one(house: House) -> None:
    fan = await newcomer(house)
    asked = {"input": {"currentPassword": GOOD, "newPassword": "qwertyuiop"}}
    assert (await fan.ask(CHANGE_PASSWORD, asked))["fault"] == "EASILY_GUESSED"
    assert (await login(house, "new@example.com", GOOD))["__typename"] == "AuthTokens"


async def test_a_verification_is_mailed_again_as_long_as_there_is_need(house: House) -> None:
    fan = await newcomer(house)
    await mails_to(house, "new@example.com")
    assert await fan.ask(ASK_VERIFY) == {"__typename": "LinkMailed", "email": "new@example.com"}
    await house.nobody.ask(VERIFY, {"token": await link_to(house, "new@example.com", "/verify", 2)})
    assert await fan.ask(ASK_VERIFY) == {"__typename": "EmailVerified", "email": "new@example.com"}
    await nothing_left(house)
    assert len(await mails_to(house, "new@example.com")) == 2


async def test_a_date_of_birth_is_given_once(house: House) -> None:
    fan = await newcomer(house)
    born = {"__typename": "BirthDateSet", "user": {"birthDate": "2001-02-28"}}
    assert await fan.ask(BORN, {"day": "2001-02-28"}) == born
    assert await fan.ask(BORN, {"day": "2001-02-28"}) == born
    assert (await fan.ask(BORN, {"day": "1990-01-01"}))["__typename"] == "NotAllowed"
    assert (await fan.ask(ME))["birthDate"] == "2001-02-28"
    for wrong in ("2001-02-29", "28.02.2001", "20010228", "2001-02-28T00:00:00Z", "٢٠٠١-٠٢-٢٨"):
        answer = await fan.raw(BORN, {"day": wrong})
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_mails_to_one_address_are_limited_whether_or_not_anybody_has_it(house: House) -> None:
    for email in ("fan@example.com", "nobody@example.com"):
        answers = [await house.nobody.ask(ASK_RESET, {"email": email}) for _ in range(6)]
        assert [answer["__typename"] for answer in answers] == ["LinkMailed"] * 5 + ["TooManyAttempts"]


async def test_mails_are_in_the_language_that_was_asked_for(house: House) -> None:
    await register(house, "new@example.com", language="AR")
    (mail,) = await mails_to(house, "new@example.com")
    assert mail.subject == "أكّد بريدك الإلكتروني"
    assert f"{house.usher.services.site}/verify#" in mail.text


FACTOR = "INSERT INTO second_factor (user_id, sealed, confirmed_at) SELECT id, '', now() FROM account WHERE email = $1"


PASSKEY = (
    "INSERT INTO passkey (user_id, credential_id, public_key, sign_count, name) SELECT id, id::text::bytea, '', 0, 'x' FROM account"
)


async def test_a_second_factor_of_who_never_read_the_mail_goes_when_the_owner_resets_and_any_other_stays(house: House) -> None:
    await register(house, "victim@example.com")
    for email in ("victim@example.com", "fan@example.com"):
        await rows(house, FACTOR, email)
        await rows(house, f"{PASSKEY} WHERE email = $1", email)
        await house.nobody.ask(ASK_RESET, {"email": email})
        assert (await reset(house, await link_to(house, email, "/reset")))["__typename"] == "PasswordChanged"
    assert [(await login(house, email, BETTER))["__typename"] for email in ("victim@example.com", "fan@example.com")] == [
        "AuthTokens",
        "SecondFactorRequired",
    ]
    kept = "SELECT email FROM passkey JOIN account ON account.id = user_id"
    assert await rows(house, kept) == [("fan@example.com",)]
