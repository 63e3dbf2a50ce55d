"""Codes of authenticator apps (RFC 6238, pyotp) with their secrets sealed, recovery codes, and challenges after a password."""

import base64
import hashlib
import hmac
import io
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.ids import UserId, read_id, show_id
from domain.second_factors import CHALLENGE_LIFETIME, RECOVERY_CODES, Offer, SecondFactor
from domain.viewers import User
from resolvers.gateways.keys import OwnTokens, derived

ISSUER = "Usher"
SECONDS = 30
# A code is typed a little late, or by a clock that is a little wrong.
STEPS_ASIDE = (0, -1, 1)
NONCE = 12
AUDIENCE = "usher-challenge"


class SealedSecondSteps:
    """Secrets are sealed with a key derived from `sealing`, which must never change; challenges are signed with `signing`."""

    def __init__(
        self,
        sealing: bytes,
        signing: Sequence[bytes],
        *,
        required_of_staff: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.required_of_staff = required_of_staff
        self._seal = AESGCM(derived(sealing, b"usher second factors v1"))
        self._tokens = OwnTokens(signing, b"usher challenges v1")
        self._clock = clock

    def offer(self, user: User) -> tuple[bytes, Offer]:
        secret = pyotp.random_base32()
        uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
        nonce = secrets.token_bytes(NONCE)
        sealed = nonce + self._seal.encrypt(nonce, secret.encode(), user.id.bytes)
        return sealed, Offer(secret, uri, _qr_svg(uri))

    def step_of(self, factor: SecondFactor, code: str) -> int | None:
        """Raises `InvalidTag` where it was sealed for somebody else, or with another key."""
        try:
            secret = self._seal.decrypt(factor.sealed[:NONCE], factor.sealed[NONCE:], factor.user_id.bytes).decode()
        except InvalidTag as error:
            raise RuntimeError("a second factor was sealed with another USHER_TICKET_KEY, or for another account") from error
        now, totp = int(self._clock().timestamp()) // SECONDS, pyotp.TOTP(secret)
        given = code.encode("utf-8", "replace")
        matches = [now + aside for aside in STEPS_ASIDE if hmac.compare_digest(totp.generate_otp(now + aside).encode(), given)]
        return max(matches, default=None)

    def recovery_codes(self) -> Sequence[str]:
        return [_spelled(secrets.token_bytes(10)) for _ in range(RECOVERY_CODES)]

    def challenge(self, user: User) -> tuple[str, datetime]:
        ends = self._clock().replace(microsecond=0) + CHALLENGE_LIFETIME
        claims = {"sub": show_id("user", user.id), "exp": int(ends.timestamp()), "pwd": _fingerprint(user)}
        return self._tokens.sign(AUDIENCE, claims), ends

    def challenged(self, token: str) -> UserId | None:
        match read_id(str(self._claims(token).get("sub", ""))):
            case ("user", user_id):
                return UserId(user_id)
        return None

    def still(self, token: str, user: User) -> bool:
        claims = self._claims(token)
        return claims.get("sub") == show_id("user", user.id) and claims.get("pwd") == _fingerprint(user)

    def _claims(self, token: str) -> Mapping[str, Any]:
        """None at all for what is no challenge of ours, or is over."""
        claims = self._tokens.read(token, AUDIENCE, "exp", "sub", "pwd") or {}
        match claims:
            case {"exp": int(ends)} if timedelta(seconds=ends) > self._clock() - datetime.fromtimestamp(0, UTC):
                return claims
        return {}


def _fingerprint(user: User) -> str:
    """Another one with every new password, and nothing to guess that from."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


def _spelled(octets: bytes) -> str:
    """In groups of four, for paper."""
    text = base64.b32encode(octets).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _qr_svg(uri: str) -> str:
    svg = io.BytesIO()
    segno.make_qr(uri, error="m").save(svg, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True, nl=False)
    return svg.getvalue().decode()
