"""When a mail is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

from domain.ids import UserId, new_id
from domain.mails import Letter, MailKind, given_up, pause_after

WRITTEN = datetime(2026, 11, 21, 12, tzinfo=UTC)


def a_letter(attempts: int) -> Letter:
    return Letter(new_id(), MailKind.WELCOME, UserId(new_id()), None, WRITTEN, attempts)


def test_the_pause_doubles_up_to_an_hour() -> None:
    assert [pause_after(attempts).total_seconds() for attempts in (1, 2, 3, 7, 8, 9, 1_000)] == [
        30,
        60,
        120,
        1920,
        3600,
        3600,
        3600,
    ]


def test_a_mail_is_given_up_when_the_next_attempt_would_be_more_than_a_day_after_it_was_written() -> None:
    letter = a_letter(attempts=20)
    assert given_up(letter, WRITTEN + timedelta(hours=23)) is False
    assert given_up(letter, WRITTEN + timedelta(hours=23, seconds=1)) is True


def test_a_day_has_about_thirty_attempts() -> None:
    now, attempts = WRITTEN, 1
    while not given_up(a_letter(attempts), now):
        now += pause_after(attempts)
        attempts += 1
    assert attempts == 30
