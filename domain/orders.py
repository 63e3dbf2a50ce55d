"""Orders: a hold on its way to being paid, and the payments made for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import EventId, HoldId, OrderId, PaymentId, SessionId, UserId
from domain.money import Money


class OrderStatus(StrEnum):
    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    PAID = "PAID"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    REFUNDED = "REFUNDED"


class PaymentStatus(StrEnum):
    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Order:
    id: OrderId
    user_id: UserId
    session_id: SessionId
    hold_id: HoldId
    status: OrderStatus
    total: Money
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """All given conditions must hold; `email` is the buyer's, without regard to case."""

    event_id: EventId | None = None
    session_id: SessionId | None = None
    status: OrderStatus | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt to pay an order; its id is the key under which the gateway knows it, so asking twice charges once."""

    id: PaymentId
    order_id: OrderId
    session_id: SessionId
    status: PaymentStatus
    amount: Money
    method: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What the gateway says of a payment, as its answer or in a webhook."""

    payment_id: PaymentId
    status: PaymentStatus
    amount: Money
