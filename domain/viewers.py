"""Who is asking, and what their roles let them do."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.clients import Grant
from domain.ids import SignInId, UserId, new_id

# Nobody's: no password hashes to it.
NO_PASSWORD = "!"


class Role(StrEnum):
    ATTENDEE = "ATTENDEE"
    ORGANIZER = "ORGANIZER"
    GATE = "GATE"
    ADMIN = "ADMIN"


class AccountKind(StrEnum):
    """Devices, clients and guests own what they do like persons, but have no email that anybody reads and no password."""

    PERSON = "PERSON"
    DEVICE = "DEVICE"
    CLIENT = "CLIENT"
    GUEST = "GUEST"


@dataclass(frozen=True, slots=True)
class User:
    """`verified`: somebody has read a mail sent to the email."""

    id: UserId
    email: str
    roles: frozenset[Role]
    password_hash: str
    birth_date: date | None = None
    kind: AccountKind = AccountKind.PERSON
    verified: bool = False


def program(kind: AccountKind, role: Role = Role.ATTENDEE) -> User:
    """A new account that nobody reads mail for or has a password of."""
    id = UserId(new_id())
    email = f"{id.hex}@{kind.value.lower()}.invalid"
    return User(id, email, frozenset({role}), NO_PASSWORD, kind=kind, verified=True)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in caller, as the access token says; `expires_at` is when that token ends, `sign_in_id` what can end it before.

    `grant` is what a partner's token lets do; None: all that the account may.
    """

    user_id: UserId
    roles: frozenset[Role]
    expires_at: datetime
    sign_in_id: SignInId | None = None
    grant: Grant | None = None

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class AuthTokens:
    access_token: str
    refresh_token: str
    expires_at: datetime
    user: User
