"""Accounts and signing in."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Annotated, Self, TypeAlias

import strawberry
from strawberry import Private

from domain import viewers as domain
from domain.tickets import TicketStatus
from domain.viewers import Role
from resolvers.holds import holds_of_user
from resolvers.logins import Credentials
from resolvers.members import memberships_of
from resolvers.orders import count_orders_of_user, orders_of_user
from resolvers.passkeys import passkeys_of
from resolvers.second_factors import second_factor_of
from resolvers.sign_ins import sign_ins_of
from resolvers.tickets import count_tickets_of_user, tickets_of_user
from schema import errors
from schema.connections import After, Connection, First, page_request
from schema.context import Info
from schema.holds import Hold
from schema.members import Member
from schema.nodes import Node
from schema.orders import Order
from schema.passkeys import Passkey
from schema.scalars import shown
from schema.second_factors import SecondFactor, SecondFactorRequired
from schema.sign_ins import SignIn
from schema.tickets import Ticket

OnlyStatus = Annotated[TicketStatus | None, strawberry.argument(description="Only tickets in this state.")]


@strawberry.type(description="An account, seen by its owner.")
class User(Node):
    email: str = strawberry.field(description="What it signs in with.")
    roles: list[Role] = strawberry.field(description="What it may do, in alphabetical order.")
    verified: bool = strawberry.field(description="Whether somebody has followed a link that was mailed to its email.")
    birth_date: date | None = strawberry.field(description="What its owner said when registering, or with setBirthDate.")
    user: Private[domain.User]

    @strawberry.field(description="Its tickets, newest first.")
    async def tickets(self, info: Info, first: First = 20, after: After = None, status: OnlyStatus = None) -> Connection[Ticket]:
        services = info.context.services
        page = await tickets_of_user(services, self.user.id, page_request(first, after), status)
        return Connection.of(page, Ticket.of, partial(count_tickets_of_user, services, self.user.id, status))

    @strawberry.field(description="Its orders, newest first.")
    async def orders(self, info: Info, first: First = 20, after: After = None) -> Connection[Order]:
        services = info.context.services
        page = await orders_of_user(services, self.user.id, page_request(first, after))
        return Connection.of(page, Order.of, partial(count_orders_of_user, services, self.user.id))

    @strawberry.field(description="Its live holds, the soonest to end first.")
    async def holds(self, info: Info) -> list[Hold]:
        return [Hold.of(hold) for hold in await holds_of_user(info.context.services, self.user.id)]

    @strawberry.field(description="What a login asks for besides the password; null where that is nothing.")
    async def second_factor(self, info: Info) -> SecondFactor | None:
        found = await second_factor_of(info.context.services, self.user)
        return SecondFactor.of(found) if found else None

    @strawberry.field(description="By which it signs in without a password, the first added first; ten at most.")
    async def passkeys(self, info: Info) -> list[Passkey]:
        return [Passkey.of(one) for one in await passkeys_of(info.context.services, self.user.id)]

    @strawberry.field(description="Where it is signed in, the device that was used last first.")
    async def sign_ins(self, info: Info) -> list[SignIn]:
        return [SignIn.of(one, info.context.viewer) for one in await sign_ins_of(info.context.services, self.user.id)]

    @strawberry.field(description="The organizers it belongs to, and as what; the first joined first.")
    async def memberships(self, info: Info) -> list[Member]:
        return [Member.of(one) for one in await memberships_of(info.context.services, self.user.id)]

    @classmethod
    def of(cls, user: domain.User) -> Self:
        return cls(
            id=shown("user", user.id),
            email=user.email,
            roles=sorted(user.roles),
            verified=user.verified,
            birth_date=user.birth_date,
            user=user,
        )


@strawberry.input(description="What an account signs in with.")
class LoginInput:
    email: str = strawberry.field(description="Case does not matter.")
    password: str = strawberry.field(description="At most 128 characters.")

    def read(self, address: str, device: str = "") -> Credentials:
        return Credentials(self.email, self.password, address, device)


@strawberry.type(description="What a client proves itself with from now on.")
class AuthTokens:
    access_token: str = strawberry.field(description="Sent as `Authorization: Bearer …`, or in a websocket's connection_init.")
    refresh_token: str = strawberry.field(description="Good for one `refresh`, within 30 days. Keep it secret.")
    expires_at: datetime = strawberry.field(description="When the access token ends.")
    user: User = strawberry.field(description="Who is signed in.")

    recovery_codes: list[str] = strawberry.field(
        description="Only where this has confirmed a second factor: ten codes for when the app is lost, shown once; else empty."
    )

    @classmethod
    def of(cls, tokens: domain.AuthTokens, recovery_codes: Sequence[str] = ()) -> Self:
        return cls(
            recovery_codes=list(recovery_codes),
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=tokens.expires_at,
            user=User.of(tokens.user),
        )


LoginResult: TypeAlias = Annotated[
    AuthTokens | SecondFactorRequired | errors.InvalidCredentials | errors.TooManyAttempts | errors.ServerBusy,
    strawberry.union("LoginResult", description="Tokens, what else is needed, or why there are none."),
]
PasskeyLoginResult: TypeAlias = Annotated[
    AuthTokens | errors.InvalidCredentials | errors.TooManyAttempts | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("PasskeyLoginResult", description="Tokens, or why there are none."),
]
