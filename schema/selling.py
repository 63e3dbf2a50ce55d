"""What an organizer's staff sees of what was sold: orders, tickets, and who bought them."""

from functools import partial
from typing import Annotated, Self, TypeAlias

import strawberry

from domain import viewers as domain
from domain.accounts import LONGEST_EMAIL
from domain.errors import InvalidInput
from domain.orders import OrderFilter, OrderStatus
from domain.repositories import PageRequest
from domain.tickets import TicketFilter, TicketStatus
from resolvers.orders import count_orders_of_event, orders_of_event
from resolvers.tickets import count_tickets_of_session, tickets_of_session
from schema.connections import Connection
from schema.context import Info
from schema.scalars import shown

# Lazy, because orders and tickets name their sessions, and sessions their events.
LazyOrder: TypeAlias = Annotated["Order", strawberry.lazy("schema.orders")]  # type: ignore[name-defined]  # noqa: F821
LazyTicket: TypeAlias = Annotated["Ticket", strawberry.lazy("schema.tickets")]  # type: ignore[name-defined]  # noqa: F821
OnlyOrders = Annotated[OrderStatus | None, strawberry.argument(description="Only orders in this state.")]
OnlyTickets = Annotated[TicketStatus | None, strawberry.argument(description="Only tickets in this state.")]
OnlySeat = Annotated[str | None, strawberry.argument(description="Only the seat of this label.")]
OnlyBuyer = Annotated[
    str | None, strawberry.argument(description="Only what the account of this email bought: all of it, at most 254 characters.")
]


@strawberry.type(description="Who bought something: seen by themselves and those who sell for the organizer.")
class Buyer:
    id: strawberry.ID = strawberry.field(description="The account.")
    email: str = strawberry.field(description="What it signs in with.")

    @classmethod
    def of(cls, user: domain.User) -> Self:
        return cls(id=shown("user", user.id), email=user.email)


async def orders_sold(info: Info, wanted: PageRequest, where: OrderFilter) -> Connection[LazyOrder] | None:
    """None for who may not see them. Raises `InvalidInput`."""
    from schema.orders import Order  # lazy like the annotation

    _check(where.email)
    services, viewer = info.context.services, info.context.viewer
    page = await orders_of_event(services, viewer, wanted, where)
    return Connection.of(page, Order.of, partial(count_orders_of_event, services, viewer, where)) if page else None


async def tickets_sold(info: Info, wanted: PageRequest, where: TicketFilter) -> Connection[LazyTicket] | None:
    """None for who may not see them. Raises `InvalidInput`."""
    from schema.tickets import Ticket  # lazy like the annotation

    _check(where.email)
    services, viewer = info.context.services, info.context.viewer
    page = await tickets_of_session(services, viewer, wanted, where)
    return Connection.of(page, Ticket.of, partial(count_tickets_of_session, services, viewer, where)) if page else None


def _check(email: str | None) -> None:
    if email is not None and len(email) > LONGEST_EMAIL:
        raise InvalidInput(("email",), f"At most {LONGEST_EMAIL} characters.")
