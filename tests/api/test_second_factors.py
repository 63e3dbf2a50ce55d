"""Second factors: set up, asked for, lost, given up; no code counts twice, and staff may have to have one."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pyotp

from tests.api.client import Client
from tests.api.conftest import PASSWORD, House, open_house
from tests.api.test_sign_ins import REFRESH, code_of
from tests.api.watching import run

LOGIN = """mutation($input: LoginInput!) { login(input: $input) { __typename ... on AuthTokens { accessToken refreshToken }
  ... on SecondFactorRequired { challenge enrolled } ... on Error { code } } }"""
COMPLETE = """mutation($challenge: String!, $code: String!) { completeLogin(challenge: $challenge, code: $code) { __typename
  ... on AuthTokens { accessToken refreshToken recoveryCodes user { email } } ... on Error { code } } }"""
OFFER = """mutation($password: String!) { offerSecondFactor(password: $password) { __typename
  ... on SecondFactorOffer { secret uri qrSvg } } }"""
OFFER_AT_LOGIN = """mutation($challenge: String!) { offerSecondFactorAtLogin(challenge: $challenge) { __typename
  ... on SecondFactorOffer { secret } } }"""
CONFIRM = """mutation($code: String!) { confirmSecondFactor(code: $code) { __typename ... on SecondFactorOn { recoveryCodes } } }"""
REMOVE = """mutation($password: String!, $code: String!) { removeSecondFactor(password: $password, code: $code) { __typename
  ... on SecondFactorOff { recoveryCodesVoided } } }"""
MINE = "{ me { secondFactor { recoveryCodesLeft } } }"
# So that the code of this very half minute counts again.
FORGET_STEPS = "UPDATE second_factor SET last_step = 0"


async def enrolled(house: House, client: Client) -> tuple[pyotp.TOTP, list[str]]:
    """The app, and the recovery codes."""
    app = pyotp.TOTP((await client.ask(OFFER, {"password": PASSWORD}))["secret"])
    on = await client.ask(CONFIRM, {"code": app.now()})
    await run(house, FORGET_STEPS)
    return app, on["recoveryCodes"]


async def challenged(house: House, email: str = "fan@example.com") -> str:
    found = await house.nobody.ask(LOGIN, {"input": {"email": email, "password": PASSWORD}})
    assert found["__typename"] == "SecondFactorRequired"
    return str(found["challenge"])


async def completed(house: House, challenge: str, code: str) -> dict[str, Any]:
    found: dict[str, Any] = await house.nobody.ask(COMPLETE, {"challenge": challenge, "code": code})
    return found


async def test_a_second_factor_counts_from_its_confirmation_on(house: House) -> None:
    offer = await house.fan.ask(OFFER, {"password": PASSWORD})
    assert offer["uri"].startswith("otpauth://totp/Usher:fan%40example.com?secret=")
    assert (await house.nobody.ask(LOGIN, {"input": {"email": "fan@example.com", "password": PASSWORD}}))[
        "__typename"
    ] == "AuthTokens"
    assert await house.fan.ask(MINE) == {"secondFactor": None}
    assert await house.fan.ask(CONFIRM, {"code": "000000"}) == {"__typename": "InvalidCredentials"}
    app = pyotp.TOTP(offer["secret"])
    on = await house.fan.ask(CONFIRM, {"code": app.now()})
    assert (on["__typename"], len(set(on["recoveryCodes"]))) == ("SecondFactorOn", 10)
    assert await house.fan.ask(MINE) == {"secondFactor": {"recoveryCodesLeft": 10}}
    for again in (house.fan.ask(OFFER, {"password": PASSWORD}), house.fan.ask(CONFIRM, {"code": app.now()})):
        assert await again == {"__typename": "NotAllowed"}


async def test_a_login_asks_for_the_code_and_each_counts_once_however_many_come_at_once(house: House) -> None:
    app, _ = await enrolled(house, house.fan)
    challenge, code = await challenged(house), app.now()
    answers = await asyncio.gather(*(completed(house, challenge, code) for _ in range(5)))
    assert sorted(answer["__typename"] for answer in answers) == ["AuthTokens"] + ["InvalidCredentials"] * 4
    [tokens] = [answer for answer in answers if answer["__typename"] == "AuthTokens"]
    assert (tokens["user"], tokens["recoveryCodes"]) == ({"email": "fan@example.com"}, [])
    assert await code_of(Client(house.url, house.nobody.http, tokens["accessToken"])) is None
    assert await code_of(Client(house.url, house.nobody.http, challenge)) == "UNAUTHENTICATED"


async def test_five_wrong_codes_close_the_account_for_the_right_one_for_a_while(house: House) -> None:
    app, _ = await enrolled(house, house.fan)
    challenge = await challenged(house)
    wrong = [await completed(house, challenge, code) for code in ("000000", "abcdef", "", "٠٠٠٠٠٠", "0" * 1_000)]
    assert wrong == [{"__typename": "InvalidCredentials", "code": "INVALID_CREDENTIALS"}] * 5
    assert (await completed(house, challenge, app.now()))["__typename"] == "TooManyAttempts"


async def test_of_many_codes_in_one_request_one_is_looked_at(house: House) -> None:
    await enrolled(house, house.fan)
    challenge = await challenged(house)
    aliases = " ".join(f'a{n}: completeLogin(challenge: "{challenge}", code: "{n:06}") {{ __typename }}' for n in range(4))
    answer = await house.nobody.raw(f"mutation {{ {aliases} }}")
    assert [one["__typename"] for one in answer["data"].values()] == ["InvalidCredentials"] + ["TooManyAttempts"] * 3


async def test_a_recovery_code_counts_once_however_it_is_written(house: House) -> None:
    _, codes = await enrolled(house, house.fan)
    challenge = await challenged(house)
    assert (await completed(house, challenge, f" {codes[0].upper().replace('-', ' ')} "))["__typename"] == "AuthTokens"
    assert (await completed(house, challenge, codes[0]))["__typename"] == "InvalidCredentials"
    assert await house.fan.ask(MINE) == {"secondFactor": {"recoveryCodesLeft": 9}}


async def test_the_database_holds_neither_the_secret_nor_a_recovery_code(house: House) -> None:
    app, codes = await enrolled(house, house.fan)
    connection = await asyncpg.connect(house.database_url)
    stored = await connection.fetchval(
        "SELECT (SELECT string_agg(f::text, '') FROM second_factor f) || string_agg(c::text, '') FROM recovery_code c"
    )
    await connection.close()
    for secret in (app.secret, *codes, *(code.replace("-", "") for code in codes)):
        assert secret not in stored
        assert secret.encode().hex() not in stored


async def test_it_is_given_up_with_the_password_and_a_code(house: House) -> None:
    app, codes = await enrolled(house, house.fan)
    for password, code in (("wrong", app.now()), (PASSWORD, "000000")):
        assert await house.fan.ask(REMOVE, {"password": password, "code": code}) == {"__typename": "InvalidCredentials"}
    off = await house.fan.ask(REMOVE, {"password": PASSWORD, "code": codes[0]})
    assert off == {"__typename": "SecondFactorOff", "recoveryCodesVoided": 9}
    assert (await house.nobody.ask(LOGIN, {"input": {"email": "fan@example.com", "password": PASSWORD}}))[
        "__typename"
    ] == "AuthTokens"


async def test_a_challenge_from_before_a_new_password_is_nobodys(house: House) -> None:
    app, _ = await enrolled(house, house.fan)
    challenge = await challenged(house)
    await run(house, "UPDATE account SET password_hash = 'another' WHERE email = 'fan@example.com'")
    assert (await completed(house, challenge, app.now()))["__typename"] == "InvalidCredentials"


async def test_staff_who_must_have_one_set_it_up_before_they_are_signed_in(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        staff = await house.nobody.ask(LOGIN, {"input": {"email": "gate@example.com", "password": PASSWORD}})
        async with house.twin("memory://", USHER_SECOND_FACTOR="staff") as strict:
            refused = await strict.ask(REFRESH, {"token": staff["refreshToken"]})
            assert refused == {"__typename": "InvalidCredentials", "code": "INVALID_CREDENTIALS"}
            fan = await strict.ask(LOGIN, {"input": {"email": "fan@example.com", "password": PASSWORD}})
            assert fan["__typename"] == "AuthTokens"
            asked = await strict.ask(LOGIN, {"input": {"email": "gate@example.com", "password": PASSWORD}})
            assert (asked["__typename"], asked["enrolled"]) == ("SecondFactorRequired", False)
            offer = await strict.ask(OFFER_AT_LOGIN, {"challenge": asked["challenge"]})
            app = pyotp.TOTP(offer["secret"])
            tokens = await strict.ask(COMPLETE, {"challenge": asked["challenge"], "code": app.now()})
            assert (tokens["user"], len(tokens["recoveryCodes"])) == ({"email": "gate@example.com"}, 10)
            assert (await strict.ask(REFRESH, {"token": tokens["refreshToken"]}))["__typename"] == "AuthTokens"
            gate = Client(strict.url, strict.http, tokens["accessToken"])
            given_up = await gate.ask(REMOVE, {"password": PASSWORD, "code": tokens["recoveryCodes"][0]})
            assert given_up == {"__typename": "NotAllowed"}
            assert await strict.ask(OFFER_AT_LOGIN, {"challenge": asked["challenge"]}) == {"__typename": "NotAllowed"}


async def test_a_made_up_challenge_offers_nothing(house: House) -> None:
    for challenge in ("", "x", str(house.fan.token)):
        assert await house.nobody.ask(OFFER_AT_LOGIN, {"challenge": challenge}) == {"__typename": "InvalidCredentials"}
        assert (await completed(house, challenge, "000000"))["__typename"] == "InvalidCredentials"
