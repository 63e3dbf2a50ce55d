"""Access tokens (RFC 9068, Ed25519) and refresh tokens."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from uuid_utils import uuid7

from domain.ids import UserId, read_id, show_id
from domain.viewers import Role, User, Viewer

ALGORITHM = "EdDSA"
AUDIENCE = "usher-api"
REQUIRED = ["exp", "iat", "iss", "aud", "sub", "jti"]
LEEWAY = timedelta(seconds=5)
LONGEST = 2_048
REMEMBERED = 10_000


class SignedAccessTokens:
    """Roles travel in the token, so a role taken away ends with it. Any process with the same seed reads it.

    Raises `ValueError` for a seed under 32 bytes.
    """

    def __init__(
        self,
        seed: bytes,
        issuer: str,
        lifetime: timedelta,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._key = _signing_key(seed)
        self._public = self._key.public_key()
        self._issuer, self._lifetime, self._clock = issuer, lifetime, clock
        key_id = hashlib.sha256(self._public.public_bytes_raw()).hexdigest()[:16]
        self._header = {"typ": "at+jwt", "kid": key_id}
        self._prefix = self._encode({}).split(".")[0] + "."
        self._verified = Verified(REMEMBERED)

    def issue(self, user: User) -> tuple[str, Viewer]:
        now = self._clock().replace(microsecond=0)
        viewer = Viewer(user.id, user.roles, now + self._lifetime)
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": show_id("user", user.id),
            "iat": int(now.timestamp()),
            "exp": int(viewer.expires_at.timestamp()),
            "jti": str(uuid7()),
            "roles": sorted(user.roles),
        }
        return self._encode(claims), viewer

    def read(self, token: str) -> Viewer | None:
        # Only our one exact header gets any further: no other algorithm, type or key is even parsed.
        if len(token) > LONGEST or not token.startswith(self._prefix) or not token.isascii():
            return None
        # Remembered because a verification costs about 300 µs.
        digest = hashlib.sha256(token.encode()).digest()
        viewer = self._verified.get(digest) or self._verify(token)
        if viewer is None or viewer.expires_at + LEEWAY <= self._clock():
            self._verified.forget(digest)
            return None
        self._verified.keep(digest, viewer)
        return viewer

    def _encode(self, claims: Mapping[str, Any]) -> str:
        return jwt.encode(dict(claims), self._key, algorithm=ALGORITHM, headers=self._header)

    def _verify(self, token: str) -> Viewer | None:
        try:
            claims = jwt.decode(
                token,
                self._public,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=self._issuer,
                # The end is compared with our own clock, the same way for remembered tokens.
                options={"require": REQUIRED, "verify_exp": False, "verify_iat": False},
            )
            return self._viewer(claims)
        except (jwt.PyJWTError, ValueError, OverflowError):
            return None

    def _viewer(self, claims: Mapping[str, Any]) -> Viewer | None:
        """Raises `ValueError`, `OverflowError` for numbers that are no instants and for roles that are none."""
        expires_at, issued_at, roles = claims["exp"], claims["iat"], claims.get("roles")
        if type(expires_at) is not int or type(issued_at) is not int or type(roles) is not list:
            return None
        if datetime.fromtimestamp(issued_at, UTC) > self._clock() + LEEWAY:
            return None
        match read_id(claims["sub"]):
            case ("user", user_id):
                return Viewer(UserId(user_id), frozenset(Role(each) for each in roles), datetime.fromtimestamp(expires_at, UTC))
        return None


class Verified:
    """The viewers of tokens found good, by the token's sha256; the longest unused one goes when it is full."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._viewers: OrderedDict[bytes, Viewer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._viewers)

    def get(self, digest: bytes) -> Viewer | None:
        return self._viewers.get(digest)

    def keep(self, digest: bytes, viewer: Viewer) -> None:
        self._viewers[digest] = viewer
        self._viewers.move_to_end(digest)
        if len(self._viewers) > self._limit:
            self._viewers.popitem(last=False)

    def forget(self, digest: bytes) -> None:
        self._viewers.pop(digest, None)


def _signing_key(seed: bytes) -> Ed25519PrivateKey:
    if len(seed) < 32:
        raise ValueError("a signing seed has at least 32 bytes")
    # Derived by purpose, so that one seed may serve access tokens and tickets without one passing for the other.
    derived = HKDF(SHA256(), length=32, salt=None, info=b"usher access tokens v1").derive(seed)
    return Ed25519PrivateKey.from_private_bytes(derived)
