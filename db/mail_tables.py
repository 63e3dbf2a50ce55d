"""The tables of mails, like the others in `tables.py`."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from db.columns import instant, text


class OutboxRow(SQLModel, table=True):
    __tablename__ = "outbox"
    id: UUID = Field(primary_key=True)
    kind: str = text()
    user_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE")
    recipient: str | None = text(default=None)
    written_at: datetime = instant()
    due_at: datetime = instant()
    attempts: int = 0
    invitation_id: UUID | None = Field(default=None, foreign_key="invitation.id", ondelete="CASCADE")


class MailedLinkRow(SQLModel, table=True):
    __tablename__ = "mailed_link"
    token_hash: bytes = Field(primary_key=True)
    purpose: str = text()
    user_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE")
    email: str = text()
    expires_at: datetime = instant()
    spent_at: datetime | None = instant(default=None)
