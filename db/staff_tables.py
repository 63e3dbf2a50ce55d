"""The tables of members, invitations, gate devices and the audit log as SQLModel classes, like those of `db/tables.py`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


def _text(**column: Any) -> Any:
    return Field(sa_type=Text, **column)


def _instant(**column: Any) -> Any:
    return Field(sa_type=DateTime(timezone=True), **column)


def _events() -> Any:
    return Field(default=None, sa_type=ARRAY(Uuid), nullable=True)


class MembershipRow(SQLModel, table=True):
    __tablename__ = "membership"
    organizer_id: UUID = Field(primary_key=True, foreign_key="organizer.id")
    user_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    role: str = _text()
    events: list[UUID] | None = _events()
    joined_at: datetime = _instant()


class InvitationRow(SQLModel, table=True):
    __tablename__ = "invitation"
    id: UUID = Field(primary_key=True)
    organizer_id: UUID = Field(foreign_key="organizer.id")
    email: str = _text()
    role: str = _text()
    events: list[UUID] | None = _events()
    token_hash: bytes
    invited_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    created_at: datetime = _instant()
    expires_at: datetime = _instant()


class GateDeviceRow(SQLModel, table=True):
    __tablename__ = "gate_device"
    id: UUID = Field(primary_key=True)
    organizer_id: UUID = Field(foreign_key="organizer.id")
    user_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    name: str = _text()
    events: list[UUID] | None = _events()
    code_hash: bytes | None = None
    code_expires_at: datetime | None = _instant(nullable=True)
    created_at: datetime = _instant()
    paired_at: datetime | None = _instant(nullable=True)
    revoked_at: datetime | None = _instant(nullable=True)


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit"
    id: UUID = Field(primary_key=True)
    at: datetime = _instant()
    action: str = _text()
    user_id: UUID | None = None
    sign_in_id: UUID | None = None
    subject_kind: str | None = _text(default=None)
    subject_id: UUID | None = None
    organizer_id: UUID | None = Field(default=None, foreign_key="organizer.id")
    details: dict[str, Any] = Field(sa_type=JSONB)
