"""Tickets: looking at them, using them at a gate, giving them back."""

from collections.abc import Collection, Mapping
from uuid import UUID

from domain.access import NOWHERE, Right
from domain.answers import Once
from domain.audit import AuditAction, Subject
from domain.check_ins import Admission, CheckInResult, refusal_again, refusal_of
from domain.errors import DomainError, InvalidInput, NotFound
from domain.ids import SessionId, TicketId, UserId
from domain.repositories import Page, PageRequest, Transaction
from domain.tickets import Scan, Ticket, TicketClaim, TicketFilter, TicketStatus
from domain.topics import cancelled, used
from domain.viewers import Viewer
from resolvers.access import by_viewer, reach_of, reach_to_act
from resolvers.services import Services

LONGEST_REASON = 500
LONGEST_TOKEN = 500
# Who checks tickets in, sells or cancels them looks at them.
SEEING = (Right.CHECK_IN, Right.SEE_ORDERS)


async def ticket_for(services: Services, viewer: Viewer | None, ticket_id: TicketId) -> Ticket | None:
    """None for anybody but its holder, and those who check it in or sell it."""
    if viewer is None:
        return None
    async with services.reading() as work:
        # What is one's own is found without asking for posts.
        found = await work.tickets.shown_to(viewer.user_id, NOWHERE, [ticket_id])
        found = found or await work.tickets.shown_to(viewer.user_id, await reach_of(work, viewer, *SEEING), [ticket_id])
        return found.get(ticket_id)


async def tickets_shown(services: Services, asked: Collection[tuple[Viewer, TicketId]]) -> Mapping[tuple[Viewer, TicketId], Ticket]:
    """To those of the viewers who hold them, check them in or sell them."""
    found: dict[tuple[Viewer, TicketId], Ticket] = {}
    async with services.reading() as work:
        for viewer, ids in by_viewer(asked).items():
            shown = await work.tickets.shown_to(viewer.user_id, await reach_of(work, viewer, *SEEING), ids)
            found |= {(viewer, id): ticket for id, ticket in shown.items()}
    return found


async def tickets_by_ids(services: Services, ids: Collection[TicketId]) -> Mapping[TicketId, Ticket]:
    async with services.reading() as work:
        return await work.tickets.by_ids(ids)


async def tickets_of_user(services: Services, user_id: UserId, wanted: PageRequest, status: TicketStatus | None) -> Page[Ticket]:
    async with services.reading() as work:
        return await work.tickets.of_user(user_id, wanted, status)


async def count_tickets_of_user(services: Services, user_id: UserId, status: TicketStatus | None) -> int:
    async with services.reading() as work:
        return await work.tickets.count_of_user(user_id, status)


async def tickets_of_session(
    services: Services, viewer: Viewer | None, wanted: PageRequest, where: TicketFilter
) -> Page[Ticket] | None:
    """None for everybody but those who may see its orders."""
    async with services.reading() as work:
        reach = await reach_of(work, viewer, Right.SEE_ORDERS)
        owner = (await work.organizers.of_sessions([where.session_id])).get(where.session_id)
        return await work.tickets.sold(reach, wanted, where) if owner and reach.covers(*owner) else None


async def count_tickets_of_session(services: Services, viewer: Viewer | None, where: TicketFilter) -> int:
    async with services.reading() as work:
        return await work.tickets.count_sold(await reach_of(work, viewer, Right.SEE_ORDERS), where)


async def admission_of_sessions(
    services: Services, asked: Collection[tuple[Viewer, SessionId]]
) -> Mapping[tuple[Viewer, SessionId], Admission]:
    """For those of the viewers who may check in there."""
    found: dict[tuple[Viewer, SessionId], Admission] = {}
    async with services.reading() as work:
        for viewer, ids in by_viewer(asked).items():
            reach = await reach_of(work, viewer, Right.CHECK_IN)
            counted = {} if reach.nowhere else await work.tickets.admission(reach, ids)
            found |= {(viewer, id): one for id, one in counted.items()}
    return found


def token_of(services: Services, ticket: Ticket) -> str:
    """For those who may see the ticket."""
    return services.ticket_tokens.issue(ticket)


async def use_ticket(
    services: Services, viewer: Viewer, shown: str | TicketId, session_id: SessionId | None, once: Once | None = None
) -> Ticket:
    """Checks in, exactly once; `shown` is a token or an id. Scans of real tickets that admit nobody are kept too.

    Raises `NotAllowed` for who checks in nowhere, `InvalidInput` for a token we did not sign, `NotFound` also at another's
    gate, `WrongSession`, `TicketAlreadyUsed`, `TicketNotValid`.
    """
    async with services.transaction() as work:
        reach = await reach_to_act(work, viewer, Right.CHECK_IN)
        claim = _claim(services, shown)
        answer = await work.answers.first(once) if once else None
        ticket = await work.tickets.locked(claim if isinstance(claim, UUID) else claim.ticket_id, reach)
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
    async with services.transaction() as work:
        reach = await reach_of(work, viewer, Right.CANCEL_TICKETS)
        ticket = (await work.tickets.shown_to(viewer.user_id, reach, [ticket_id])).get(ticket_id)
        if ticket is None:
            raise NotFound
        if ticket.user_id != viewer.user_id and (once is None or await work.answers.find(once) is None):
            # Noted before it is tried, since it commits by itself: the ticket says whether it was cancelled.
            owner, _ = (await work.organizers.of_sessions([ticket.session_id]))[ticket.session_id]
            await work.audit.note(viewer, AuditAction.TICKET_CANCELLATION, Subject("ticket", ticket_id), owner)
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
