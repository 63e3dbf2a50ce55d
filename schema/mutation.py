"""Root fields that change something. Refusals are raised below and become members of the result unions."""

from typing import Annotated

import strawberry

from domain.ids import HoldId, TicketId
from resolvers import holds, orders, tickets, viewers
from resolvers.viewers import signed_in
from schema.answers import IdempotencyKey, once
from schema.context import Info
from schema.holds import (
    ChangeHoldInput,
    ChangeHoldResult,
    ExtendHoldResult,
    Hold,
    LockTicketsInput,
    LockTicketsResult,
    ReleaseHoldResult,
)
from schema.orders import BuyTicketsInput, BuyTicketsResult, Order
from schema.scalars import wanted
from schema.tickets import CancelTicketInput, CancelTicketResult, Ticket, UseTicketInput, UseTicketResult
from schema.viewers import AuthTokens, LoginInput, LoginResult

Login = Annotated[LoginInput, strawberry.argument(description="Email and password.")]
RefreshToken = Annotated[str, strawberry.argument(description="The refresh token of the last login or refresh.")]
Lock = Annotated[LockTicketsInput, strawberry.argument(description="What to lock.")]
Change = Annotated[ChangeHoldInput, strawberry.argument(description="Which hold, and what it is to have.")]
HoldToExtend = Annotated[strawberry.ID, strawberry.argument(description="An ACTIVE hold of yours that was not extended.")]
HoldToRelease = Annotated[strawberry.ID, strawberry.argument(description="A live hold of yours.")]
Buy = Annotated[BuyTicketsInput, strawberry.argument(description="What to buy, and how to pay.")]
Use = Annotated[UseTicketInput, strawberry.argument(description="What was shown at the gate.")]
Cancel = Annotated[CancelTicketInput, strawberry.argument(description="What to give back.")]


@strawberry.type(
    description="All that can be done. Every expected refusal is a member of the result; without a valid access token "
    "everything but login and refresh fails with the error code UNAUTHENTICATED."
)
class Mutation:
    @strawberry.mutation(description="Signs in with email and password.")
    async def login(self, info: Info, input: Login) -> LoginResult:
        return AuthTokens.of(await viewers.login(info.context.services, input.email, input.password))

    @strawberry.mutation(description="New tokens for a refresh token, which is spent by this.")
    async def refresh(self, info: Info, refresh_token: RefreshToken) -> LoginResult:
        return AuthTokens.of(await viewers.refresh(info.context.services, refresh_token))

    @strawberry.mutation(description="Locks seats and places for the buyer for a limited time, all or none.")
    async def lock_tickets(self, info: Info, input: Lock) -> LockTicketsResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, input, input.idempotency_key)
        return Hold.of(await holds.lock_tickets(info.context.services, input.read(viewer.user_id, key)))

    @strawberry.mutation(
        description="Adds tickets to a hold and gives others of it back, all of it or nothing. What it keeps stays at the price it "
        "was quoted, what it gains is quoted now. Giving some back is possible even where the sale is over."
    )
    async def change_hold(self, info: Info, input: Change) -> ChangeHoldResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, input, input.idempotency_key)
        return Hold.of(await holds.change_hold(info.context.services, input.read(viewer.user_id, key)))

    @strawberry.mutation(
        description="Gives a hold as much time again as holds have, once. In all it is never longer than twice that, from when it "
        "was locked."
    )
    async def extend_hold(self, info: Info, hold_id: HoldToExtend, idempotency_key: IdempotencyKey = None) -> ExtendHoldResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, hold_id, idempotency_key, ("idempotencyKey",))
        return Hold.of(await holds.extend_hold(info.context.services, viewer, HoldId(wanted("hold", hold_id)), key))

    @strawberry.mutation(description="Gives a hold back, so that others can have the tickets at once.")
    async def release_hold(self, info: Info, hold_id: HoldToRelease, idempotency_key: IdempotencyKey = None) -> ReleaseHoldResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, hold_id, idempotency_key, ("idempotencyKey",))
        return Hold.of(await holds.release_hold(info.context.services, viewer, HoldId(wanted("hold", hold_id)), key))

    @strawberry.mutation(description="Pays for a hold, or locks and pays in one step, and issues the tickets.")
    async def buy_tickets(self, info: Info, input: Buy) -> BuyTicketsResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, input, input.idempotency_key)
        what = input.read(viewer.user_id, key)
        return Order.of(await orders.buy_tickets(info.context.services, viewer, what, input.payment_method, key))

    @strawberry.mutation(description="Checks a ticket in, exactly once. For gate staff.")
    async def use_ticket(self, info: Info, input: Use) -> UseTicketResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, input, input.idempotency_key)
        return Ticket.of(await tickets.use_ticket(info.context.services, viewer, input.shown(), input.gate(), key))

    @strawberry.mutation(description="Cancels a ticket before its session begins; its seat can be sold again at once.")
    async def cancel_ticket(self, info: Info, input: Cancel) -> CancelTicketResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, input, input.idempotency_key)
        ticket_id = TicketId(wanted("ticket", input.ticket_id))
        return Ticket.of(await tickets.cancel_ticket(info.context.services, viewer, ticket_id, input.reason, key))
