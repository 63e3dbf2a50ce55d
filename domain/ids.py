"""Ids: UUIDv7 inside, TypeIDs (`session_01j…`) wherever a person or a client sees them."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NewType
from uuid import UUID

import uuid_utils
from typeid import TypeID
from typeid.errors import TypeIDException

# A prefix of 63 characters at most, an underscore, 26 for the UUID.
LONGEST_ID = 90

OrganizerId = NewType("OrganizerId", UUID)
EventId = NewType("EventId", UUID)
SessionId = NewType("SessionId", UUID)
VenueId = NewType("VenueId", UUID)
TicketTypeId = NewType("TicketTypeId", UUID)
HoldId = NewType("HoldId", UUID)
OrderId = NewType("OrderId", UUID)
PaymentId = NewType("PaymentId", UUID)
RefundId = NewType("RefundId", UUID)
TicketId = NewType("TicketId", UUID)
UserId = NewType("UserId", UUID)
SignInId = NewType("SignInId", UUID)
PasskeyId = NewType("PasskeyId", UUID)
WaitingRoomId = NewType("WaitingRoomId", UUID)
PlaceId = NewType("PlaceId", UUID)
InvitationId = NewType("InvitationId", UUID)
GateDeviceId = NewType("GateDeviceId", UUID)
AuditId = NewType("AuditId", UUID)
ClientId = NewType("ClientId", UUID)


def new_id() -> UUID:
    """A UUIDv7: sortable by creation time to the millisecond."""
    return UUID(int=uuid_utils.uuid7().int)


def made_at(value: UUID) -> datetime:
    """When `new_id` made it, to the millisecond, by the clock of the process that did (RFC 9562, 5.7)."""
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC)


def show_id(prefix: str, value: UUID) -> str:
    return str(TypeID.from_uuid(uuid_utils.UUID(int=value.int), prefix))


def read_id(text: str) -> tuple[str, UUID] | None:
    """The prefix and the UUID of a TypeID, or None where the text is not one."""
    return _read_id(text) if len(text) <= LONGEST_ID else None


def id_of(prefix: str, claim: object) -> UUID:
    """Raises `ValueError` for all but an id with that prefix."""
    match read_id(claim) if isinstance(claim, str) else None:
        case (kind, value) if kind == prefix:
            return value
    raise ValueError(f"not the id of a {prefix}")


# In a rush everybody names the same session.
@lru_cache(maxsize=4_096)
def _read_id(text: str) -> tuple[str, UUID] | None:
    try:
        parsed: TypeID[str] = TypeID.from_string(text)
    except TypeIDException:
        return None
    return parsed.prefix, UUID(str(parsed.uuid))
