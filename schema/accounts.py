"""Accounts as their owners make, change and leave them: inputs and results."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Self, TypeAlias

import orjson
import strawberry

from domain import viewers as domain
from domain.accounts import Language
from resolvers.accounts import Registration
from schema import errors
from schema.viewers import User

PASSWORD = "10 to 128 characters of any kind; those that are easily guessed are refused."


@strawberry.input(description="A new account.")
class RegisterInput:
    email: str = strawberry.field(description="What it is to sign in with; at most 254 characters. A link to confirm it is mailed.")
    password: str = strawberry.field(description=PASSWORD)
    birth_date: date | None = strawberry.field(
        default=None, description="Needed to buy where there is a minimum age; it can be given later, but not changed."
    )
    language: Language = strawberry.field(default=Language.EN, description="Of the mails to the account.")

    def read(self) -> Registration:
        return Registration(self.email, self.password, self.birth_date, self.language)


@strawberry.input(description="A new password, by a mailed link.")
class ResetPasswordInput:
    token: str = strawberry.field(description="What the link has after the #.")
    password: str = strawberry.field(description=PASSWORD)


@strawberry.input(description="A new password, by who knows the old one.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description="The one that signs in now.")
    new_password: str = strawberry.field(description=PASSWORD)


@strawberry.input(description="Another email to sign in with.")
class ChangeEmailInput:
    email: str = strawberry.field(description="The new one; at most 254 characters.")
    password: str = strawberry.field(description="The account's.")


@strawberry.input(description="That the account is to go.")
class DeleteAccountInput:
    password: str = strawberry.field(description="The account's.")
    leave_tickets: bool = strawberry.field(
        default=False,
        description="Whether tickets that are still good may be left: whoever has their codes gets in with them, but nobody can "
        "look at them again, cancel them or get their money back. False: there must be none.",
    )


@strawberry.type(
    description="The same whether or not the email was somebody's: who reads its mails finds out. If it was not, the account can "
    "sign in at once."
)
class RegistrationReceived:
    email: str = strawberry.field(description="The email as it is kept; a mail is on its way to it.")


@strawberry.type(description="The account's email is known to be its owner's.")
class EmailVerified:
    email: str = strawberry.field(description="What it signs in with from now on.")


@strawberry.type(description="A link was mailed; until it is followed nothing changes.")
class LinkMailed:
    email: str = strawberry.field(description="Where to; nothing says whether it is anybody's.")

    @classmethod
    def of(cls, email: str) -> Self:
        return cls(email=email)


@strawberry.type(description="The account has the new password, and a mail says so.")
class PasswordChanged:
    signed_in: bool = strawberry.field(
        description="True where this sign-in goes on and all others have ended; false where all have: sign in with the new "
        "password."
    )


@strawberry.type(description="All that is kept of an account and under it.")
class DataExport:
    read_at: datetime = strawberry.field(description="When it was read, all of it at one moment.")
    json: str = strawberry.field(
        description="A JSON document: an object with a list for each kind of thing (account, orders, tickets and so on), whose "
        "fields are the database's. Save it as a file. It may grow by further kinds and fields."
    )

    @classmethod
    def of(cls, read_at: datetime, found: Mapping[str, object]) -> Self:
        return cls(read_at=read_at, json=orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())


@strawberry.type(
    description="The account is gone: nobody can sign in as it, and nothing names its owner any more. What was bought stays in the "
    "books under its id."
)
class AccountDeleted:
    ledger_id: strawberry.ID = strawberry.field(description="The id that its orders are kept under; begins with `user_`.")


@strawberry.type(description="The account as it is now.")
class BirthDateSet:
    user: User = strawberry.field(description="With its date of birth.")

    @classmethod
    def of(cls, user: domain.User) -> Self:
        return cls(user=User.of(user))


RegisterResult: TypeAlias = Annotated[
    RegistrationReceived
    | errors.WeakPassword
    | errors.InvalidInput
    | errors.TooManyAttempts
    | errors.MailUnavailable
    | errors.ServerBusy,
    strawberry.union("RegisterResult", description="That it was received, or why it was not."),
]
VerifyEmailResult: TypeAlias = Annotated[
    EmailVerified | errors.LinkNotValid | errors.TooManyAttempts | errors.ServerBusy,
    strawberry.union("VerifyEmailResult", description="The email, or why it is not verified."),
]
RequestPasswordResetResult: TypeAlias = Annotated[
    LinkMailed | errors.InvalidInput | errors.TooManyAttempts | errors.MailUnavailable | errors.ServerBusy,
    strawberry.union("RequestPasswordResetResult", description="Where a link was mailed if that is somebody's, or why not."),
]
ResetPasswordResult: TypeAlias = Annotated[
    PasswordChanged | errors.LinkNotValid | errors.WeakPassword | errors.TooManyAttempts | errors.ServerBusy,
    strawberry.union("ResetPasswordResult", description="That it was changed, or why not."),
]
ChangePasswordResult: TypeAlias = Annotated[
    PasswordChanged
    | errors.InvalidCredentials
    | errors.WeakPassword
    | errors.TooManyAttempts
    | errors.NotAllowed
    | errors.ServerBusy,
    strawberry.union("ChangePasswordResult", description="That it was changed, or why not."),
]
ChangeEmailResult: TypeAlias = Annotated[
    LinkMailed
    | errors.InvalidCredentials
    | errors.InvalidInput
    | errors.TooManyAttempts
    | errors.MailUnavailable
    | errors.NotAllowed
    | errors.ServerBusy,
    strawberry.union("ChangeEmailResult", description="Where a link was mailed, or why none was."),
]
RequestEmailVerificationResult: TypeAlias = Annotated[
    LinkMailed | EmailVerified | errors.TooManyAttempts | errors.MailUnavailable | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("RequestEmailVerificationResult", description="Where a link was mailed, or why none was needed or possible."),
]
SetBirthDateResult: TypeAlias = Annotated[
    BirthDateSet | errors.NotAllowed | errors.InvalidInput | errors.ServerBusy,
    strawberry.union("SetBirthDateResult", description="The account, or why its date of birth is what it was."),
]
ExportMyDataResult: TypeAlias = Annotated[
    DataExport | errors.TooManyAttempts | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("ExportMyDataResult", description="All of it, or why there is none."),
]
DeleteAccountResult: TypeAlias = Annotated[
    AccountDeleted
    | errors.InvalidCredentials
    | errors.TicketsStillValid
    | errors.LastOwner
    | errors.TooManyAttempts
    | errors.NotAllowed
    | errors.ServerBusy,
    strawberry.union("DeleteAccountResult", description="That it is gone, or why it is not."),
]
