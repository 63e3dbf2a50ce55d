"""Queue tokens: proof that a place was admitted, signed for our own processes. Until when it counts, the database's clock says."""

from datetime import datetime

import jwt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.ids import PlaceId, read_id, show_id
from domain.waiting_rooms import Place

# Nobody but us reads them, and a shared key is checked in 20 µs where Ed25519 takes 150.
ALGORITHM = "HS256"
AUDIENCE = "usher-queue"
REQUIRED = ["exp", "aud", "sub", "jti"]
LONGEST = 1_000


class SignedQueueTokens:
    """Any process with the same seed reads them; the first signs. Raises `ValueError` for a seed under 32 bytes."""

    def __init__(self, *seeds: bytes) -> None:
        if any(len(seed) < 32 for seed in seeds):
            raise ValueError("a signing seed has at least 32 bytes")
        # Derived by purpose, so that no other token passes for one of these.
        self._keys = [HKDF(SHA256(), length=32, salt=None, info=b"usher queue tokens v1").derive(seed) for seed in seeds]

    def issue(self, place: Place, expires_at: datetime) -> str:
        claims = {
            "aud": AUDIENCE,
            "sub": show_id("user", place.user_id),
            "session": show_id("session", place.session_id),
            "jti": show_id("place", place.id),
            "exp": int(expires_at.timestamp()),
        }
        return jwt.encode(claims, self._keys[0], algorithm=ALGORITHM)

    def read(self, token: str) -> PlaceId | None:
        if len(token) > LONGEST:
            return None
        return next((place_id for key in self._keys if (place_id := _read(token, key))), None)


def _read(token: str, key: bytes) -> PlaceId | None:
    try:
        options: dict[str, object] = {"require": REQUIRED, "verify_exp": False}
        claims = jwt.decode(token, key, algorithms=[ALGORITHM], audience=AUDIENCE, options=options)  # type: ignore[arg-type]  # a TypedDict
    except (jwt.PyJWTError, ValueError):
        return None
    match read_id(claims["jti"]):
        case ("place", place_id):
            return PlaceId(place_id)
    return None
