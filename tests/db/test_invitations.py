"""Invitations and their mails: to one person, once, with a link that is good as long as the invitation is."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from domain.accounts import Language
from domain.errors import NotFound, TooManyAttempts
from domain.ids import OrganizerId, new_id
from domain.mails import Letter, Mail, MailDelayed
from domain.organizers import Invitation, MemberRole, Organizer, Post
from domain.viewers import Viewer
from resolvers.invitations import invitation_by_token
from resolvers.mails import send_letter, send_mails
from resolvers.members import Invited, accept_invitation, invite_member, withdraw_invitation
from resolvers.services import Services
from tests.builders import a_user, in_days, services_of
from tests.db.conftest import Office
from tests.db.test_inventory_races import waits_for_a_row
from tests.fakes import FakeMailer

LANDING = "https://tickets.example/invitation#"


@dataclass(frozen=True, slots=True)
class Hall:
    """An organizer with one owner, boss@example.com."""

    office: Office
    services: Services
    organizer_id: OrganizerId
    boss: Viewer
    mailer: FakeMailer = field(default_factory=FakeMailer)

    async def invite(self, email: str = "guest@example.com", role: MemberRole = MemberRole.GATE) -> Invited:
        return await invite_member(self.services, self.boss, self.organizer_id, email, Post(role), "203.0.113.7")

    async def sent(self) -> list[Mail]:
        await send_mails(self.services)
        return self.mailer.sent

    async def due(self) -> Letter:
        async with self.office.transaction() as work:
            (letter,) = await work.outbox.due(10, timedelta(minutes=1))
        return letter

    async def person(self, email: str = "guest@example.com") -> Viewer:
        return await somebody(self.office, email)

    async def opened(self, token: str) -> Invitation | None:
        return await invitation_by_token(self.services, token)


async def somebody(office: Office, email: str) -> Viewer:
    user = a_user(email=email)
    async with office.transaction() as work:
        await work.users.add(user)
    return Viewer(user.id, user.roles, in_days(1))


async def a_hall(office: Office, name: str = "The Hall", *, mails: bool = True) -> Hall:
    mailer, boss = FakeMailer(), await somebody(office, "boss@example.com")
    organizer = Organizer(OrganizerId(new_id()), f"hall-{new_id().hex}", name)
    async with office.transaction() as work:
        assert await work.organizers.add(organizer)
        assert await work.organizers.join(organizer.id, boss.user_id, Post(MemberRole.OWNER))
    services = services_of(office.transaction, mailer=mailer if mails else None, site="https://tickets.example")
    return Hall(office, services, organizer.id, boss, mailer)


def token_in(mail: Mail) -> str:
    (line,) = [line for line in mail.text.splitlines() if line.startswith(LANDING)]
    return line.removeprefix(LANDING)


async def test_who_is_invited_gets_one_mail_that_says_to_what_by_whom_and_until_when(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    invited = await hall.invite()
    (mail,) = await hall.sent()
    assert await hall.sent() == [mail]
    assert (mail.recipient, mail.subject, invited.mailed) == ("guest@example.com", "You are invited to join The Hall", True)
    assert mail.text == (
        "boss@example.com invites you to join The Hall on Usher. Your role: gate.\n\n"
        f"Accept the invitation here:\n\n{LANDING}{token_in(mail)}\n\n"
        f"The link works once, until {invited.invitation.expires_at:%Y-%m-%d %H:%M} UTC, for the account of this address only: "
        "sign in with it, or create one, when the page asks you to. If you do nothing, nothing happens. If you do not know who "
        "invites you, ignore this mail.\n\nUsher, https://tickets.example\n"
        "This mail was sent by itself; nobody reads answers to it.\n"
    )
    assert await empty_office.scalar("SELECT count(*) FROM outbox") == 0


async def test_the_mailed_link_and_the_told_token_are_two_for_one_invitation(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    told = await hall.invite(role=MemberRole.MANAGER)
    mailed = token_in((await hall.sent())[0])
    assert mailed != told.token
    assert await hall.opened(mailed) == await hall.opened(told.token) == told.invitation
    guest = await hall.person()
    joined = await accept_invitation(hall.services, guest, mailed)
    assert (joined.organizer_id, joined.user_id, joined.post) == (hall.organizer_id, guest.user_id, Post(MemberRole.MANAGER))
    for spent in (mailed, told.token):
        assert await hall.opened(spent) is None
        with pytest.raises(NotFound):
            await accept_invitation(hall.services, guest, spent)
    assert await empty_office.rows("SELECT token_hash FROM invitation_link") == []


async def test_of_what_was_withdrawn_taken_or_is_over_no_mail_is_written_any_more(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    guest = await hall.person()
    withdrawn = await hall.invite()
    await withdraw_invitation(hall.services, hall.boss, withdrawn.invitation.id)
    assert await empty_office.scalar("SELECT count(*) FROM outbox") == 0
    await hall.invite()
    await empty_office.pool.execute("UPDATE invitation SET expires_at = clock_timestamp()")
    assert await hall.sent() == []
    taken = await hall.invite()
    await accept_invitation(hall.services, guest, taken.token)
    assert (await hall.sent(), await empty_office.rows("SELECT token_hash FROM invitation_link")) == ([], [])
    assert await empty_office.scalar("SELECT count(*) FROM outbox") == 0


async def test_what_is_withdrawn_after_a_sender_took_its_mail_is_not_mailed(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    invited = await hall.invite()
    letter = await hall.due()
    await withdraw_invitation(hall.services, hall.boss, invited.invitation.id)
    await send_letter(hall.services, hall.mailer, letter)
    assert (hall.mailer.sent, await empty_office.rows("SELECT token_hash FROM invitation_link")) == ([], [])


async def test_who_withdraws_while_the_mail_is_written_waits_and_then_the_link_is_none(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    invited = await hall.invite()
    async with asyncio.TaskGroup() as tasks:
        async with empty_office.transaction() as work:
            assert await work.invitations.still_open(invited.invitation.id) == invited.invitation
            withdrawing = tasks.create_task(withdraw_invitation(hall.services, hall.boss, invited.invitation.id))
            await waits_for_a_row(empty_office)
            await work.invitations.add_link(invited.invitation.id, b"the mailed one")
    assert withdrawing.result() == invited.invitation
    assert await empty_office.rows("SELECT token_hash FROM invitation_link") == []


async def test_inviting_again_mails_the_new_link_only_and_the_old_one_opens_nothing(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    await hall.invite()
    old = token_in((await hall.sent())[0])
    await hall.invite()
    newest = await hall.invite("GUEST@example.com", MemberRole.BOX_OFFICE)
    mails = await hall.sent()
    assert [mail.recipient for mail in mails] == ["guest@example.com", "GUEST@example.com"]
    assert await hall.opened(old) is None
    assert await hall.opened(token_in(mails[1])) == newest.invitation


async def test_every_attempt_at_a_mail_has_a_link_of_its_own_and_all_are_good(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    invited = await hall.invite()
    hall.mailer.trouble = MailDelayed("away")
    with capture_logs() as logs:
        assert await hall.sent() == []
    hall.mailer.trouble = None
    await empty_office.pool.execute("UPDATE outbox SET due_at = clock_timestamp()")
    await hall.sent()
    tokens = [token_in(mail) for mail in (*hall.mailer.failed, *hall.mailer.sent)]
    assert len(set(tokens)) == 2
    assert [await hall.opened(token) for token in tokens] == [invited.invitation] * 2
    assert [(one["event"], one["kind"]) for one in logs] == [("mail_delayed", "INVITED")]
    assert [secret for secret in (*tokens, invited.token, "guest", "boss") if secret in str(logs)] == []


async def test_the_mail_is_in_the_language_of_the_invited_account_and_else_of_who_invites(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    reader = a_user(email="reader@example.com")
    async with empty_office.transaction() as work:
        await work.accounts.register(reader, Language.AR)
    await hall.invite("Reader@example.com")
    await hall.invite("newcomer@example.com")
    assert [mail.subject for mail in await hall.sent()] == ["دعوة للانضمام إلى The Hall", "You are invited to join The Hall"]


async def test_a_name_of_several_lines_is_one_in_the_mail(empty_office: Office) -> None:
    hall = await a_hall(empty_office, "The\r\nBcc: all@example.com\u2028\tHall")
    await hall.invite()
    (mail,) = await hall.sent()
    assert mail.subject == "You are invited to join The Bcc: all@example.com Hall"
    assert "to join The Bcc: all@example.com Hall on Usher." in mail.text


async def test_where_no_mail_can_be_sent_the_token_alone_is_told(empty_office: Office) -> None:
    hall = await a_hall(empty_office, mails=False)
    for number in range(6):
        invited = await hall.invite()
        assert (number, invited.mailed) == (number, False)
    assert await empty_office.scalar("SELECT count(*) FROM outbox") == 0
    joined = await accept_invitation(hall.services, await hall.person(), invited.token)
    assert joined.post == Post(MemberRole.GATE)


async def test_the_sixth_mail_to_one_email_is_refused_and_the_fifth_invitation_stays(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    for _ in range(5):
        kept = await hall.invite()
    with pytest.raises(TooManyAttempts):
        await hall.invite("Guest@Example.com")
    assert await hall.opened(kept.token) == kept.invitation
    assert [mail.recipient for mail in await hall.sent()] == ["guest@example.com"]


async def test_when_who_invited_is_deleted_nothing_is_mailed(empty_office: Office) -> None:
    hall = await a_hall(empty_office)
    invited = await hall.invite()
    letter = await hall.due()
    partner = await somebody(empty_office, "partner@example.com")
    async with empty_office.transaction() as work:
        assert await work.organizers.join(hall.organizer_id, partner.user_id, Post(MemberRole.OWNER))
        await work.accounts.erase(hall.boss.user_id)
    await send_letter(hall.services, hall.mailer, letter)
    assert (hall.mailer.sent, await empty_office.scalar("SELECT count(*) FROM outbox")) == ([], 0)
    assert await hall.opened(invited.token) == invited.invitation
