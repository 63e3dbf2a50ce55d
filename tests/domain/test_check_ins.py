"""Check-ins: who is let in, and why not, the weightiest reason first."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.check_ins import refusal_of
from domain.errors import NotFound, TicketAlreadyUsed, TicketNotValid, WrongSession
from domain.ids import OrderId, SessionId, TicketId, TicketTypeId, UserId
from domain.money import Money
from domain.tickets import Scan, Ticket, TicketClaim, TicketStatus

HERE, ELSEWHERE = SessionId(UUID(int=1)), SessionId(UUID(int=2))
USED_AT = datetime(2030, 1, 1, tzinfo=UTC)
TICKET = Ticket(
    id=TicketId(UUID(int=3)),
    order_id=OrderId(UUID(int=4)),
    session_id=HERE,
    user_id=UserId(UUID(int=5)),
    ticket_type_id=TicketTypeId(UUID(int=6)),
    seat="A-1",
    status=TicketStatus.VALID,
    price=Money(2500, "EUR"),
    purchased_at=datetime(2029, 1, 1, tzinfo=UTC),
    generation=2,
)
USED = replace(TICKET, status=TicketStatus.USED, used_at=USED_AT)
GATE = UserId(UUID(int=7))
GOOD = TicketClaim(TICKET.id, HERE, 2)


@pytest.mark.parametrize("claim", [None, GOOD])
@pytest.mark.parametrize("gate_session", [None, HERE])
def test_a_valid_ticket_is_let_in_by_its_token_or_id_at_its_own_gate(
    claim: TicketClaim | None, gate_session: SessionId | None
) -> None:
    assert refusal_of(Scan(TICKET, GATE, gate_session, claim)) is None


@pytest.mark.parametrize(
    "claim", [TicketClaim(TICKET.id, HERE, 1), TicketClaim(TICKET.id, HERE, 3), TicketClaim(TICKET.id, ELSEWHERE, 2)]
)
@pytest.mark.parametrize("ticket", [TICKET, USED])
def test_a_token_of_another_generation_or_session_is_no_token_of_this_ticket(ticket: Ticket, claim: TicketClaim) -> None:
    assert type(refusal_of(Scan(ticket, GATE, ELSEWHERE, claim))) is NotFound


@pytest.mark.parametrize("ticket", [TICKET, USED])
def test_a_ticket_for_another_session_is_told_which(ticket: Ticket) -> None:
    refusal = refusal_of(Scan(ticket, GATE, ELSEWHERE, GOOD))
    assert isinstance(refusal, WrongSession)
    assert refusal.session_id == HERE


def test_a_used_ticket_is_told_when() -> None:
    refusal = refusal_of(Scan(USED, GATE, HERE, GOOD))
    assert isinstance(refusal, TicketAlreadyUsed)
    assert refusal.used_at == USED_AT


@pytest.mark.parametrize("status", [TicketStatus.CANCELLED, TicketStatus.EXPIRED])
def test_a_ticket_that_is_not_valid_is_told_what_it_is(status: TicketStatus) -> None:
    refusal = refusal_of(Scan(replace(TICKET, status=status), GATE, HERE, GOOD))
    assert isinstance(refusal, TicketNotValid)
    assert refusal.status is status
