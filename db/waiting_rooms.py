"""Waiting rooms in Postgres: opened, changed, closed and looked at; `queue_joins` gives places away."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.tables import QueuePlaceRow
from domain.errors import InvalidInput, NotFound
from domain.ids import PlaceId, SessionId, UserId, WaitingRoomId
from domain.waiting_rooms import AdmissionRate, Opening, Place, WaitingRoom

OPEN = "SELECT waiting_room_open(:session, :opens_at, :rate, :admission, :seed)"
CLOSE = "SELECT waiting_room_close(:session)"
DRAW_DUE = "SELECT waiting_room_draw_due(:sessions, :most)"
# Half a second, in which who joins waits.
DRAWN_AT_ONCE = 20_000
# Until the draw the seed stays between us and the database; its hash says that it was not chosen later.
ROOMS = """
SELECT room.id, session_id, opens_at, admission, last_number, drawn_at IS NOT NULL AS drawn,
       encode(sha256(convert_to(seed, 'UTF8')), 'hex') AS seed_hash, CASE WHEN drawn_at IS NOT NULL THEN seed END AS seed,
       rates.since, rates.per_minute, rates.admitted, clock_timestamp() AS clock
FROM waiting_room AS room CROSS JOIN LATERAL (
    SELECT array_agg(base_at ORDER BY base_at) AS since, array_agg(per_minute ORDER BY base_at) AS per_minute,
           array_agg(base_admitted ORDER BY base_at) AS admitted
    FROM admission_rate WHERE room_id = room.id
) AS rates
WHERE session_id = ANY (:sessions) AND closed_at IS NULL
"""
PLACES = select(*QueuePlaceRow.__table__.columns)  # type: ignore[attr-defined]  # set by SQLModel
REFUSALS = {
    "HAS_OPENED": "The waiting room has opened: only the rate of admission can be changed now.",
    "TOO_LATE": "The waiting room is to open before the session begins.",
}


class PostgresWaitingRooms:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def open(self, opening: Opening) -> WaitingRoom:
        values = {
            "session": opening.session_id,
            "opens_at": opening.opens_at,
            "rate": opening.per_minute,
            "admission": opening.admission,
            "seed": opening.seed,
        }
        verdict = (await self._session.execute(text(OPEN), values)).scalar_one()
        if verdict == "NOT_FOUND":
            raise NotFound
        if verdict in REFUSALS:
            raise InvalidInput(("input", "opensAt"), REFUSALS[verdict])
        return (await self.by_sessions([opening.session_id]))[opening.session_id]

    async def close(self, session_id: SessionId) -> bool:
        return bool((await self._session.execute(text(CLOSE), {"session": session_id})).scalar_one())

    async def draw(self, ids: Collection[SessionId]) -> None:
        await self._session.execute(text(DRAW_DUE), {"sessions": list(ids), "most": DRAWN_AT_ONCE})

    async def by_sessions(self, ids: Collection[SessionId]) -> Mapping[SessionId, WaitingRoom]:
        rows = await self._session.execute(text(ROOMS), {"sessions": list(ids)})
        return {SessionId(row.session_id): _room(row) for row in rows}

    async def places(self, ids: Collection[PlaceId]) -> Mapping[PlaceId, Place]:
        rows = (await self._session.execute(PLACES.where(col(QueuePlaceRow.id).in_(ids)))).mappings()
        return {PlaceId(row["id"]): to_place(row) for row in rows}

    async def place_of(self, room_id: WaitingRoomId, user_id: UserId) -> Place | None:
        mine = PLACES.where(col(QueuePlaceRow.room_id) == room_id, col(QueuePlaceRow.user_id) == user_id)
        row = (await self._session.execute(mine)).mappings().one_or_none()
        return to_place(row) if row else None

    async def drawn(self, room_id: WaitingRoomId, after: int, limit: int) -> Sequence[Place]:
        lots = PLACES.where(col(QueuePlaceRow.room_id) == room_id, col(QueuePlaceRow.drawn) > after)
        rows = await self._session.execute(lots.order_by(col(QueuePlaceRow.drawn)).limit(limit))
        return [to_place(row) for row in rows.mappings()]


def _room(row: Any) -> WaitingRoom:
    return WaitingRoom(
        id=WaitingRoomId(row.id),
        session_id=SessionId(row.session_id),
        opens_at=row.opens_at,
        admission=row.admission,
        rates=tuple(AdmissionRate(*one) for one in zip(row.since, row.per_minute, row.admitted, strict=True)),
        last_number=row.last_number,
        drawn=row.drawn,
        seed_hash=row.seed_hash,
        seed=row.seed,
        server_time=row.clock,
    )


def to_place(row: Any) -> Place:
    return Place(
        id=PlaceId(row["id"]),
        room_id=WaitingRoomId(row["room_id"]),
        session_id=SessionId(row["session_id"]),
        user_id=UserId(row["user_id"]),
        joined_at=row["joined_at"],
        number=row["number"],
        drawn=row["drawn"],
    )
