"""Calendars: what a strict reader gets out of them, whatever somebody wrote into a title."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import icalendar
import pytest

from domain.events import Event, EventCategory, EventStatus, Session, Venue
from domain.ids import EventId, OrganizerId, SessionId, VenueId
from resolvers.calendars import calendar_of

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
EVENT = Event(
    EventId(UUID(int=1)), OrganizerId(UUID(int=2)), "play", "A Play", "Two acts.", EventCategory.THEATRE, EventStatus.PUBLISHED
)
VENUE = Venue(VenueId(UUID(int=3)), "The Room", "Kraków", "PL", 50.06, 19.94)


def a_session(**overrides: Any) -> Session:
    starts_at = overrides.pop("starts_at", datetime(2027, 7, 1, 18, tzinfo=UTC))
    terms: dict[str, Any] = {
        "status": EventStatus.PUBLISHED,
        "timezone": "Europe/Warsaw",
        "ends_at": starts_at + timedelta(hours=2),
    }
    terms = {"starts_at": starts_at, "currency": "EUR", **terms, **overrides}
    return Session(id=SessionId(UUID(int=4)), event_id=EVENT.id, venue_id=VENUE.id, seat_map_hash=None, **terms)


def written(session: Session | None = None, venue: Venue | None = VENUE, **words: Any) -> str:
    terms = {"id": EVENT.id, "organizer_id": EVENT.organizer_id, "slug": "play", "title": "A Play", "description": ""}
    event = Event(**{**terms, "category": EVENT.category, "status": EventStatus.PUBLISHED, **words})
    return calendar_of(session or a_session(), event, venue, NOW)


def read(text: str) -> Any:
    """The one entry, as a reader that is not ours finds it."""
    [entry] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return entry


def test_a_calendar_is_one_entry_with_its_zone() -> None:
    text = written()
    assert text == "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Usher//Tickets//EN",
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Warsaw",
            "COMMENT:This timezone only works from 2027-01-01 to 2028-01-01.",
            "BEGIN:STANDARD",
            "DTSTART:20270101T000000",
            "TZNAME:CET",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0100",
            "END:STANDARD",
            "BEGIN:DAYLIGHT",
            "DTSTART:20270328T030000",
            "TZNAME:CEST",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "END:DAYLIGHT",
            "BEGIN:STANDARD",
            "DTSTART:20271031T030000",
            "TZNAME:CET",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0100",
            "END:STANDARD",
            "END:VTIMEZONE",
            "BEGIN:VEVENT",
            "SUMMARY:A Play",
            "DTSTART;TZID=Europe/Warsaw:20270701T200000",
            "DTEND;TZID=Europe/Warsaw:20270701T220000",
            "DTSTAMP:20270102T030405Z",
            "UID:session_00000000000000000000000004",
            "GEO:50.06;19.94",
            "LOCATION:The Room\\, Kraków",
            "STATUS:CONFIRMED",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


def test_the_same_session_keeps_its_uid_whatever_changes_around_it() -> None:
    later = a_session(starts_at=datetime(2028, 1, 1, tzinfo=UTC), status=EventStatus.CANCELLED)
    assert read(written(later, None, title="Other"))["UID"] == read(written())["UID"]


@pytest.mark.parametrize(
    ("session", "event", "status"),
    [
        (EventStatus.PUBLISHED, EventStatus.PUBLISHED, "CONFIRMED"),
        (EventStatus.CANCELLED, EventStatus.PUBLISHED, "CANCELLED"),
        (EventStatus.PUBLISHED, EventStatus.CANCELLED, "CANCELLED"),
        (EventStatus.COMPLETED, EventStatus.PUBLISHED, "CONFIRMED"),
    ],
)
def test_what_was_cancelled_says_so(session: EventStatus, event: EventStatus, status: str) -> None:
    assert read(written(a_session(status=session), status=event))["STATUS"] == status


@pytest.mark.parametrize(
    ("title", "line", "seen"),
    [
        ("One\nEND:VEVENT", "SUMMARY:One\\nEND:VEVENT", "One\nEND:VEVENT"),
        ("One\r\nATTACH:http://x", "SUMMARY:One\\nATTACH:http://x", "One\nATTACH:http://x"),
        ("One\rATTENDEE:x", "SUMMARY:OneATTENDEE:x", "OneATTENDEE:x"),
        ("a\\nb", "SUMMARY:a\\\\nb", "a\\nb"),
        ('a;b,c:d"e', 'SUMMARY:a\\;b\\,c:d"e', 'a;b,c:d"e'),
        ("a\x00b\x0bc\x1bd\x7fe\x85f\tg", "SUMMARY:abcdef\tg", "abcdef\tg"),
        ("\u2028x\ud800", "SUMMARY:\u2028x", "\u2028x"),
    ],
)
def test_what_strangers_write_stays_one_text_of_one_entry(title: str, line: str, seen: str) -> None:
    text = written(title=title, venue=Venue(VENUE.id, title, None))
    assert line in text.split("\r\n")
    assert line.replace("SUMMARY", "LOCATION") in text.split("\r\n")
    entry = read(text)
    assert (str(entry["SUMMARY"]), str(entry["LOCATION"])) == (seen, seen)
    assert {"ATTACH", "ATTENDEE"}.isdisjoint(entry)


def test_long_lines_are_folded_at_75_bytes_and_read_as_one() -> None:
    title = "Żółć, " * 60
    text = written(title=title)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert str(read(text)["SUMMARY"]) == title


def test_without_a_venue_or_its_place_neither_is_written() -> None:
    assert {"LOCATION", "GEO"}.isdisjoint(read(written(venue=None)))
    somewhere = read(written(venue=Venue(VENUE.id, "The Room", None, latitude=50.06)))
    assert (str(somewhere["LOCATION"]), "GEO" in somewhere) == ("The Room", False)


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "America/Sao_Paulo"])
def test_the_zone_that_comes_along_gives_the_instant_back(zone: str) -> None:
    """Read with nothing but the document's own VTIMEZONE, under a name that nobody knows."""
    moments = [datetime(2027, 1, 15, 12, tzinfo=UTC), datetime(2027, 7, 15, 12, tzinfo=UTC), datetime(2027, 12, 31, 20, tzinfo=UTC)]
    for at, starts_at in enumerate(moments):
        ends_at = starts_at + timedelta(hours=30)
        text = written(a_session(starts_at=starts_at, timezone=zone, ends_at=ends_at))
        entry = read(text.replace(zone, f"Nowhere/{at}-{zone}"))
        assert (entry["DTSTART"].dt.astimezone(UTC), entry["DTEND"].dt.astimezone(UTC)) == (starts_at, ends_at)


def test_utc_needs_no_zone() -> None:
    text = written(a_session(timezone="UTC"))
    assert "VTIMEZONE" not in text
    assert "DTSTART:20270701T180000Z" in text


def test_in_the_hour_that_the_clocks_repeat_the_second_one_is_written_in_utc() -> None:
    first, second = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert "DTSTART;TZID=Europe/Warsaw:20271031T023000\r\n" in written(a_session(starts_at=first))
    text = written(a_session(starts_at=second))
    assert "DTSTART:20271031T013000Z\r\n" in text
    assert read(text)["DTSTART"].dt == second
