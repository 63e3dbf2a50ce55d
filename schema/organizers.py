"""Organizers: what anybody sees of them, and what their members do."""

from functools import partial
from typing import Annotated, Self, TypeAlias

import strawberry
from strawberry import Private

from domain import organizers as domain
from domain.access import Right
from domain.audit import AuditFilter
from domain.organizers import MemberRole
from resolvers.audit import audit_of_organizer, count_audit_of_organizer
from resolvers.gate_devices import devices_of
from resolvers.members import count_members, invitations_of, members_of
from resolvers.organizers import count_events_of_organizer, events_of_organizer
from schema import errors
from schema.audit import AuditEntry, OnlyAction
from schema.connections import After, Connection, First, page_request
from schema.context import Info
from schema.events import Event
from schema.gate_devices import GateDevice
from schema.members import Invitation, Member
from schema.nodes import Node
from schema.scalars import shown


@strawberry.type(description="Who puts events on. Its name is everybody's to see, the rest its members'.")
class Organizer(Node):
    slug: str = strawberry.field(description="Unique, readable, for addresses; stable.")
    name: str = strawberry.field(description="As people call it.")
    organizer: Private[domain.Organizer]

    @strawberry.field(description="What the viewer is to it; null for who does not belong to it. An admin is as an owner.")
    async def viewer_role(self, info: Info) -> MemberRole | None:
        rights = await info.context.rights_of_viewer()
        return rights.role_at(self.organizer.id)

    @strawberry.field(description="What the viewer may do with all that it has, in alphabetical order: what to show them.")
    async def viewer_rights(self, info: Info) -> list[Right]:
        rights = await info.context.rights_of_viewer()
        return sorted(right for right in Right if rights.reach(right).covers(self.organizer.id))

    @strawberry.field(description="Its events, the newest first; drafts and archived ones for owners and managers only.")
    async def events(self, info: Info, first: First = 20, after: After = None) -> Connection[Event]:
        services, viewer = info.context.services, info.context.viewer
        page = await events_of_organizer(services, viewer, self.organizer.id, page_request(first, after))
        return Connection.of(page, Event.of, partial(count_events_of_organizer, services, viewer, self.organizer.id))

    @strawberry.field(description="Who belongs to it, in the order of joining; null for everybody but owners and managers.")
    async def members(self, info: Info, first: First = 20, after: After = None) -> Connection[Member] | None:
        services, viewer = info.context.services, info.context.viewer
        page = await members_of(services, viewer, self.organizer.id, page_request(first, after))
        return Connection.of(page, Member.of, partial(count_members, services, viewer, self.organizer.id)) if page else None

    @strawberry.field(description="Open invitations, at most 200, the newest first; null for everybody but owners and managers.")
    async def invitations(self, info: Info) -> list[Invitation] | None:
        found = await invitations_of(info.context.services, info.context.viewer, self.organizer.id)
        return [Invitation.of(one) for one in found] if found is not None else None

    @strawberry.field(description="Devices at its gates, the newest first; null for everybody but owners and managers.")
    async def gate_devices(self, info: Info) -> list[GateDevice] | None:
        found = await devices_of(info.context.services, info.context.viewer, self.organizer.id)
        return [GateDevice.of(one) for one in found] if found is not None else None

    @strawberry.field(description="What was done with its things, newest first; null for everybody but owners and managers.")
    async def audit_log(
        self, info: Info, first: First = 20, after: After = None, action: OnlyAction = None
    ) -> Connection[AuditEntry] | None:
        services, viewer, where = info.context.services, info.context.viewer, AuditFilter(self.organizer.id, action)
        page = await audit_of_organizer(services, viewer, page_request(first, after), where)
        return Connection.of(page, AuditEntry.of, partial(count_audit_of_organizer, services, viewer, where)) if page else None

    @classmethod
    def of(cls, organizer: domain.Organizer) -> Self:
        return cls(id=shown("organizer", organizer.id), slug=organizer.slug, name=organizer.name, organizer=organizer)


@strawberry.input(description="A new organizer.")
class CreateOrganizerInput:
    slug: str = strawberry.field(description="Unique and stable: small letters, digits and hyphens, at most 100 characters.")
    name: str = strawberry.field(description="As people call it, 1 to 100 characters.")


CreateOrganizerResult: TypeAlias = Annotated[
    Organizer | errors.NotAllowed | errors.InvalidInput | errors.ServerBusy,
    strawberry.union("CreateOrganizerResult", description="The organizer, or why there is none."),
]
