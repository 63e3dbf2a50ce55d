"""Root fields that change something. Refusals are raised below and become members of the result unions."""

from typing import Annotated

import strawberry

from domain.ids import HoldId, SessionId, TicketId
from domain.second_factors import Challenge
from resolvers import grants, holds, passkeys, second_factors, sign_ins, tickets, waiting_rooms
from resolvers.viewers import signed_in
from resolvers.waiting_rooms import showing
from schema.account_mutation import AccountMutation
from schema.answers import IdempotencyKey, once
from schema.clients import ClientMutation
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
from schema.organizer_mutation import OrganizerMutation
from schema.passkeys import CredentialJson, PasskeyChallenge, ProofMutation
from schema.sales_channels import SalesChannelMutation
from schema.sandbox import SandboxMutation
from schema.scalars import wanted
from schema.second_factors import ChallengeToken, Code, SecondFactorRequired
from schema.serving.callers import device
from schema.sign_ins import SignInMutation
from schema.tickets import CancelTicketInput, CancelTicketResult, Ticket, UseTicketInput, UseTicketResult
from schema.viewers import AuthTokens, LoginInput, LoginResult, PasskeyLoginResult
from schema.waiting_rooms import (
    CloseWaitingRoomResult,
    JoinQueueResult,
    NoQueue,
    OpenWaitingRoomInput,
    OpenWaitingRoomResult,
    WaitingRoom,
    position_of,
)

Login = Annotated[LoginInput, strawberry.argument(description="Email and password.")]
RefreshToken = Annotated[str, strawberry.argument(description="The refresh token of the last login or refresh.")]
Lock = Annotated[LockTicketsInput, strawberry.argument(description="What to lock.")]
Change = Annotated[ChangeHoldInput, strawberry.argument(description="Which hold, and what it is to have.")]
HoldToExtend = Annotated[strawberry.ID, strawberry.argument(description="An ACTIVE hold of yours that was not extended.")]
HoldToRelease = Annotated[strawberry.ID, strawberry.argument(description="A live hold of yours.")]
Buy = Annotated[BuyTicketsInput, strawberry.argument(description="What to buy, and how to pay.")]
Use = Annotated[UseTicketInput, strawberry.argument(description="What was shown at the gate.")]
Open = Annotated[OpenWaitingRoomInput, strawberry.argument(description="Which session, from when, how fast.")]
QueueOf = Annotated[strawberry.ID, strawberry.argument(description="The session that is queued for.")]
Cancel = Annotated[CancelTicketInput, strawberry.argument(description="What to give back.")]


@strawberry.type(
    description="All that can be done. Every expected refusal is a member of the result; without a valid access token "
    "everything but login, refresh, register and the links of mails fails with the error code UNAUTHENTICATED."
)
class Mutation(
    SandboxMutation, SignInMutation, ProofMutation, AccountMutation, OrganizerMutation, ClientMutation, SalesChannelMutation
):
    @strawberry.mutation(
        description="Signs in with email and password. One in a request; ten that fail for one account from one address, then one "
        "a minute. Not to be retried blindly: every success is a sign-in of its own."
    )
    async def login(self, info: Info, input: Login) -> LoginResult:
        info.context.only_attempt()
        found = await second_factors.login(info.context.services, input.read(info.context.address, device()))
        return SecondFactorRequired.of(found) if isinstance(found, Challenge) else AuthTokens.of(found)

    @strawberry.mutation(
        description="Signs in with the second factor, where login has asked for one. Each code counts once, also when this "
        "fails later; five that are wrong, then one in five minutes. One in a request."
    )
    async def complete_login(self, info: Info, challenge: ChallengeToken, code: Code) -> LoginResult:
        info.context.only_attempt()
        tokens, codes = await second_factors.complete_login(info.context.services, challenge, code, device())
        return AuthTokens.of(tokens, codes)

    @strawberry.mutation(
        description="Signs in with a passkey, which is password and second factor in one. Each challenge counts once; one in a "
        "request."
    )
    async def login_with_passkey(self, info: Info, challenge: PasskeyChallenge, credential: CredentialJson) -> PasskeyLoginResult:
        info.context.only_attempt()
        context = info.context
        tokens = await passkeys.sign_in_with(context.services, challenge, credential, context.address, device())
        return AuthTokens.of(tokens)

    @strawberry.mutation(
        description="New tokens for a refresh token, which is spent by this. Asked again within ten seconds, because the answer "
        "was lost, it answers with the same refresh token. Shown later than that, or after its successor, a spent token ends the "
        "whole sign-in: one of the two who have it is a thief. A sign-in is refreshed sixty times at once, then once in ten "
        "seconds; beyond that it is TooManyAttempts, and the token stays good."
    )
    async def refresh(self, info: Info, refresh_token: RefreshToken) -> LoginResult:
        return AuthTokens.of(await sign_ins.refresh(info.context.services, refresh_token))

    @strawberry.mutation(description="Locks seats and places for the buyer for a limited time, all or none.")
    async def lock_tickets(self, info: Info, input: Lock) -> LockTicketsResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, input, input.idempotency_key)
        offers = info.context.selects("alternatives")
        asked = showing(info.context.services, input.read(viewer.user_id, key, offers=offers), input.queue_token)
        return Hold.of(await grants.lock_tickets(info.context.services, viewer, asked))

    @strawberry.mutation(
        description="Adds tickets to a hold and gives others of it back, all of it or nothing. What it keeps stays at the price it "
        "was quoted, what it gains is quoted now. Giving some back is possible even where the sale is over."
    )
    async def change_hold(self, info: Info, input: Change) -> ChangeHoldResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, input, input.idempotency_key)
        offers = info.context.selects("alternatives")
        asked = showing(info.context.services, input.read(viewer.user_id, key, offers=offers), input.queue_token)
        return Hold.of(await grants.change_hold(info.context.services, viewer, asked))

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
        what = showing(info.context.services, input.read(viewer.user_id, key), input.queue_token)
        return Order.of(await grants.buy_tickets(info.context.services, viewer, what, input.payment_method, key))

    @strawberry.mutation(
        description="Checks a ticket in, exactly once. For those who work at the gates of its event; to others it is NotFound."
    )
    async def use_ticket(self, info: Info, input: Use) -> UseTicketResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, input, input.idempotency_key)
        return Ticket.of(await tickets.use_ticket(info.context.services, viewer, input.shown(), input.gate(), key))

    @strawberry.mutation(
        description="Cancels a ticket before its session begins; its seat can be sold again at once. For its holder, and for the "
        "owners, managers and box office of its organizer."
    )
    async def cancel_ticket(self, info: Info, input: Cancel) -> CancelTicketResult:
        viewer = signed_in(info.context.viewer)
        key = once(info, viewer, input, input.idempotency_key)
        ticket_id = TicketId(wanted("ticket", input.ticket_id))
        return Ticket.of(await tickets.cancel_ticket(info.context.services, viewer, ticket_id, input.reason, key))

    @strawberry.mutation(
        description="Opens the waiting room of a session, or changes the one it has; asking again changes nothing. For "
        "the organizer's owners and managers."
    )
    async def open_waiting_room(self, info: Info, input: Open) -> OpenWaitingRoomResult:
        viewer = signed_in(info.context.viewer)
        return WaitingRoom.of(await waiting_rooms.open_waiting_room(info.context.services, viewer, input.read()))

    @strawberry.mutation(
        description="Closes the waiting room of a session: from now on everybody may lock. Opened again, it begins anew. For the "
        "organizer's owners and managers."
    )
    async def close_waiting_room(self, info: Info, session_id: QueueOf) -> CloseWaitingRoomResult:
        viewer = signed_in(info.context.viewer)
        closed = SessionId(wanted("session", session_id))
        return NoQueue.of(await waiting_rooms.close_waiting_room(info.context.services, viewer, closed))

    @strawberry.mutation(
        description="Gives the viewer a place in the queue for a session, one an account. Who has one keeps it, from whatever "
        "device; only where the admission was missed it is a new one, at the end."
    )
    async def join_queue(self, info: Info, session_id: QueueOf) -> JoinQueueResult:
        viewer = signed_in(info.context.viewer)
        joined = SessionId(wanted("session", session_id))
        return position_of(info, await waiting_rooms.join_queue(info.context.services, viewer, joined))  # type: ignore[return-value]  # never without a place
