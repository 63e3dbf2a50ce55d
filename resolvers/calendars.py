"""A session as an iCalendar document (RFC 5545), for the calendars of those who go there."""

from datetime import UTC, date, datetime
from functools import lru_cache
from unicodedata import category
from zoneinfo import ZoneInfo

import icalendar

from domain.events import Event, EventStatus, Session, Venue
from domain.ids import show_id

MAKER = "-//Usher//Tickets//EN"


def calendar_of(session: Session, event: Event, venue: Venue | None, written_at: datetime) -> str:
    """One VEVENT in the session's own time zone, which comes along. The same session has the same UID for ever."""
    zone = ZoneInfo(session.timezone)
    cancelled = EventStatus.CANCELLED in (session.status, event.status)
    entry = icalendar.Event()
    entry.add("uid", show_id("session", session.id))
    entry.add("dtstamp", written_at)
    entry.add("dtstart", _local(session.starts_at, zone))
    entry.add("dtend", _local(session.ends_at, zone))
    entry.add("summary", _printable(event.title))
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if venue is not None:
        entry.add("location", _printable(", ".join(filter(None, (venue.name, venue.city)))))
        if venue.latitude is not None and venue.longitude is not None:
            entry.add("geo", (venue.latitude, venue.longitude))
    calendar = icalendar.Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    years = {moment.astimezone(zone).year for moment in (session.starts_at, session.ends_at)}
    if zone.key != "UTC":
        calendar.add_component(_zone(zone.key, min(years), max(years)))
    calendar.add_component(entry)
    written: bytes = calendar.to_ical()
    return written.decode()


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """UTC in the hour that a clock change repeats: a local time there means the first of the two (RFC 5545, 3.3.5)."""
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.fold else local


@lru_cache(maxsize=256)
def _zone(name: str, first_year: int, last_year: int) -> icalendar.Timezone:
    """Uncached, the first one of a zone takes 10 ms. Nobody may change it."""
    return icalendar.Timezone.from_tzid(name, first_date=date(first_year, 1, 1), last_date=date(last_year + 1, 1, 1))


def _printable(text: str) -> str:
    """Without control characters, which iCalendar has no way to write; lines stay lines, and the library escapes the rest."""
    return "".join(one for one in text if one in "\n\t" or category(one) not in ("Cc", "Cs"))
