"""Registering, proving an email, and getting back in: what nobody has to be signed in for. No answer tells who is registered."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog

from domain.accounts import Language, Link, LinkPurpose, born_wrongly
from domain.errors import InvalidInput, LinkNotValid, WeakPassword
from domain.ids import UserId, new_id
from domain.mails import MailKind
from domain.repositories import Transaction
from domain.viewers import Role, User
from resolvers.addresses import address
from resolvers.attempts import LINKS_FROM_AN_ADDRESS, attempt, attempt_mail
from resolvers.mails import mailing
from resolvers.secret_hashes import hashed
from resolvers.services import Services
from resolvers.sign_ins import announce_ended

log = structlog.get_logger()

VERIFYING = (LinkPurpose.VERIFY_EMAIL, LinkPurpose.CHANGE_EMAIL)
RESETTING = (LinkPurpose.RESET_PASSWORD,)


@dataclass(frozen=True, slots=True)
class Registration:
    email: str
    password: str
    birth_date: date | None
    language: Language


async def register(services: Services, wanted: Registration, caller: str) -> str:
    """The email as it is kept. Whoever has it already gets a mail that says so, and nothing changes; the answer is the same.

    `caller` is the address that asks. Raises `InvalidInput`, `WeakPassword`, `TooManyAttempts`, `MailUnavailable`.
    """
    mailing(services)
    email = address(wanted.email, "input", "email")
    if wanted.birth_date is not None and born_wrongly(wanted.birth_date, datetime.now(UTC).date()):
        raise InvalidInput(("input", "birthDate"), "Nobody alive was born then.")
    await attempt_mail(services, email, caller)
    await strong_enough(services, wanted.password, email)
    password_hash = await services.passwords.hash(wanted.password)
    user = User(UserId(new_id()), email, frozenset({Role.ATTENDEE}), password_hash, wanted.birth_date)
    async with services.transaction() as work:
        added = await work.accounts.register(user, wanted.language)
        await work.outbox.put_for(MailKind.WELCOME if added else MailKind.REGISTERED_AGAIN, email)
    return email


async def request_password_reset(services: Services, email: str, caller: str) -> str:
    """The email as it is kept, whoever has it. Raises `InvalidInput`, `TooManyAttempts`, `MailUnavailable`."""
    mailing(services)
    asked = address(email, "email")
    await attempt_mail(services, asked, caller)
    async with services.transaction() as work:
        await work.outbox.put_for(MailKind.RESET_PASSWORD, asked)
    return asked


async def verify_email(services: Services, token: str, caller: str) -> str:
    """The account's email from now on. Asked again, the answer is the same. Raises `LinkNotValid`, `TooManyAttempts`."""
    await attempt(services, (f"links-from:{caller}", LINKS_FROM_AN_ADDRESS))
    async with services.transaction() as work:
        link = await work.links.spend(hashed(token), VERIFYING)
        if link is None:
            raise LinkNotValid
        if not await (_moved(work, link) if link.purpose is LinkPurpose.CHANGE_EMAIL else _proven(work, link)):
            raise LinkNotValid
    return link.email


async def reset_password(services: Services, token: str, password: str, caller: str) -> None:
    """Ends all sign-ins. Raises `LinkNotValid`, `TooManyAttempts`, and `WeakPassword`, after which the link is good still."""
    await attempt(services, (f"links-from:{caller}", LINKS_FROM_AN_ADDRESS))
    token_hash = hashed(token)
    async with services.transaction() as work:
        good = await work.links.good(token_hash, RESETTING)
    if good is None:
        raise LinkNotValid
    await strong_enough(services, password, good.email)
    password_hash = await services.passwords.hash(password)
    async with services.transaction() as work:
        link = await work.links.spend(token_hash, RESETTING)
        if link is None or link.spent:
            raise LinkNotValid
        # Who reads the mails of this address is its owner; whoever has registered it before may have been somebody else.
        if not await work.accounts.verified(link.user_id):
            await work.accounts.drop_proofs(link.user_id)
        if not await work.accounts.set_verified(link.user_id, link.email):
            raise LinkNotValid
        await work.accounts.set_password(link.user_id, password_hash)
        await work.links.revoke(link.user_id)
        ended = await work.sign_ins.end(link.user_id)
        await work.outbox.put(MailKind.PASSWORD_CHANGED, link.user_id)
    announce_ended(services, ended, link.user_id)


async def strong_enough(services: Services, password: str, email: str) -> None:
    """Raises `WeakPassword`."""
    fault = await services.passwords.fault(password, (email, email.partition("@")[0]))
    if fault is not None:
        raise WeakPassword(fault)


async def _proven(work: Transaction, link: Link) -> bool:
    return await work.accounts.set_verified(link.user_id, link.email)


async def _moved(work: Transaction, link: Link) -> bool:
    user = (await work.users.by_ids([link.user_id]))[link.user_id]
    if link.spent:
        return user.email == link.email
    if not await work.accounts.set_email(user.id, link.email):
        return False
    await work.links.revoke(user.id)
    await work.outbox.put(MailKind.EMAIL_CHANGED, user.id, user.email)
    return True
