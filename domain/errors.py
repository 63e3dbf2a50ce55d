"""Expected refusals, named after the fact. Raising one inside a transaction rolls it back; each has a GraphQL twin."""

from collections.abc import Sequence
from datetime import datetime

from domain.ids import SessionId, TicketTypeId
from domain.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, PasswordFault
from domain.tickets import TicketStatus


class DomainError(Exception):
    """`message` is one sentence for a person, without anybody else's data."""

    message = "The request was refused."

    def __str__(self) -> str:
        return self.message


class NotFound(DomainError):
    """Also the answer for what belongs to somebody else."""

    message = "There is no such thing, or it is not yours."


class NotAllowed(DomainError):
    message = "Your role does not allow this."


class Unauthenticated(DomainError):
    """Not a member of any union: a top-level error with the code UNAUTHENTICATED."""

    message = "Sign in first: this needs a valid access token."


class InvalidInput(DomainError):
    """`path` names the offending field as a client wrote it, e.g. ("input", "seats", "3")."""

    def __init__(self, path: Sequence[str], message: str) -> None:
        super().__init__(message)
        self.path = tuple(path)
        self.message = message


class SeatsUnavailable(DomainError):
    """`labels` are exactly the asked ones that could not be had, in the order they were asked for.

    `alternatives` are at most three, the nearest first: as many seats, at the same prices.
    """

    def __init__(self, labels: Sequence[str], alternatives: Sequence[Sequence[str]] = ()) -> None:
        super().__init__(labels)
        self.labels = tuple(labels)
        self.alternatives = tuple(tuple(one) for one in alternatives)
        self.message = f"Not available any more: {', '.join(labels)}."


class SoldOut(DomainError):
    def __init__(self, ticket_type_id: TicketTypeId, available: int) -> None:
        super().__init__(ticket_type_id, available)
        self.ticket_type_id = ticket_type_id
        self.available = available
        self.message = f"Only {available} left." if available else "Sold out."


class SaleNotOpen(DomainError):
    """`opens_at` is None where the sale is over or was never to open."""

    def __init__(self, opens_at: datetime | None) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at
        self.message = "The sale has not opened yet." if opens_at else "Tickets for this session are not on sale."


class QueueRequired(DomainError):
    """The session has a waiting room, which opens or opened at `opens_at`, and no token of an admitted place was shown.

    `joined`: the buyer has a place; `admitted`: it is admitted now, so a token can be had at once.
    """

    def __init__(self, session_id: SessionId, opens_at: datetime, *, joined: bool, admitted: bool) -> None:
        super().__init__(session_id, opens_at, joined, admitted)
        self.session_id = session_id
        self.opens_at = opens_at
        self.joined = joined
        self.admitted = admitted
        self.message = (
            "It is your turn: show your queue token." if admitted else "There is a queue for this session: wait for your turn."
        )


class NotSoldHere(DomainError):
    """Of a partner: its organizer does not let it sell the ticket type over the channel."""

    def __init__(self, ticket_type_id: TicketTypeId, channel: str) -> None:
        super().__init__(ticket_type_id, channel)
        self.ticket_type_id = ticket_type_id
        self.channel = channel
        self.message = f"These tickets are not sold over {channel}."


class TooManyTickets(DomainError):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit
        self.message = f"At most {limit} tickets per buyer can be had for this session, held ones included."


class TooManyHolds(DomainError):
    """In the last hour; the buyer may lock again after `retry_after_ms` milliseconds."""

    def __init__(self, limit: int, retry_after_ms: int) -> None:
        super().__init__(limit, retry_after_ms)
        self.limit = limit
        self.retry_after_ms = retry_after_ms
        self.message = f"Tickets for this session were locked {limit} times within an hour; try again later."


class WouldLeaveSingleSeat(DomainError):
    """`labels` would be left alone; `suggestion` are as many seats as were asked for, at the same prices, that leave none."""

    def __init__(self, labels: Sequence[str], suggestion: Sequence[str]) -> None:
        super().__init__(labels, suggestion)
        self.labels = tuple(labels)
        self.suggestion = tuple(suggestion)
        self.message = f"This would leave a single seat: {', '.join(labels)}. {', '.join(suggestion)} would not."


class AgeRestricted(DomainError):
    def __init__(self, minimum_age: int) -> None:
        super().__init__(minimum_age)
        self.minimum_age = minimum_age
        self.message = f"Buyers must be at least {minimum_age} on the day, and have given their date of birth."


class HoldExpired(DomainError):
    """The hold has ended, by time or because it was given back."""

    def __init__(self, expired_at: datetime) -> None:
        super().__init__(expired_at)
        self.expired_at = expired_at
        self.message = "The hold has ended; lock the tickets again."


class HoldAlreadyExtended(DomainError):
    """Once is all there is; it ends at `expires_at`."""

    def __init__(self, expires_at: datetime) -> None:
        super().__init__(expires_at)
        self.expires_at = expires_at
        self.message = "The hold was extended before, and can be only once."


class PaymentDeclined(DomainError):
    message = "The payment was declined; the tickets stay held until the hold expires."


class IdempotencyConflict(DomainError):
    message = "This idempotency key was used with another input."


class TicketAlreadyUsed(DomainError):
    def __init__(self, used_at: datetime) -> None:
        super().__init__(used_at)
        self.used_at = used_at
        self.message = "This ticket was used before."


class TicketNotValid(DomainError):
    def __init__(self, status: TicketStatus, message: str | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.message = message or f"This ticket is {status.value.lower()}."


class SessionStarted(DomainError):
    """Too late: the session has begun."""

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(starts_at)
        self.starts_at = starts_at
        self.message = "The session has begun, so its tickets can no longer be cancelled."


class WrongSession(DomainError):
    """A good ticket, at the gate of another session than its own (`session_id`)."""

    def __init__(self, session_id: SessionId) -> None:
        super().__init__(session_id)
        self.session_id = session_id
        self.message = "This ticket is for another session."


class InvalidCredentials(DomainError):
    message = "The email or the password is wrong."


class LastOwner(DomainError):
    message = "An organizer has one owner at least: make somebody else an owner first."


class AlreadyMember(DomainError):
    message = "This account belongs to the organizer already."


class TooManyAttempts(DomainError):
    """By this caller, at this account, or by everybody; the next one is looked at after `retry_after_ms` milliseconds."""

    def __init__(self, retry_after_ms: int) -> None:
        super().__init__(retry_after_ms)
        self.retry_after_ms = retry_after_ms
        self.message = "This was tried too often; wait a little."


class WeakPassword(DomainError):
    def __init__(self, fault: PasswordFault) -> None:
        super().__init__(fault)
        self.fault = fault
        self.message = {
            PasswordFault.TOO_SHORT: f"A password has at least {SHORTEST_PASSWORD} characters.",
            PasswordFault.TOO_LONG: f"A password has at most {LONGEST_PASSWORD} characters.",
            PasswordFault.EASILY_GUESSED: "This password is easily guessed; several words in a row are harder to.",
        }[fault]


class LinkNotValid(DomainError):
    message = "This link does not work: it is over, was used before, or a newer one has taken its place."


class MailUnavailable(DomainError):
    message = "This server is not set up to send mail, so this is not possible here."


class EmailNotVerified(DomainError):
    message = "Confirm your email first: follow the link in the mail that was sent to it."


class TicketsStillValid(DomainError):
    """`count` tickets of sessions that are not over, of which the last ends at `last_ends_at`."""

    def __init__(self, count: int, last_ends_at: datetime | None) -> None:
        super().__init__(count, last_ends_at)
        self.count = count
        self.last_ends_at = last_ends_at
        self.message = f"There are tickets of this account that are still good: {count}."


class ServerBusy(DomainError):
    """Whether anything was done is not known; trying again after `retry_after_ms` milliseconds is safe under the same key."""

    def __init__(self, retry_after_ms: int) -> None:
        super().__init__(retry_after_ms)
        self.retry_after_ms = retry_after_ms
        self.message = "Too busy just now; try again in a moment."
