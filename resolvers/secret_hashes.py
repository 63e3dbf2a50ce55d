"""How secrets that this server drew itself are kept: as what they hash to."""

import hashlib


def hashed(secret: str) -> bytes:
    """A fast hash is enough for random bits; nobody's password comes here."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()
