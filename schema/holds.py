"""Holds, and how tickets are locked."""

from datetime import datetime
from typing import Annotated, Self, TypeAlias

import strawberry
from strawberry import Private

from domain import holds as domain
from domain.answers import Once
from domain.errors import InvalidInput
from domain.holds import HoldState
from domain.ids import HoldId, SessionId, TicketTypeId, UserId
from schema import errors
from schema.answers import KEY
from schema.context import Info
from schema.money import Money
from schema.nodes import Node
from schema.scalars import maybe_wanted, shown, wanted
from schema.sessions import Session

QUEUE_TOKEN = (
    "Where the session has a waiting room: the token that queuePosition gave. Without one, or with one that is over, the answer is "
    "QueueRequired. Elsewhere it is not looked at."
)


@strawberry.type(description="Places of one general admission ticket type in a hold.")
class HeldPlaces:
    quantity: int = strawberry.field(description="How many.")
    ticket_type_id: strawberry.ID = strawberry.field(description="Of which ticket type.")


@strawberry.type(description="Tickets locked for one buyer for a limited time (15 minutes by default).")
class Hold(Node):
    state: HoldState = strawberry.field(description="ACTIVE until it is bought, given back or over.")
    seats: list[str] = strawberry.field(description="Labels, in the order they were asked for.")
    general_admission: list[HeldPlaces] = strawberry.field(description="Places without numbered seats.")
    total: Money = strawberry.field(
        description="Quoted now; what is held is bought at this price whatever the price list does meanwhile."
    )
    expires_at: datetime = strawberry.field(description="When an ACTIVE hold ends, by the server's clock.")
    server_time: datetime = strawberry.field(
        description="The server's clock, so that a client counts down without trusting its own."
    )
    leaves_single: list[str] = strawberry.field(
        description="Seats left alone beside these, which nobody who comes in company can use; only where the session's "
        "singleSeats is WARN, and as it was when they were locked."
    )
    extendable: bool = strawberry.field(description="Whether extendHold would give it more time: it is ACTIVE, and was not before.")
    hold: Private[domain.Hold]

    @strawberry.field(description="What the tickets are for.")
    async def session(self, info: Info) -> Session:
        return Session.of(await info.context.found_session(self.hold.session_id))

    @classmethod
    def of(cls, hold: domain.Hold) -> Self:
        return cls(
            id=shown("hold", hold.id),
            state=hold.state,
            seats=list(hold.seats),
            general_admission=[
                HeldPlaces(quantity=one.quantity, ticket_type_id=shown("tickettype", one.ticket_type_id))
                for one in hold.general_admission
            ],
            total=Money.of(hold.total),
            expires_at=hold.expires_at,
            server_time=hold.server_time,
            leaves_single=list(hold.leaves_single),
            extendable=hold.extendable,
            hold=hold,
        )


@strawberry.type(description="A hold as it is now.")
class HoldChange:
    hold: Hold = strawberry.field(description="All of it; its state says whether it has ended.")
    expiring_soon: bool = strawberry.field(
        description="Whether an ACTIVE hold ends within a minute, or within the last fifth of its life where that is shorter."
    )

    @classmethod
    def of(cls, hold: domain.Hold) -> Self:
        return cls(hold=Hold.of(hold), expiring_soon=hold.expires_soon)


@strawberry.input(description="Places of a ticket type without numbered seats.")
class GeneralAdmissionInput:
    ticket_type_id: strawberry.ID = strawberry.field(description="A general admission ticket type of the session.")
    quantity: int = strawberry.field(description="How many, 1 to 100. In changeHold: how many it is to have, 0 for none.")


@strawberry.type(description="The seats of a selection could be locked now, by the one who asks. They are not.")
class Lockable:
    total: Money = strawberry.field(description="What they would cost.")
    leaves_single: list[str] = strawberry.field(
        description="Seats that would be left alone beside them, where the session's singleSeats is WARN."
    )
    tickets_left: int | None = strawberry.field(
        description="How many tickets more the viewer could have for the session besides; null without an access token."
    )

    @classmethod
    def of(cls, lockable: domain.Lockable) -> Self:
        return cls(total=Money.of(lockable.total), leaves_single=list(lockable.leaves_single), tickets_left=lockable.tickets_left)


@strawberry.input(
    description="The best seats of a ticket type that can be had: side by side where possible, near the front and the middle of "
    "the row, leaving no single seat where possible; otherwise in few groups near together."
)
class BestAvailableInput:
    quantity: int = strawberry.field(description="How many seats, 1 to 100.")
    ticket_type_id: strawberry.ID = strawberry.field(description="A ticket type of the session with numbered seats.")
    sections: list[str] | None = strawberry.field(
        default=None, description="Only in these sections of the seat map, by name; null or empty: in any."
    )
    accessible: int = strawberry.field(
        default=0,
        description="How many of them are to be accessible places. Who asks for none is never given one.",
    )

    def read(self) -> domain.BestAvailable:
        """Raises `InvalidInput`."""
        type_id = maybe_wanted("tickettype", self.ticket_type_id)
        if type_id is None:
            raise InvalidInput(("input", "bestAvailable", "ticketTypeId"), "This is not the id of a ticket type.")
        return domain.BestAvailable(TicketTypeId(type_id), self.quantity, tuple(self.sections or ()), self.accessible)


@strawberry.input(description="Seats, places of general admission, or both, of one session: all of them or nothing.")
class LockTicketsInput:
    session_id: strawberry.ID = strawberry.field(description="The session.")
    seats: list[str] | None = strawberry.field(default=None, description="Labels of the seats, each once, at most 100.")
    best_available: BestAvailableInput | None = strawberry.field(
        default=None, description="Instead of seats: let the server choose. Nobody is refused because others were quicker."
    )
    general_admission: list[GeneralAdmissionInput] | None = strawberry.field(default=None, description="Each ticket type once.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    queue_token: str | None = strawberry.field(default=None, description=QUEUE_TOKEN)

    def read(self, user_id: UserId, once: Once | None, *, offers: bool) -> domain.LockTickets:
        """Raises `NotFound`, `InvalidInput`."""
        places = [_places(at, one) for at, one in enumerate(self.general_admission or ())]
        return domain.LockTickets(
            session_id=SessionId(wanted("session", self.session_id)),
            user_id=user_id,
            seats=tuple(self.seats or ()),
            general_admission=tuple(places),
            once=once,
            best_available=self.best_available.read() if self.best_available else None,
            offers=offers,
        )


@strawberry.input(description="What a hold is to have more, less, or of what how many: all of it or nothing.")
class ChangeHoldInput:
    hold_id: strawberry.ID = strawberry.field(description="An ACTIVE hold of yours. It keeps its id and its end.")
    add: list[str] | None = strawberry.field(
        default=None, description="Labels of seats to add, each once, at most 100. Those it has already stay as they are."
    )
    remove: list[str] | None = strawberry.field(
        default=None, description="Labels of seats to give back, each once, at most 100. Those it does not have are passed over."
    )
    general_admission: list[GeneralAdmissionInput] | None = strawberry.field(
        default=None,
        description="Each ticket type once, with how many places the hold is to have of it; 0 gives all of them back. "
        "Ticket types that are not named stay as they are.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    queue_token: str | None = strawberry.field(default=None, description=QUEUE_TOKEN)

    def read(self, user_id: UserId, once: Once | None, *, offers: bool) -> domain.ChangeHold:
        """Raises `NotFound`, `InvalidInput`."""
        return domain.ChangeHold(
            hold_id=HoldId(wanted("hold", self.hold_id)),
            user_id=user_id,
            add=tuple(self.add or ()),
            remove=tuple(self.remove or ()),
            general_admission=tuple(_places(at, one) for at, one in enumerate(self.general_admission or ())),
            once=once,
            offers=offers,
        )


def _places(at: int, asked: GeneralAdmissionInput) -> domain.Admissions:
    type_id = maybe_wanted("tickettype", asked.ticket_type_id)
    if type_id is None:
        path = ("input", "generalAdmission", str(at), "ticketTypeId")
        raise InvalidInput(path, "This is not the id of a ticket type.")
    return domain.Admissions(TicketTypeId(type_id), asked.quantity)


LockTicketsResult: TypeAlias = Annotated[
    Hold
    | errors.SeatsUnavailable
    | errors.SoldOut
    | errors.SaleNotOpen
    | errors.TooManyTickets
    | errors.AgeRestricted
    | errors.NotSoldHere
    | errors.QueueRequired
    | errors.TooManyHolds
    | errors.WouldLeaveSingleSeat
    | errors.EmailNotVerified
    | errors.NotFound
    | errors.NotAllowed
    | errors.InvalidInput
    | errors.IdempotencyConflict
    | errors.ServerBusy,
    strawberry.union("LockTicketsResult", description="The hold, or why nothing was locked."),
]
ChangeHoldResult: TypeAlias = Annotated[
    Hold
    | errors.SeatsUnavailable
    | errors.SoldOut
    | errors.SaleNotOpen
    | errors.TooManyTickets
    | errors.AgeRestricted
    | errors.NotSoldHere
    | errors.QueueRequired
    | errors.WouldLeaveSingleSeat
    | errors.HoldExpired
    | errors.NotFound
    | errors.NotAllowed
    | errors.InvalidInput
    | errors.IdempotencyConflict
    | errors.ServerBusy,
    strawberry.union("ChangeHoldResult", description="The hold as it is now, or why it is what it was."),
]
ExtendHoldResult: TypeAlias = Annotated[
    Hold
    | errors.HoldAlreadyExtended
    | errors.HoldExpired
    | errors.NotFound
    | errors.NotAllowed
    | errors.InvalidInput
    | errors.IdempotencyConflict
    | errors.ServerBusy,
    strawberry.union("ExtendHoldResult", description="The hold with its new end, or why it ends when it did."),
]
SelectionVerdict: TypeAlias = Annotated[
    Lockable
    | errors.SeatsUnavailable
    | errors.SaleNotOpen
    | errors.TooManyTickets
    | errors.AgeRestricted
    | errors.QueueRequired
    | errors.TooManyHolds
    | errors.WouldLeaveSingleSeat
    | errors.InvalidInput
    | errors.ServerBusy,
    strawberry.union("SelectionVerdict", description="What lockTickets would say of exactly these seats now; nothing was locked."),
]
ReleaseHoldResult: TypeAlias = Annotated[
    Hold
    | errors.HoldExpired
    | errors.NotFound
    | errors.NotAllowed
    | errors.InvalidInput
    | errors.IdempotencyConflict
    | errors.ServerBusy,
    strawberry.union("ReleaseHoldResult", description="The hold as it was given back, or why it was not."),
]
