"""API keys: 256 random bits with a prefix and a checksum, so that whoever finds one by accident knows what it is."""

import secrets
import string
import zlib

PREFIX = "usher_"
SECRET, CHECK = 43, 6
SHOWN = len(PREFIX) + 6
DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def new_key() -> str:
    secret = _written(secrets.randbits(256), SECRET)
    return PREFIX + secret + _check(secret)


def is_key(text: str) -> bool:
    """Whether it could be one: nothing else is looked up."""
    secret, check = text[len(PREFIX) : -CHECK], text[-CHECK:]
    return text.startswith(PREFIX) and len(secret) == SECRET and text.isascii() and secrets.compare_digest(check, _check(secret))


def hint_of(key: str) -> str:
    return key[:SHOWN]


def _check(secret: str) -> str:
    return _written(zlib.crc32(secret.encode()), CHECK)


def _written(number: int, length: int) -> str:
    """In base 62, which is one word wherever it is selected."""
    written = ""
    for _ in range(length):
        number, digit = divmod(number, len(DIGITS))
        written = DIGITS[digit] + written
    return written
