"""Accounts as their owners change them: registering, links in mails, leaving."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from domain.ids import UserId
from domain.viewers import User

OLDEST_BIRTH = date(1900, 1, 1)
LONGEST_EMAIL = 254


class Language(StrEnum):
    """Of the mails to an account."""

    EN = "EN"
    AR = "AR"


class LinkPurpose(StrEnum):
    VERIFY_EMAIL = "VERIFY_EMAIL"
    CHANGE_EMAIL = "CHANGE_EMAIL"
    RESET_PASSWORD = "RESET_PASSWORD"


LINK_LIFETIME: Mapping[LinkPurpose, timedelta] = {
    LinkPurpose.VERIFY_EMAIL: timedelta(days=3),
    LinkPurpose.CHANGE_EMAIL: timedelta(hours=24),
    LinkPurpose.RESET_PASSWORD: timedelta(minutes=15),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Whoever has it reads mails at `email`. `spent`: it was used before."""

    purpose: LinkPurpose
    user_id: UserId
    email: str
    spent: bool = False


@dataclass(frozen=True, slots=True)
class TicketsToCome:
    """What an account would leave behind: tickets of sessions that are not over, and orders whose payment is under way."""

    count: int
    last_ends_at: datetime | None


def born_wrongly(birth_date: date, today: date) -> bool:
    return not OLDEST_BIRTH <= birth_date <= today


class Accounts(Protocol):
    async def register(self, user: User, language: Language) -> bool:
        """False, and nothing added, where the email is somebody's, in the same number of statements."""

    async def language(self, user_id: UserId) -> Language | None:
        """None for a deleted account; any other is not deleted before the transaction ends."""

    async def deleted(self, user_id: UserId) -> bool: ...
    async def verified(self, user_id: UserId) -> bool:
        """Also what is not a person, and has no email to verify."""

    async def set_birth_date(self, user_id: UserId, birth_date: date) -> bool:
        """False, and nothing changed, where another one is known."""

    async def set_password(self, user_id: UserId, password_hash: str, *, instead_of: str | None = None) -> bool:
        """False, and nothing changed, where the hash is not that one any more, or the account is gone."""

    async def set_verified(self, user_id: UserId, email: str) -> bool:
        """False, and nothing changed, where the account has another email by now. Verified once, it stays so."""

    async def drop_proofs(self, user_id: UserId) -> None:
        """Whatever signs somebody in besides the password, or is asked for beside it."""

    async def set_email(self, user_id: UserId, email: str) -> bool:
        """Verified by that. False, and nothing changed, where it is somebody else's."""

    async def tickets_to_come(self, user_id: UserId) -> TicketsToCome: ...
    async def erase(self, user_id: UserId) -> None:
        """All that names the owner goes, everywhere; what was bought, held and checked in stays under the account's id."""

    async def export(self, user_id: UserId) -> Mapping[str, object]:
        """All that is kept of the account or under its id, by kind, the oldest first; nothing that would let anybody in."""


class Links(Protocol):
    """Of tokens the database has only hashes."""

    async def add(self, token_hash: bytes, link: Link) -> None: ...
    async def good(self, token_hash: bytes, purposes: Collection[LinkPurpose]) -> Link | None:
        """In time, and not spent."""

    async def spend(self, token_hash: bytes, purposes: Collection[LinkPurpose]) -> Link | None:
        """In time; one of many at the same moment finds it not spent."""

    async def revoke(self, user_id: UserId) -> None:
        """Those that would give the account to whoever follows them, and mails that would have more of them. Spent ones stay.

        After a change to the account in the same transaction.
        """
