"""Holds: tickets locked for one buyer for a limited time, at a quoted price."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.answers import Once
from domain.ids import HoldId, PlaceId, SessionId, TicketTypeId, UserId, made_at
from domain.money import Money

WARNING = timedelta(minutes=1)


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
class BestAvailable:
    """So many seats of a ticket type, the best the server finds; `accessible` of them accessible places. No sections: any."""

    ticket_type_id: TicketTypeId
    quantity: int
    sections: Sequence[str] = ()
    accessible: int = 0


@dataclass(frozen=True, slots=True)
class LockTickets:
    """What a buyer asks for, all or nothing. Labels and ticket types are distinct, quantities positive.

    Seats are named or the best available, not both. `place` is the one in the queue that a token was shown of. `offers`: whether
    it is to be told of other seats where these are gone.
    """

    session_id: SessionId
    user_id: UserId
    seats: Sequence[str] = ()
    general_admission: Sequence[Admissions] = ()
    once: Once | None = None
    best_available: BestAvailable | None = None
    place: PlaceId | None = None
    offers: bool = True


@dataclass(frozen=True, slots=True)
class Selection:
    """Seats that somebody thinks of locking; without a user, nobody's limits count. Labels are distinct."""

    session_id: SessionId
    seats: Sequence[str]
    user_id: UserId | None
    place: PlaceId | None = None


@dataclass(frozen=True, slots=True)
class Lockable:
    """The seats of a selection could be locked now. `tickets_left`: how many more the buyer could have; None for nobody."""

    total: Money
    leaves_single: tuple[str, ...]
    tickets_left: int | None


@dataclass(frozen=True, slots=True)
class ChangeHold:
    """All or nothing. `add` and `remove` share no label; quantities are what the hold is to have of a ticket type, 0 for none."""

    hold_id: HoldId
    user_id: UserId
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    general_admission: Sequence[Admissions] = ()
    once: Once | None = None
    place: PlaceId | None = None
    offers: bool = True


@dataclass(frozen=True, slots=True)
class Hold:
    """`server_time` is the database's clock when this was read. Seats are in the order they were asked for.

    `leaves_single` are seats that were left alone beside them, where the session's terms are to warn of that.
    """

    id: HoldId
    session_id: SessionId
    user_id: UserId
    state: HoldState
    seats: tuple[str, ...]
    total: Money
    expires_at: datetime
    server_time: datetime
    general_admission: tuple[Admissions, ...] = field(default=())
    leaves_single: tuple[str, ...] = ()
    extended: bool = False

    @property
    def extendable(self) -> bool:
        return self.state is HoldState.ACTIVE and not self.extended

    @property
    def warned_at(self) -> datetime:
        """A minute before its end, or a fifth of its life where that is shorter."""
        return self.expires_at - min(WARNING, (self.expires_at - made_at(self.id)) / 5)

    @property
    def expires_soon(self) -> bool:
        return self.state is HoldState.ACTIVE and self.server_time >= self.warned_at

    @property
    def changes_in(self) -> timedelta | None:
        """Until time alone makes it another: one that expires soon, or an expired one."""
        if self.state is not HoldState.ACTIVE:
            return None
        return (self.expires_at if self.expires_soon else self.warned_at) - self.server_time
