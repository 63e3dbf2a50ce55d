"""What the lock path's verdicts are to the rest: refusals, with the place in the input that is at fault."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from db.batches import Verdict
from domain.errors import (
    AgeRestricted,
    DomainError,
    HoldExpired,
    IdempotencyConflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    SaleNotOpen,
    SeatsUnavailable,
    SessionStarted,
    SoldOut,
    TicketAlreadyUsed,
    TicketNotValid,
    TooManyTickets,
)
from domain.holds import ChangeHold, LockTickets
from domain.ids import TicketTypeId
from domain.tickets import TicketStatus

PLAIN: Mapping[str, type[DomainError]] = {
    "NOT_FOUND": NotFound,
    "NOT_ALLOWED": NotAllowed,
    "IDEMPOTENCY_CONFLICT": IdempotencyConflict,
}
TIMED: Mapping[str, Callable[[datetime], DomainError]] = {
    "HOLD_EXPIRED": HoldExpired,
    "TICKET_ALREADY_USED": TicketAlreadyUsed,
    "SESSION_STARTED": SessionStarted,
}


def refusal(verdict: Verdict) -> DomainError:
    """Of any command but those that take seats."""
    if verdict.name in TIMED:
        return TIMED[verdict.name](verdict.at)
    if verdict.name == "TICKET_NOT_VALID":
        return TicketNotValid(TicketStatus(str(verdict.detail["status"])))
    return PLAIN[verdict.name]()


def refused_taking(verdict: Verdict, command: LockTickets | ChangeHold) -> DomainError:
    match verdict.name:
        case "UNKNOWN_SEATS":
            label = verdict.labels[0]
            return InvalidInput(("input", *_place_of(label, command)), f"There is no seat {label!r}.")
        case "UNKNOWN_TICKET_TYPE":
            return _unknown_ticket_type(verdict, command)
        case "NOTHING_LEFT":
            return _nothing_left(command)
        case _:
            return _refused_to_buyer(verdict)


def _refused_to_buyer(verdict: Verdict) -> DomainError:
    match verdict.name:
        case "SALE_NOT_OPEN":
            return SaleNotOpen(verdict.maybe_at)
        case "AGE_RESTRICTED":
            return AgeRestricted(verdict.number("age"))
        case "TOO_MANY_TICKETS":
            return TooManyTickets(verdict.number("limit"))
        case "SEATS_UNAVAILABLE":
            return SeatsUnavailable(verdict.labels)
        case "SOLD_OUT":
            return SoldOut(TicketTypeId(UUID(str(verdict.detail["ticketType"]))), verdict.number("available"))
        case _:
            return refusal(verdict)


def _unknown_ticket_type(verdict: Verdict, command: LockTickets | ChangeHold) -> InvalidInput:
    at = [str(one.ticket_type_id) for one in command.general_admission].index(str(verdict.detail["ticketType"]))
    path = ("input", "generalAdmission", str(at), "ticketTypeId")
    return InvalidInput(path, "This is not a general admission ticket type of the session.")


def _nothing_left(command: LockTickets | ChangeHold) -> InvalidInput:
    field = "remove" if isinstance(command, ChangeHold) and command.remove else "generalAdmission"
    return InvalidInput(("input", field), "Nothing would be left in the hold; to give all of it back, call releaseHold.")


def _place_of(label: str, command: LockTickets | ChangeHold) -> tuple[str, str]:
    if isinstance(command, LockTickets):
        return "seats", str(list(command.seats).index(label))
    field, labels = ("add", command.add) if label in command.add else ("remove", command.remove)
    return field, str(list(labels).index(label))
