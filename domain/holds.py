"""Holds: tickets locked for one buyer for a limited time, at a quoted price."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.ids import HoldId, SessionId, TicketTypeId, UserId
from domain.money import Money


class HoldState(StrEnum):
    """ORDERED: a payment is under way, so time alone no longer ends it."""

    ACTIVE = "ACTIVE"
    ORDERED = "ORDERED"
    CONVERTED = "CONVERTED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Admissions:
    """So many places of one general admission ticket type."""

    ticket_type_id: TicketTypeId
    quantity: int


@dataclass(frozen=True, slots=True)
class LockTickets:
    """What a buyer asks for, all or nothing. Labels and ticket types are distinct, quantities positive."""

    session_id: SessionId
    user_id: UserId
    seats: Sequence[str] = ()
    general_admission: Sequence[Admissions] = ()
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeHold:
    """All or nothing. `add` and `remove` share no label; quantities are what the hold is to have of a ticket type, 0 for none."""

    hold_id: HoldId
    user_id: UserId
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    general_admission: Sequence[Admissions] = ()
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """`server_time` is the database's clock when this was read. Seats are in the order they were asked for."""

    id: HoldId
    session_id: SessionId
    user_id: UserId
    state: HoldState
    seats: tuple[str, ...]
    total: Money
    expires_at: datetime
    server_time: datetime
    general_admission: tuple[Admissions, ...] = field(default=())
