"""What partners may sell over which channel, and over which they sold, in Postgres."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import all_, delete, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.client_tables import HoldChannelRow, TicketTypeChannelsRow
from db.tables import HoldRow, SeatRow
from domain.ids import ClientId, HoldId, SessionId, TicketTypeId, UserId


class PostgresSalesChannels:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def set(self, ids: Collection[TicketTypeId], channels: Sequence[str] | None) -> None:
        await self._session.execute(delete(TicketTypeChannelsRow).where(col(TicketTypeChannelsRow.ticket_type_id).in_(ids)))
        if channels is not None:
            rows = [{"ticket_type_id": id, "channels": list(channels)} for id in sorted(ids)]
            await self._session.execute(insert(TicketTypeChannelsRow).values(rows))

    async def of_ticket_types(self, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, Sequence[str]]:
        query = select(TicketTypeChannelsRow).where(col(TicketTypeChannelsRow.ticket_type_id).in_(ids))
        return {TicketTypeId(row.ticket_type_id): row.channels for row in (await self._session.execute(query)).scalars()}

    async def closed(
        self, channel: str, session_id: SessionId, labels: Sequence[str], ids: Collection[TicketTypeId]
    ) -> TicketTypeId | None:
        type_id = col(TicketTypeChannelsRow.ticket_type_id)
        seats = exists().where(
            col(SeatRow.session_id) == session_id, col(SeatRow.label).in_(labels), col(SeatRow.ticket_type_id) == type_id
        )
        elsewhere = literal(channel) != all_(col(TicketTypeChannelsRow.channels))
        query = select(type_id).where(elsewhere, type_id.in_(ids) | seats).order_by(type_id).limit(1)
        found = (await self._session.execute(query)).scalar_one_or_none()
        return TicketTypeId(found) if found else None

    async def sold(self, hold_id: HoldId, client_id: ClientId, channel: str) -> None:
        row = insert(HoldChannelRow).values(hold_id=hold_id, client_id=client_id, channel=channel)
        await self._session.execute(row.on_conflict_do_nothing())

    async def of_holds(self, ids: Collection[HoldId]) -> Mapping[HoldId, str]:
        query = select(HoldChannelRow).where(col(HoldChannelRow.hold_id).in_(ids))
        return {HoldId(row.hold_id): row.channel for row in (await self._session.execute(query)).scalars()}

    async def seats_of(self, user_id: UserId) -> int:
        lapsed = (col(HoldRow.state) == "ACTIVE") & (col(HoldRow.expires_at) <= func.clock_timestamp())
        live = col(HoldRow.state).in_(("ACTIVE", "ORDERED", "CONVERTED")) & ~lapsed
        query = select(func.coalesce(func.sum(col(HoldRow.quantity)), 0)).where(col(HoldRow.user_id) == user_id, live)
        return int((await self._session.execute(query)).scalar_one())
