"""What somebody who was invited gets: the mail with its link, and what the link is for."""

import secrets

from domain.accounts import Language
from domain.mails import Letter, Mail, MailKind
from domain.organizers import Invitation
from domain.repositories import Transaction
from domain.viewers import User
from resolvers.letters import ROLES, written
from resolvers.secret_hashes import hashed
from resolvers.services import Services

# After a #: browsers send that to no server, so it is in no log.
LANDING = "/invitation#"


async def invitation_by_token(services: Services, token: str) -> Invitation | None:
    async with services.reading() as work:
        return await work.invitations.by_token(hashed(token))


async def invitation_mail(work: Transaction, letter: Letter, inviter: User, language: Language, site: str) -> Mail | None:
    """In the language of the invited account, where there is one. None where the invitation is gone, or its time over."""
    invited = await work.users.by_email(letter.recipient or "")
    # Accounts before invitations: in this order they are deleted, too.
    own = await work.accounts.language(invited.id) if invited else None
    invitation = await work.invitations.still_open(letter.invitation_id) if letter.invitation_id else None
    if invitation is None:
        return None
    organizer = (await work.organizers.by_ids([invitation.organizer_id]))[invitation.organizer_id]
    token, spoken = secrets.token_urlsafe(32), own or language
    await work.invitations.add_link(invitation.id, hashed(token))
    subject, text = written(
        MailKind.INVITED,
        spoken,
        site=site,
        link=site + LANDING + token,
        # A name may have been imported, line breaks and all; a subject has one line.
        organizer=" ".join(organizer.name.split()),
        inviter=inviter.email,
        role=ROLES[spoken][invitation.post.role],
        until=f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC",
    )
    return Mail(letter.id, invitation.email, subject, text)
