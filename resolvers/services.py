"""The collaborators that a resolver may use, plugged in once by `main.py`."""

from dataclasses import dataclass, field
from datetime import timedelta

from domain.gateways import AccessTokens, Passwords, PaymentGateway, SeatFeed, TicketTokens, Topics
from domain.repositories import Inventory, Transactions
from domain.verification import Verification
from resolvers.seat_orders import SeatOrders


@dataclass(frozen=True, slots=True)
class Services:
    transaction: Transactions
    inventory: Inventory
    seats: SeatFeed
    topics: Topics
    payments: PaymentGateway
    access_tokens: AccessTokens
    ticket_tokens: TicketTokens
    passwords: Passwords
    verification: Verification
    refresh_lifetime: timedelta = timedelta(days=30)
    seat_orders: SeatOrders = field(default_factory=SeatOrders)
