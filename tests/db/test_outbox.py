"""Mails that wait: sent by one of many, tried again, given up, and not sent to who is gone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.ids import UserId
from domain.mails import Mail, MailDelayed, MailKind, MailRefused
from resolvers.mails import send_letter, send_mails
from resolvers.services import Services
from tests.builders import a_user, services_of
from tests.db.conftest import Office
from tests.fakes import FakeMailer

MINUTE = timedelta(minutes=1)


def mailing(office: Office, mailer: FakeMailer) -> Services:
    return services_of(office.transaction, mailer=mailer, site="https://tickets.example")


async def somebody(office: Office, **overrides: Any) -> UserId:
    user = a_user(**overrides)
    async with office.transaction() as work:
        await work.users.add(user)
    return user.id


async def write(office: Office, user_id: UserId, kind: MailKind = MailKind.PASSWORD_CHANGED, recipient: str | None = None) -> None:
    async with office.transaction() as work:
        await work.outbox.put(kind, user_id, recipient)


async def waiting(office: Office) -> list[tuple[Any, ...]]:
    return await office.rows("SELECT kind, attempts, due_at > clock_timestamp() FROM outbox ORDER BY id")


async def test_of_many_senders_at_once_each_mail_is_sent_by_one(empty_office: Office) -> None:
    people = [await somebody(empty_office) for _ in range(60)]
    for one in people:
        await write(empty_office, one)
    mailer = FakeMailer()
    await asyncio.gather(*(send_mails(mailing(empty_office, mailer)) for _ in range(4)))
    assert sorted(mail.recipient for mail in mailer.sent) == sorted(
        email for (email,) in await empty_office.rows("SELECT email FROM account")
    )
    assert await waiting(empty_office) == []


async def test_what_was_written_for_nobody_goes_without_being_sent(empty_office: Office) -> None:
    async with empty_office.transaction() as work:
        await work.outbox.put_for(MailKind.RESET_PASSWORD, "nobody@example.com")
    mailer = FakeMailer()
    await send_mails(mailing(empty_office, mailer))
    assert (mailer.sent, await waiting(empty_office)) == ([], [])


async def test_a_mail_that_could_not_be_sent_is_the_same_mail_with_another_link_the_next_time(empty_office: Office) -> None:
    await write(empty_office, await somebody(empty_office), MailKind.RESET_PASSWORD)
    mailer = FakeMailer(MailDelayed("away"))
    with capture_logs() as logs:
        await send_mails(mailing(empty_office, mailer))
    assert [(one["event"], one["kind"], one["error"]) for one in logs] == [("mail_delayed", "RESET_PASSWORD", "MailDelayed")]
    assert await waiting(empty_office) == [("RESET_PASSWORD", 1, True)]
    await empty_office.pool.execute("UPDATE outbox SET due_at = clock_timestamp()")
    mailer.trouble = None
    await send_mails(mailing(empty_office, mailer))
    (failed,), (sent,) = mailer.failed, mailer.sent
    assert failed.id == sent.id
    assert failed.text != sent.text
    assert await waiting(empty_office) == []


@pytest.mark.parametrize("trouble", [TimeoutError(), ConnectionRefusedError(), MailDelayed("busy")])
async def test_after_a_day_a_mail_is_given_up_and_nothing_of_it_is_kept(empty_office: Office, trouble: Exception) -> None:
    user = a_user(email="secret-name@example.com")
    async with empty_office.transaction() as work:
        await work.users.add(user)
    await write(empty_office, user.id)
    await empty_office.pool.execute("UPDATE outbox SET written_at = written_at - interval '24 hours'")
    with capture_logs() as logs:
        await send_mails(mailing(empty_office, FakeMailer(trouble)))
    assert [(one["event"], one["log_level"]) for one in logs] == [("mail_given_up", "error")]
    assert "secret-name" not in str(logs)
    assert await waiting(empty_office) == []


async def test_a_mail_that_is_refused_is_not_tried_again(empty_office: Office) -> None:
    await write(empty_office, await somebody(empty_office))
    with capture_logs() as logs:
        await send_mails(mailing(empty_office, FakeMailer(MailRefused("SMTP [550]"))))
    assert [(one["event"], one["error"]) for one in logs] == [("mail_refused", "SMTP [550]")]
    assert await waiting(empty_office) == []


class HalfBroken(FakeMailer):
    """Does not know how to send to one of them; the others' mails are under way then."""

    def __init__(self, cannot: str) -> None:
        super().__init__()
        self.cannot = cannot
        self.broken = asyncio.Event()

    async def send(self, mail: Mail) -> None:
        if mail.recipient == self.cannot:
            self.broken.set()
            raise LookupError(mail.subject)
        await self.broken.wait()
        await super().send(mail)


async def test_a_mail_that_cannot_even_be_tried_keeps_no_other_from_being_sent(empty_office: Office) -> None:
    for name in ("one", "two", "three"):
        await write(empty_office, await somebody(empty_office, email=f"{name}@example.com"))
    mailer = HalfBroken("two@example.com")
    with capture_logs() as logs:
        await send_mails(mailing(empty_office, mailer))
    assert sorted(mail.recipient for mail in mailer.sent) == ["one@example.com", "three@example.com"]
    assert await waiting(empty_office) == [("PASSWORD_CHANGED", 1, True)]
    assert [(line["event"], line["step"]) for line in logs] == [("upkeep_failed", "send_letter")]


async def test_what_a_sender_took_before_it_died_is_sent_by_another_after_its_lease(empty_office: Office) -> None:
    await write(empty_office, await somebody(empty_office))
    async with empty_office.transaction() as work:
        assert len(await work.outbox.due(10, MINUTE)) == 1
    mailer = FakeMailer()
    await send_mails(mailing(empty_office, mailer))
    assert (len(mailer.sent), await waiting(empty_office)) == (0, [("PASSWORD_CHANGED", 1, True)])
    await empty_office.pool.execute("UPDATE outbox SET due_at = due_at - interval '1 minute'")
    await send_mails(mailing(empty_office, mailer))
    assert (len(mailer.sent), await waiting(empty_office)) == (1, [])


async def test_a_mail_that_was_withdrawn_after_a_sender_took_it_is_not_written(empty_office: Office) -> None:
    user_id = await somebody(empty_office)
    await write(empty_office, user_id, MailKind.CHANGE_EMAIL, "thief@example.com")
    mailer = FakeMailer()
    services = mailing(empty_office, mailer)

    async with empty_office.transaction() as work:
        (letter,) = await work.outbox.due(10, MINUTE)
    async with empty_office.transaction() as work:
        await work.links.revoke(user_id)
    await send_letter(services, mailer, letter)
    assert mailer.sent == []
    assert await empty_office.rows("SELECT purpose FROM mailed_link") == []


async def test_to_who_is_deleted_nothing_is_sent_and_no_link_is_made(empty_office: Office) -> None:
    user_id = await somebody(empty_office)
    async with empty_office.transaction() as work:
        await work.accounts.erase(user_id)
    await write(empty_office, user_id, MailKind.CHANGE_EMAIL, "new@example.com")
    mailer = FakeMailer()
    await send_mails(mailing(empty_office, mailer))
    assert (mailer.sent, await waiting(empty_office)) == ([], [])
    assert await empty_office.rows("SELECT purpose FROM mailed_link") == []


async def test_a_mail_of_a_transaction_that_is_rolled_back_was_never_written(empty_office: Office) -> None:
    user_id = await somebody(empty_office)

    async def change_my_mind() -> None:
        async with empty_office.transaction() as work:
            await work.outbox.put(MailKind.PASSWORD_CHANGED, user_id)
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await change_my_mind()
    assert await waiting(empty_office) == []


async def test_without_a_mailer_mails_wait(empty_office: Office) -> None:
    await write(empty_office, await somebody(empty_office))
    await send_mails(services_of(empty_office.transaction))
    assert await waiting(empty_office) == [("PASSWORD_CHANGED", 0, False)]


async def test_links_whose_time_is_over_are_removed(empty_office: Office) -> None:
    await write(empty_office, await somebody(empty_office), MailKind.RESET_PASSWORD)
    await write(empty_office, await somebody(empty_office), MailKind.RESET_PASSWORD)
    mailer = FakeMailer()
    await send_mails(mailing(empty_office, mailer))
    await empty_office.pool.execute(
        "UPDATE mailed_link SET expires_at = clock_timestamp() WHERE token_hash = (SELECT max(token_hash) FROM mailed_link)"
    )
    async with empty_office.transaction() as work:
        assert await work.leftovers.forget_links(10) == 1
    assert await empty_office.scalar("SELECT count(*) FROM mailed_link") == 1
