"""Who belongs to an organizer: inviting, joining, changing, leaving. Who loses a post loses its rights with the commit."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.access import Right, Rights
from domain.answers import Once
from domain.audit import AuditAction, Details, Subject
from domain.errors import AlreadyMember, InvalidInput, NotAllowed, NotFound
from domain.ids import InvitationId, OrganizerId, UserId, new_id
from domain.organizers import MAY_GIVE, Invitation, MemberRole, Membership, Organizer, Post
from domain.repositories import Page, PageRequest, Transaction
from domain.topics import Kind, Topic
from domain.viewers import AccountKind, User, Viewer
from resolvers.access import reach_of, rights_of
from resolvers.addresses import address
from resolvers.attempts import attempt_mail
from resolvers.secret_hashes import hashed
from resolvers.services import Services

INVITATION_LASTS = timedelta(days=7)
MOST_INVITATIONS = 200
MOST_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Invited:
    """`token` is not kept. `mailed`: a link with one of its own is on its way."""

    invitation: Invitation
    token: str
    mailed: bool


async def invite_member(
    services: Services, viewer: Viewer, organizer_id: OrganizerId, email: str, post: Post, caller: str
) -> Invited:
    """In the place of an earlier invitation to the same email. Mailed where mail can be sent at all.

    `caller` is the address that asks. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `AlreadyMember`, `TooManyAttempts`.
    """
    email, token = address(email, "input", "email"), secrets.token_urlsafe(32)
    mailed = services.mailer is not None
    if mailed:
        # Who may not invite uses up nobody's mails.
        async with services.transaction() as work:
            await _inviting(work, viewer, organizer_id, email, post)
        await attempt_mail(services, email, caller)
    async with services.transaction() as work:
        await _inviting(work, viewer, organizer_id, email, post)
        now = await work.now()
        invitation = Invitation(InvitationId(new_id()), organizer_id, email, post, now, now + INVITATION_LASTS)
        await work.invitations.add(invitation, hashed(token), viewer.user_id)
        if await work.invitations.count(organizer_id) > MOST_INVITATIONS:
            raise InvalidInput(("input", "email"), f"An organizer has at most {MOST_INVITATIONS} open invitations.")
        if mailed:
            await work.outbox.put_invitation(invitation.id, email, viewer.user_id)
        invited = Subject("invitation", invitation.id)
        await work.audit.note(viewer, AuditAction.MEMBER_INVITED, invited, organizer_id, said_of(post))
    return Invited(invitation, token, mailed)


async def withdraw_invitation(services: Services, viewer: Viewer, invitation_id: InvitationId) -> Invitation:
    """Its token opens nothing any more. Raises `NotAllowed`, `NotFound`."""
    async with services.transaction() as work:
        rights = await _managing(work, viewer)
        invitation = await work.invitations.withdraw(invitation_id, rights.reach(Right.MANAGE_MEMBERS))
        if invitation is None:
            raise NotFound
        _check_gives(rights, invitation.organizer_id, invitation.post.role)
        withdrawn = Subject("invitation", invitation.id)
        await work.audit.note(viewer, AuditAction.INVITATION_WITHDRAWN, withdrawn, invitation.organizer_id)
    return invitation


async def accept_invitation(services: Services, viewer: Viewer, token: str, once: Once | None = None) -> Membership:
    """By the account of the email that was invited. Raises `NotFound` for any other too, `AlreadyMember`."""
    async with services.transaction() as work:
        if once is not None and (answer := await work.answers.first(once)) is not None:
            joined = await work.organizers.member(OrganizerId(UUID(str(answer["organizer"]))), viewer.user_id)
            if joined is None:
                raise NotFound
            return joined
        invitation = await work.invitations.taken(hashed(token))
        user = (await work.users.by_ids([viewer.user_id])).get(viewer.user_id)
        if invitation is None or user is None or not _same(user, invitation.email):
            raise NotFound
        if not await work.organizers.join(invitation.organizer_id, user.id, invitation.post):
            raise AlreadyMember
        joined = await work.organizers.member(invitation.organizer_id, user.id)
        assert joined is not None
        if once is not None:
            await work.answers.keep(once, {"organizer": str(joined.organizer_id)})
        member = Subject("user", user.id)
        await work.audit.note(viewer, AuditAction.MEMBER_JOINED, member, joined.organizer_id, said_of(joined.post))
    announce_rights(services, user.id)
    return joined


async def change_member(services: Services, viewer: Viewer, organizer_id: OrganizerId, user_id: UserId, post: Post) -> Membership:
    """Raises `NotAllowed` for posts that the viewer may not give or take, `NotFound`, `InvalidInput`, `LastOwner`."""
    async with services.transaction() as work:
        member = await _within(work, viewer, organizer_id, user_id, post.role)
        await check_events(work, organizer_id, post)
        await work.organizers.change(organizer_id, user_id, post)
        details = {"was": member.post.role.value, **said_of(post)}
        await work.audit.note(viewer, AuditAction.MEMBER_CHANGED, Subject("user", user_id), organizer_id, details)
        changed = await work.organizers.member(organizer_id, user_id)
    assert changed is not None
    announce_rights(services, user_id)
    return changed


async def remove_member(services: Services, viewer: Viewer, organizer_id: OrganizerId, user_id: UserId) -> Organizer:
    """Raises `NotAllowed` for posts that the viewer may not take, `NotFound`, `LastOwner`."""
    async with services.transaction() as work:
        member = await _within(work, viewer, organizer_id, user_id)
        await work.organizers.leave(organizer_id, user_id)
        was = {"was": member.post.role.value}
        await work.audit.note(viewer, AuditAction.MEMBER_REMOVED, Subject("user", user_id), organizer_id, was)
        organizer = (await work.organizers.by_ids([organizer_id]))[organizer_id]
    announce_rights(services, user_id)
    return organizer


async def leave_organizer(services: Services, viewer: Viewer, organizer_id: OrganizerId) -> Organizer:
    """Raises `NotFound` where the viewer does not belong, `LastOwner`."""
    async with services.transaction() as work:
        member = await work.organizers.member(organizer_id, viewer.user_id)
        if member is None:
            raise NotFound
        await work.organizers.leave(organizer_id, viewer.user_id)
        was = {"was": member.post.role.value}
        await work.audit.note(viewer, AuditAction.MEMBER_LEFT, Subject("user", viewer.user_id), organizer_id, was)
        organizer = (await work.organizers.by_ids([organizer_id]))[organizer_id]
    announce_rights(services, viewer.user_id)
    return organizer


async def memberships_of(services: Services, user_id: UserId) -> Sequence[Membership]:
    async with services.transaction() as work:
        return await work.organizers.of_user(user_id)


async def members_of(
    services: Services, viewer: Viewer | None, organizer_id: OrganizerId, wanted: PageRequest
) -> Page[Membership] | None:
    """None for everybody but those who may see them."""
    async with services.transaction() as work:
        reach = await reach_of(work, viewer, Right.SEE_MEMBERS)
        return await work.organizers.members(organizer_id, reach, wanted) if reach.covers(organizer_id) else None


async def count_members(services: Services, viewer: Viewer | None, organizer_id: OrganizerId) -> int:
    async with services.transaction() as work:
        return await work.organizers.count_members(organizer_id, await reach_of(work, viewer, Right.SEE_MEMBERS))


async def invitations_of(services: Services, viewer: Viewer | None, organizer_id: OrganizerId) -> Sequence[Invitation] | None:
    """None for everybody but those who may see the members."""
    async with services.transaction() as work:
        reach = await reach_of(work, viewer, Right.SEE_MEMBERS)
        return await work.invitations.of_organizer(organizer_id, reach) if reach.covers(organizer_id) else None


async def check_events(work: Transaction, organizer_id: OrganizerId, post: Post) -> None:
    """Raises `InvalidInput`, `NotFound` for events that are not the organizer's."""
    if post.events is None:
        return
    if post.role is not MemberRole.GATE:
        raise InvalidInput(("input", "events"), "Only a gate works at some events only.")
    if not 1 <= len(post.events) <= MOST_EVENTS:
        raise InvalidInput(("input", "events"), f"1 to {MOST_EVENTS} events; without a list, all of them.")
    if not await work.organizers.have_all(organizer_id, post.events):
        raise NotFound


def announce_rights(services: Services, user_id: UserId) -> None:
    """After the commit: what is open looks again at whose it is."""
    services.topics.announce(Topic(Kind.ACCOUNT, user_id), Topic(Kind.USER, user_id))


def said_of(post: Post) -> Details:
    return {"role": post.role.value, "events": len(post.events) if post.events is not None else None}


async def _inviting(work: Transaction, viewer: Viewer, organizer_id: OrganizerId, email: str, post: Post) -> None:
    """Raises `NotAllowed`, `NotFound`, `InvalidInput`, `AlreadyMember`."""
    _check_gives(await _managing(work, viewer), organizer_id, post.role)
    if not await work.organizers.by_ids([organizer_id]):
        raise NotFound
    await check_events(work, organizer_id, post)
    if await _belongs(work, organizer_id, email):
        raise AlreadyMember


async def _managing(work: Transaction, viewer: Viewer) -> Rights:
    """Raises `NotAllowed` where the viewer manages nobody's members."""
    rights = await rights_of(work, viewer)
    if rights.reach(Right.MANAGE_MEMBERS).nowhere:
        raise NotAllowed
    return rights


def _check_gives(rights: Rights, organizer_id: OrganizerId, *roles: MemberRole) -> None:
    """Raises `NotFound`, and `NotAllowed` for posts that are not the viewer's to give."""
    own = rights.role_at(organizer_id)
    if own is None or not rights.reach(Right.MANAGE_MEMBERS).covers(organizer_id):
        raise NotFound
    if not MAY_GIVE[own].issuperset(roles):
        raise NotAllowed


async def _within(
    work: Transaction, viewer: Viewer, organizer_id: OrganizerId, user_id: UserId, *to_give: MemberRole
) -> Membership:
    """A person whose post is the viewer's to take."""
    # Before the rights, under its row lock: it may be the viewer itself, whose post is just becoming another.
    member = await work.organizers.member(organizer_id, user_id)
    rights = await _managing(work, viewer)
    user = (await work.users.by_ids([user_id])).get(user_id)
    if member is None or user is None or user.kind is not AccountKind.PERSON:
        raise NotFound
    _check_gives(rights, organizer_id, member.post.role, *to_give)
    return member


async def _belongs(work: Transaction, organizer_id: OrganizerId, email: str) -> bool:
    user = await work.users.by_email(email)
    return user is not None and await work.organizers.member(organizer_id, user.id) is not None


def _same(user: User, email: str) -> bool:
    return user.kind is AccountKind.PERSON and user.email.casefold() == email.casefold()
