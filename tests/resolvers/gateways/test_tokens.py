"""Access tokens: who is let in, and that everything else is refused without a crash."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from domain.gateways import AccessTokens
from domain.ids import UserId
from domain.viewers import Role, User
from resolvers.gateways import tokens
from resolvers.gateways.tokens import SignedAccessTokens, Verified

SEED = bytes(range(32))
ISSUER = "https://usher.example"
NOON = datetime(2031, 5, 4, 12, 0, 0, 250_000, tzinfo=UTC)
FAN = User(UserId(UUID(int=7)), "fan@example.com", frozenset({Role.ATTENDEE, Role.GATE}), "")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def access_tokens(seed: bytes = SEED, issuer: str = ISSUER, clock: Clock | None = None) -> SignedAccessTokens:
    return SignedAccessTokens(seed, issuer, timedelta(minutes=15), clock=clock or Clock())


def signing_key() -> Ed25519PrivateKey:
    return tokens._signing_key(SEED)


def header_of(token: str) -> dict[str, Any]:
    return dict(jwt.get_unverified_header(token))


def good_claims() -> dict[str, Any]:
    token, _ = access_tokens().issue(FAN)
    return dict(jwt.decode(token, options={"verify_signature": False}))


def forged(header: dict[str, Any] | None = None, /, **claims: Any) -> str:
    """Signed with our key; a claim that is `...` is left out."""
    token, _ = access_tokens().issue(FAN)
    wanted = {name: value for name, value in {**good_claims(), **claims}.items() if value is not ...}
    return jwt.encode(wanted, signing_key(), "EdDSA", headers={**header_of(token), **(header or {})})


def test_a_token_brings_back_the_viewer_it_was_issued_to() -> None:
    ours: AccessTokens = access_tokens()
    token, viewer = ours.issue(FAN)
    assert viewer.user_id == FAN.id
    assert viewer.roles == {Role.ATTENDEE, Role.GATE}
    assert viewer.expires_at == datetime(2031, 5, 4, 12, 15, tzinfo=UTC)
    assert ours.read(token) == viewer
    assert ours.read(token) == viewer


def test_a_token_says_what_it_is_and_whose_key_signed_it() -> None:
    token, _ = access_tokens().issue(FAN)
    header = header_of(token)
    assert (header["typ"], header["alg"], len(header["kid"])) == ("at+jwt", "EdDSA", 16)
    assert sorted(good_claims()) == ["aud", "exp", "iat", "iss", "jti", "roles", "sub"]
    assert good_claims()["jti"] != good_claims()["jti"]


def test_another_process_with_the_same_seed_reads_the_token() -> None:
    token, viewer = access_tokens().issue(FAN)
    assert access_tokens().read(token) == viewer


def test_a_token_of_another_seed_or_issuer_is_refused() -> None:
    token, _ = access_tokens().issue(FAN)
    assert access_tokens(seed=SEED[::-1]).read(token) is None
    assert access_tokens(issuer="https://other.example").read(token) is None


def test_a_token_ends_five_seconds_after_its_time_even_when_it_is_remembered() -> None:
    clock = Clock()
    ours = access_tokens(clock=clock)
    token, viewer = ours.issue(FAN)
    clock.now = datetime(2031, 5, 4, 12, 15, 4, 999_999, tzinfo=UTC)
    assert ours.read(token) == viewer
    clock.now = datetime(2031, 5, 4, 12, 15, 5, tzinfo=UTC)
    assert ours.read(token) is None
    assert len(ours._verified) == 0
    assert access_tokens(clock=clock).read(token) is None


def test_a_verified_token_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = access_tokens()
    token, viewer = ours.issue(FAN)
    assert ours.read(token) == viewer
    monkeypatch.setattr(ours, "_verify", lambda _: None)
    assert ours.read(token) == viewer


def test_refused_tokens_are_not_remembered() -> None:
    ours = access_tokens()
    assert ours.read(forged(aud="elsewhere")) is None
    assert len(ours._verified) == 0


def test_the_longest_unused_viewer_is_forgotten_when_the_memory_is_full() -> None:
    _, viewer = access_tokens().issue(FAN)
    verified = Verified(limit=2)
    for digest in (b"one", b"two", b"one", b"three"):
        verified.keep(digest, viewer)
    assert [verified.get(digest) is viewer for digest in (b"one", b"two", b"three")] == [True, False, True]


def test_our_own_forgery_with_nothing_changed_is_accepted() -> None:
    assert access_tokens().read(forged()) == access_tokens().issue(FAN)[1]


@pytest.mark.parametrize("claim", ["exp", "iat", "iss", "aud", "sub", "jti", "roles"])
def test_a_token_without_a_claim_is_refused(claim: str) -> None:
    assert access_tokens().read(forged(**{claim: ...})) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": "9999999999"},
        {"exp": 10**30},
        {"exp": 2e9},
        {"exp": True},
        {"exp": -(10**30)},
        {"iat": "1"},
        {"iat": 10**30},
        {"iat": int(NOON.timestamp()) + 6},
        {"nbf": 10**30},
        {"aud": 5},
        {"aud": "other-api"},
        {"sub": "user_0"},
        {"sub": "event_00000000000000000000000007"},
        {"sub": ""},
        {"jti": 5},
        {"roles": ["ROOT"]},
        {"roles": [[]]},
        {"roles": "ADMIN"},
        {"roles": {"ADMIN": 1}},
    ],
)
def test_a_signed_token_with_a_claim_that_is_not_ours_is_refused(claims: dict[str, Any]) -> None:
    assert access_tokens().read(forged(**claims)) is None


def test_a_clock_five_seconds_ahead_is_forgiven() -> None:
    assert access_tokens().read(forged(iat=int(NOON.timestamp()) + 5)) == access_tokens().issue(FAN)[1]


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"kid": "another"}, {"crit": ["exp"]}, {"jku": "https://evil.example"}])
def test_a_signed_token_with_another_header_is_refused(header: dict[str, Any]) -> None:
    assert access_tokens().read(forged(header)) is None


def test_no_algorithm_and_the_public_key_as_an_hmac_secret_are_refused() -> None:
    token, _ = access_tokens().issue(FAN)
    unsigned = jwt.encode(good_claims(), "", "none", headers={"typ": "at+jwt", "kid": header_of(token)["kid"]})
    header = part({**header_of(token), "alg": "HS256"})
    signed = f"{header}.{part(good_claims())}"
    mac = hmac.digest(signing_key().public_key().public_bytes_raw(), signed.encode(), "sha256")
    assert access_tokens().read(unsigned) is None
    assert access_tokens().read(token.rsplit(".", 1)[0] + ".") is None
    assert access_tokens().read(f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}") is None


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_header_nested_deep_enough_to_overflow_a_parser_is_refused() -> None:
    nested = base64.urlsafe_b64encode(b"[" * 1_500).decode()
    assert access_tokens().read(f"{nested}.e30.AAAA") is None


def test_a_signed_payload_nested_deep_enough_to_overflow_a_parser_is_refused() -> None:
    token, _ = access_tokens().issue(FAN)
    nested = jwt.api_jws.encode(b"[" * 1_200, signing_key(), "EdDSA", headers=header_of(token))
    assert nested.split(".")[0] == token.split(".")[0]
    assert access_tokens().read(nested) is None


@pytest.mark.parametrize("odd", ["\ud800", "é", "\0"])
def test_a_character_that_no_token_has_is_refused(odd: str) -> None:
    token, _ = access_tokens().issue(FAN)
    assert access_tokens().read(token + odd) is None
    assert access_tokens().read(odd) is None


def test_a_signed_token_over_two_thousand_characters_is_refused() -> None:
    assert access_tokens().read(forged(padding="x" * 2_048)) is None


@given(st.text())
def test_no_text_crashes_the_reader(text: str) -> None:
    token, _ = access_tokens().issue(FAN)
    head, body, signature = token.split(".")
    tries = [
        text,
        f"{head}.{text}",
        f"{head}.{body}.{text}",
        f"{head}.{text}.{signature}",
        f"{text}.{body}.{signature}",
        token + text,
    ]
    assert [READER.read(each) for each in tries if each != token] == [None] * sum(each != token for each in tries)


READER = access_tokens()


@given(st.integers(min_value=0), st.characters())
def test_a_changed_character_is_refused(at: int, character: str) -> None:
    token, viewer = access_tokens().issue(FAN)
    at %= len(token)
    changed = token[:at] + character + token[at + 1 :]
    assert READER.read(changed) == (viewer if changed == token else None)


def test_a_seed_under_32_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        access_tokens(seed=SEED[1:])


def test_the_signing_key_is_not_the_seed_itself() -> None:
    assert signing_key().private_bytes_raw() != SEED
