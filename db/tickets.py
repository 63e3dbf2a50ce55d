"""Tickets and check-ins in Postgres."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from db.paging import Query, read_page
from db.reach import within
from db.sessions import to_ticket_type
from db.tables import AccountRow, CheckInRow, EventRow, SessionRow, TicketRow, TicketTypeRow
from domain.access import Reach
from domain.check_ins import Admission, CheckIn, CheckInResult
from domain.ids import OrderId, SessionId, TicketId, TicketTypeId, UserId, new_id
from domain.money import Money
from domain.repositories import Page, PageRequest
from domain.tickets import Scan, Ticket, TicketFilter, TicketStatus


class PostgresTickets:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_ids(self, ids: Collection[TicketId]) -> Mapping[TicketId, Ticket]:
        rows = await self._session.execute(_tickets().where(col(TicketRow.id).in_(ids)))
        return {TicketId(row[0].id): _ticket(row) for row in rows}

    async def shown_to(self, user_id: UserId, reach: Reach, ids: Collection[TicketId]) -> Mapping[TicketId, Ticket]:
        seen = or_(col(TicketRow.user_id) == user_id, _within(reach))
        rows = await self._session.execute(_with_event(_tickets()).where(col(TicketRow.id).in_(ids), seen))
        return {TicketId(row[0].id): _ticket(row) for row in rows}

    async def sold(self, reach: Reach, wanted: PageRequest, where: TicketFilter) -> Page[Ticket]:
        key = (col(TicketRow.purchased_at), col(TicketRow.id))
        query = _sold(_tickets(), reach, where)
        return await read_page(self._session, query, key, wanted, _ticket, newest_first=True)

    async def count_sold(self, reach: Reach, where: TicketFilter) -> int:
        count = select(func.count()).select_from(TicketRow).join(SessionRow, col(SessionRow.id) == col(TicketRow.session_id))
        return int((await self._session.execute(_sold(count, reach, where))).scalar_one())

    async def of_orders(self, ids: Collection[OrderId]) -> Mapping[OrderId, Sequence[Ticket]]:
        query = _tickets().where(col(TicketRow.order_id).in_(ids)).order_by(col(TicketRow.seat_number), col(TicketRow.id))
        found: dict[OrderId, list[Ticket]] = defaultdict(list)
        for row in await self._session.execute(query):
            found[OrderId(row[0].order_id)].append(_ticket(row))
        return found

    async def of_user(self, user_id: UserId, wanted: PageRequest, status: TicketStatus | None) -> Page[Ticket]:
        query = _of_user(_tickets(), user_id, status)
        key = (col(TicketRow.purchased_at), col(TicketRow.id))
        return await read_page(self._session, query, key, wanted, _ticket, newest_first=True)

    async def count_of_user(self, user_id: UserId, status: TicketStatus | None) -> int:
        count = select(func.count()).select_from(TicketRow).join(SessionRow, col(SessionRow.id) == col(TicketRow.session_id))
        return int((await self._session.execute(_of_user(count, user_id, status))).scalar_one())

    async def admission(self, reach: Reach, ids: Collection[SessionId]) -> Mapping[SessionId, Admission]:
        status, tickets = col(TicketRow.status), func.count(col(TicketRow.id))
        live = status.in_((TicketStatus.VALID.value, TicketStatus.USED.value))
        query = select(col(SessionRow.id), tickets, tickets.filter(status == TicketStatus.USED.value)).select_from(SessionRow)
        query = query.outerjoin(TicketRow, and_(col(TicketRow.session_id) == col(SessionRow.id), live))
        query = _with_event(query).where(col(SessionRow.id).in_(ids), _within(reach))
        rows = await self._session.execute(query.group_by(col(SessionRow.id)))
        return {SessionId(row[0]): Admission(row[1], row[2]) for row in rows}

    async def last_changed_of(self, user_ids: Collection[UserId], most: int) -> Mapping[UserId, Sequence[Ticket]]:
        changed_at = func.greatest(col(TicketRow.purchased_at), col(TicketRow.used_at), col(TicketRow.cancelled_at))
        rank = func.row_number().over(partition_by=col(TicketRow.user_id), order_by=(changed_at.desc(), col(TicketRow.id).desc()))
        rows = _tickets().add_columns(rank.label("rank")).where(col(TicketRow.user_id).in_(user_ids)).subquery()
        newest_of = select(aliased(TicketRow, rows), rows.c.over).where(rows.c.rank <= most).order_by(rows.c.rank)
        found: dict[UserId, list[Ticket]] = defaultdict(list)
        for row in await self._session.execute(newest_of):
            found[UserId(row[0].user_id)].append(_ticket(row))
        return found

    async def last_check_ins(self, ids: Collection[SessionId], most: int) -> Mapping[SessionId, Sequence[CheckIn]]:
        newest = select(CheckInRow).where(col(CheckInRow.session_id) == col(SessionRow.id))
        newest = newest.order_by(col(CheckInRow.at).desc(), col(CheckInRow.id).desc()).limit(most)
        shown = aliased(CheckInRow, newest.lateral("shown"))
        query = select(shown, col(TicketRow.seat_label), TicketTypeRow, col(SessionRow.currency)).select_from(SessionRow)
        query = query.join(shown, true()).join(TicketRow, col(TicketRow.id) == shown.ticket_id)
        query = query.join(TicketTypeRow, col(TicketTypeRow.id) == col(TicketRow.ticket_type_id))
        query = query.where(col(SessionRow.id).in_(ids))
        found: dict[SessionId, list[CheckIn]] = defaultdict(list)
        for row in await self._session.execute(query.order_by(col(shown.at).desc(), col(shown.id).desc())):
            found[SessionId(row[0].session_id)].append(_check_in(*row))
        return found

    async def locked(self, ticket_id: TicketId, reach: Reach) -> Ticket | None:
        query = _with_event(_tickets()).where(col(TicketRow.id) == ticket_id, _within(reach)).with_for_update(of=TicketRow)
        row = (await self._session.execute(query)).one_or_none()
        return _ticket(row) if row else None

    async def check_in(self, scan: Scan) -> Ticket:
        await self._keep(scan, refusal=None)
        used = update(TicketRow).where(col(TicketRow.id) == scan.ticket.id)
        await self._session.execute(used.values(status=TicketStatus.USED.value, used_at=func.clock_timestamp()))
        return (await self.by_ids([scan.ticket.id]))[scan.ticket.id]

    async def note_refused(self, scan: Scan, refusal: str) -> None:
        await self._keep(scan, refusal)

    async def _keep(self, scan: Scan, refusal: str | None) -> None:
        ticket = scan.ticket
        row = {"ticket_id": ticket.id, "session_id": ticket.session_id, "gate_user_id": scan.gate_user_id}
        await self._session.execute(insert(CheckInRow).values(id=new_id(), **row, refusal=refusal))


def _tickets() -> Query:
    """Tickets, each with whether its session is over."""
    over = (col(SessionRow.ends_at) <= func.now()).label("over")
    return select(TicketRow, over).join(SessionRow, col(SessionRow.id) == col(TicketRow.session_id))


def _with_event(query: Query) -> Query:
    return query.join(EventRow, col(EventRow.id) == col(SessionRow.event_id))


def _within(reach: Reach) -> ColumnElement[bool]:
    return within(reach, col(EventRow.organizer_id), col(EventRow.id))


def _sold(query: Query, reach: Reach, where: TicketFilter) -> Query:
    query = _with_event(query).where(_within(reach), col(TicketRow.session_id) == where.session_id)
    if where.seat is not None:
        query = query.where(col(TicketRow.seat_label) == where.seat)
    if where.email is not None:
        query = query.join(AccountRow, col(AccountRow.id) == col(TicketRow.user_id))
        query = query.where(func.lower(col(AccountRow.email)) == func.lower(where.email))
    return _in_state(query, where.status)


def _of_user(query: Query, user_id: UserId, status: TicketStatus | None) -> Query:
    return _in_state(query.where(col(TicketRow.user_id) == user_id), status)


def _in_state(query: Query, status: TicketStatus | None) -> Query:
    over = col(SessionRow.ends_at) <= func.now()
    match status:
        case None:
            return query
        case TicketStatus.EXPIRED:
            return query.where(col(TicketRow.status) == TicketStatus.VALID.value, over)
        case TicketStatus.VALID:
            return query.where(col(TicketRow.status) == TicketStatus.VALID.value, ~over)
        case TicketStatus.USED | TicketStatus.CANCELLED:
            return query.where(col(TicketRow.status) == status.value)


def _ticket(row: Any) -> Ticket:
    stored: TicketRow = row[0]
    status = TicketStatus(stored.status)
    return Ticket(
        id=TicketId(stored.id),
        order_id=OrderId(stored.order_id),
        session_id=SessionId(stored.session_id),
        user_id=UserId(stored.user_id),
        ticket_type_id=TicketTypeId(stored.ticket_type_id),
        seat=stored.seat_label,
        status=TicketStatus.EXPIRED if row.over and status is TicketStatus.VALID else status,
        price=Money(stored.price_minor, stored.currency),
        purchased_at=stored.purchased_at,
        used_at=stored.used_at,
        generation=stored.generation,
    )


def _check_in(shown: CheckInRow, seat: str | None, sold_as: TicketTypeRow, currency: str) -> CheckIn:
    result = CheckInResult(shown.refusal) if shown.refusal else CheckInResult.ADMITTED
    assert shown.at is not None
    return CheckIn(TicketId(shown.ticket_id), seat, to_ticket_type(sold_as, currency), shown.at, result)
