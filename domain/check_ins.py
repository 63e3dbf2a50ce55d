"""Check-ins: whether a ticket shown at a gate lets somebody in, and how many have come."""

from dataclasses import dataclass

from domain.errors import DomainError, NotFound, TicketAlreadyUsed, TicketNotValid, WrongSession
from domain.tickets import Scan, TicketStatus


@dataclass(frozen=True, slots=True)
class Admission:
    """Of a session: `expected` are its tickets that were not cancelled, `admitted` those of them that were used."""

    expected: int
    admitted: int


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
