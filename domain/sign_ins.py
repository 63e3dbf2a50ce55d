"""Sign-ins: one account on one device, kept up by refresh tokens of which each is good once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.ids import SignInId, UserId
from domain.viewers import Role, User, Viewer

# A refresh token is good for so long, and a sign-in ends after so long however often it is refreshed.
REFRESH_LIFETIME = timedelta(days=30)
LONGEST_SIGN_IN = timedelta(days=180)
# An answer may be lost: for so long a spent token gets the same successor again.
GRACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class SignIn:
    """`device` is what a person would call it, e.g. "Firefox on Linux"; empty where that is not known."""

    id: SignInId
    user_id: UserId
    device: str
    started_at: datetime
    used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A refresh token of a sign-in that has not ended. `spent_for`: how long ago it was spent; None: it is good."""

    sign_in: SignIn
    spent_for: timedelta | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account may do now, and its sign-ins that have not ended."""

    roles: frozenset[Role]
    sign_ins: frozenset[SignInId]

    def still(self, viewer: Viewer) -> bool:
        """Whether what the viewer's token says is so."""
        signed_in = viewer.sign_in_id is None or viewer.sign_in_id in self.sign_ins
        return signed_in and viewer.roles == self.roles


class SignIns(Protocol):
    """Of tokens the database has only hashes."""

    async def begin(self, user: User, device: str, token_hash: bytes) -> SignInId | None:
        """None where the account has another password by now, or is gone."""

    async def shown(self, token_hash: bytes) -> ShownToken | None:
        """None where it is unknown, or its sign-in has ended or is over. The sign-in's row stays locked."""

    async def rotate(self, sign_in_id: SignInId, spent: bytes, successor: bytes) -> None:
        """By who has it `shown`, in the same transaction: `spent` is so from now on, and the sign-in ends later."""

    async def of_user(self, user_id: UserId) -> Sequence[SignIn]:
        """Those that have not ended, the one used last first."""

    async def end(self, user_id: UserId, *, only: SignInId | None = None, but: SignInId | None = None) -> Sequence[SignInId]:
        """All of the account's, or only that one, or all but that one. Those that ended by this."""

    async def end_all(self, user_ids: Collection[UserId]) -> Sequence[SignInId]:
        """All of all the accounts', at once. Those that ended by this."""

    async def ended_within(self, window: timedelta) -> Collection[SignInId]:
        """Those that were ended before their time, in the last of it."""

    async def standings(self, user_ids: Collection[UserId]) -> Mapping[UserId, Standing]: ...
