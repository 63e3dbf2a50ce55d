"""Orders, and how holds are bought."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Self, TypeAlias

import strawberry
from strawberry import Private

from domain import orders as domain
from domain.answers import Once
from domain.errors import InvalidInput
from domain.holds import LockTickets
from domain.ids import HoldId, UserId
from domain.orders import OrderStatus
from resolvers.orders import LOCKING
from schema import errors
from schema.answers import KEY, fingerprint
from schema.context import Info
from schema.holds import LockTicketsInput
from schema.money import Money
from schema.nodes import Node
from schema.scalars import shown, wanted
from schema.selling import Buyer
from schema.sessions import Session
from schema.tickets import Ticket

UNSOLD = (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED)


@strawberry.type(description="A hold on its way to being paid; paid, it has tickets.")
class Order(Node):
    status: OrderStatus = strawberry.field(description="How far it has come.")
    total: Money = strawberry.field(description="What was quoted in the hold.")
    created_at: datetime = strawberry.field(description="When the hold was ordered.")
    order: Private[domain.Order]

    @strawberry.field(description="What was bought; empty until it is PAID. Cancelled tickets stay listed. By seat.")
    async def tickets(self, info: Info) -> list[Ticket]:
        # Read later than the order: by now it may be paid, which this answer does not say.
        if self.order.status in UNSOLD:
            return []
        return [Ticket.of(ticket) for ticket in await info.context.order_tickets.load(self.order.id) or ()]

    @strawberry.field(description="What the tickets are for.")
    async def session(self, info: Info) -> Session:
        return Session.of(await info.context.found_session(self.order.session_id))

    @strawberry.field(description="Over which channel a partner sold it; null where it was bought here.")
    async def channel(self, info: Info) -> str | None:
        return await info.context.hold_channel.load(self.order.hold_id)

    @strawberry.field(description="Who bought it; null for everybody but themselves and those who sell for the organizer.")
    async def buyer(self, info: Info) -> Buyer | None:
        viewer = info.context.viewer
        found = await info.context.buyer.load((viewer, self.order.id)) if viewer else None
        return Buyer.of(found) if found else None

    @classmethod
    def of(cls, order: domain.Order) -> Self:
        return cls(
            id=shown("order", order.id),
            status=order.status,
            total=Money.of(order.total),
            created_at=order.created_at,
            order=order,
        )


@strawberry.input(description="Buy what is held, or lock and buy in one step: exactly one of holdId and tickets.")
class BuyTicketsInput:
    hold_id: strawberry.ID | None = strawberry.field(default=None, description="A live hold of yours.")
    tickets: LockTicketsInput | None = strawberry.field(
        default=None, description="What to lock and buy at once. Its own idempotencyKey is not looked at: give one here."
    )
    payment_method: str | None = strawberry.field(
        default=None,
        description="What the payment gateway takes, e.g. a Stripe payment method; the sandbox gateway takes "
        '"sandbox-ok", "sandbox-declined" and "sandbox-slow". Needed unless the total is zero.',
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def read(self, user_id: UserId, once: Once | None) -> HoldId | LockTickets:
        """Raises `InvalidInput`, `NotFound`."""
        if self.hold_id is not None and self.tickets is None:
            return HoldId(wanted("hold", self.hold_id))
        if self.tickets is not None and self.hold_id is None:
            locking = replace(once, operation=LOCKING, input_hash=fingerprint(self.tickets)) if once else None
            return self.tickets.read(user_id, locking, offers=True)
        raise InvalidInput(("input",), "Give either holdId or tickets.")

    @property
    def queue_token(self) -> str | None:
        return self.tickets.queue_token if self.tickets else None


BuyTicketsResult: TypeAlias = Annotated[
    Order
    | errors.SeatsUnavailable
    | errors.SoldOut
    | errors.SaleNotOpen
    | errors.TooManyTickets
    | errors.TooManyHolds
    | errors.WouldLeaveSingleSeat
    | errors.AgeRestricted
    | errors.NotSoldHere
    | errors.QueueRequired
    | errors.HoldExpired
    | errors.PaymentDeclined
    | errors.EmailNotVerified
    | errors.NotFound
    | errors.NotAllowed
    | errors.InvalidInput
    | errors.IdempotencyConflict
    | errors.ServerBusy,
    strawberry.union("BuyTicketsResult", description="The order, PAID or AWAITING_PAYMENT, or why nothing was bought."),
]
