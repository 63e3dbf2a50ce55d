"""Passkeys (WebAuthn): keys on people's devices, by which they sign in without a password, after a finger or a face."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import PasskeyId, UserId
from domain.viewers import User

MOST_PASSKEYS = 10
LONGEST_NAME = 60
LONGEST_CREDENTIAL = 10_000


@dataclass(frozen=True, slots=True)
class Passkey:
    """`last_challenge`: when the newest challenge that it has answered was made, in microseconds; no older one counts."""

    id: PasskeyId
    user_id: UserId
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    added_at: datetime
    used_at: datetime | None
    last_challenge: int


@dataclass(frozen=True, slots=True)
class NewPasskey:
    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class PasskeyOptions:
    """`challenge` comes back with what the device says to `options`, a JSON document as browsers take it."""

    challenge: str
    options: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """A device has answered a challenge that was made then, in microseconds."""

    sign_count: int
    challenge_made: int


class Passkeys(Protocol):
    async def add(self, user_id: UserId, new: NewPasskey, name: str) -> Passkey | None:
        """None where that credential is known, or the account has as many as it may."""

    async def of_user(self, user_id: UserId) -> Sequence[Passkey]:
        """The first added first."""

    async def locked(self, credential_id: bytes) -> Passkey | None:
        """Under its row lock."""

    async def use(self, id: PasskeyId, answered: Answered) -> None: ...
    async def remove(self, user_id: UserId, id: PasskeyId) -> bool: ...


class PasskeyCeremonies(Protocol):
    """What devices are asked, and whether they have said what only they could. None for whatever is not so."""

    def to_add(self, user: User, known: Sequence[Passkey]) -> PasskeyOptions: ...
    def added(self, user: User, challenge: str, credential: str) -> NewPasskey | None: ...
    def to_sign_in(self) -> PasskeyOptions: ...
    def credential_id(self, credential: str) -> bytes | None: ...
    def signed_in(self, passkey: Passkey, challenge: str, credential: str) -> Answered | None: ...
