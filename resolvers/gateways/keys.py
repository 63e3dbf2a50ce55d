"""Keys from the seeds of this installation, one for each purpose, and what is signed for our own processes only."""

from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# Nobody but us reads these, and a shared key is checked in 20 µs where Ed25519 takes 150.
ALGORITHM = "HS256"
LONGEST = 1_000


def derived(seed: bytes, purpose: bytes) -> bytes:
    """32 bytes, so that nothing made for one purpose passes for another's. Raises `ValueError` for a seed under 32 bytes."""
    if len(seed) < 32:
        raise ValueError("a signing seed has at least 32 bytes")
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(seed)


class OwnTokens:
    """Any process with the same seeds reads them; the first signs. When they are over, whoever reads them must ask.

    Raises `ValueError` for a seed under 32 bytes.
    """

    def __init__(self, seeds: Sequence[bytes], purpose: bytes) -> None:
        self._keys = [derived(seed, purpose) for seed in seeds]

    def sign(self, audience: str, claims: Mapping[str, Any]) -> str:
        return jwt.encode({"aud": audience, **claims}, self._keys[0], algorithm=ALGORITHM)

    def read(self, token: str, audience: str, *required: str) -> Mapping[str, Any] | None:
        """None for anything but a token of ours for these, with all that is required."""
        options: dict[str, object] = {"require": ["aud", *required], "verify_exp": False}
        for key in self._keys if len(token) <= LONGEST else ():
            try:
                return jwt.decode(token, key, algorithms=[ALGORITHM], audience=audience, options=options)  # type: ignore[arg-type]  # a TypedDict
            except (jwt.PyJWTError, ValueError):
                continue
        return None
