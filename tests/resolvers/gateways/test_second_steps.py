"""Codes of authenticator apps: which count, what is stored of their secrets, and challenges that are somebody's, for a while."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pyotp
import pytest

from domain.second_factors import SecondFactor, SecondSteps
from domain.viewers import User
from resolvers.gateways.second_steps import SealedSecondSteps
from resolvers.gateways.tokens import SignedAccessTokens
from tests.builders import a_user

SEALING, SIGNING = bytes(range(32)), bytes(range(32, 64))
NOON = datetime(2031, 5, 4, 12, 0, 10, tzinfo=UTC)
FAN = a_user(email="fan@example.com")


def steps(now: datetime = NOON, sealing: bytes = SEALING, *signing: bytes) -> SealedSecondSteps:
    return SealedSecondSteps(sealing, signing or (SIGNING,), clock=lambda: now)


def enrolled(user: User = FAN) -> tuple[SecondFactor, pyotp.TOTP]:
    sealed, offer = steps().offer(user)
    return SecondFactor(user.id, sealed, NOON, 0, 10), pyotp.TOTP(offer.secret)


def test_an_app_is_told_the_secret_in_three_forms_and_the_database_in_none() -> None:
    sealed, offer = steps().offer(FAN)
    uri = urlsplit(offer.uri)
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/Usher:fan%40example.com")
    assert parse_qs(uri.query) == {"secret": [offer.secret], "issuer": ["Usher"]}
    assert offer.qr_svg.startswith("<svg")
    assert (len(offer.secret), offer.secret.encode() in sealed) == (32, False)
    assert steps().offer(FAN)[1].secret != offer.secret


@pytest.mark.parametrize(("seconds", "counts"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_code_counts_for_half_a_minute_to_either_side(seconds: int, counts: bool) -> None:
    factor, app = enrolled()
    moment = NOON + timedelta(seconds=seconds)
    expected = int(moment.timestamp()) // 30 if counts else None
    ours: SecondSteps = steps()
    assert ours.step_of(factor, app.at(moment)) == expected


@pytest.mark.parametrize("code", ["", "0", "1234567", "١٢٣٤٥٦", "\ud800", "x" * 10_000])
def test_what_is_no_code_counts_for_nothing(code: str) -> None:
    factor, _ = enrolled()
    assert steps().step_of(factor, code) is None


def test_a_secret_that_was_moved_to_another_account_or_sealed_with_another_key_is_not_read() -> None:
    factor, app = enrolled()
    for opened, by in ((replace(factor, user_id=a_user().id), steps()), (factor, steps(NOON, SIGNING))):
        with pytest.raises(RuntimeError, match="sealed with another"):
            by.step_of(opened, app.at(NOON))


def test_recovery_codes_are_ten_of_eighty_bits_and_never_the_same() -> None:
    codes = [*steps().recovery_codes(), *steps().recovery_codes()]
    assert (len(codes), len(set(codes)), {len(code.replace("-", "")) for code in codes}) == (20, 20, {16})


def test_a_challenge_is_somebodys_for_five_minutes_and_ends_with_the_password() -> None:
    token, ends = steps().challenge(FAN)
    assert ends == NOON + timedelta(minutes=5)
    assert [steps(ends + timedelta(seconds=after)).challenged(token) for after in (-1, 0)] == [FAN.id, None]
    assert [steps().still(token, one) for one in (FAN, replace(FAN, password_hash="another"), a_user())] == [True, False, False]


def test_a_challenge_outlives_a_newer_key_and_no_other_token_is_one() -> None:
    token, _ = steps().challenge(FAN)
    assert steps(NOON, SEALING, SEALING, SIGNING).challenged(token) == FAN.id
    assert steps(NOON, SEALING, SEALING).challenged(token) is None
    access, _ = SignedAccessTokens(SIGNING, "usher", timedelta(minutes=10)).issue(FAN)
    claims = jwt.decode(token, options={"verify_signature": False})
    key = steps()._tokens._keys[0]
    forged = [
        jwt.encode({**claims, **more}, key, "HS256") for more in ({"exp": "9999999999"}, {"aud": "usher-queue"}, {"sub": "x"})
    ]
    for other in (access, *forged, "", "..", "x" * 5_000, jwt.encode(claims, SIGNING, "HS256")):
        assert steps().challenged(other) is None
        assert not steps().still(other, FAN)
    assert SignedAccessTokens(SIGNING, "usher", timedelta(minutes=10)).read(token) is None
