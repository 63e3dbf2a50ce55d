"""Members of organizers and invitations to become one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self, TypeAlias

import strawberry
from strawberry import Private

from domain import organizers as domain
from domain.ids import EventId, OrganizerId
from domain.organizers import MemberRole, Post
from schema import errors
from schema.context import Info
from schema.scalars import shown, wanted

# Lazy, because organizers list their members and events name their organizers.
LazyOrganizer: TypeAlias = Annotated["Organizer", strawberry.lazy("schema.organizers")]  # type: ignore[name-defined]  # noqa: F821
EVENTS = "Of a GATE, ids of the only events of the organizer that it works at, 1 to 100; null: all, also those to come."


@strawberry.type(description="Somebody who belongs to an organizer; seen by themselves, its owners and its managers.")
class Member:
    user_id: strawberry.ID = strawberry.field(description="The account.")
    role: MemberRole = strawberry.field(description="What it is to the organizer.")
    event_ids: list[strawberry.ID] | None = strawberry.field(
        description="Of a GATE, the only events that it works at; null: all of them."
    )
    joined_at: datetime = strawberry.field(description="When it accepted its invitation.")
    member: Private[domain.Membership]

    @strawberry.field(description="What it signs in with.")
    async def email(self, info: Info) -> str:
        return (await info.context.found_user(self.member.user_id)).email

    @strawberry.field(description="Whom it belongs to.")
    async def organizer(self, info: Info) -> LazyOrganizer:
        from schema.organizers import Organizer  # lazy like the annotation

        return Organizer.of(await info.context.found_organizer(self.member.organizer_id))

    @classmethod
    def of(cls, member: domain.Membership) -> Self:
        return cls(
            user_id=shown("user", member.user_id),
            role=member.post.role,
            event_ids=event_ids(member.post.events),
            joined_at=member.joined_at,
            member=member,
        )


@strawberry.type(
    description="An open invitation to belong to an organizer; seen by its owners and managers, and by who has its token."
)
class Invitation:
    id: strawberry.ID = strawberry.field(description="Opaque and global; for withdrawInvitation.")
    email: str = strawberry.field(description="Whose account may accept it.")
    role: MemberRole = strawberry.field(description="What they will be.")
    event_ids: list[strawberry.ID] | None = strawberry.field(
        description="Of a GATE, the only events that it will work at; null: all of them."
    )
    created_at: datetime = strawberry.field(description="When they were invited.")
    expires_at: datetime = strawberry.field(description="Until when it can be accepted.")
    invitation: Private[domain.Invitation]

    @strawberry.field(description="Whom they will belong to.")
    async def organizer(self, info: Info) -> LazyOrganizer:
        from schema.organizers import Organizer  # lazy like the annotation

        return Organizer.of(await info.context.found_organizer(self.invitation.organizer_id))

    @classmethod
    def of(cls, invitation: domain.Invitation) -> Self:
        return cls(
            id=shown("invitation", invitation.id),
            email=invitation.email,
            role=invitation.post.role,
            event_ids=event_ids(invitation.post.events),
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
            invitation=invitation,
        )


@strawberry.type(description="Somebody was invited.")
class MemberInvited:
    invitation: Invitation = strawberry.field(description="The invitation.")
    token: str = strawberry.field(
        description="What acceptInvitation takes, told this once. Who was invited has a link of their own in the mail; this one is "
        "for where none was sent, or none arrives: give it, after the # of `/invitation#`, to nobody but them."
    )
    mailed: bool = strawberry.field(
        description="Whether a mail with the link is on its way. False where mail cannot be sent: then hand the token over."
    )


@strawberry.type(description="The account does not belong to the organizer any more.")
class MemberRemoved:
    organizer: LazyOrganizer = strawberry.field(description="The organizer.")


@strawberry.type(description="The invitation is gone; its token opens nothing any more.")
class InvitationWithdrawn:
    invitation_id: strawberry.ID = strawberry.field(description="The invitation that it was.")


@strawberry.input(description="Whom to invite, and as what.")
class InviteMemberInput:
    organizer_id: strawberry.ID = strawberry.field(description="Whom they will belong to.")
    email: str = strawberry.field(description="What they sign in with, or will register with. At most 254 characters.")
    role: MemberRole = strawberry.field(description="What they will be.")
    event_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=EVENTS)

    def read(self) -> tuple[OrganizerId, Post]:
        """Raises `NotFound`."""
        return OrganizerId(wanted("organizer", self.organizer_id)), post_of(self.role, self.event_ids)


@strawberry.input(description="Which member, and what it is to be from now on.")
class ChangeMemberInput:
    organizer_id: strawberry.ID = strawberry.field(description="Whom it belongs to.")
    user_id: strawberry.ID = strawberry.field(description="The account.")
    role: MemberRole = strawberry.field(description="What it is to be.")
    event_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=EVENTS)


def post_of(role: MemberRole, events: Sequence[str] | None) -> Post:
    """Raises `NotFound` for what is no id of an event."""
    return Post(role, frozenset(EventId(wanted("event", one)) for one in events) if events is not None else None)


def event_ids(events: domain.Events) -> list[strawberry.ID] | None:
    return [shown("event", one) for one in sorted(events)] if events is not None else None


InviteMemberResult: TypeAlias = Annotated[
    MemberInvited
    | errors.AlreadyMember
    | errors.NotFound
    | errors.NotAllowed
    | errors.InvalidInput
    | errors.TooManyAttempts
    | errors.ServerBusy,
    strawberry.union("InviteMemberResult", description="The invitation, or why there is none."),
]
AcceptInvitationResult: TypeAlias = Annotated[
    Member | errors.AlreadyMember | errors.NotFound | errors.InvalidInput | errors.IdempotencyConflict | errors.ServerBusy,
    strawberry.union("AcceptInvitationResult", description="What the viewer is now, or why they are not."),
]
WithdrawInvitationResult: TypeAlias = Annotated[
    InvitationWithdrawn | errors.NotFound | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("WithdrawInvitationResult", description="That it is gone, or why it is not."),
]
ChangeMemberResult: TypeAlias = Annotated[
    Member | errors.LastOwner | errors.NotFound | errors.NotAllowed | errors.InvalidInput | errors.ServerBusy,
    strawberry.union("ChangeMemberResult", description="The member as it is now, or why it is as it was."),
]
RemoveMemberResult: TypeAlias = Annotated[
    MemberRemoved | errors.LastOwner | errors.NotFound | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("RemoveMemberResult", description="That it is gone, or why it stays."),
]
