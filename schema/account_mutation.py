"""Root fields by which accounts are made, changed and left."""

from datetime import date
from typing import Annotated

import strawberry

from resolvers import accounts, own_account
from resolvers.viewers import signed_in
from schema.accounts import (
    AccountDeleted,
    BirthDateSet,
    ChangeEmailInput,
    ChangeEmailResult,
    ChangePasswordInput,
    ChangePasswordResult,
    DataExport,
    DeleteAccountInput,
    DeleteAccountResult,
    EmailVerified,
    ExportMyDataResult,
    LinkMailed,
    PasswordChanged,
    RegisterInput,
    RegisterResult,
    RegistrationReceived,
    RequestEmailVerificationResult,
    RequestPasswordResetResult,
    ResetPasswordInput,
    ResetPasswordResult,
    SetBirthDateResult,
    VerifyEmailResult,
)
from schema.context import Info
from schema.scalars import shown

Register = Annotated[RegisterInput, strawberry.argument(description="Email and password.")]
Token = Annotated[str, strawberry.argument(description="What the link in the mail has after the #.")]
Email = Annotated[str, strawberry.argument(description="Of the account; case does not matter.")]
Reset = Annotated[ResetPasswordInput, strawberry.argument(description="The link's token and the new password.")]
ChangePassword = Annotated[ChangePasswordInput, strawberry.argument(description="The old and the new one.")]
ChangeEmail = Annotated[ChangeEmailInput, strawberry.argument(description="The new email, and the password.")]
BirthDate = Annotated[date, strawberry.argument(description="Not before 1900, and not in the future.")]
Delete = Annotated[DeleteAccountInput, strawberry.argument(description="The password, and what may be left.")]


@strawberry.type
class AccountMutation:
    @strawberry.mutation(
        description="Makes an account and mails a link to confirm its email. Whose email it is already gets a mail that says "
        "so, and nothing changes. Asked again nothing more happens, but another mail is sent. Five mails an hour to one email. No "
        "access token is needed."
    )
    async def register(self, info: Info, input: Register) -> RegisterResult:
        email = await accounts.register(info.context.services, input.read(), info.context.address)
        return RegistrationReceived(email=email)

    @strawberry.mutation(
        description="Follows the link of a mail, of a new account or of a changed email. Asked again, the answer is the same as "
        "long as the link would be good: three days, a changed email's one. No access token is needed."
    )
    async def verify_email(self, info: Info, token: Token) -> VerifyEmailResult:
        return EmailVerified(email=await accounts.verify_email(info.context.services, token, info.context.address))

    @strawberry.mutation(
        description="Mails a link for a new password, if anybody has the email; the answer is the same if nobody has. Asked again, "
        "another one is mailed. Five mails an hour to one email. No access token is needed."
    )
    async def request_password_reset(self, info: Info, email: Email) -> RequestPasswordResetResult:
        return LinkMailed.of(await accounts.request_password_reset(info.context.services, email, info.context.address))

    @strawberry.mutation(
        description="A new password by a mailed link, which works once, within 15 minutes. Ends all sign-ins of the account, makes "
        "its other links useless, and verifies its email. Asked again it is LinkNotValid. No access token is needed."
    )
    async def reset_password(self, info: Info, input: Reset) -> ResetPasswordResult:
        await accounts.reset_password(info.context.services, input.token, input.password, info.context.address)
        return PasswordChanged(signed_in=False)

    @strawberry.mutation(
        description="A new password by the current one. Ends all other sign-ins and makes mailed links useless. Asked again "
        "with the same, nothing more happens."
    )
    async def change_password(self, info: Info, input: ChangePassword) -> ChangePasswordResult:
        viewer = signed_in(info.context.viewer)
        await own_account.change_password(info.context.services, viewer, input.current_password, input.new_password)
        return PasswordChanged(signed_in=True)

    @strawberry.mutation(
        description="Mails a link to another email; when it is followed (verifyEmail) the account signs in with that, and a "
        "mail to the old one says so. Where the other email is somebody's it gets a mail, too, but without a link. Asked again, "
        "another mail is sent."
    )
    async def change_email(self, info: Info, input: ChangeEmail) -> ChangeEmailResult:
        viewer, services = signed_in(info.context.viewer), info.context.services
        asked = (input.email, input.password, info.context.address)
        return LinkMailed.of(await own_account.change_email(services, viewer, *asked))

    @strawberry.mutation(
        description="Mails the link that confirms the account's email once more; nothing where it is verified. Asked again, "
        "another one is mailed."
    )
    async def request_email_verification(self, info: Info) -> RequestEmailVerificationResult:
        viewer = signed_in(info.context.viewer)
        user = await own_account.request_verification(info.context.services, viewer, info.context.address)
        return EmailVerified(email=user.email) if user.verified else LinkMailed.of(user.email)

    @strawberry.mutation(
        description="The date of birth of an account that has none, once. Asked again with the same, nothing changes; with another "
        "one it is NotAllowed."
    )
    async def set_birth_date(self, info: Info, birth_date: BirthDate) -> SetBirthDateResult:
        viewer = signed_in(info.context.viewer)
        return BirthDateSet.of(await own_account.set_birth_date(info.context.services, viewer, birth_date))

    @strawberry.mutation(description="All that is kept of the viewer's account. Changes nothing. Ten times an hour at most.")
    async def export_my_data(self, info: Info) -> ExportMyDataResult:
        viewer = signed_in(info.context.viewer)
        return DataExport.of(*await own_account.export_my_data(info.context.services, viewer))

    @strawberry.mutation(
        description="Deletes the viewer's account for good: its email, password, date of birth, devices, mails and memberships; "
        "all sign-ins end. Orders and tickets stay in the books under its id, which then names nobody. Asked again, nothing more "
        "happens."
    )
    async def delete_account(self, info: Info, input: Delete) -> DeleteAccountResult:
        viewer = signed_in(info.context.viewer)
        asked = input.password
        await own_account.delete_account(info.context.services, viewer, asked, leave_tickets=input.leave_tickets)
        return AccountDeleted(ledger_id=shown("user", viewer.user_id))
