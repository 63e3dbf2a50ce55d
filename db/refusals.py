"""What the lock path's verdicts are to the rest: refusals, with the place in the input that is at fault."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from db.verdicts import Verdict
from domain.errors import (
    AgeRestricted,
    DomainError,
    HoldAlreadyExtended,
    HoldExpired,
    IdempotencyConflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    QueueRequired,
    SaleNotOpen,
    SeatsUnavailable,
    SessionStarted,
    SoldOut,
    TicketAlreadyUsed,
    TicketNotValid,
    TooManyHolds,
    TooManyTickets,
    WouldLeaveSingleSeat,
)
from domain.holds import ChangeHold, LockTickets, Selection
from domain.ids import SessionId, TicketTypeId
from domain.tickets import TicketStatus

Taking: TypeAlias = LockTickets | ChangeHold | Selection
PLAIN: Mapping[str, type[DomainError]] = {
    "NOT_FOUND": NotFound,
    "NOT_ALLOWED": NotAllowed,
    "IDEMPOTENCY_CONFLICT": IdempotencyConflict,
}
TIMED: Mapping[str, Callable[[datetime], DomainError]] = {
    "HOLD_EXPIRED": HoldExpired,
    "HOLD_ALREADY_EXTENDED": HoldAlreadyExtended,
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


def refused_taking(verdict: Verdict, command: Taking) -> DomainError:
    match verdict.name:
        case "UNKNOWN_SEATS":
            label = verdict.labels[0]
            return InvalidInput(_place_of(label, command), f"There is no seat {label!r}.")
        case "UNKNOWN_TICKET_TYPE":
            return _unknown_ticket_type(verdict, command)
        case "UNKNOWN_SECTION":
            return _unknown_section(verdict, command)
        case "NOTHING_LEFT":
            return _nothing_left(command)
        case "QUEUE_REQUIRED":
            return _queue_required(verdict)
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
            return SeatsUnavailable(verdict.labels, verdict.detail.get("alternatives", ()))
        case "WOULD_LEAVE_SINGLE_SEAT":
            return WouldLeaveSingleSeat(verdict.labels, verdict.detail["suggestion"])
        case "TOO_MANY_HOLDS":
            left = (verdict.at - verdict.clock).total_seconds()
            return TooManyHolds(verdict.number("limit"), math.ceil(left * 1000))
        case "SOLD_OUT":
            return SoldOut(TicketTypeId(UUID(str(verdict.detail["ticketType"]))), verdict.number("available"))
        case _:
            return refusal(verdict)


def _queue_required(verdict: Verdict) -> QueueRequired:
    session_id = SessionId(UUID(str(verdict.detail["session"])))
    return QueueRequired(session_id, verdict.at, joined=bool(verdict.detail["joined"]), admitted=bool(verdict.detail["admitted"]))


def _unknown_section(verdict: Verdict, command: Taking) -> InvalidInput:
    section = str(verdict.detail["section"])
    sections = command.best_available.sections if isinstance(command, LockTickets) and command.best_available else ()
    path = ("input", "bestAvailable", "sections", str(list(sections).index(section)))
    return InvalidInput(path, f"The seat map has no section {section!r}.")


def _unknown_ticket_type(verdict: Verdict, command: Taking) -> InvalidInput:
    if verdict.detail.get("best"):
        path = ("input", "bestAvailable", "ticketTypeId")
        return InvalidInput(path, "This is not a ticket type of the session with numbered seats.")
    places = () if isinstance(command, Selection) else command.general_admission
    at = [str(one.ticket_type_id) for one in places].index(str(verdict.detail["ticketType"]))
    place = ("input", "generalAdmission", str(at), "ticketTypeId")
    return InvalidInput(place, "This is not a general admission ticket type of the session.")


def _nothing_left(command: Taking) -> InvalidInput:
    field = "remove" if isinstance(command, ChangeHold) and command.remove else "generalAdmission"
    return InvalidInput(("input", field), "Nothing would be left in the hold; to give all of it back, call releaseHold.")


def _place_of(label: str, command: Taking) -> tuple[str, ...]:
    match command:
        case Selection(seats=seats):
            return "seats", str(list(seats).index(label))
        case LockTickets(seats=seats):
            return "input", "seats", str(list(seats).index(label))
        case ChangeHold(add=add, remove=remove):
            field, labels = ("add", add) if label in add else ("remove", remove)
            return "input", field, str(list(labels).index(label))
