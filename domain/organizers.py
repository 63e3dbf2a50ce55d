"""Organizers: who belongs to them and as what, who is asked to, and the devices that work at their gates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import EventId, GateDeviceId, InvitationId, OrganizerId, UserId


class MemberRole(StrEnum):
    OWNER = "OWNER"
    MANAGER = "MANAGER"
    BOX_OFFICE = "BOX_OFFICE"
    GATE = "GATE"


Events = frozenset[EventId] | None

# Whom a member may invite, change and remove; what one may not give, one may not take either.
MAY_GIVE: Mapping[MemberRole, frozenset[MemberRole]] = {
    MemberRole.OWNER: frozenset(MemberRole),
    MemberRole.MANAGER: frozenset({MemberRole.BOX_OFFICE, MemberRole.GATE}),
    MemberRole.BOX_OFFICE: frozenset(),
    MemberRole.GATE: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Organizer:
    id: OrganizerId
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is to an organizer. `events`: of a GATE the only ones it works at; None: all of them."""

    role: MemberRole
    events: Events = None


@dataclass(frozen=True, slots=True)
class Membership:
    """An account belongs to an organizer once."""

    organizer_id: OrganizerId
    user_id: UserId
    post: Post
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """Open: taken, withdrawn and replaced ones are gone. For the account of that email, once, until `expires_at`."""

    id: InvitationId
    organizer_id: OrganizerId
    email: str
    post: Post
    created_at: datetime
    expires_at: datetime


class DeviceState(StrEnum):
    WAITING = "WAITING"
    PAIRED = "PAIRED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class GateDevice:
    """WAITING until its code is typed in on it or `code_expires_at`; PAIRED it signs in as an account of its own, `user_id`."""

    id: GateDeviceId
    organizer_id: OrganizerId
    name: str
    events: Events
    created_at: datetime
    code_expires_at: datetime | None = None
    user_id: UserId | None = None
    paired_at: datetime | None = None
    last_seen_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def state(self) -> DeviceState:
        if self.revoked_at is not None:
            return DeviceState.REVOKED
        return DeviceState.WAITING if self.paired_at is None else DeviceState.PAIRED
