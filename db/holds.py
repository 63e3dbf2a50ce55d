"""Holds in Postgres, as buyers see them; the inventory makes and ends them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.tables import HoldRow
from domain.holds import Admissions, Hold, HoldState
from domain.ids import HoldId, SessionId, TicketTypeId, UserId
from domain.money import Money


class PostgresHolds:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_ids(self, ids: Collection[HoldId]) -> Mapping[HoldId, Hold]:
        return {hold.id: hold for hold in await self._read(select(HoldRow).where(col(HoldRow.id).in_(ids)))}

    async def of_user(self, user_id: UserId) -> Sequence[Hold]:
        live = or_(col(HoldRow.state) == HoldState.ORDERED.value, col(HoldRow.expires_at) > func.clock_timestamp())
        query = select(HoldRow).where(col(HoldRow.user_id) == user_id, col(HoldRow.ended_at).is_(None), live)
        return await self._read(query.order_by(col(HoldRow.expires_at), col(HoldRow.id)))

    async def _read(self, query: Select[HoldRow]) -> Sequence[Hold]:
        clock = func.clock_timestamp().label("clock")
        return [_hold(row, clock) for row, clock in await self._session.execute(query.add_columns(clock))]


def _hold(row: HoldRow, clock: datetime) -> Hold:
    over = row.state == HoldState.ACTIVE and row.expires_at <= clock
    return Hold(
        id=HoldId(row.id),
        session_id=SessionId(row.session_id),
        user_id=UserId(row.user_id),
        state=HoldState.EXPIRED if over else HoldState(row.state),
        seats=tuple(row.seat_labels),
        total=Money(row.total_minor, row.currency),
        expires_at=row.expires_at,
        server_time=clock,
        general_admission=_admissions(row),
        leaves_single=tuple(row.single_seats),
        extended=row.extended_at is not None,
    )


def _admissions(row: HoldRow) -> tuple[Admissions, ...]:
    """One a ticket type, though places of one type may have been quoted at several prices."""
    quantities: dict[TicketTypeId, int] = {}
    for identity, quantity in zip(row.admission_types, row.admission_quantities, strict=True):
        quantities[TicketTypeId(identity)] = quantities.get(TicketTypeId(identity), 0) + quantity
    return tuple(Admissions(*one) for one in quantities.items())
