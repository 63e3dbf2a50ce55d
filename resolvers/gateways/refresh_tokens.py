"""Refresh tokens: random where they begin; what follows one is derived from it, so that a lost answer can be given again."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class DerivedRefreshTokens:
    """Any process with the same seeds derives the same. Raises `ValueError` for a seed under 32 bytes."""

    def __init__(self, *seeds: bytes) -> None:
        if any(len(seed) < 32 for seed in seeds):
            raise ValueError("a signing seed has at least 32 bytes")
        self._keys = [HKDF(SHA256(), length=32, salt=None, info=b"usher refresh tokens v1").derive(seed) for seed in seeds]

    def first(self) -> str:
        return secrets.token_urlsafe(32)

    def successors(self, token: str) -> Sequence[str]:
        return [_text(hmac.digest(key, token.encode(errors="replace"), "sha256")) for key in self._keys]


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")
