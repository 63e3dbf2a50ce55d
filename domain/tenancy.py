"""What organizers, their members and devices and the audit log need from the database, as protocols; `db` implements them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from domain.access import Reach, Rights
from domain.audit import AuditAction, AuditEntry, AuditFilter, Details, Subject
from domain.events import Event
from domain.ids import EventId, GateDeviceId, InvitationId, OrganizerId, SessionId, UserId
from domain.organizers import GateDevice, Invitation, Membership, Organizer, Post
from domain.pages import Page, PageRequest
from domain.viewers import Viewer

NOTHING_MORE: Details = {}


class Organizers(Protocol):
    """An account has the roles ORGANIZER and GATE exactly while it belongs to somebody as such."""

    async def rights(self, ids: Collection[UserId]) -> Mapping[UserId, Rights]:
        """As they are now. Posts that the account's own roles do not allow are none."""

    async def by_ids(self, ids: Collection[OrganizerId]) -> Mapping[OrganizerId, Organizer]: ...
    async def by_slug(self, slug: str) -> Organizer | None: ...
    async def add(self, organizer: Organizer) -> bool:
        """False, and nothing added, where the slug is taken."""

    async def of_sessions(self, ids: Collection[SessionId]) -> Mapping[SessionId, tuple[OrganizerId, EventId]]: ...
    async def have_all(self, organizer_id: OrganizerId, events: Collection[EventId]) -> bool:
        """Whether all of the events are the organizer's."""

    async def events(self, organizer_id: OrganizerId, drafts: Reach, wanted: PageRequest) -> Page[Event]:
        """The newest first; those that are not public only within the reach."""

    async def count_events(self, organizer_id: OrganizerId, drafts: Reach) -> int: ...
    async def of_user(self, user_id: UserId) -> Sequence[Membership]:
        """The first joined first."""

    async def members(self, organizer_id: OrganizerId, reach: Reach, wanted: PageRequest) -> Page[Membership]:
        """Persons only, in the order of joining."""

    async def count_members(self, organizer_id: OrganizerId, reach: Reach) -> int: ...
    async def member(self, organizer_id: OrganizerId, user_id: UserId) -> Membership | None:
        """Under its row lock, until the transaction ends."""

    async def join(self, organizer_id: OrganizerId, user_id: UserId, post: Post) -> bool:
        """False, and nothing changed, where the account belongs to it already."""

    async def change(self, organizer_id: OrganizerId, user_id: UserId, post: Post) -> None:
        """Raises `LastOwner`."""

    async def leave(self, organizer_id: OrganizerId, user_id: UserId) -> None:
        """Raises `LastOwner`."""


class Invitations(Protocol):
    """Of tokens the database has only hashes."""

    async def add(self, invitation: Invitation, token_hash: bytes, invited_by: UserId) -> None:
        """In the place of the one to the same email, where there is one."""

    async def add_link(self, invitation_id: InvitationId, token_hash: bytes) -> None:
        """Another token for the same invitation."""

    async def by_token(self, token_hash: bytes) -> Invitation | None:
        """None where it is unknown or over."""

    async def still_open(self, invitation_id: InvitationId) -> Invitation | None:
        """It stays so until the transaction ends. None where it is gone or over."""

    async def taken(self, token_hash: bytes) -> Invitation | None:
        """It is gone by this. None where it is unknown or over."""

    async def withdraw(self, invitation_id: InvitationId, reach: Reach) -> Invitation | None:
        """None where there was none."""

    async def of_organizer(self, organizer_id: OrganizerId, reach: Reach) -> Sequence[Invitation]:
        """Open ones, the newest first."""

    async def count(self, organizer_id: OrganizerId) -> int: ...


class GateDevices(Protocol):
    async def add(self, device: GateDevice, code_hash: bytes) -> None:
        """Those of the organizer whose code was not used in time go by this."""

    async def by_code(self, code_hash: bytes) -> GateDevice | None:
        """Under its row lock. None where the code is unknown, used or over."""

    async def pair(self, device_id: GateDeviceId, user_id: UserId) -> None: ...
    async def locked(self, device_id: GateDeviceId, reach: Reach) -> GateDevice | None:
        """Under its row lock, until the transaction ends."""

    async def revoke(self, device_id: GateDeviceId) -> None: ...
    async def of_organizer(self, organizer_id: OrganizerId, reach: Reach) -> Sequence[GateDevice]:
        """The newest first; revoked ones for 30 days."""


class Audit(Protocol):
    async def note(
        self,
        by: Viewer | None,
        action: AuditAction,
        subject: Subject | None = None,
        organizer_id: OrganizerId | None = None,
        details: Details = NOTHING_MORE,
    ) -> None:
        """In the transaction of the deed. `by` None: the operator, at the command line. Details name nobody."""

    async def page(self, reach: Reach, wanted: PageRequest, where: AuditFilter) -> Page[AuditEntry]:
        """Newest first."""

    async def count(self, reach: Reach, where: AuditFilter) -> int: ...
