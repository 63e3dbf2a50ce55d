"""Tickets: looking at them, using them at a gate, giving them back."""

from collections.abc import Collection, Mapping
from uuid import UUID

from domain.answers import Once
from domain.check_ins import Admission, CheckInResult, refusal_again, refusal_of
from domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from domain.ids import SessionId, TicketId, UserId
from domain.repositories import Page, PageRequest, Transaction
from domain.tickets import Scan, Ticket, TicketClaim, TicketStatus
from domain.topics import cancelled, used
from domain.viewers import Role, Viewer
from resolvers.services import Services

LONGEST_REASON = 500
LONGEST_TOKEN = 500
CHECKING_IN = (Role.GATE, Role.ADMIN)


async def ticket_for(services: Services, viewer: Viewer | None, ticket_id: TicketId) -> Ticket | None:
    """None for anybody but its holder and gate staff."""
    ticket = (await tickets_by_ids(services, [ticket_id])).get(ticket_id)
    return ticket if ticket is not None and may_see(viewer, ticket) else None


async def tickets_by_ids(services: Services, ids: Collection[TicketId]) -> Mapping[TicketId, Ticket]:
    async with services.transaction() as work:
        return await work.tickets.by_ids(ids)


async def tickets_of_user(services: Services, user_id: UserId, wanted: PageRequest, status: TicketStatus | None) -> Page[Ticket]:
    async with services.transaction() as work:
        return await work.tickets.of_user(user_id, wanted, status)


async def count_tickets_of_user(services: Services, user_id: UserId, status: TicketStatus | None) -> int:
    async with services.transaction() as work:
        return await work.tickets.count_of_user(user_id, status)


async def admission_of_sessions(services: Services, ids: Collection[SessionId]) -> Mapping[SessionId, Admission]:
    """For those who may check in."""
    async with services.transaction() as work:
        return await work.tickets.admission(ids)


def may_check_in(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.has(*CHECKING_IN)


def token_of(services: Services, viewer: Viewer | None, ticket: Ticket) -> str | None:
    return services.ticket_tokens.issue(ticket) if may_see(viewer, ticket) else None


def may_see(viewer: Viewer | None, ticket: Ticket) -> bool:
    return viewer is not None and (viewer.user_id == ticket.user_id or viewer.has(Role.GATE, Role.ADMIN))


async def use_ticket(
    services: Services, viewer: Viewer, shown: str | TicketId, session_id: SessionId | None, once: Once | None = None
) -> Ticket:
    """Checks in, exactly once; `shown` is a token or an id. Scans of real tickets that admit nobody are kept too.

    Raises `NotAllowed` without the gate's role, `InvalidInput` for a token we did not sign, `NotFound`, `WrongSession`,
    `TicketAlreadyUsed`, `TicketNotValid`.
    """
    if not may_check_in(viewer):
        raise NotAllowed
    claim = _claim(services, shown)
    async with services.transaction() as work:
        answer = await work.answers.first(once) if once else None
        ticket = await work.tickets.locked(claim if isinstance(claim, UUID) else claim.ticket_id)
        if ticket is None:
            raise NotFound
        if answer is None:
            scan = Scan(ticket, viewer.user_id, session_id, None if isinstance(claim, UUID) else claim)
            ticket, refusal = await _shown(work, scan, once)
        else:
            refusal = refusal_again(CheckInResult(str(answer["result"])), ticket, TicketStatus(str(answer["status"])))
    services.topics.announce(*used(ticket))
    if refusal is not None:
        raise refusal
    return ticket


async def cancel_ticket(
    services: Services, viewer: Viewer, ticket_id: TicketId, reason: str | None, once: Once | None = None
) -> Ticket:
    """Frees the seat at once. Raises `NotFound`, `TicketAlreadyUsed`, `TicketNotValid`, `SessionStarted`."""
    if reason is not None and len(reason) > LONGEST_REASON:
        raise InvalidInput(("input", "reason"), f"At most {LONGEST_REASON} characters.")
    ticket = (await tickets_by_ids(services, [ticket_id])).get(ticket_id)
    if ticket is None or not (ticket.user_id == viewer.user_id or viewer.has(Role.ADMIN)):
        raise NotFound
    await services.inventory.cancel(ticket.session_id, ticket_id, reason, once)
    services.topics.announce(*cancelled(ticket))
    return (await tickets_by_ids(services, [ticket_id]))[ticket_id]


async def _shown(work: Transaction, scan: Scan, once: Once | None) -> tuple[Ticket, DomainError | None]:
    refusal = refusal_of(scan)
    result = CheckInResult(type(refusal).__name__) if refusal else CheckInResult.ADMITTED
    if once is not None:
        await work.answers.keep(once, {"result": result.value, "status": scan.ticket.status.value})
    if refusal is None:
        return await work.tickets.check_in(scan), None
    await work.tickets.note_refused(scan, result.value)
    return scan.ticket, refusal


def _claim(services: Services, shown: str | TicketId) -> TicketClaim | TicketId:
    if isinstance(shown, UUID):
        return shown
    claim = services.ticket_tokens.read(shown) if len(shown) <= LONGEST_TOKEN else None
    if claim is None:
        raise InvalidInput(("input", "token"), "This is not one of our tickets.")
    return claim
