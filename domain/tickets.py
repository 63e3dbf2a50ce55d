"""Tickets: the right to enter a session once, and the check-in that uses it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import OrderId, SessionId, TicketId, TicketTypeId, UserId
from domain.money import Money


class TicketStatus(StrEnum):
    VALID = "VALID"
    USED = "USED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Ticket:
    """EXPIRED is never stored: it is a VALID ticket read after its session's end. `generation` grows when a token is reissued."""

    id: TicketId
    order_id: OrderId
    session_id: SessionId
    user_id: UserId
    ticket_type_id: TicketTypeId
    seat: str | None
    status: TicketStatus
    price: Money
    purchased_at: datetime
    used_at: datetime | None = None
    generation: int = 1


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """All given conditions must hold; `email` is the holder's, without regard to case."""

    session_id: SessionId
    status: TicketStatus | None = None
    seat: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class TicketClaim:
    """What a ticket's signed token says: this ticket, in this generation, of this session."""

    ticket_id: TicketId
    session_id: SessionId
    generation: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A ticket shown at a gate: by its signed claim, or by its id alone. `session_id`: the gate's own, where it said so."""

    ticket: Ticket
    gate_user_id: UserId
    session_id: SessionId | None = None
    claim: TicketClaim | None = None
