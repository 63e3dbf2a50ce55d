"""Gate devices: pairing them by a code, and revoking them."""

from datetime import datetime
from typing import Annotated, Self, TypeAlias

import strawberry

from domain import organizers as domain
from domain.ids import OrganizerId
from domain.organizers import DeviceState, MemberRole
from schema import errors
from schema.members import EVENTS, event_ids, post_of
from schema.scalars import shown, wanted
from schema.viewers import AuthTokens


@strawberry.type(description="A device that checks tickets in for an organizer, as an account of its own.")
class GateDevice:
    id: strawberry.ID = strawberry.field(description="Opaque and global; for revokeGateDevice.")
    name: str = strawberry.field(description="What those who paired it call it.")
    state: DeviceState = strawberry.field(description="How far it has come.")
    event_ids: list[strawberry.ID] | None = strawberry.field(description="The only events that it works at; null: all of them.")
    user_id: strawberry.ID | None = strawberry.field(description="The device's own account; null until it is paired.")
    created_at: datetime = strawberry.field(description="When its code was asked for.")
    code_expires_at: datetime | None = strawberry.field(description="Until when its code can be typed in; null when it has been.")
    paired_at: datetime | None = strawberry.field(description="When its code was typed in.")
    last_seen_at: datetime | None = strawberry.field(
        description="When it last checked a ticket in or renewed its tokens, every ten minutes while it is in use."
    )
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; it stays listed for 30 days.")

    @classmethod
    def of(cls, device: domain.GateDevice) -> Self:
        return cls(
            id=shown("device", device.id),
            name=device.name,
            state=device.state,
            event_ids=event_ids(device.events),
            user_id=shown("user", device.user_id) if device.user_id else None,
            created_at=device.created_at,
            code_expires_at=device.code_expires_at,
            paired_at=device.paired_at,
            last_seen_at=device.last_seen_at,
            revoked_at=device.revoked_at,
        )


@strawberry.type(description="A device that waits for its code.")
class GateDeviceCode:
    device: GateDevice = strawberry.field(description="The device.")
    code: str = strawberry.field(
        description="Type this in on the device, within ten minutes: eight letters and digits, e.g. K7QM-4XWD. It works once, and "
        "is told this once."
    )


@strawberry.input(description="A device to be paired.")
class PairGateDeviceInput:
    organizer_id: strawberry.ID = strawberry.field(description="Whose tickets it checks in.")
    name: str = strawberry.field(description="What to call it, e.g. Main entrance, left. 1 to 100 characters.")
    event_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=EVENTS)

    def read(self) -> tuple[OrganizerId, str, domain.Events]:
        """Raises `NotFound`."""
        organizer_id = OrganizerId(wanted("organizer", self.organizer_id))
        return organizer_id, self.name, post_of(MemberRole.GATE, self.event_ids).events


PairGateDeviceResult: TypeAlias = Annotated[
    GateDeviceCode | errors.NotFound | errors.NotAllowed | errors.InvalidInput | errors.ServerBusy,
    strawberry.union("PairGateDeviceResult", description="The code to type in, or why there is none."),
]
ClaimGateDeviceResult: TypeAlias = Annotated[
    AuthTokens | errors.NotFound | errors.TooManyAttempts | errors.ServerBusy,
    strawberry.union("ClaimGateDeviceResult", description="The device's tokens, or why there are none."),
]
RevokeGateDeviceResult: TypeAlias = Annotated[
    GateDevice | errors.NotFound | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("RevokeGateDeviceResult", description="The revoked device, or why it was not revoked."),
]
