"""Where an account is signed in, and signing out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self, TypeAlias

import strawberry

from domain import sign_ins as domain
from domain.ids import SignInId
from domain.viewers import Viewer
from resolvers import sign_ins
from resolvers.viewers import signed_in
from schema import errors
from schema.context import Info
from schema.scalars import shown, wanted

SignInToEnd = Annotated[strawberry.ID, strawberry.argument(description="One of `me.signIns`.")]


@strawberry.type(description="One device where an account is signed in: from a login until its logout.")
class SignIn:
    id: strawberry.ID = strawberry.field(description="For endSignIn; begins with `signin_`.")
    device: str = strawberry.field(description='What it looks like, e.g. "Firefox on Linux"; empty where that is not known.')
    started_at: datetime = strawberry.field(description="When it was signed in.")
    last_used_at: datetime = strawberry.field(description="When its tokens were last refreshed; access tokens live ten minutes.")
    expires_at: datetime = strawberry.field(
        description="When it ends by itself: 30 days after it was last refreshed, 180 days after it began at the latest."
    )
    current: bool = strawberry.field(description="Whether it is the one that asks.")

    @classmethod
    def of(cls, found: domain.SignIn, viewer: Viewer | None) -> Self:
        return cls(
            id=shown("signin", found.id),
            device=found.device,
            started_at=found.started_at,
            last_used_at=found.used_at,
            expires_at=found.expires_at,
            current=viewer is not None and viewer.sign_in_id == found.id,
        )


@strawberry.type(description="These sign-ins have ended: their refresh tokens are dead, and what is open with their tokens closes.")
class SignedOut:
    sign_in_ids: list[strawberry.ID] = strawberry.field(description="Those that ended by this, in no order; empty where none did.")

    @classmethod
    def of(cls, ended: Sequence[SignInId]) -> Self:
        return cls(sign_in_ids=[shown("signin", id) for id in ended])


LogoutResult: TypeAlias = Annotated[
    SignedOut | errors.ServerBusy, strawberry.union("LogoutResult", description="What has ended, or why nothing did.")
]
EndSignInResult: TypeAlias = Annotated[
    SignedOut | errors.NotFound | errors.ServerBusy,
    strawberry.union("EndSignInResult", description="What has ended, or why nothing did."),
]


@strawberry.type
class SignInMutation:
    @strawberry.mutation(
        description="Ends this sign-in: its refresh token is dead at once, its access tokens within seconds, and its websockets "
        "close with 4403. Asked again it fails with UNAUTHENTICATED: it was done."
    )
    async def logout(self, info: Info) -> LogoutResult:
        return SignedOut.of(await sign_ins.logout(info.context.services, signed_in(info.context.viewer)))

    @strawberry.mutation(description="Ends all sign-ins of the account, this one too; as logout does. Asking again is safe.")
    async def logout_everywhere(self, info: Info) -> LogoutResult:
        viewer = signed_in(info.context.viewer)
        return SignedOut.of(await sign_ins.end_sign_ins(info.context.services, viewer.user_id))

    @strawberry.mutation(
        description="Ends one sign-in of the viewer's account, on whatever device it is; as logout does. Asked again, or of "
        "somebody else's, it is NotFound."
    )
    async def end_sign_in(self, info: Info, id: SignInToEnd) -> EndSignInResult:
        viewer, ended = signed_in(info.context.viewer), SignInId(wanted("signin", id))
        return SignedOut.of(await sign_ins.end_sign_in(info.context.services, viewer, ended))
