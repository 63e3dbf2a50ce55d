"""The collaborators that a resolver may use, plugged in once by `main.py`."""

from dataclasses import dataclass
from datetime import timedelta

from domain.gateways import AccessTokens, Passwords, PaymentGateway, SeatFeed, TicketTokens
from domain.repositories import Inventory, Transactions


@dataclass(frozen=True, slots=True)
class Services:
    transaction: Transactions
    inventory: Inventory
    seats: SeatFeed
    payments: PaymentGateway
    access_tokens: AccessTokens
    ticket_tokens: TicketTokens
    passwords: Passwords
    refresh_lifetime: timedelta = timedelta(days=30)
