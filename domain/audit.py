"""The audit log: what staff and partners did, to what, and when. Written with the deed or not at all, and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.ids import AuditId, OrganizerId, SignInId, UserId

# Never a name, an email, an address or a secret: the log is kept when an account is deleted.
Detail = str | int | bool | None
Details = Mapping[str, Detail]


class AuditAction(StrEnum):
    ORGANIZER_CREATED = "ORGANIZER_CREATED"
    MEMBER_INVITED = "MEMBER_INVITED"
    INVITATION_WITHDRAWN = "INVITATION_WITHDRAWN"
    MEMBER_JOINED = "MEMBER_JOINED"
    MEMBER_CHANGED = "MEMBER_CHANGED"
    MEMBER_REMOVED = "MEMBER_REMOVED"
    MEMBER_LEFT = "MEMBER_LEFT"
    DEVICE_ADDED = "DEVICE_ADDED"
    DEVICE_PAIRED = "DEVICE_PAIRED"
    DEVICE_REVOKED = "DEVICE_REVOKED"
    EVENT_PUT_ON = "EVENT_PUT_ON"
    WAITING_ROOM_OPENED = "WAITING_ROOM_OPENED"
    WAITING_ROOM_CLOSED = "WAITING_ROOM_CLOSED"
    TICKET_CANCELLATION = "TICKET_CANCELLATION"
    SANDBOX_CHANGED = "SANDBOX_CHANGED"
    API_CLIENT_CREATED = "API_CLIENT_CREATED"
    API_KEY_ROTATED = "API_KEY_ROTATED"
    API_CLIENT_REVOKED = "API_CLIENT_REVOKED"
    WIDGET_TOKEN_CREATED = "WIDGET_TOKEN_CREATED"
    SALES_CHANNELS_SET = "SALES_CHANNELS_SET"


@dataclass(frozen=True, slots=True)
class Subject:
    """What it was done to: the prefix of its global id, and the id."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`user_id`: who did it, None for the operator at the command line; `sign_in_id`: signed in where.

    `email` is not part of it: the account's, as long as that belongs to the organizer.
    """

    id: AuditId
    at: datetime
    action: AuditAction
    user_id: UserId | None
    sign_in_id: SignInId | None
    subject: Subject | None
    organizer_id: OrganizerId | None
    details: Details = field(default_factory=dict)
    email: str | None = None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """All given conditions must hold."""

    organizer_id: OrganizerId | None = None
    action: AuditAction | None = None
