"""Refresh tokens: random where they begin; what follows one is derived from it, so that a lost answer can be given again."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from resolvers.gateways.keys import derived


class DerivedRefreshTokens:
    """Any process with the same seeds derives the same. Raises `ValueError` for a seed under 32 bytes."""

    def __init__(self, *seeds: bytes) -> None:
        self._keys = [derived(seed, b"usher refresh tokens v1") for seed in seeds]

    def first(self) -> str:
        return secrets.token_urlsafe(32)

    def successors(self, token: str) -> Sequence[str]:
        return [_text(hmac.digest(key, token.encode(errors="replace"), "sha256")) for key in self._keys]


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")
