"""Sessions in Postgres, with what is sold for them and how much of it is left."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.availability import read_availability
from db.paging import read_page
from db.tables import AdmissionPoolRow, InventoryRow, SeatRow, SessionRow, TicketTypeRow
from domain.changes import Availability
from domain.events import PUBLIC, EventStatus, Session, TicketType
from domain.ids import EventId, SessionId, TicketTypeId, VenueId
from domain.money import Money
from domain.repositories import Page, PageRequest
from domain.seats import Seat
from domain.single_seats import SingleSeats


class PostgresSessions:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_ids(self, ids: Collection[SessionId], *, hidden: bool = False) -> Mapping[SessionId, Session]:
        query = select(SessionRow).where(col(SessionRow.id).in_(ids))
        if not hidden:
            query = query.where(col(SessionRow.status).in_(PUBLIC))
        return {SessionId(row.id): to_session(row) for row in (await self._session.execute(query)).scalars()}

    async def page_of(self, event_id: EventId, wanted: PageRequest) -> Page[Session]:
        query = select(SessionRow).where(col(SessionRow.event_id) == event_id, col(SessionRow.status).in_(PUBLIC))
        return await read_page(
            self._session, query, (col(SessionRow.starts_at), col(SessionRow.id)), wanted, lambda row: to_session(row[0])
        )

    async def count_of(self, event_id: EventId) -> int:
        query = select(func.count()).where(col(SessionRow.event_id) == event_id, col(SessionRow.status).in_(PUBLIC))
        return int((await self._session.execute(query)).scalar_one())

    async def next_of(self, event_ids: Collection[EventId]) -> Mapping[EventId, Session]:
        starts = col(SessionRow.starts_at)
        query = (
            select(SessionRow)
            .ext(distinct_on(col(SessionRow.event_id)))
            .where(col(SessionRow.event_id).in_(event_ids), col(SessionRow.status) == EventStatus.PUBLISHED.value)
            .where(col(SessionRow.ends_at) > func.now())
            .order_by(col(SessionRow.event_id), starts <= func.now(), starts, col(SessionRow.id))
        )
        return {EventId(row.event_id): to_session(row) for row in (await self._session.execute(query)).scalars()}

    async def add(self, session: Session, ticket_types: Sequence[TicketType], seats: Sequence[Seat]) -> bool:
        added = insert(SessionRow).values(
            id=session.id,
            event_id=session.event_id,
            venue_id=session.venue_id,
            seat_map_hash=session.seat_map_hash,
            status=session.status.value,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            timezone=session.timezone,
            currency=session.currency,
            sale_opens_at=session.sale_opens_at,
            ticket_limit=session.ticket_limit,
            single_seats=session.single_seats.value,
            holds_an_hour=session.holds_an_hour,
        )
        once = added.on_conflict_do_nothing().returning(col(SessionRow.id))
        if (await self._session.execute(once)).scalar_one_or_none() is None:
            return False
        await self._add_inventory(session.id, ticket_types, seats)
        return True

    async def _add_inventory(self, session_id: SessionId, types: Sequence[TicketType], layout: Sequence[Seat]) -> None:
        capacity = sum(one.capacity for one in types)
        await self._session.execute(insert(TicketTypeRow), [_ticket_type_values(one) for one in types])
        await self._session.execute(insert(InventoryRow).values(session_id=session_id, capacity=capacity))
        pools = [
            {"ticket_type_id": one.id, "session_id": session_id, "capacity": one.capacity} for one in types if one.general_admission
        ]
        if pools:
            await self._session.execute(insert(AdmissionPoolRow), pools)
        sold_as = {one.category: one.id for one in types if one.category}
        seats = [
            {"session_id": session_id, "number": number, "label": seat.label, "ticket_type_id": sold_as[seat.category]}
            for number, seat in enumerate(layout)
            if seat.category in sold_as
        ]
        if seats:
            await self._session.execute(insert(SeatRow), seats)

    async def ticket_types_of(self, ids: Collection[SessionId]) -> Mapping[SessionId, Sequence[TicketType]]:
        query = select(TicketTypeRow, col(SessionRow.currency)).join(
            SessionRow, col(SessionRow.id) == col(TicketTypeRow.session_id)
        )
        query = query.where(col(TicketTypeRow.session_id).in_(ids)).order_by(col(TicketTypeRow.position))
        found: dict[SessionId, list[TicketType]] = defaultdict(list)
        for row, currency in await self._session.execute(query):
            found[SessionId(row.session_id)].append(to_ticket_type(row, currency))
        return found

    async def ticket_types(self, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, TicketType]:
        query = select(TicketTypeRow, col(SessionRow.currency)).join(
            SessionRow, col(SessionRow.id) == col(TicketTypeRow.session_id)
        )
        rows = await self._session.execute(query.where(col(TicketTypeRow.id).in_(ids)))
        return {TicketTypeId(row.id): to_ticket_type(row, currency) for row, currency in rows}

    async def availability(self, ids: Collection[SessionId], *, with_seats: bool = True) -> Mapping[SessionId, Availability]:
        return await read_availability(await self._session.connection(), ids, with_seats=with_seats)

    async def places_left(self, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, int]:
        free = col(AdmissionPoolRow.capacity) - col(AdmissionPoolRow.held) - col(AdmissionPoolRow.sold)
        pools = select(col(AdmissionPoolRow.ticket_type_id), free).where(col(AdmissionPoolRow.ticket_type_id).in_(ids))
        # Through the sessions, because the seats' keys begin with theirs.
        sessions = select(col(TicketTypeRow.session_id)).where(col(TicketTypeRow.id).in_(ids))
        seats = (
            select(col(SeatRow.ticket_type_id), func.count())
            .where(col(SeatRow.session_id).in_(sessions), col(SeatRow.ticket_type_id).in_(ids), col(SeatRow.status) == "AVAILABLE")
            .group_by(col(SeatRow.ticket_type_id))
        )
        left = {TicketTypeId(identity): 0 for identity in ids}
        for query in (pools, seats):
            left |= {TicketTypeId(identity): count for identity, count in await self._session.execute(query)}
        return left


def to_session(row: SessionRow) -> Session:
    return Session(
        id=SessionId(row.id),
        event_id=EventId(row.event_id),
        venue_id=VenueId(row.venue_id) if row.venue_id else None,
        seat_map_hash=row.seat_map_hash,
        status=EventStatus(row.status),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        timezone=row.timezone,
        currency=row.currency,
        sale_opens_at=row.sale_opens_at,
        ticket_limit=row.ticket_limit,
        single_seats=SingleSeats(row.single_seats),
        holds_an_hour=row.holds_an_hour,
    )


def to_ticket_type(row: TicketTypeRow, currency: str) -> TicketType:
    return TicketType(
        id=TicketTypeId(row.id),
        session_id=SessionId(row.session_id),
        name=row.name,
        price=Money(row.price_minor, currency),
        general_admission=row.general_admission,
        capacity=row.capacity,
        position=row.position,
        category=row.category,
    )


def _ticket_type_values(one: TicketType) -> dict[str, object]:
    return {
        "id": one.id,
        "session_id": one.session_id,
        "position": one.position,
        "name": one.name,
        "price_minor": one.price.minor,
        "category": one.category,
        "general_admission": one.general_admission,
        "capacity": one.capacity,
    }
