"""Mails in two languages that say the same, and nothing of what they are given is read as a template."""

from string import Template

import pytest

from domain.accounts import Language
from domain.mails import MailKind
from domain.organizers import MemberRole
from resolvers.letters import LETTERS, ROLES, written
from resolvers.mails import PURPOSES

SITE = "https://tickets.example"
LINKED = {*PURPOSES, MailKind.INVITED}
INVITED = {"organizer": "The House", "inviter": "boss@example.com", "role": "gate", "until": "2026-11-28 20:15 UTC"}


@pytest.mark.parametrize("language", Language)
def test_every_mail_is_there_in_every_language_with_a_link_where_there_is_one(language: Language) -> None:
    assert set(LETTERS[language]) == set(MailKind)
    for kind in MailKind:
        named = set(Template(LETTERS[language][kind][1]).get_identifiers())
        assert ("link" in named) == (kind in LINKED)
    assert set(ROLES[language]) == set(MemberRole)


@pytest.mark.parametrize("kind", MailKind)
def test_languages_name_the_same_addresses(kind: MailKind) -> None:
    named = [Template(LETTERS[language][kind][1]).get_identifiers() for language in Language]
    assert sorted(named[0]) == sorted(named[1])


def test_s22_what_a_mail_is_given_is_printed_as_it_is() -> None:
    tricky = "https://t.example/$site/{{7*7}}/{0.__class__}/${link}/%(link)s"
    _, text = written(MailKind.RESET_PASSWORD, Language.EN, site=SITE, link=tricky)
    assert tricky in text


def test_a_subject_is_one_line() -> None:
    subjects = [written(kind, language, site=SITE, link="x", **INVITED)[0] for language in Language for kind in MailKind]
    assert [subject for subject in subjects if not subject or "\n" in subject or "$" in subject] == []


def test_s22_who_invites_is_printed_as_it_is_in_the_subject_too() -> None:
    tricky = {**INVITED, "organizer": "$site {0} %(link)s", "inviter": "${link}@example.com"}
    subject, text = written(MailKind.INVITED, Language.EN, site=SITE, link=f"{SITE}/invitation#abc", **tricky)
    assert subject == "You are invited to join $site {0} %(link)s"
    assert text.split("\n\n")[:3] == [
        "${link}@example.com invites you to join $site {0} %(link)s on Usher. Your role: gate.",
        "Accept the invitation here:",
        f"{SITE}/invitation#abc",
    ]
