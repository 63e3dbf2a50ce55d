"""Mails: what is waiting to be sent, when it is tried again, and when it is given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.ids import InvitationId, UserId

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# Who asked for a mail a day ago has asked again, or does not want it any more.
GIVEN_UP_AFTER = timedelta(hours=24)


class MailKind(StrEnum):
    WELCOME = "WELCOME"
    REGISTERED_AGAIN = "REGISTERED_AGAIN"
    VERIFY_EMAIL = "VERIFY_EMAIL"
    RESET_PASSWORD = "RESET_PASSWORD"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"
    CHANGE_EMAIL = "CHANGE_EMAIL"
    EMAIL_TAKEN = "EMAIL_TAKEN"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    INVITED = "INVITED"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is to be written when it is sent: no token is kept before. `recipient` None: the account's own email.

    Of INVITED, `user_id` is who has invited.
    """

    id: UUID
    kind: MailKind
    user_id: UserId
    recipient: str | None
    written_at: datetime
    attempts: int
    invitation_id: InvitationId | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """The same `id` is the same mail, however often it is tried. Plain text."""

    id: UUID
    recipient: str
    subject: str
    text: str


class MailRefused(Exception):
    """For good: its recipient does not exist, or does not want it."""


class MailDelayed(Exception):
    """It may be tried again."""


def pause_after(attempts: int) -> timedelta:
    """Before the next attempt."""
    doubled = max(0, min(attempts - 1, 10))
    return min(FIRST_PAUSE * (1 << doubled), LONGEST_PAUSE)


def given_up(letter: Letter, now: datetime) -> bool:
    return now - letter.written_at + pause_after(letter.attempts) > GIVEN_UP_AFTER


class Outbox(Protocol):
    """Written in the transaction of what it tells about; sent after that, at least once."""

    async def put(self, kind: MailKind, user_id: UserId, recipient: str | None = None) -> None: ...
    async def put_invitation(self, invitation_id: InvitationId, email: str, invited_by: UserId) -> None:
        """Goes with the invitation."""

    async def put_for(self, kind: MailKind, email: str) -> None:
        """To the person who signs in with it; to nobody where there is none, at the same cost."""

    async def due(self, most: int, lease: timedelta) -> Sequence[Letter]:
        """The caller's for so long, the longest due first. What was written for nobody goes by this."""

    async def waiting(self, id: UUID) -> bool:
        """Asked under the account's row lock: not withdrawn meanwhile."""

    async def done(self, id: UUID) -> None:
        """Sent or given up: nothing of it is kept."""

    async def postpone(self, id: UUID, pause: timedelta) -> None: ...
