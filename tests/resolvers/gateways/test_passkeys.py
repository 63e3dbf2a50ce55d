"""Passkeys' ceremonies: whose a challenge is and for how long, and that nothing a device may say is a crash."""

import json
from datetime import UTC, datetime, timedelta

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import PasskeyId, new_id
from domain.passkeys import Passkey
from resolvers.gateways.passkeys import WebAuthnPasskeys
from resolvers.gateways.signers import passkeys_at
from tests.api.authenticator import Authenticator, octets, text
from tests.builders import a_user

SITE, ORIGIN = "tickets.example", "https://tickets.example"
OLD, NEW = bytes(range(32)), bytes(range(32, 64))
NOON = datetime(2031, 5, 4, 12, tzinfo=UTC)
FAN = a_user()


def ceremonies(now: datetime = NOON, *seeds: bytes) -> WebAuthnPasskeys:
    return WebAuthnPasskeys(SITE, ORIGIN, seeds or (OLD,), clock=lambda: now)


def enrolled() -> tuple[Authenticator, Passkey]:
    device = Authenticator(ORIGIN, SITE)
    asked = ceremonies().to_add(FAN, ())
    new = ceremonies().added(FAN, asked.challenge, device.create(asked.options))
    assert new is not None
    return device, Passkey(PasskeyId(new_id()), FAN.id, new.credential_id, new.public_key, new.sign_count, "", NOON, None, 0)


DEVICE, PASSKEY = enrolled()


def test_a_challenge_counts_for_five_minutes_and_for_one_purpose() -> None:
    to_add, to_sign_in = ceremonies().to_add(FAN, ()), ceremonies().to_sign_in()
    assert to_add.expires_at == to_sign_in.expires_at == NOON + timedelta(minutes=5)
    made, said = DEVICE.create(to_add.options), DEVICE.get(to_sign_in.options)
    just, over = ceremonies(NOON + timedelta(minutes=4, seconds=59)), ceremonies(NOON + timedelta(minutes=5))
    assert [one.added(FAN, to_add.challenge, made) is None for one in (just, over)] == [False, True]
    assert [one.signed_in(PASSKEY, to_sign_in.challenge, said) is None for one in (just, over)] == [False, True]
    assert ceremonies().added(a_user(), to_add.challenge, made) is None
    assert ceremonies().signed_in(PASSKEY, to_add.challenge, DEVICE.get(to_add.options)) is None


def test_a_challenge_outlives_a_newer_key_and_not_its_own() -> None:
    asked = ceremonies().to_sign_in()
    said = DEVICE.get(asked.options)
    answered = ceremonies(NOON, NEW, OLD).signed_in(PASSKEY, asked.challenge, said)
    assert answered is not None
    assert answered.challenge_made == int(NOON.timestamp()) * 1_000_000
    assert ceremonies(NOON, NEW).signed_in(PASSKEY, asked.challenge, said) is None


@pytest.mark.parametrize("origin", [None, "http://", "https://tickets.example"])
def test_without_an_address_there_are_no_passkeys(origin: str | None) -> None:
    assert (passkeys_at(origin, (OLD,)) is None) == (origin != ORIGIN)


SIGNED = st.sampled_from(["authenticatorData", "clientDataJSON", "signature"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
NESTED = [b"\x81" * 4_000, b"\xa1\x00" * 2_000, b"\xc6" * 4_000, b"\x9f" * 4_000]


@pytest.mark.parametrize("nested", NESTED)
def test_what_is_nested_deep_enough_to_overflow_a_parser_is_refused(nested: bytes) -> None:
    asked = ceremonies().to_add(FAN, ())
    credential = json.loads(DEVICE.create(asked.options))
    said = cbor2.loads(octets(credential["response"]["attestationObject"]))
    for stored in (nested, cbor2.dumps({**said, "authData": said["authData"] + nested})):
        credential["response"]["attestationObject"] = text(stored)
        assert ceremonies().added(FAN, asked.challenge, json.dumps(credential)) is None


def told(client_data: bytes) -> list[object]:
    """Which page asked the device for what."""
    read = json.loads(client_data)
    return [read.get(name) for name in ("type", "challenge", "origin")]


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=8), st.sampled_from(["attestationObject", "clientDataJSON"]))
def test_nothing_that_a_device_says_when_it_is_added_is_a_crash(at: int, other: bytes, name: str) -> None:
    asked = ceremonies().to_add(FAN, ())
    credential = json.loads(DEVICE.create(asked.options))
    created = credential["response"][name]
    said = bytearray(octets(created))
    said[at % len(said) : at % len(said) + len(other)] = other
    credential["response"][name] = text(bytes(said))
    found = ceremonies().added(FAN, asked.challenge, json.dumps(credential))
    # The model of the authenticator and the id of the key are its own to say: nothing is attested. What page asked is not.
    assert found is None or name == "attestationObject" or told(bytes(said)) == told(octets(created))


@given(
    st.integers(min_value=0),
    st.binary(min_size=1, max_size=8),
    st.sampled_from(["authenticatorData", "clientDataJSON", "signature"]),
)
def test_whatever_is_changed_of_what_a_device_signs_with_is_refused(at: int, other: bytes, name: str) -> None:
    asked = ceremonies().to_sign_in()
    credential = json.loads(DEVICE.get(asked.options))
    before = octets(credential["response"][name])
    said = bytearray(before)
    said[at % len(said) : at % len(said) + len(other)] = other
    credential["response"][name] = text(bytes(said))
    assert (ceremonies().signed_in(PASSKEY, asked.challenge, json.dumps(credential)) is None) == (bytes(said) != before)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_json_is_a_crash(said: object) -> None:
    asked = ceremonies().to_sign_in()
    for credential in (
        json.dumps(said),
        json.dumps({"id": said, "rawId": said, "response": said, "type": "public-key"}),
        str(said),
    ):
        assert ceremonies().signed_in(PASSKEY, asked.challenge, credential) is None
        ceremonies().credential_id(credential)
