"""The collaborators that a resolver may use, plugged in once by `main.py`."""

from dataclasses import dataclass, field

from domain.gateways import (
    AccessTokens,
    Mailer,
    Passwords,
    PaymentGateway,
    QueueTokens,
    RefreshTokens,
    SeatFeed,
    TicketTokens,
    Topics,
)
from domain.limits import Limits
from domain.passkeys import PasskeyCeremonies
from domain.repositories import Inventory, Queue, Transactions
from domain.sandbox import Sandbox
from domain.second_factors import SecondSteps
from domain.verification import Verification
from resolvers.client_usage import ClientUsage
from resolvers.seat_orders import SeatOrders
from resolvers.standing import EndedSignIns
from resolvers.verified_buyers import VerifiedBuyers


@dataclass(frozen=True, slots=True)
class Services:
    transaction: Transactions
    reading: Transactions
    inventory: Inventory
    seats: SeatFeed
    topics: Topics
    payments: PaymentGateway
    access_tokens: AccessTokens
    refresh_tokens: RefreshTokens
    second_steps: SecondSteps
    ticket_tokens: TicketTokens
    queue: Queue
    queue_tokens: QueueTokens
    passwords: Passwords
    verification: Verification
    limits: Limits
    sandbox: Sandbox | None = None
    ended: EndedSignIns = field(default_factory=EndedSignIns)
    passkeys: PasskeyCeremonies | None = None
    mailer: Mailer | None = None
    site: str = ""
    buyers: VerifiedBuyers = field(default_factory=VerifiedBuyers)
    usage: ClientUsage = field(default_factory=ClientUsage)
    seat_orders: SeatOrders = field(default_factory=SeatOrders)
