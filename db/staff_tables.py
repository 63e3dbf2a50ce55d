"""The tables of members, invitations, gate devices and the audit log as SQLModel classes, like those of `db/tables.py`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from db.columns import array, instant, text


class MembershipRow(SQLModel, table=True):
    __tablename__ = "membership"
    organizer_id: UUID = Field(primary_key=True, foreign_key="organizer.id")
    user_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    role: str = text()
    events: list[UUID] | None = array(Uuid, default=None, nullable=True)
    joined_at: datetime = instant()


class InvitationRow(SQLModel, table=True):
    __tablename__ = "invitation"
    id: UUID = Field(primary_key=True)
    organizer_id: UUID = Field(foreign_key="organizer.id")
    email: str = text()
    role: str = text()
    events: list[UUID] | None = array(Uuid, default=None, nullable=True)
    token_hash: bytes
    invited_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    created_at: datetime = instant()
    expires_at: datetime = instant()


class InvitationLinkRow(SQLModel, table=True):
    __tablename__ = "invitation_link"
    token_hash: bytes = Field(primary_key=True)
    invitation_id: UUID = Field(foreign_key="invitation.id", ondelete="CASCADE")


class GateDeviceRow(SQLModel, table=True):
    __tablename__ = "gate_device"
    id: UUID = Field(primary_key=True)
    organizer_id: UUID = Field(foreign_key="organizer.id")
    user_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    name: str = text()
    events: list[UUID] | None = array(Uuid, default=None, nullable=True)
    code_hash: bytes | None = None
    code_expires_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()
    paired_at: datetime | None = instant(nullable=True)
    revoked_at: datetime | None = instant(nullable=True)


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit"
    id: UUID = Field(primary_key=True)
    at: datetime = instant()
    action: str = text()
    user_id: UUID | None = None
    sign_in_id: UUID | None = None
    subject_kind: str | None = text(default=None)
    subject_id: UUID | None = None
    organizer_id: UUID | None = Field(default=None, foreign_key="organizer.id")
    details: dict[str, Any] = Field(sa_type=JSONB)
