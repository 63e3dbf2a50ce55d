"""Sending what is in the outbox. A mail is written, with its link, when it is sent: what is kept until then opens nothing."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import timedelta

import structlog

from domain.accounts import Link, LinkPurpose
from domain.errors import MailUnavailable
from domain.gateways import Mailer
from domain.mails import Letter, Mail, MailDelayed, MailKind, MailRefused, given_up, pause_after
from domain.repositories import Transaction
from domain.viewers import User
from resolvers.invitations import invitation_mail
from resolvers.letters import written
from resolvers.secret_hashes import hashed
from resolvers.services import Services
from resolvers.trying import tried

log = structlog.get_logger()

AT_ONCE = 24
SIDE_BY_SIDE = 8
SEND_SECONDS = 20.0
# Longer than all of them take at the slowest.
LEASE = timedelta(minutes=3)
PURPOSES: Mapping[MailKind, LinkPurpose] = {
    MailKind.WELCOME: LinkPurpose.VERIFY_EMAIL,
    MailKind.VERIFY_EMAIL: LinkPurpose.VERIFY_EMAIL,
    MailKind.RESET_PASSWORD: LinkPurpose.RESET_PASSWORD,
    MailKind.CHANGE_EMAIL: LinkPurpose.CHANGE_EMAIL,
}
# After a #: browsers send that to no server, so it is in no log.
LANDINGS: Mapping[LinkPurpose, str] = {
    LinkPurpose.VERIFY_EMAIL: "/verify#",
    LinkPurpose.CHANGE_EMAIL: "/verify#",
    LinkPurpose.RESET_PASSWORD: "/reset#",
}


def mailing(services: Services) -> Mailer:
    """Raises `MailUnavailable`."""
    if services.mailer is None:
        raise MailUnavailable
    return services.mailer


async def send_mails(services: Services) -> None:
    """All that are due; what is neither sent nor put off is so again after its lease. Any number of processes may do so."""
    if services.mailer is None:
        return
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def send(mailer: Mailer, letter: Letter) -> None:
        async with places:
            await tried("send_letter", send_letter(services, mailer, letter))

    due = await _due(services)
    while due:
        async with asyncio.TaskGroup() as tasks:
            for letter in due:
                tasks.create_task(send(services.mailer, letter))
        due = await _due(services)


async def _due(services: Services) -> list[Letter]:
    async with services.transaction() as work:
        return list(await work.outbox.due(AT_ONCE, LEASE))


async def send_letter(services: Services, mailer: Mailer, letter: Letter) -> None:
    """By who has it on lease: sent, or put off, or given up."""
    async with services.transaction() as work:
        now = await work.now()
        mail = await _written(work, letter, services.site)
    try:
        if mail is not None:
            async with asyncio.timeout(SEND_SECONDS):
                await mailer.send(mail)
    except MailRefused as error:
        log.warning("mail_refused", mail_id=str(letter.id), kind=letter.kind, error=str(error))
    except (MailDelayed, TimeoutError, OSError) as error:
        if not given_up(letter, now):
            log.warning("mail_delayed", mail_id=str(letter.id), kind=letter.kind, error=type(error).__name__)
            async with services.transaction() as work:
                return await work.outbox.postpone(letter.id, pause_after(letter.attempts))
        log.error("mail_given_up", mail_id=str(letter.id), kind=letter.kind, attempts=letter.attempts)
    async with services.transaction() as work:
        await work.outbox.done(letter.id)


async def _written(work: Transaction, letter: Letter, site: str) -> Mail | None:
    """None where there is nobody to send it to any more, or no reason."""
    language = await work.accounts.language(letter.user_id)
    if language is None or not await work.outbox.waiting(letter.id):
        return None
    user = (await work.users.by_ids([letter.user_id]))[letter.user_id]
    if letter.kind is MailKind.INVITED:
        return await invitation_mail(work, letter, user, language, site)
    recipient = letter.recipient or user.email
    kind = await _kind_now(work, letter, user)
    if kind is None:
        return None
    link = await _link(work, kind, user, recipient)
    subject, text = written(kind, language, site=site, link=site + link if link else None)
    return Mail(letter.id, recipient, subject, text)


async def _kind_now(work: Transaction, letter: Letter, user: User) -> MailKind | None:
    match letter.kind:
        case MailKind.WELCOME | MailKind.VERIFY_EMAIL if user.verified:
            return None
        case MailKind.REGISTERED_AGAIN if not user.verified:
            return MailKind.WELCOME
        case MailKind.CHANGE_EMAIL:
            owner = await work.users.by_email(letter.recipient or "")
            return MailKind.CHANGE_EMAIL if owner is None or owner.id == user.id else MailKind.EMAIL_TAKEN
        case kind:
            return kind


async def _link(work: Transaction, kind: MailKind, user: User, recipient: str) -> str | None:
    purpose = PURPOSES.get(kind)
    if purpose is None:
        return None
    token = secrets.token_urlsafe(32)
    await work.links.add(hashed(token), Link(purpose, user.id, recipient))
    return LANDINGS[purpose] + token
