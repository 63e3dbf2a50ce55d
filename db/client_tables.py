"""The tables of partners' API clients as SQLModel classes, like those of `db/tables.py`."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from db.columns import array, instant, text


class ApiClientRow(SQLModel, table=True):
    __tablename__ = "api_client"
    id: UUID = Field(primary_key=True)
    organizer_id: UUID = Field(foreign_key="organizer.id")
    user_id: UUID = Field(foreign_key="account.id")
    name: str = text()
    scopes: list[str] = array(Text)
    channels: list[str] = array(Text)
    addresses: list[str] = array(Text)
    created_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)


class ApiKeyRow(SQLModel, table=True):
    __tablename__ = "api_key"
    key_hash: bytes = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="api_client.id")
    hint: str = text()
    created_at: datetime = instant()
    expires_at: datetime | None = instant(nullable=True)
    last_used_at: datetime | None = instant(nullable=True)


class ApiClientUsageRow(SQLModel, table=True):
    __tablename__ = "api_client_usage"
    client_id: UUID = Field(primary_key=True, foreign_key="api_client.id")
    day: date = Field(primary_key=True)
    requests: int = Field(sa_type=BigInteger)
    cost: int = Field(sa_type=BigInteger)
    throttled: int = Field(sa_type=BigInteger)


class WidgetGuestRow(SQLModel, table=True):
    __tablename__ = "widget_guest"
    user_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    client_id: UUID = Field(foreign_key="api_client.id")
    created_at: datetime = instant()


class HoldChannelRow(SQLModel, table=True):
    __tablename__ = "hold_channel"
    hold_id: UUID = Field(primary_key=True, foreign_key="hold.id", ondelete="CASCADE")
    client_id: UUID = Field(foreign_key="api_client.id")
    channel: str = text()


class TicketTypeChannelsRow(SQLModel, table=True):
    __tablename__ = "ticket_type_channels"
    ticket_type_id: UUID = Field(primary_key=True, foreign_key="ticket_type.id", ondelete="CASCADE")
    channels: list[str] = array(Text)
