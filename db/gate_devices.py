"""Gate devices in Postgres. When one was seen last, its sign-ins and check-ins tell."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.organizers import event_values, to_events
from db.reach import within
from db.staff_tables import GateDeviceRow
from db.tables import CheckInRow, SignInRow
from domain.access import Reach
from domain.ids import GateDeviceId, OrganizerId, UserId
from domain.organizers import GateDevice

REMEMBERED = timedelta(days=30)


class PostgresGateDevices:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, device: GateDevice, code_hash: bytes) -> None:
        over = col(GateDeviceRow.paired_at).is_(None), col(GateDeviceRow.code_expires_at) <= func.clock_timestamp()
        await self._session.execute(delete(GateDeviceRow).where(col(GateDeviceRow.organizer_id) == device.organizer_id, *over))
        added = insert(GateDeviceRow).values(
            id=device.id,
            organizer_id=device.organizer_id,
            name=device.name,
            events=event_values(device.events),
            code_hash=code_hash,
            code_expires_at=device.code_expires_at,
            created_at=device.created_at,
        )
        await self._session.execute(added)

    async def by_code(self, code_hash: bytes) -> GateDevice | None:
        good = col(GateDeviceRow.code_hash) == code_hash, col(GateDeviceRow.code_expires_at) > func.clock_timestamp()
        query = select(GateDeviceRow).where(*good, col(GateDeviceRow.revoked_at).is_(None)).with_for_update()
        row = (await self._session.execute(query)).scalar_one_or_none()
        return _device(row) if row else None

    async def pair(self, device_id: GateDeviceId, user_id: UserId) -> None:
        paired = {"user_id": user_id, "paired_at": func.clock_timestamp(), "code_hash": None, "code_expires_at": None}
        await self._session.execute(update(GateDeviceRow).where(col(GateDeviceRow.id) == device_id).values(**paired))

    async def locked(self, device_id: GateDeviceId, reach: Reach) -> GateDevice | None:
        query = select(GateDeviceRow).where(col(GateDeviceRow.id) == device_id, _reached(reach)).with_for_update()
        row = (await self._session.execute(query)).scalar_one_or_none()
        return _device(row) if row else None

    async def revoke(self, device_id: GateDeviceId) -> None:
        revoked = {"revoked_at": func.clock_timestamp(), "code_hash": None, "code_expires_at": None}
        await self._session.execute(update(GateDeviceRow).where(col(GateDeviceRow.id) == device_id).values(**revoked))

    async def of_organizer(self, organizer_id: OrganizerId, reach: Reach) -> Sequence[GateDevice]:
        query = select(GateDeviceRow, _last_seen()).where(col(GateDeviceRow.organizer_id) == organizer_id, _reached(reach))
        lately = func.coalesce(col(GateDeviceRow.revoked_at), func.now()) > func.now() - REMEMBERED
        rows = await self._session.execute(query.where(lately).order_by(col(GateDeviceRow.id).desc()))
        return [_device(row, seen) for row, seen in rows]


def _reached(reach: Reach) -> ColumnElement[bool]:
    return within(reach, col(GateDeviceRow.organizer_id))


def _last_seen() -> Any:
    user = col(GateDeviceRow.user_id)
    used = select(func.max(col(SignInRow.used_at))).where(col(SignInRow.user_id) == user).scalar_subquery()
    scanned = select(func.max(col(CheckInRow.at))).where(col(CheckInRow.gate_user_id) == user).scalar_subquery()
    return func.greatest(used, scanned, col(GateDeviceRow.paired_at))


def _device(row: GateDeviceRow, last_seen_at: datetime | None = None) -> GateDevice:
    return GateDevice(
        id=GateDeviceId(row.id),
        organizer_id=OrganizerId(row.organizer_id),
        name=row.name,
        events=to_events(row.events),
        created_at=row.created_at,
        code_expires_at=row.code_expires_at,
        user_id=UserId(row.user_id) if row.user_id else None,
        paired_at=row.paired_at,
        last_seen_at=last_seen_at,
        revoked_at=row.revoked_at,
    )
