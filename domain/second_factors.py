"""Second factors: what somebody has besides a password. Codes of an app (RFC 6238), and some on paper for when that is lost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.ids import UserId
from domain.viewers import AccountKind, Role, User

# From the password to the code.
CHALLENGE_LIFETIME = timedelta(minutes=5)
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """`sealed` is the app's secret, encrypted. `last_step`: of the last code that was taken; no code is taken twice.

    Until it is confirmed, which shows that the app has the secret, it is only offered.
    """

    user_id: UserId
    sealed: bytes
    confirmed_at: datetime | None
    last_step: int
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class Offer:
    """For the app: the secret to type in, and as a URI and its QR code (an SVG document). Shown once."""

    secret: str
    uri: str
    qr_svg: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """The password was right. `enrolled`: there is a second factor, or a passkey; if not, one has to be set up first."""

    token: str
    expires_at: datetime
    enrolled: bool


class SecondFactors(Protocol):
    async def offer(self, user_id: UserId, sealed: bytes) -> bool:
        """Instead of one that was not confirmed. False, and nothing changed, where there is one that was."""

    async def locked(self, user_id: UserId) -> SecondFactor | None:
        """Confirmed or not; under its row lock."""

    async def take(self, user_id: UserId, step: int) -> None:
        """A code of that step: no earlier one counts any more."""

    async def confirm(self, user_id: UserId, recovery_hashes: Collection[bytes]) -> None: ...
    async def spend_recovery_code(self, user_id: UserId, code_hash: bytes) -> bool:
        """False where it is none, or was spent."""

    async def remove(self, user_id: UserId) -> None: ...
    async def by_users(self, user_ids: Collection[UserId]) -> Mapping[UserId, SecondFactor]:
        """Confirmed ones only."""


class SecondSteps(Protocol):
    """`required_of_staff`: whether they must have one."""

    @property
    def required_of_staff(self) -> bool: ...
    def offer(self, user: User) -> tuple[bytes, Offer]:
        """A new secret: sealed for that account only, and for its app."""

    def step_of(self, factor: SecondFactor, code: str) -> int | None:
        """Of which half minute the code is, if it is one of about now."""

    def recovery_codes(self) -> Sequence[str]: ...
    def challenge(self, user: User) -> tuple[str, datetime]: ...
    def challenged(self, token: str) -> UserId | None:
        """Whose it is; None for what is no challenge of ours, or is over."""

    def still(self, token: str, user: User) -> bool:
        """Whether the account has the password that was right when the challenge was made."""


def is_staff(user: User) -> bool:
    """A person who may be given something to do; devices and programs have keys of their own."""
    return user.kind is AccountKind.PERSON and not user.roles <= {Role.ATTENDEE}
