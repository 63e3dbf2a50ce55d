"""Check-ins: whether a ticket shown at a gate lets somebody in, who was shown lately, and how many have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from domain.errors import DomainError, NotFound, TicketAlreadyUsed, TicketNotValid, WrongSession
from domain.events import TicketType
from domain.ids import TicketId
from domain.tickets import Scan, Ticket, TicketStatus


class CheckInResult(StrEnum):
    """Values are what is stored: the name of the refusal."""

    ADMITTED = "Admitted"
    TICKET_ALREADY_USED = "TicketAlreadyUsed"
    TICKET_NOT_VALID = "TicketNotValid"
    WRONG_SESSION = "WrongSession"
    NOT_FOUND = "NotFound"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A ticket that was shown, and what came of it. No seat: general admission."""

    ticket_id: TicketId
    seat: str | None
    ticket_type: TicketType
    at: datetime
    result: CheckInResult


@dataclass(frozen=True, slots=True)
class Admission:
    """Of a session: `expected` are its tickets that were not cancelled, `admitted` those of them that were used."""

    expected: int
    admitted: int


@dataclass(frozen=True, slots=True)
class GateActivity:
    """`last` are the newest check-ins of a session's tickets, refused ones too, the newest first."""

    admission: Admission
    last: Sequence[CheckIn]


def refusal_of(scan: Scan) -> DomainError | None:
    """None admits. A token of an older generation than the ticket's is no token of it any more."""
    ticket, claim = scan.ticket, scan.claim
    if claim is not None and (claim.session_id, claim.generation) != (ticket.session_id, ticket.generation):
        return NotFound()
    if scan.session_id not in (None, ticket.session_id):
        return WrongSession(ticket.session_id)
    if ticket.used_at is not None:
        return TicketAlreadyUsed(ticket.used_at)
    if ticket.status is not TicketStatus.VALID:
        return TicketNotValid(ticket.status)
    return None


def refusal_again(result: CheckInResult, ticket: Ticket, status: TicketStatus) -> DomainError | None:
    """What was said of a ticket before, when its status was that."""
    match result:
        case CheckInResult.ADMITTED:
            return None
        case CheckInResult.NOT_FOUND:
            return NotFound()
        case CheckInResult.WRONG_SESSION:
            return WrongSession(ticket.session_id)
        case CheckInResult.TICKET_ALREADY_USED:
            assert ticket.used_at is not None
            return TicketAlreadyUsed(ticket.used_at)
        case CheckInResult.TICKET_NOT_VALID:
            return TicketNotValid(status)
    assert_never(result)
