"""Passkeys: adding one, signing in with it, taking it away."""

from datetime import datetime
from typing import Annotated, Self, TypeAlias

import strawberry

from domain import passkeys as domain
from domain.ids import PasskeyId
from resolvers import passkeys
from resolvers.viewers import signed_in
from schema import errors
from schema.context import Info
from schema.scalars import shown, wanted
from schema.second_factors import Password, SecondFactorMutation

CredentialJson = Annotated[
    str,
    strawberry.argument(
        description="What the browser has made of `options`, as JSON: `JSON.stringify(credential)`. At most 10,000 characters."
    ),
]
PasskeyChallenge = Annotated[str, strawberry.argument(description="The challenge that came with the options.")]
PasskeyName = Annotated[str, strawberry.argument(description="What its owner calls it, e.g. the device. 1 to 60 characters.")]
PasskeyToRemove = Annotated[strawberry.ID, strawberry.argument(description="One of `me.passkeys`.")]


@strawberry.type(description="A key on somebody's device, by which they sign in without a password.")
class Passkey:
    id: strawberry.ID = strawberry.field(description="For removePasskey; begins with `passkey_`.")
    name: str = strawberry.field(description="What its owner calls it.")
    added_at: datetime = strawberry.field(description="When it was added.")
    last_used_at: datetime | None = strawberry.field(description="When somebody last signed in with it; null: never.")

    @classmethod
    def of(cls, found: domain.Passkey) -> Self:
        return cls(id=shown("passkey", found.id), name=found.name, added_at=found.added_at, last_used_at=found.used_at)


@strawberry.type(description="What a device is to be asked.")
class PasskeyOptions:
    challenge: str = strawberry.field(description="Comes back with the device's answer; counts once.")
    options: str = strawberry.field(
        description="A JSON document for `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`, and "
        "then `navigator.credentials.create` or `get`."
    )
    expires_at: datetime = strawberry.field(description="Until when the answer counts: five minutes.")

    @classmethod
    def of(cls, options: domain.PasskeyOptions) -> Self:
        return cls(challenge=options.challenge, options=options.options, expires_at=options.expires_at)


@strawberry.type(description="From now on its device signs in with it.")
class PasskeyAdded:
    passkey: Passkey = strawberry.field(description="What was added.")


@strawberry.type(description="Nobody signs in with it any more.")
class PasskeyRemoved:
    id: strawberry.ID = strawberry.field(description="What was removed.")


PasskeyOptionsToAddResult: TypeAlias = Annotated[
    PasskeyOptions | errors.InvalidCredentials | errors.TooManyAttempts | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("PasskeyOptionsToAddResult", description="What to ask the device, or why nothing."),
]
PasskeyOptionsToSignInResult: TypeAlias = Annotated[
    PasskeyOptions | errors.NotAllowed,
    strawberry.union("PasskeyOptionsToSignInResult", description="What to ask the device, or that there are no passkeys here."),
]
AddPasskeyResult: TypeAlias = Annotated[
    PasskeyAdded | errors.InvalidInput | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("AddPasskeyResult", description="The passkey, or why there is none."),
]
RemovePasskeyResult: TypeAlias = Annotated[
    PasskeyRemoved | errors.NotFound | errors.InvalidCredentials | errors.TooManyAttempts | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("RemovePasskeyResult", description="That it is gone, or why it is not."),
]


@strawberry.type
class ProofMutation(SecondFactorMutation):
    """Whatever proves somebody besides a password."""

    @strawberry.mutation(
        description="What to ask the viewer's device for a new passkey. NotAllowed on a server without a public address. Asking "
        "again is safe: nothing changes by it."
    )
    async def passkey_options_to_add(self, info: Info, password: Password) -> PasskeyOptionsToAddResult:
        viewer = signed_in(info.context.viewer)
        return PasskeyOptions.of(await passkeys.to_add(info.context.services, viewer, password))

    @strawberry.mutation(
        description="Adds what the device has made, ten an account at most. Asked again with the same it is NotAllowed: it is "
        "there."
    )
    async def add_passkey(
        self, info: Info, challenge: PasskeyChallenge, credential: CredentialJson, name: PasskeyName
    ) -> AddPasskeyResult:
        viewer = signed_in(info.context.viewer)
        added = await passkeys.add(info.context.services, viewer, challenge, credential, name)
        return PasskeyAdded(passkey=Passkey.of(added))

    @strawberry.mutation(description="Takes a passkey of the viewer's account away. Asked again it is NotFound.")
    async def remove_passkey(self, info: Info, id: PasskeyToRemove, password: Password) -> RemovePasskeyResult:
        viewer = signed_in(info.context.viewer)
        await passkeys.remove(info.context.services, viewer, PasskeyId(wanted("passkey", id)), password)
        return PasskeyRemoved(id=id)

    @strawberry.mutation(
        description="What to ask a device that is to sign somebody in, whoever that is. No access token is needed. Asking again is "
        "safe: nothing changes by it."
    )
    def passkey_options_to_sign_in(self, info: Info) -> PasskeyOptionsToSignInResult:
        return PasskeyOptions.of(passkeys.to_sign_in(info.context.services))
