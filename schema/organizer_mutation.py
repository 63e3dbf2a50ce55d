"""Root fields that change organizers, their members and their gate devices."""

from typing import Annotated

import strawberry

from domain.ids import GateDeviceId, InvitationId, OrganizerId, UserId
from resolvers import gate_devices, members, organizers
from resolvers.viewers import signed_in
from schema.answers import IdempotencyKey, once
from schema.context import Info
from schema.gate_devices import (
    ClaimGateDeviceResult,
    GateDevice,
    GateDeviceCode,
    PairGateDeviceInput,
    PairGateDeviceResult,
    RevokeGateDeviceResult,
)
from schema.members import (
    AcceptInvitationResult,
    ChangeMemberInput,
    ChangeMemberResult,
    Invitation,
    InvitationWithdrawn,
    InviteMemberInput,
    InviteMemberResult,
    Member,
    MemberInvited,
    MemberRemoved,
    RemoveMemberResult,
    WithdrawInvitationResult,
    post_of,
)
from schema.organizers import CreateOrganizerInput, CreateOrganizerResult, Organizer
from schema.scalars import shown, wanted
from schema.viewers import AuthTokens

Create = Annotated[CreateOrganizerInput, strawberry.argument(description="Its slug and its name.")]
Invite = Annotated[InviteMemberInput, strawberry.argument(description="Whom to invite, and as what.")]
Token = Annotated[
    str, strawberry.argument(description="The invitation's token: what the mailed link has after the #, or inviteMember has told.")
]
InvitationOf = Annotated[strawberry.ID, strawberry.argument(description="The invitation.")]
Change = Annotated[ChangeMemberInput, strawberry.argument(description="Which member, and what it is to be.")]
Of = Annotated[strawberry.ID, strawberry.argument(description="The organizer.")]
MemberId = Annotated[strawberry.ID, strawberry.argument(description="The member's account.")]
Pair = Annotated[PairGateDeviceInput, strawberry.argument(description="What to call it, and where it works.")]
Code = Annotated[
    str, strawberry.argument(description="The code that pairGateDevice has told; capitals, spaces and hyphens do not matter.")
]
Device = Annotated[strawberry.ID, strawberry.argument(description="The device.")]


@strawberry.type(description="What can be done about organizers.")
class OrganizerMutation:
    @strawberry.mutation(
        description="Makes an organizer, whose first owner is invited next. Asking again with the same slug and name gives it "
        "again. For admins."
    )
    async def create_organizer(self, info: Info, input: Create) -> CreateOrganizerResult:
        viewer = signed_in(info.context.viewer)
        return Organizer.of(await organizers.create_organizer(info.context.services, viewer, input.slug, input.name))

    @strawberry.mutation(
        description="Invites somebody to belong to an organizer, for seven days, and mails them the link to accept it, where mail "
        "can be sent. Asked again for the same email, the new invitation takes the place of the old, whose links open nothing any "
        "more. Five mails an hour to one email, and 20 at once from one address of the network, then 30 an hour. For owners and "
        "managers, who invite those below them."
    )
    async def invite_member(self, info: Info, input: Invite) -> InviteMemberResult:
        viewer, (organizer_id, post), caller = signed_in(info.context.viewer), input.read(), info.context.address
        invited = await members.invite_member(info.context.services, viewer, organizer_id, input.email, post, caller)
        return MemberInvited(invitation=Invitation.of(invited.invitation), token=invited.token, mailed=invited.mailed)

    @strawberry.mutation(
        description="Makes the viewer a member, if the invitation is to their email; any other is NotFound. Its rights count at "
        "once; the roles in the access token follow with the next `refresh`."
    )
    async def accept_invitation(self, info: Info, token: Token, idempotency_key: IdempotencyKey = None) -> AcceptInvitationResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, token, idempotency_key, ("idempotencyKey",))
        return Member.of(await members.accept_invitation(info.context.services, viewer, token, key))

    @strawberry.mutation(description="Withdraws an invitation; asked again, it is NotFound. For owners and managers.")
    async def withdraw_invitation(self, info: Info, invitation_id: InvitationOf) -> WithdrawInvitationResult:
        viewer, withdrawn = signed_in(info.context.viewer), InvitationId(wanted("invitation", invitation_id))
        invitation = await members.withdraw_invitation(info.context.services, viewer, withdrawn)
        return InvitationWithdrawn(invitation_id=shown("invitation", invitation.id))

    @strawberry.mutation(
        description="Gives a member another role, or other events. What it may do is another at once; asking again changes "
        "nothing. For owners and managers, who change those below them; only owners make owners and managers."
    )
    async def change_member(self, info: Info, input: Change) -> ChangeMemberResult:
        viewer, services = signed_in(info.context.viewer), info.context.services
        organizer_id, user_id = OrganizerId(wanted("organizer", input.organizer_id)), UserId(wanted("user", input.user_id))
        post = post_of(input.role, input.event_ids)
        return Member.of(await members.change_member(services, viewer, organizer_id, user_id, post))

    @strawberry.mutation(
        description="Removes a member, which may do nothing any more at once; asked again, it is NotFound. For owners and "
        "managers, who remove those below them."
    )
    async def remove_member(self, info: Info, organizer_id: Of, user_id: MemberId) -> RemoveMemberResult:
        viewer, services = signed_in(info.context.viewer), info.context.services
        organizer, user = OrganizerId(wanted("organizer", organizer_id)), UserId(wanted("user", user_id))
        return MemberRemoved(organizer=Organizer.of(await members.remove_member(services, viewer, organizer, user)))

    @strawberry.mutation(description="The viewer does not belong to the organizer any more; asked again, it is NotFound.")
    async def leave_organizer(self, info: Info, organizer_id: Of) -> RemoveMemberResult:
        viewer, left = signed_in(info.context.viewer), OrganizerId(wanted("organizer", organizer_id))
        return MemberRemoved(organizer=Organizer.of(await members.leave_organizer(info.context.services, viewer, left)))

    @strawberry.mutation(
        description="A code with which a device becomes one of the organizer's gates. A code whose answer was lost goes by "
        "itself: ask for another. For owners and managers."
    )
    async def pair_gate_device(self, info: Info, input: Pair) -> PairGateDeviceResult:
        viewer = signed_in(info.context.viewer)
        device, code = await gate_devices.pair_gate_device(info.context.services, viewer, *input.read())
        return GateDeviceCode(device=GateDevice.of(device), code=code)

    @strawberry.mutation(
        description="Signs this device in as the gate that the code was made for. Needs no access token. The code is spent by "
        "this: where the answer was lost, ask for another. A device that was not used for 30 days is paired anew."
    )
    async def claim_gate_device(self, info: Info, code: Code) -> ClaimGateDeviceResult:
        return AuthTokens.of(await gate_devices.claim_gate_device(info.context.services, code, info.context.address))

    @strawberry.mutation(
        description="The device checks nothing in any more, at once, and is signed out; asking again changes nothing. For owners "
        "and managers."
    )
    async def revoke_gate_device(self, info: Info, device_id: Device) -> RevokeGateDeviceResult:
        viewer, revoked = signed_in(info.context.viewer), GateDeviceId(wanted("device", device_id))
        return GateDevice.of(await gate_devices.revoke_gate_device(info.context.services, viewer, revoked))
