"""Tickets, using and cancelling them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self, TypeAlias

import strawberry
from strawberry import Private

from domain import tickets as domain
from domain.errors import InvalidInput
from domain.ids import SessionId, TicketId
from domain.tickets import TicketStatus
from resolvers.tickets import token_of
from schema import errors
from schema.answers import KEY
from schema.context import Info
from schema.money import Money
from schema.nodes import Node
from schema.scalars import shown, wanted
from schema.selling import Buyer
from schema.sessions import Session, TicketType


@strawberry.type(description="The right to enter a session once.")
class Ticket(Node):
    seat: str | None = strawberry.field(description="The seat's label; null for general admission.")
    status: TicketStatus = strawberry.field(description="Whether it still lets somebody in.")
    price: Money = strawberry.field(description="What was paid for it.")
    purchased_at: datetime = strawberry.field(description="When its order was paid.")
    used_at: datetime | None = strawberry.field(description="When it was used; null while it was not.")
    ticket: Private[domain.Ticket]

    @strawberry.field(description="What it lets into.")
    async def session(self, info: Info) -> Session:
        return Session.of(await info.context.found_session(self.ticket.session_id))

    @strawberry.field(description="The price level it was sold as.")
    async def ticket_type(self, info: Info) -> TicketType:
        return TicketType.of(await info.context.found_ticket_type(self.ticket.ticket_type_id))

    @strawberry.field(
        description="The signed text that the QR code carries; null for anyone but the holder, and those who check the event's "
        "tickets in or sell them."
    )
    async def token(self, info: Info) -> str | None:
        return token_of(info.context.services, self.ticket) if await info.context.sees_ticket(self.ticket) else None

    @strawberry.field(description="The token as a QR code: an SVG document, black on white; null where the token is.")
    async def qr_svg(self, info: Info) -> str | None:
        if not await info.context.sees_ticket(self.ticket):
            return None
        return info.context.services.ticket_tokens.qr_svg(token_of(info.context.services, self.ticket))

    @strawberry.field(description="Whose it is; null for everybody but themselves and those who sell for the organizer.")
    async def holder(self, info: Info) -> Buyer | None:
        viewer = info.context.viewer
        found = await info.context.buyer.load((viewer, self.ticket.order_id)) if viewer else None
        return Buyer.of(found) if found else None

    @classmethod
    def of(cls, ticket: domain.Ticket) -> Self:
        return cls(
            id=shown("ticket", ticket.id),
            seat=ticket.seat,
            status=ticket.status,
            price=Money.of(ticket.price),
            purchased_at=ticket.purchased_at,
            used_at=ticket.used_at,
            ticket=ticket,
        )


@strawberry.type(description="Tickets of the viewer that have become others.")
class MyTicketsUpdate:
    tickets: list[Ticket] = strawberry.field(
        description="Those that were issued, used, cancelled or have ended since the last message, the newest change first, at "
        "most 100; empty in the first message."
    )

    @classmethod
    def of(cls, tickets: Sequence[domain.Ticket]) -> Self:
        return cls(tickets=[Ticket.of(ticket) for ticket in tickets])


@strawberry.input(description="Exactly one of token and ticketId.")
class UseTicketInput:
    token: str | None = strawberry.field(default=None, description="The ticket's token as scanned.")
    ticket_id: strawberry.ID | None = strawberry.field(default=None, description="The ticket's id, where it cannot be scanned.")
    session_id: strawberry.ID | None = strawberry.field(
        default=None, description="The session that this gate admits to: a ticket of another one is refused as WrongSession."
    )

    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def shown(self) -> str | TicketId:
        """Raises `InvalidInput`, `NotFound`."""
        if self.token is not None and self.ticket_id is None:
            return self.token
        if self.ticket_id is not None and self.token is None:
            return TicketId(wanted("ticket", self.ticket_id))
        raise InvalidInput(("input",), "Give either token or ticketId.")

    def gate(self) -> SessionId | None:
        return SessionId(wanted("session", self.session_id)) if self.session_id is not None else None


@strawberry.input(description="A ticket to give back.")
class CancelTicketInput:
    ticket_id: strawberry.ID = strawberry.field(description="The ticket.")
    reason: str | None = strawberry.field(default=None, description="Why, at most 500 characters; kept with the ticket.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


UseTicketResult: TypeAlias = Annotated[
    Ticket
    | errors.TicketAlreadyUsed
    | errors.TicketNotValid
    | errors.WrongSession
    | errors.NotFound
    | errors.NotAllowed
    | errors.InvalidInput
    | errors.IdempotencyConflict
    | errors.ServerBusy,
    strawberry.union("UseTicketResult", description="The ticket, just used: let its holder in. Anything else: do not."),
]
CancelTicketResult: TypeAlias = Annotated[
    Ticket
    | errors.TicketAlreadyUsed
    | errors.TicketNotValid
    | errors.SessionStarted
    | errors.NotFound
    | errors.NotAllowed
    | errors.InvalidInput
    | errors.IdempotencyConflict
    | errors.ServerBusy,
    strawberry.union("CancelTicketResult", description="The cancelled ticket, or why it was not cancelled."),
]
