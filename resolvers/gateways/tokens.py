"""Access tokens (RFC 9068, Ed25519): the newest key signs, those before it are read until their last tokens have ended."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from uuid_utils import uuid7

from domain.clients import Grant
from domain.ids import SignInId, UserId, id_of, show_id
from domain.viewers import Role, User, Viewer
from resolvers.gateways.granted import read as read_grant
from resolvers.gateways.granted import written
from resolvers.gateways.keys import derived

ALGORITHM = "EdDSA"
AUDIENCE = "usher-api"
REQUIRED = ["exp", "iat", "iss", "aud", "sub", "jti"]
LEEWAY = timedelta(seconds=5)
LONGEST = 3_072
# One spelling a token (RFC 7515): no padding, and nothing in the bits that are left over in the last sign of a signature.
SPELLING = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]", re.ASCII)
REMEMBERED = 10_000


class SignedAccessTokens:
    """Roles travel in the token, so a role taken away ends with it. Any process with the same seed reads it.

    `older` seeds are read only. Tokens of sign-ins in `ended` are refused, however well they were verified before.
    Raises `ValueError` for a seed under 32 bytes.
    """

    def __init__(
        self,
        seed: bytes,
        issuer: str,
        lifetime: timedelta,
        *,
        older: Sequence[bytes] = (),
        ended: Container[SignInId] = frozenset(),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._key = _signing_key(seed)
        self._publics = [self._key.public_key(), *(_signing_key(each).public_key() for each in older)]
        self._issuer, self._lifetime, self._ended, self._clock = issuer, lifetime, ended, clock
        self._header = header_for(self._publics[0])
        # By the first part of a token.
        self._readers = {self._encode({}, header_for(public)).split(".")[0]: public for public in self._publics}
        self._verified = Verified(REMEMBERED)

    def issue(
        self, user: User, sign_in_id: SignInId | None = None, grant: Grant | None = None, lifetime: timedelta | None = None
    ) -> tuple[str, Viewer]:
        now = self._clock().replace(microsecond=0)
        viewer = Viewer(user.id, user.roles, now + (lifetime or self._lifetime), sign_in_id, grant)
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": show_id("user", user.id),
            "iat": int(now.timestamp()),
            "exp": int(viewer.expires_at.timestamp()),
            "jti": str(uuid7()),
            "roles": sorted(user.roles),
        }
        if sign_in_id is not None:
            claims["sid"] = show_id("signin", sign_in_id)
        if grant is not None:
            claims["grant"] = written(grant)
        return self._encode(claims, self._header), viewer

    def read(self, token: str) -> Viewer | None:
        # Only our own exact headers get any further: no other algorithm, type or key is even parsed.
        public = self._readers.get(token.partition(".")[0]) if len(token) <= LONGEST and token.isascii() else None
        if public is None:
            return None
        # Remembered because a verification costs about 300 µs.
        digest = hashlib.sha256(token.encode()).digest()
        viewer = self._verified.get(digest) or self._verify(token, public)
        if viewer is None or viewer.expires_at + LEEWAY <= self._clock() or viewer.sign_in_id in self._ended:
            self._verified.forget(digest)
            return None
        self._verified.keep(digest, viewer)
        return viewer

    def key_set(self) -> Mapping[str, Any]:
        """The public keys (RFC 7517), the one that signs first."""
        keys = [jwt.algorithms.OKPAlgorithm.to_jwk(public, as_dict=True) for public in self._publics]
        named = [
            {**key, "kid": header_for(public)["kid"], "alg": ALGORITHM, "use": "sig"}
            for key, public in zip(keys, self._publics, strict=True)
        ]
        return {"keys": named}

    def _encode(self, claims: Mapping[str, Any], header: Mapping[str, str]) -> str:
        return jwt.encode(dict(claims), self._key, algorithm=ALGORITHM, headers=dict(header))

    def _verify(self, token: str, public: Ed25519PublicKey) -> Viewer | None:
        if not SPELLING.fullmatch(token):
            return None
        try:
            claims = jwt.decode(
                token,
                public,
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
        user_id, sign_in_id = id_of("user", claims["sub"]), id_of("signin", claims["sid"]) if "sid" in claims else None
        ends = datetime.fromtimestamp(expires_at, UTC)
        grant = read_grant(claims["grant"]) if "grant" in claims else None
        return Viewer(UserId(user_id), frozenset(map(Role, roles)), ends, SignInId(sign_in_id) if sign_in_id else None, grant)


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


def header_for(public: Ed25519PublicKey) -> dict[str, str]:
    return {"typ": "at+jwt", "kid": hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]}


def _signing_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived(seed, b"usher access tokens v1"))
