"""The tables as SQLModel classes, for reading and simple writing; a test compares them with the migrations."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Computed,
    Double,
    ForeignKeyConstraint,
    Integer,
    Interval,
    LargeBinary,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from db.columns import array, instant, text


class OrganizerRow(SQLModel, table=True):
    __tablename__ = "organizer"
    id: UUID = Field(primary_key=True)
    slug: str = text()
    name: str = text()


class AccountRow(SQLModel, table=True):
    __tablename__ = "account"
    id: UUID = Field(primary_key=True)
    email: str = text()
    password_hash: str = text()
    roles: list[str] = array(Text)
    birth_date: date | None = None
    created_at: datetime | None = instant(nullable=False)
    kind: str = text(default="PERSON")
    email_verified_at: datetime | None = instant(nullable=True)
    language: str = text(default="EN")
    deleted_at: datetime | None = instant(nullable=True)


class SignInRow(SQLModel, table=True):
    __tablename__ = "sign_in"
    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE")
    device: str = text()
    started_at: datetime = instant()
    used_at: datetime = instant()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


class RefreshTokenRow(SQLModel, table=True):
    __tablename__ = "refresh_token"
    token_hash: bytes = Field(primary_key=True)
    sign_in_id: UUID = Field(foreign_key="sign_in.id", ondelete="CASCADE")
    spent_at: datetime | None = instant(nullable=True)


class AnswerRow(SQLModel, table=True):
    __tablename__ = "answer"
    user_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    operation: str = text(primary_key=True)
    key: str = text(primary_key=True)
    input_hash: bytes
    answer: dict[str, Any] = Field(sa_type=JSONB)
    answered_at: datetime | None = instant(nullable=False)


class VenueRow(SQLModel, table=True):
    __tablename__ = "venue"
    id: UUID = Field(primary_key=True)
    name: str = text()
    city: str | None = text(default=None)
    country: str | None = text(default=None)
    latitude: float | None = Field(default=None, sa_type=Double)
    longitude: float | None = Field(default=None, sa_type=Double)


class SeatMapRow(SQLModel, table=True):
    __tablename__ = "seat_map"
    hash: str = text(primary_key=True)
    name: str = text()
    seat_count: int
    layout: bytes = Field(sa_type=LargeBinary)
    layout_gzip: bytes = Field(sa_type=LargeBinary)
    layout_brotli: bytes = Field(sa_type=LargeBinary)
    stored_at: datetime | None = instant(nullable=False)


class EventRow(SQLModel, table=True):
    __tablename__ = "event"
    id: UUID = Field(primary_key=True)
    organizer_id: UUID = Field(foreign_key="organizer.id")
    slug: str = text()
    title: str = text()
    description: str = text()
    category: str = text()
    status: str = text()
    minimum_age: int | None = None
    words: str | None = Field(
        default=None,
        sa_type=TSVECTOR,
        sa_column_args=(Computed("to_tsvector('simple', title || ' ' || description)", persisted=True),),
    )


class SessionRow(SQLModel, table=True):
    __tablename__ = "session"
    id: UUID = Field(primary_key=True)
    event_id: UUID = Field(foreign_key="event.id")
    venue_id: UUID | None = Field(default=None, foreign_key="venue.id")
    seat_map_hash: str | None = text(default=None, foreign_key="seat_map.hash")
    status: str = text()
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    timezone: str = text()
    currency: str = text()
    sale_opens_at: datetime | None = instant(nullable=True)
    ticket_limit: int
    single_seats: str = text(default="OFF")
    holds_an_hour: int = 20


class TicketTypeRow(SQLModel, table=True):
    __tablename__ = "ticket_type"
    id: UUID = Field(primary_key=True)
    session_id: UUID = Field(foreign_key="session.id")
    position: int
    name: str = text()
    price_minor: int = Field(sa_type=BigInteger)
    category: str | None = text(default=None)
    general_admission: bool
    capacity: int


class InventoryRow(SQLModel, table=True):
    __tablename__ = "inventory"
    session_id: UUID = Field(primary_key=True, foreign_key="session.id")
    version: int = Field(default=0, sa_type=BigInteger)
    capacity: int
    held: int = 0
    sold: int = 0
    blocked: int = 0


class SeatRow(SQLModel, table=True):
    __tablename__ = "seat"
    session_id: UUID = Field(primary_key=True, foreign_key="session.id")
    number: int = Field(primary_key=True)
    label: str = text()
    ticket_type_id: UUID = Field(foreign_key="ticket_type.id")
    status: str = text(default="AVAILABLE")
    hold_id: UUID | None = None


class AdmissionPoolRow(SQLModel, table=True):
    __tablename__ = "admission_pool"
    ticket_type_id: UUID = Field(primary_key=True, foreign_key="ticket_type.id")
    session_id: UUID = Field(foreign_key="session.id")
    capacity: int
    held: int = 0
    sold: int = 0


class HoldRow(SQLModel, table=True):
    __tablename__ = "hold"
    id: UUID = Field(primary_key=True)
    session_id: UUID = Field(foreign_key="session.id")
    user_id: UUID = Field(foreign_key="account.id")
    state: str = text()
    quantity: int
    total_minor: int = Field(sa_type=BigInteger)
    currency: str = text()
    seat_numbers: list[int] = array(Integer)
    seat_labels: list[str] = array(Text)
    seat_types: list[UUID] = array(Uuid)
    seat_prices: list[int] = array(BigInteger)
    admission_types: list[UUID] = array(Uuid)
    admission_quantities: list[int] = array(Integer)
    admission_prices: list[int] = array(BigInteger)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    single_seats: list[str] = array(Text)
    extended_at: datetime | None = instant(nullable=True)


class SessionChangeRow(SQLModel, table=True):
    __tablename__ = "session_change"
    session_id: UUID = Field(primary_key=True, foreign_key="session.id")
    version: int = Field(primary_key=True, sa_type=BigInteger)
    available: int
    held: int
    sold: int
    seats: dict[str, list[str]] = Field(sa_type=JSONB)
    admissions: dict[str, int] = Field(sa_type=JSONB)
    committed_at: datetime = instant()


class SessionBaseRow(SQLModel, table=True):
    __tablename__ = "session_base"
    session_id: UUID = Field(primary_key=True, foreign_key="session.id")
    version: int = Field(sa_type=BigInteger)
    seats: dict[str, str] = Field(sa_type=JSONB)
    admissions: dict[str, int] = Field(sa_type=JSONB)


class WaitingRoomRow(SQLModel, table=True):
    __tablename__ = "waiting_room"
    id: UUID = Field(primary_key=True)
    session_id: UUID = Field(foreign_key="session.id")
    opens_at: datetime = instant()
    admission: timedelta = Field(sa_type=Interval)
    seed: str = text()
    last_number: int = 0
    last_drawn: int = 0
    drawn_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)


class AdmissionRateRow(SQLModel, table=True):
    __tablename__ = "admission_rate"
    room_id: UUID = Field(primary_key=True, foreign_key="waiting_room.id")
    base_at: datetime = instant(primary_key=True)
    per_minute: int
    base_admitted: int = Field(sa_type=BigInteger)


class QueuePlaceRow(SQLModel, table=True):
    __tablename__ = "queue_place"
    id: UUID = Field(primary_key=True)
    room_id: UUID = Field(foreign_key="waiting_room.id")
    session_id: UUID = Field(foreign_key="session.id")
    user_id: UUID = Field(foreign_key="account.id")
    joined_at: datetime = instant()
    number: int | None = None
    drawn: int | None = None


class OrderRow(SQLModel, table=True):
    __tablename__ = "ticket_order"
    id: UUID = Field(primary_key=True)
    session_id: UUID = Field(foreign_key="session.id")
    user_id: UUID = Field(foreign_key="account.id")
    hold_id: UUID = Field(foreign_key="hold.id")
    status: str = text()
    total_minor: int = Field(sa_type=BigInteger)
    currency: str = text()
    created_at: datetime = instant()
    paid_at: datetime | None = instant(nullable=True)


class PaymentRow(SQLModel, table=True):
    __tablename__ = "payment"
    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="ticket_order.id")
    session_id: UUID = Field(foreign_key="session.id")
    status: str = text()
    method: str = text()
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = text()
    created_at: datetime = instant()
    settled_at: datetime | None = instant(nullable=True)


class TicketRow(SQLModel, table=True):
    __tablename__ = "ticket"
    __table_args__ = (ForeignKeyConstraint(["session_id", "seat_number"], ["seat.session_id", "seat.number"]),)
    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="ticket_order.id")
    session_id: UUID = Field(foreign_key="session.id")
    user_id: UUID = Field(foreign_key="account.id")
    ticket_type_id: UUID = Field(foreign_key="ticket_type.id")
    seat_number: int | None = None
    seat_label: str | None = text(default=None)
    status: str = text()
    price_minor: int = Field(sa_type=BigInteger)
    currency: str = text()
    generation: int = 1
    purchased_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
    cancelled_at: datetime | None = instant(nullable=True)
    cancel_reason: str | None = text(default=None)


class RefundRow(SQLModel, table=True):
    __tablename__ = "refund"
    id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id")
    ticket_id: UUID | None = Field(default=None, foreign_key="ticket.id")
    amount_minor: int = Field(sa_type=BigInteger)
    requested_at: datetime = instant()
    done_at: datetime | None = instant(nullable=True)


class CheckInRow(SQLModel, table=True):
    __tablename__ = "check_in"
    id: UUID = Field(primary_key=True)
    ticket_id: UUID = Field(foreign_key="ticket.id")
    session_id: UUID = Field(foreign_key="session.id")
    gate_user_id: UUID = Field(foreign_key="account.id")
    refusal: str | None = text(default=None)
    at: datetime | None = instant(nullable=False)
