"""The tables of mails, like the others in `tables.py`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Text
from sqlmodel import Field, SQLModel


class OutboxRow(SQLModel, table=True):
    __tablename__ = "outbox"
    id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    user_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE")
    recipient: str | None = Field(default=None, sa_type=Text)
    written_at: datetime = Field(sa_type=DateTime(timezone=True))
    due_at: datetime = Field(sa_type=DateTime(timezone=True))
    attempts: int = 0


class MailedLinkRow(SQLModel, table=True):
    __tablename__ = "mailed_link"
    token_hash: bytes = Field(primary_key=True)
    purpose: str = Field(sa_type=Text)
    user_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE")
    email: str = Field(sa_type=Text)
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    spent_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
