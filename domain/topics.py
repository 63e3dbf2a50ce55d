"""Topics: what can be watched beside live seats. Whoever changes such a thing names it, and nothing of what it became."""

import operator
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from domain.ids import UserId
from domain.orders import Order
from domain.repositories import Transaction
from domain.tickets import Ticket

V = TypeVar("V")


class Kind(StrEnum):
    """The id of TICKETS is their holder's, those of GATE and QUEUE a session's, that of PLACE a place's in a queue.

    ACCOUNT is what an account may do and where it is signed in; SIGN_INS, of which there is one, those that have ended.
    """

    ACCOUNT = "account"
    SIGN_INS = "sign_ins"

    EVENT = "event"
    HOLD = "hold"
    ORDER = "order"
    TICKETS = "tickets"
    GATE = "gate"
    USER = "user"
    QUEUE = "queue"
    PLACE = "place"


class Topic(NamedTuple):
    kind: Kind
    id: UUID


@dataclass(frozen=True, slots=True)
class Watchable(Generic[V]):
    """How things of one kind are looked at: many in one transaction, those that are not there missing from the answer.

    `same` is for what differs without meaning anything. `changes_in` is how long until it becomes another by itself; None: never.
    `check_every` is how often it is looked at unasked, `pause` how long is waited at least between two looks, both in seconds.
    """

    kind: Kind
    read: Callable[[Transaction, Collection[UUID]], Awaitable[Mapping[Any, V]]]
    same: Callable[[V, V], bool] = operator.eq
    changes_in: Callable[[V], timedelta | None] = lambda _: None
    check_every: float = 2.0
    pause: float = 0.0


def sold(order: Order) -> tuple[Topic, ...]:
    """What its being paid changes."""
    return Topic(Kind.HOLD, order.hold_id), Topic(Kind.ORDER, order.id), *_of_holder(order.user_id, order.session_id)


def cancelled(ticket: Ticket) -> tuple[Topic, ...]:
    return Topic(Kind.ORDER, ticket.order_id), *used(ticket)


def used(ticket: Ticket) -> tuple[Topic, ...]:
    return _of_holder(ticket.user_id, ticket.session_id)


def _of_holder(user_id: UserId, session_id: UUID) -> tuple[Topic, ...]:
    return Topic(Kind.TICKETS, user_id), Topic(Kind.GATE, session_id)
