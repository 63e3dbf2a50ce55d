"""Second factors: setting one up, and signing in with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self, TypeAlias

import strawberry

from domain import second_factors as domain
from resolvers import second_factors
from resolvers.viewers import signed_in
from schema import errors
from schema.context import Info

Password = Annotated[str, strawberry.argument(description="The account's present one.")]
Code = Annotated[
    str,
    strawberry.argument(description="The six digits that the app shows now, or one of the recovery codes. Spaces do not matter."),
]
AppCode = Annotated[str, strawberry.argument(description="The six digits that the app shows now.")]
ChallengeToken = Annotated[str, strawberry.argument(description="The challenge of a login that asked for a second factor.")]


@strawberry.type(description="The password was right, and a second factor is asked for. Nobody is signed in yet.")
class SecondFactorRequired:
    challenge: str = strawberry.field(description="For completeLogin. Keep it secret.")
    expires_at: datetime = strawberry.field(description="Until when it counts: five minutes.")
    enrolled: bool = strawberry.field(
        description="Whether the account has a second factor. If not, its roles must have one here: offerSecondFactorAtLogin "
        "first, then completeLogin with a code of the app."
    )

    @classmethod
    def of(cls, challenge: domain.Challenge) -> Self:
        return cls(challenge=challenge.token, expires_at=challenge.expires_at, enrolled=challenge.enrolled)


@strawberry.type(description="The second factor of an account: an app that shows codes (TOTP), and recovery codes on paper.")
class SecondFactor:
    since: datetime | None = strawberry.field(description="When it was confirmed.")
    recovery_codes_left: int = strawberry.field(description="How many of the ten were not used.")

    @classmethod
    def of(cls, factor: domain.SecondFactor) -> Self:
        return cls(since=factor.confirmed_at, recovery_codes_left=factor.recovery_codes_left)


@strawberry.type(
    description="For an app that shows codes. It counts when it is confirmed by a code; shown once, offered anew it is another."
)
class SecondFactorOffer:
    secret: str = strawberry.field(description="To type in: base32, for six digits every 30 seconds with SHA-1.")
    uri: str = strawberry.field(description="The same as an `otpauth://` URI.")
    qr_svg: str = strawberry.field(description="The URI as a QR code: an SVG document, black on white, without scripts.")

    @classmethod
    def of(cls, offer: domain.Offer) -> Self:
        return cls(secret=offer.secret, uri=offer.uri, qr_svg=offer.qr_svg)


@strawberry.type(description="From now on a login asks for a code.")
class SecondFactorOn:
    recovery_codes: list[str] = strawberry.field(
        description="Ten, each good once in place of a code, for when the app is lost. Shown once: only hashes are kept."
    )

    @classmethod
    def of(cls, codes: Sequence[str]) -> Self:
        return cls(recovery_codes=list(codes))


@strawberry.type(description="A login needs the password only. Recovery codes are useless now.")
class SecondFactorOff:
    recovery_codes_voided: int = strawberry.field(description="How many were not used.")


OfferSecondFactorResult: TypeAlias = Annotated[
    SecondFactorOffer | errors.InvalidCredentials | errors.TooManyAttempts | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("OfferSecondFactorResult", description="What to give to the app, or why there is nothing."),
]
ConfirmSecondFactorResult: TypeAlias = Annotated[
    SecondFactorOn | errors.InvalidCredentials | errors.TooManyAttempts | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("ConfirmSecondFactorResult", description="The recovery codes, or why there are none."),
]
RemoveSecondFactorResult: TypeAlias = Annotated[
    SecondFactorOff | errors.InvalidCredentials | errors.TooManyAttempts | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("RemoveSecondFactorResult", description="That it is gone, or why it is not."),
]


@strawberry.type
class SecondFactorMutation:
    @strawberry.mutation(
        description="Offers a second factor for the viewer's account. Nothing changes before confirmSecondFactor; asked again, "
        "only what was offered last counts. NotAllowed where there is one already."
    )
    async def offer_second_factor(self, info: Info, password: Password) -> OfferSecondFactorResult:
        viewer = signed_in(info.context.viewer)
        return SecondFactorOffer.of(await second_factors.offer(info.context.services, viewer, password))

    @strawberry.mutation(
        description="The same for somebody who must have one to sign in at all; the challenge stands for the password. No access "
        "token is needed."
    )
    async def offer_second_factor_at_login(self, info: Info, challenge: ChallengeToken) -> OfferSecondFactorResult:
        return SecondFactorOffer.of(await second_factors.offer_by_challenge(info.context.services, challenge))

    @strawberry.mutation(
        description="Shows that the app has what was offered. Asked again it is NotAllowed: where the answer was lost, remove the "
        "second factor with a code and begin anew, for the recovery codes are not shown again."
    )
    async def confirm_second_factor(self, info: Info, code: AppCode) -> ConfirmSecondFactorResult:
        viewer = signed_in(info.context.viewer)
        info.context.only_attempt()
        return SecondFactorOn.of(await second_factors.confirm(info.context.services, viewer, code))

    @strawberry.mutation(
        description="Gives the second factor up. NotAllowed where the account's roles must have one. Asked again it is "
        "InvalidCredentials, as there is no code that counts."
    )
    async def remove_second_factor(self, info: Info, password: Password, code: Code) -> RemoveSecondFactorResult:
        viewer = signed_in(info.context.viewer)
        info.context.only_attempt()
        voided = await second_factors.remove(info.context.services, viewer, password, code)
        return SecondFactorOff(recovery_codes_voided=voided)
