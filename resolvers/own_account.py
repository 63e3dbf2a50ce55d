"""What somebody does with their own account: another password or email, all that is known of it, leaving."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from domain.accounts import born_wrongly
from domain.errors import InvalidCredentials, InvalidInput, NotAllowed, TicketsStillValid
from domain.mails import MailKind
from domain.viewers import User, Viewer
from resolvers.accounts import strong_enough
from resolvers.addresses import address
from resolvers.attempts import EXPORTS_OF_ONE, GUESSES_AT_ONE, attempt, attempt_mail
from resolvers.mails import mailing
from resolvers.persons import person, proven_person
from resolvers.services import Services
from resolvers.sign_ins import announce_ended


async def change_password(services: Services, viewer: Viewer, current: str, new: str) -> None:
    """Ends all other sign-ins. Asked again with the same, nothing changes. Raises `InvalidCredentials`, `WeakPassword`."""
    user = await person(services, viewer)
    await attempt(services, (f"guess:{user.id}", GUESSES_AT_ONE))
    if not await services.passwords.verify(user.password_hash, current):
        # The answer to the first time may have been lost.
        if await services.passwords.verify(user.password_hash, new):
            return
        raise InvalidCredentials
    await strong_enough(services, new, user.email)
    password_hash = await services.passwords.hash(new)
    async with services.transaction() as work:
        if not await work.accounts.set_password(user.id, password_hash, instead_of=user.password_hash):
            raise InvalidCredentials
        await work.links.revoke(user.id)
        ended = await work.sign_ins.end(user.id, but=viewer.sign_in_id)
        await work.outbox.put(MailKind.PASSWORD_CHANGED, user.id)
    announce_ended(services, ended, user.id)


async def change_email(services: Services, viewer: Viewer, email: str, password: str, caller: str) -> str:
    """Nothing changes before the link in a mail to the new email is followed. Whether that is somebody's, no answer tells.

    Raises `InvalidCredentials`, `InvalidInput`, `TooManyAttempts`, `MailUnavailable`.
    """
    mailing(services)
    new = address(email, "input", "email")
    user = await proven_person(services, viewer, password)
    await attempt_mail(services, new, caller)
    async with services.transaction() as work:
        await work.outbox.put(MailKind.CHANGE_EMAIL, user.id, new)
    return new


async def request_verification(services: Services, viewer: Viewer, caller: str) -> User:
    """Sends nothing where the email is verified. Raises `TooManyAttempts`, `MailUnavailable`."""
    mailing(services)
    user = await person(services, viewer)
    if not user.verified:
        await attempt_mail(services, user.email, caller)
        async with services.transaction() as work:
            await work.outbox.put(MailKind.VERIFY_EMAIL, user.id)
    return user


async def set_birth_date(services: Services, viewer: Viewer, birth_date: date) -> User:
    """Once: it decides what the account may buy. Raises `NotAllowed` where another one is known."""
    user = await person(services, viewer)
    if born_wrongly(birth_date, datetime.now(UTC).date()):
        raise InvalidInput(("birthDate",), "Nobody alive was born then.")
    async with services.transaction() as work:
        if not await work.accounts.set_birth_date(user.id, birth_date):
            raise NotAllowed
        return (await work.users.by_ids([user.id]))[user.id]


async def export_my_data(services: Services, viewer: Viewer) -> tuple[datetime, Mapping[str, object]]:
    """When it was read, and all of it, as it was then. Raises `TooManyAttempts`."""
    user = await person(services, viewer)
    await attempt(services, (f"export:{user.id}", EXPORTS_OF_ONE))
    async with services.transaction() as work:
        return await work.now(), await work.accounts.export(user.id)


async def delete_account(services: Services, viewer: Viewer, password: str, *, leave_tickets: bool) -> None:
    """For good, and everywhere at once. Asked again, nothing happens.

    Raises `InvalidCredentials`, `LastOwner`, and `TicketsStillValid` unless those may be left: they stay good at the gate, but
    nobody can look at them or cancel them any more.
    """
    async with services.transaction() as work:
        if await work.accounts.deleted(viewer.user_id):
            return
    user = await proven_person(services, viewer, password)
    async with services.transaction() as work:
        to_come = await work.accounts.tickets_to_come(user.id)
        if to_come.count and not leave_tickets:
            raise TicketsStillValid(to_come.count, to_come.last_ends_at)
        for membership in await work.organizers.of_user(user.id):
            await work.organizers.leave(membership.organizer_id, user.id)
        ended = await work.sign_ins.end(user.id)
        await work.accounts.erase(user.id)
    announce_ended(services, ended, user.id)
