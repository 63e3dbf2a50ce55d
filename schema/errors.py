"""Expected refusals as data: the GraphQL twins of `domain/errors.py`, and what turns one into the other."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import strawberry
from strawberry.schema.exception_handlers import ExceptionHandler
from strawberry.types.field import StrawberryField

from domain import errors
from domain.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, PasswordFault
from domain.tickets import TicketStatus
from schema.scalars import shown


@strawberry.interface(description="Every expected failure is data: a member of the result union that implements this.")
class Error:
    code: str = strawberry.field(
        description="Stable, machine-readable, SCREAMING_SNAKE_CASE; clients branch on __typename or on this."
    )
    message: str = strawberry.field(description="One sentence for a person. Never SQL, a stack trace or another user's data.")


@strawberry.type(description="Some of the seats are held or sold. Nothing was locked.")
class SeatsUnavailable(Error):
    labels: list[str] = strawberry.field(description="Exactly the labels that could not be had, in the order asked for.")
    alternatives: list[list[str]] = strawberry.field(
        description="Up to three choices that could be had when this was decided, the nearest first: as many seats as were asked "
        "for, at the same price levels, side by side where possible. Others are offered them too: lock at once. Empty where there "
        "are none."
    )


@strawberry.type(
    description="The seats are free, but somebody who comes in company could not use the one left beside them. Nothing was locked."
)
class WouldLeaveSingleSeat(Error):
    labels: list[str] = strawberry.field(description="The seats that would be left alone.")
    suggestion: list[str] = strawberry.field(
        description="As many seats as were asked for, near them and at the same price levels, that leave none alone."
    )


@strawberry.type(description="Too few places of general admission are left. Nothing was locked.")
class SoldOut(Error):
    ticket_type_id: strawberry.ID = strawberry.field(description="The ticket type that ran out.")
    available: int = strawberry.field(description="How many places of it are left now.")


@strawberry.type(description="The session is not on sale now: not yet, or no longer.")
class SaleNotOpen(Error):
    opens_at: datetime | None = strawberry.field(description="When the sale opens; null when it is over or the session cancelled.")


@strawberry.type(
    description="The session has a waiting room, and this came without the token of somebody whose turn it is. Nothing was locked, "
    "and nothing is kept under the idempotency key: ask again with the token."
)
class QueueRequired(Error):
    session_id: strawberry.ID = strawberry.field(description="The session: joinQueue with it, then follow queuePosition.")
    opens_at: datetime = strawberry.field(description="When its waiting room opens or opened.")
    joined: bool = strawberry.field(description="Whether the viewer has a place in the queue; if not, call joinQueue.")
    admitted: bool = strawberry.field(description="Whether it is the viewer's turn now; if so, queuePosition has the token.")


@strawberry.type(description="The organizer does not let partners sell these tickets over this channel. Nothing was locked.")
class NotSoldHere(Error):
    ticket_type_id: strawberry.ID = strawberry.field(description="The ticket type, or the first of several.")
    channel: str = strawberry.field(description="The channel of the token.")


@strawberry.type(description="More tickets than one buyer may have for this session, held ones included.")
class TooManyTickets(Error):
    limit: int = strawberry.field(description="The most tickets a buyer may hold and own for the session.")


@strawberry.type(description="More holds than one buyer may make for this session within an hour; bought ones don't count.")
class TooManyHolds(Error):
    limit: int = strawberry.field(description="The most holds a buyer may make within an hour.")
    retry_after_ms: int = strawberry.field(description="Milliseconds until the next one is possible.")


@strawberry.type(description="The hold was extended before; that is possible once. It ends when it says.")
class HoldAlreadyExtended(Error):
    expires_at: datetime = strawberry.field(description="When it ends.")


@strawberry.type(description="The buyer is too young on the day of the session, or has given no date of birth.")
class AgeRestricted(Error):
    minimum_age: int = strawberry.field(description="Years, reached on the day of the session in its own time zone.")


@strawberry.type(description="The hold has ended, by time or because it was given back. Lock again.")
class HoldExpired(Error):
    expired_at: datetime = strawberry.field(description="When it ended.")


@strawberry.type(description="The payment was declined. The hold stays until it expires: try another payment method.")
class PaymentDeclined(Error):
    pass


@strawberry.type(description="The idempotency key was used before with another input. Nothing was done.")
class IdempotencyConflict(Error):
    pass


@strawberry.type(description="The ticket was used before: nobody else gets in with it.")
class TicketAlreadyUsed(Error):
    used_at: datetime = strawberry.field(description="When it was used.")


@strawberry.type(description="The ticket is in a state that does not allow this.")
class TicketNotValid(Error):
    status: TicketStatus = strawberry.field(description="The state it is in.")


@strawberry.type(description="A good ticket, but of another session than the gate's. It was not used.")
class WrongSession(Error):
    session_id: strawberry.ID = strawberry.field(description="The session that the ticket is for.")


@strawberry.type(description="The session has begun, so its tickets can no longer be cancelled.")
class SessionStarted(Error):
    starts_at: datetime = strawberry.field(description="When it began.")


@strawberry.type(description="There is no such thing, or it is not yours.")
class NotFound(Error):
    pass


@strawberry.type(description="You are signed in, but your role or the state of things does not allow this.")
class NotAllowed(Error):
    pass


@strawberry.type(description="The input is at fault. Nothing was done.")
class InvalidInput(Error):
    path: list[str] = strawberry.field(description='GraphQL path of the offending field, e.g. ["input", "seats"].')


@strawberry.type(description="The email or the password is wrong; which one is not said.")
class InvalidCredentials(Error):
    pass


@strawberry.type(description="The account is the only owner of an organizer. Nothing was done: make somebody else an owner first.")
class LastOwner(Error):
    pass


@strawberry.type(
    description="This was tried too often, here or at this account. Nothing was done; what was given was not even looked at."
)
class TooManyAttempts(Error):
    retry_after_ms: int = strawberry.field(description="Milliseconds until it is looked at again.")


@strawberry.type(description="The password will not do. Nothing was done.")
class WeakPassword(Error):
    fault: PasswordFault = strawberry.field(description="What is wrong with it.")
    minimum_length: int = strawberry.field(description="The fewest characters that a password has.")
    maximum_length: int = strawberry.field(description="The most characters that a password has.")


@strawberry.type(description="The link of a mail does not work: it is over, was used before, or another one has taken its place.")
class LinkNotValid(Error):
    pass


@strawberry.type(description="This server sends no mail, so nobody can register or get a link here.")
class MailUnavailable(Error):
    pass


@strawberry.type(
    description="Only accounts whose email is verified may buy here. Nothing was locked, and nothing is kept under the "
    "idempotency key: ask again when it is."
)
class EmailNotVerified(Error):
    pass


@strawberry.type(
    description="Tickets of the account are still good. Nothing was deleted: cancel them, or say that they may be left."
)
class TicketsStillValid(Error):
    count: int = strawberry.field(description="How many there are, and are being paid.")
    last_ends_at: datetime | None = strawberry.field(description="When the last of their sessions ends.")


@strawberry.type(description="The account belongs to the organizer already; change what it is there. Nothing was done.")
class AlreadyMember(Error):
    pass


@strawberry.type(description="Too busy just now; whether anything was done is not known. Retry with the same idempotency key.")
class ServerBusy(Error):
    retry_after_ms: int = strawberry.field(description="Milliseconds to wait before trying again.")


Fields = Callable[[Any], Mapping[str, object]]
# Each refusal's twin, and what it has beside code and message.
TWINS: Mapping[type[errors.DomainError], tuple[type[Error], Fields]] = {
    errors.SeatsUnavailable: (
        SeatsUnavailable,
        lambda error: {"labels": list(error.labels), "alternatives": [list(one) for one in error.alternatives]},
    ),
    errors.WouldLeaveSingleSeat: (
        WouldLeaveSingleSeat,
        lambda error: {"labels": list(error.labels), "suggestion": list(error.suggestion)},
    ),
    errors.SoldOut: (
        SoldOut,
        lambda error: {"ticket_type_id": shown("tickettype", error.ticket_type_id), "available": error.available},
    ),
    errors.SaleNotOpen: (SaleNotOpen, lambda error: {"opens_at": error.opens_at}),
    errors.QueueRequired: (
        QueueRequired,
        lambda error: {
            "session_id": shown("session", error.session_id),
            "opens_at": error.opens_at,
            "joined": error.joined,
            "admitted": error.admitted,
        },
    ),
    errors.NotSoldHere: (
        NotSoldHere,
        lambda error: {"ticket_type_id": shown("tickettype", error.ticket_type_id), "channel": error.channel},
    ),
    errors.TooManyTickets: (TooManyTickets, lambda error: {"limit": error.limit}),
    errors.TooManyHolds: (TooManyHolds, lambda error: {"limit": error.limit, "retry_after_ms": error.retry_after_ms}),
    errors.HoldAlreadyExtended: (HoldAlreadyExtended, lambda error: {"expires_at": error.expires_at}),
    errors.AgeRestricted: (AgeRestricted, lambda error: {"minimum_age": error.minimum_age}),
    errors.HoldExpired: (HoldExpired, lambda error: {"expired_at": error.expired_at}),
    errors.PaymentDeclined: (PaymentDeclined, lambda _: {}),
    errors.IdempotencyConflict: (IdempotencyConflict, lambda _: {}),
    errors.TicketAlreadyUsed: (TicketAlreadyUsed, lambda error: {"used_at": error.used_at}),
    errors.TicketNotValid: (TicketNotValid, lambda error: {"status": error.status}),
    errors.WrongSession: (WrongSession, lambda error: {"session_id": shown("session", error.session_id)}),
    errors.SessionStarted: (SessionStarted, lambda error: {"starts_at": error.starts_at}),
    errors.NotFound: (NotFound, lambda _: {}),
    errors.NotAllowed: (NotAllowed, lambda _: {}),
    errors.InvalidInput: (InvalidInput, lambda error: {"path": list(error.path)}),
    errors.InvalidCredentials: (InvalidCredentials, lambda _: {}),
    errors.LastOwner: (LastOwner, lambda _: {}),
    errors.TooManyAttempts: (TooManyAttempts, lambda error: {"retry_after_ms": error.retry_after_ms}),
    errors.WeakPassword: (
        WeakPassword,
        lambda error: {"fault": error.fault, "minimum_length": SHORTEST_PASSWORD, "maximum_length": LONGEST_PASSWORD},
    ),
    errors.LinkNotValid: (LinkNotValid, lambda _: {}),
    errors.MailUnavailable: (MailUnavailable, lambda _: {}),
    errors.EmailNotVerified: (EmailNotVerified, lambda _: {}),
    errors.TicketsStillValid: (
        TicketsStillValid,
        lambda error: {"count": error.count, "last_ends_at": error.last_ends_at},
    ),
    errors.AlreadyMember: (AlreadyMember, lambda _: {}),
    errors.ServerBusy: (ServerBusy, lambda error: {"retry_after_ms": error.retry_after_ms}),
}


class Twin(ExceptionHandler):  # type: ignore[type-arg]  # both types are set per instance
    """Turns one refusal into its twin, in every field whose result union has it."""

    def __init__(self, refusal: type[errors.DomainError]) -> None:
        self.exception_type = refusal
        self.error_type, self.fields = TWINS[refusal]
        self.code = re.sub(r"(?<!^)(?=[A-Z])", "_", refusal.__name__).upper()

    def handle(self, exception: errors.DomainError, *, field: StrawberryField, info: strawberry.Info) -> Error:
        return self.error_type(code=self.code, message=exception.message, **self.fields(exception))


HANDLERS = tuple(Twin(refusal) for refusal in TWINS)
