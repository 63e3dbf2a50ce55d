"""Forged access tokens, of every kind that is known: over HTTP and websocket all are the same 401, and none is a crash."""

import asyncio
import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from websockets.asyncio.client import connect

from domain.ids import PlaceId, SessionId, UserId, WaitingRoomId, new_id
from domain.waiting_rooms import Place
from resolvers.gateways.tokens import _signing_key
from tests.api.conftest import House
from tests.api.test_sign_ins import signed_in
from tests.api.watching import bought

ENDS: Sequence[object] = (10**30, -1, 0, 2e9, True, None, [], {}, "9" * 400)
ME = {"query": "{ me { email } }"}


def part(value: object) -> str:
    octets = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


class Forger:
    """Knows a good token and all that is public; `key` is ours, which no forger has, and `theirs` is the forger's own."""

    def __init__(self, token: str, key: Ed25519PrivateKey) -> None:
        self.token, self.key, self.theirs = token, key, Ed25519PrivateKey.generate()
        self.head, self.body, self.signature = token.split(".")
        self.header: dict[str, Any] = dict(jwt.get_unverified_header(token))
        self.claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})

    def signed(self, header: Mapping[str, Any], claims: Mapping[str, Any] | bytes, key: Ed25519PrivateKey) -> str:
        signing = f"{part({**self.header, **header})}.{part(claims)}"
        return f"{signing}.{part(key.sign(signing.encode()))}"

    def mac(self, algorithm: str, secret: bytes, **header: Any) -> str:
        signing = f"{part({**self.header, 'alg': algorithm, **header})}.{self.body}"
        return f"{signing}.{part(hmac.digest(secret, signing.encode(), 'sha' + algorithm[2:]))}"

    def ours(self, **claims: Any) -> str:
        """Signed with our key: what makes it bad is in the claims alone; `...` leaves one out."""
        wanted = {name: value for name, value in {**self.claims, **claims}.items() if value is not ...}
        return self.signed({}, wanted, self.key)


def unsigned(forger: Forger) -> dict[str, str]:
    none = {name: f"{part({**forger.header, 'alg': name})}.{forger.body}." for name in ("none", "None", "NONE", "nOnE", "")}
    return {
        **{f"alg {name!r}": token for name, token in none.items()},
        "none with the signature": f"{part({**forger.header, 'alg': 'none'})}.{forger.body}.{forger.signature}",
        "no signature": f"{forger.head}.{forger.body}.",
        "two parts": f"{forger.head}.{forger.body}",
        "zeros for a signature": f"{forger.head}.{forger.body}.{part(bytes(64))}",
    }


def confused(forger: Forger) -> dict[str, str]:
    """The public key, in every form that it is known in, as a shared secret."""
    public = forger.key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    jwk = json.dumps(jwt.algorithms.OKPAlgorithm.to_jwk(public, as_dict=True), sort_keys=True).encode()
    forms = {"raw": public.public_bytes_raw(), "pem": pem, "altered pem": pem.rstrip() + b"\r\n", "der": der, "jwk": jwk, "": b""}
    rsa = generate_private_key(65_537, 2_048)
    return {
        **{f"{alg} with {name}": forger.mac(alg, secret) for alg in ("HS256", "HS512") for name, secret in forms.items()},
        "RS256": jwt.encode(forger.claims, rsa, "RS256", headers={"typ": "at+jwt", "kid": forger.header["kid"]}),
        "another curve's name": forger.signed({"alg": "Ed448"}, forger.claims, forger.key),
    }


def strange_headers(forger: Forger) -> dict[str, str]:
    """Signed with the forger's own key, which the header says is to be believed; and some with ours."""
    own = jwt.algorithms.OKPAlgorithm.to_jwk(forger.theirs.public_key(), as_dict=True)
    kids = ["../../../../dev/null", "/dev/null", "x' UNION SELECT 'key' -- ", "http://evil.example/key", "", 7, None, ["a"], {}]
    theirs: list[dict[str, Any]] = [
        {"jwk": own},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/cert.pem"},
        {"x5c": [part(b"certificate")]},
        *({"kid": kid} for kid in kids),
        {},
    ]
    both: list[dict[str, Any]] = [
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": False},
        {"typ": "JWT"},
        {"typ": "application/at+jwt"},
        {"cty": "JWT"},
        {"zip": "DEF"},
        {"jku": "https://evil.example/jwks.json"},
    ]
    return {
        **{f"theirs {header}": forger.signed(header, forger.claims, forger.theirs) for header in [*theirs, *both]},
        **{f"ours {header}": forger.signed(header, forger.claims, forger.key) for header in both},
    }


def bad_claims(forger: Forger) -> dict[str, str]:
    past = int(datetime.now(UTC).timestamp()) - 60
    changes: list[dict[str, Any]] = [
        *({name: ...} for name in ("exp", "iat", "iss", "aud", "sub", "jti", "roles")),
        *({"exp": end} for end in ENDS),
        {"exp": str(past + 600)},
        {"exp": past},
        {"iat": past + 3_600},
        {"nbf": past + 3_600},
        {"iss": "https://other.example"},
        {"iss": ["usher"]},
        {"aud": "usher-queue"},
        {"aud": ["other-api"]},
        {"sub": "event_01j00000000000000000000000"},
        {"sub": "user_' OR 1=1"},
        {"sub": 7},
        {"sid": "user_01j00000000000000000000000"},
        {"sid": 7},
        {"sid": None},
        {"roles": ["ROOT"]},
        {"roles": "ADMIN"},
    ]
    return {f"claims {change}": forger.ours(**change) for change in changes}


def bent(forger: Forger) -> dict[str, str]:
    head, body, signature = forger.head, forger.body, forger.signature
    more = json.dumps({**forger.claims, "roles": ["ADMIN"]}).encode()
    flipped = bytearray(base64.urlsafe_b64decode(signature + "=="))
    flipped[40] ^= 1
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(base64.urlsafe_b64decode(signature + "==")[32:], "little") + order
    malleable = base64.urlsafe_b64decode(signature + "==")[:32] + scalar.to_bytes(33, "little")[:32]
    return {
        "more roles under the same signature": f"{head}.{part(more)}.{signature}",
        "a flipped bit": f"{head}.{body}.{part(bytes(flipped))}",
        "S and the group's order": f"{head}.{body}.{part(malleable)}",
        "padded": f"{head}.{body}.{signature}==",
        "left over bits": f"{head}.{body}.{signature[:-1]}{chr(ord(signature[-1]) + 1)}",
        "a space in it": f"{head}.{body}.{signature[:40]} {signature[40:]}",
        "the other alphabet's signs": f"{head}.{body}.+/{signature[2:]}",
        "four parts": f"{forger.token}.{signature}",
        "five parts": f"{part({'alg': 'dir', 'enc': 'A128GCM'})}..{part(bytes(12))}.{body}.{part(bytes(16))}",
        "parts the wrong way round": f"{signature}.{body}.{head}",
        "in JSON": part({"payload": body, "protected": head, "signature": signature}),
        "nothing but dots": "..",
        "a body of arrays": forger.signed({}, b"[" * 500, forger.key),
        "a body that is a number": forger.signed({}, b"7", forger.key),
        "a body that is no text": forger.signed({}, b"\xff\xfe", forger.key),
        "too long": forger.token + "x" * 4_000,
    }


async def other_tokens(house: House, forger: Forger) -> dict[str, str]:
    """Good tokens of ours, for something else, and access tokens of somewhere else."""
    _, refresh = await signed_in(house)
    order = await bought(house, "A-1")
    order = await house.fan.ask("query($id: ID!) { order(id: $id) { tickets { token } } }", {"id": order["id"]})
    ids = new_id(), new_id(), new_id(), new_id()
    place = Place(PlaceId(ids[0]), WaitingRoomId(ids[1]), SessionId(ids[2]), UserId(ids[3]), datetime.now(UTC))
    return {
        "a refresh token": refresh,
        "a ticket": order["tickets"][0]["token"],
        "a queue token": house.usher.services.queue_tokens.issue(place, datetime.now(UTC) + timedelta(hours=1)),
        "of another installation": forger.signed({}, forger.claims, _signing_key(bytes(range(32)))),
    }


async def the_forger(house: House) -> Forger:
    """Of this very installation: its key, and a token that is good."""
    client, _ = await signed_in(house)
    keys = house.usher.services.access_tokens
    return Forger(str(client.token), keys._key)  # type: ignore[attr-defined]  # what no forger has


async def forgeries(house: House) -> dict[str, str]:
    forger = await the_forger(house)
    made = {**unsigned(forger), **confused(forger), **strange_headers(forger), **bad_claims(forger), **bent(forger)}
    return {**made, **await other_tokens(house, forger)}


async def answer(house: House, authorization: str) -> tuple[int, str, str | None]:
    """By POST, and by GET, which takes another way through the server; both must say the same."""
    headers = {"Authorization": authorization}
    posted = await house.nobody.http.post(house.url + "/graphql", json=ME, headers=headers)
    got = await house.nobody.http.get(house.url + "/graphql", params=ME, headers=headers)
    assert (posted.status_code, posted.text) == (got.status_code, got.text)
    return posted.status_code, posted.text, posted.headers.get("www-authenticate")


async def test_s6_what_the_forger_changes_is_all_that_makes_a_token_bad(house: House) -> None:
    forger = await the_forger(house)
    good = 200, '{"data":{"me":{"email":"fan@example.com"}}}', None
    for token in (forger.token, forger.ours(), forger.signed({}, forger.claims, forger.key)):
        assert await answer(house, f"Bearer {token}") == good


async def test_s6_every_forged_token_is_the_same_401_and_none_is_a_crash(house: House) -> None:
    made = await forgeries(house)
    assert len(made) == 102
    answers = {name: await answer(house, f"Bearer {token}") for name, token in made.items()}
    answers |= {name: await answer(house, name) for name in ("Bearer", "Basic Zm86YmFy", "Bearer null", "null")}
    body = '{"errors":[{"message":"Sign in first: this needs a valid access token.","extensions":{"code":"UNAUTHENTICATED"}}]}'
    assert {name: found for name, found in answers.items() if found != (401, body, "Bearer")} == {}


async def test_s6_no_forged_token_opens_a_socket(house: House) -> None:
    closed: dict[str, object] = {}
    for name, token in (await forgeries(house)).items():
        async with connect(house.url.replace("http", "ws") + "/graphql", subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]  # a NewType of str
            await socket.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}))
            async with asyncio.timeout(20):
                await socket.wait_closed()
            closed[name] = (socket.close_code, socket.close_reason)
    assert {name: how for name, how in closed.items() if how != (4403, "Forbidden")} == {}


async def test_s6_the_keys_that_are_published_read_our_tokens_and_no_others(house: House) -> None:
    forger = await the_forger(house)
    found = await house.nobody.http.get(house.url + "/.well-known/jwks.json")
    assert (found.status_code, found.headers["content-type"]) == (200, "application/jwk-set+json")
    assert (found.headers["cache-control"], found.headers["access-control-allow-origin"]) == ("public, max-age=300", "*")
    [key] = found.json()["keys"]
    assert sorted(key) == ["alg", "crv", "kid", "kty", "use", "x"]
    assert (key["kid"], key["alg"], key["kty"], key["crv"], key["use"]) == (forger.header["kid"], "EdDSA", "OKP", "Ed25519", "sig")
    published = jwt.PyJWKSet.from_dict(found.json())[forger.header["kid"]]
    claims = jwt.decode(forger.token, published, algorithms=["EdDSA"], audience="usher-api", issuer="usher")
    assert claims == forger.claims
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(forger.signed({}, forger.claims, forger.theirs), published, algorithms=["EdDSA"], audience="usher-api")
