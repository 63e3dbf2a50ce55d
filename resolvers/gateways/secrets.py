"""Keys and secrets: given by the environment, or for a demo made up once and kept in the data folder."""

import base64
import binascii
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

SIZE = 32
# Random bytes repeat themselves less; samples, typed words and all-equal bytes do more.
DISTINCT = 16
# Words, and digits of a key that was encoded twice: 32 random bytes are never that.
TYPED = re.compile(rb"[\w .-]+")
MOST_KEYS = 5
ACCESS_TOKEN_KEY, TICKET_KEY, WEBHOOK_SECRET = "USHER_ACCESS_TOKEN_KEY", "USHER_TICKET_KEY", "USHER_WEBHOOK_SECRET"


class BadSecret(Exception):
    """`str()` is one line that names the variable, never its value."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}.")
        self.name = name


@dataclass(frozen=True, slots=True)
class Secrets:
    """`access_token_keys` and `ticket_key` are Ed25519 seeds; the first of the former signs."""

    access_token_keys: tuple[bytes, ...] = field(repr=False)
    ticket_key: bytes = field(repr=False)
    webhook_secret: bytes = field(repr=False)

    @classmethod
    def of(cls, given: Mapping[str, Sequence[bytes]]) -> Self:
        [ticket_key], [webhook_secret] = given[TICKET_KEY], given[WEBHOOK_SECRET]
        return cls(tuple(given[ACCESS_TOKEN_KEY]), ticket_key, webhook_secret)


def required_secrets(env: Mapping[str, str]) -> Secrets:
    """Raises `BadSecret` for the first that is missing, malformed, short or a sample."""
    return Secrets.of({name: _required(env, name) for name in (ACCESS_TOKEN_KEY, TICKET_KEY, WEBHOOK_SECRET)})


def demo_secrets(env: Mapping[str, str], folder: Path) -> Secrets:
    """What the environment does not give is made up once and kept. Raises `BadSecret`, `OSError`, `JSONDecodeError`."""
    file = folder / "secrets.json"
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    names = (ACCESS_TOKEN_KEY, TICKET_KEY, WEBHOOK_SECRET)
    made = {name: base64.urlsafe_b64encode(secrets.token_bytes(SIZE)).decode() for name in names if name not in kept}
    if made:
        _keep(file, {**kept, **made})
    values = {**kept, **made, **{name: env[name] for name in names if env.get(name)}}
    return Secrets.of({name: _all_decoded(name, values[name]) for name in names})


def _keep(file: Path, values: Mapping[str, str]) -> None:
    if not file.parent.exists():
        file.parent.mkdir(parents=True)
        # Postgres lives in it too, and where we are root it runs as another user.
        file.parent.chmod(0o711)
    staging = file.with_suffix(".new")
    staging.unlink(missing_ok=True)
    with os.fdopen(os.open(staging, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
        json.dump(values, new)
    staging.rename(file)


def _required(env: Mapping[str, str], name: str) -> Sequence[bytes]:
    value = env.get(name)
    if not value:
        raise BadSecret(name, "is missing: production needs 32 random bytes, as from `openssl rand -base64 32`")
    given = _all_decoded(name, value)
    if any(len(set(secret)) < DISTINCT or TYPED.fullmatch(secret) for secret in given):
        raise BadSecret(name, "is a sample, not a secret: make one with `openssl rand -base64 32`")
    return given


def _all_decoded(name: str, value: str) -> Sequence[bytes]:
    """Only the key of access tokens may be several: the newest, a comma, and those before it."""
    each = value.split(",") if name == ACCESS_TOKEN_KEY else [value]
    if len(each) > MOST_KEYS:
        raise BadSecret(name, f"has more than {MOST_KEYS} keys")
    return [_decoded(name, one.strip()) for one in each]


def _decoded(name: str, value: str) -> bytes:
    """Either base64 alphabet, with or without padding, and the `whsec_` that webhook secrets come with."""
    plain = value.removeprefix("whsec_").rstrip("=").replace("-", "+").replace("_", "/")
    try:
        secret = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise BadSecret(name, "is not base64") from error
    if len(secret) < SIZE or (len(secret) > SIZE and name != WEBHOOK_SECRET):
        raise BadSecret(name, f"has {len(secret)} bytes and needs {SIZE}")
    return secret
