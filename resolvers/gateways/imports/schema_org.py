"""Reads schema.org events in JSON-LD into planned events and sessions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from slugify import slugify

from domain.events import EventCategory
from domain.money import exponent
from domain.plans import PlannedEvent, PlannedSession
from resolvers.gateways.imports.event_offers import Defaults, offers_of, sale_opening, ticket_types
from resolvers.gateways.imports.event_places import place_of, says_where, venue_of
from resolvers.gateways.imports.event_times import START, ending, instant, is_date, known_zone, stated_zone, zone_of_offset
from resolvers.gateways.imports.event_tree import TRIPS, EventTree
from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.json_ld import Node, Value, bare, read_nodes
from resolvers.gateways.imports.plain_text import one_line, paragraphs, without_markup
from resolvers.gateways.imports.refusals import EventsRefused
from resolvers.gateways.imports.unique_names import UniqueNames

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 10_000
LONGEST_SLUG = 80
MOST_SESSIONS = 20_000
OFF = {"EventCancelled": "cancelled", "EventPostponed": "postponed"}
CATEGORIES = (
    ({"MusicEvent"}, EventCategory.CONCERT),
    ({"ScreeningEvent"}, EventCategory.MOVIE),
    ({"TheaterEvent"}, EventCategory.THEATRE),
    ({"SportsEvent"}, EventCategory.SPORT),
    ({"BusinessEvent", "EducationEvent"}, EventCategory.CONFERENCE),
    (TRIPS, EventCategory.TRANSPORT),
)


@dataclass(frozen=True, slots=True)
class ImportedEvents:
    """`notes` says in sentences what was assumed or left out, each kind once with its count and its first places."""

    events: tuple[PlannedEvent, ...]
    notes: tuple[str, ...]


def read_events(
    raw: bytes, default_timezone: str | None = None, default_capacity: int = 100, default_currency: str = "EUR"
) -> ImportedEvents:
    """The same file gives the same slugs. Raises `EventsRefused`."""
    if default_timezone is not None:
        known_zone(default_timezone, "timezone")
    try:
        exponent(default_currency)
    except ValueError as wrong:
        raise EventsRefused("currency", f'no currency "{default_currency}"') from wrong
    reader = _EventReader(Defaults(default_timezone, default_capacity, default_currency))
    events = tuple(reader.events(read_nodes(raw)))
    return ImportedEvents(events, reader.findings.lines())


class _EventReader:
    def __init__(self, defaults: Defaults) -> None:
        self.findings = Findings()
        self._defaults = defaults
        self._session_count = 0

    def events(self, nodes: list[Node]) -> Iterator[PlannedEvent]:
        tree = EventTree(nodes, self.findings)
        if not tree.top():
            raise EventsRefused("$", "there is no schema.org Event in it")
        slugs = UniqueNames("{}-{}")
        seen: set[PlannedEvent] = set()
        for node in tree.top():
            event = self._event(node, tree)
            if event in seen:
                self.findings.add("event is in the file more than once, read once", f"{node.path} {event.title!r}")
            elif event.sessions:
                seen.add(event)
                yield replace(event, slug=self._slug(event, slugs, node.path))

    def _event(self, node: Node, tree: EventTree) -> PlannedEvent:
        title = self._title(node)
        plain = slugify(title, max_length=LONGEST_SLUG, word_boundary=True) or "event"
        sessions = tuple(self._sessions(node, tree))
        return PlannedEvent(plain, title, self._description(node), _category(node), sessions, self._minimum_age(node))

    def _slug(self, event: PlannedEvent, slugs: UniqueNames, path: str) -> str:
        # By date rather than by number alone, so that a later file with other events in between gives the same slugs.
        if event.slug not in slugs:
            return slugs.take(event.slug)
        first = event.sessions[0]
        slug = slugs.take(f"{event.slug}-{first.starts_at.astimezone(ZoneInfo(first.timezone)):%Y-%m-%d}")
        self.findings.add("name is used by several events, told apart by their date", f"{path} {slug}")
        return slug

    def _title(self, node: Node) -> str:
        names = ("name", "busName", "trainName", "busNumber", "trainNumber", "flightNumber")
        whole = node.value(*names)
        title = whole.line(4 * LONGEST_TITLE) if whole else ""
        if not title:
            raise EventsRefused(f"{node.path}.name", "the event has no name")
        if len(title) > LONGEST_TITLE:
            self.findings.add(f"name is longer than {LONGEST_TITLE} characters, cut", node.path)
        return one_line(title, LONGEST_TITLE)

    def _description(self, node: Node) -> str:
        whole = node.value("description")
        text = paragraphs(without_markup(whole.text, LONGEST_DESCRIPTION), 4 * LONGEST_DESCRIPTION) if whole else ""
        if len(text) > LONGEST_DESCRIPTION:
            self.findings.add(f"description is longer than {LONGEST_DESCRIPTION} characters, cut", node.path)
        return paragraphs(text, LONGEST_DESCRIPTION)

    def _minimum_age(self, node: Node) -> int | None:
        stated = node.value("typicalAgeRange")
        if stated is None:
            return None
        least = re.fullmatch(r"(\d{1,3})\s*[-+–]?", stated.text)
        if least and 1 <= int(least[1]) <= 150:
            return int(least[1])
        self.findings.add("typicalAgeRange is not of the form 18+, no minimum age is set", f"{stated.path} {stated.line(20)}")
        return None

    def _sessions(self, event: Node, tree: EventTree) -> Iterator[PlannedSession]:
        seen = set()
        for way in tree.occasions(event):
            self._session_count += 1
            if self._session_count > MOST_SESSIONS:
                raise EventsRefused("$", f"the file has more than the {MOST_SESSIONS} sessions allowed")
            session = self._session(way) if self._takes_place(way) else None
            if session is None:
                continue
            if (session.starts_at, session.venue) in seen:
                self.findings.add("session has the same start and venue as one before it, left out", way[-1].path)
                continue
            seen.add((session.starts_at, session.venue))
            yield session

    def _takes_place(self, way: tuple[Node, ...]) -> bool:
        for node in way:
            status = node.value("eventStatus")
            reason = OFF.get(bare(status.text)) if status and isinstance(status.raw, str) else None
            if reason:
                self.findings.add(f"{reason}, left out", way[-1].path)
                return False
        return True

    def _session(self, way: tuple[Node, ...]) -> PlannedSession | None:
        """What an occasion does not say itself is taken from the event above it."""
        occasion = way[-1]
        nearest = tuple(reversed(way))
        start = occasion.value(*START)
        if start is None:
            self.findings.add("no startDate, left out", occasion.path)
            return None
        if len(way) > 1 and occasion.line(LONGEST_TITLE, "name") not in (None, way[0].line(LONGEST_TITLE, "name")):
            self.findings.add("sessions have no name of their own, a subEvent's is left out", occasion.path)
        zone = self._zone(nearest, start)
        starts_at = instant(start, zone, self.findings)
        if is_date(start):
            self.findings.add("no time of day is given, the session starts with the day", start.path)
        where = next((node for node in nearest if says_where(node)), occasion)
        place = place_of(where)
        offers = offers_of(nearest, self.findings)
        return PlannedSession(
            starts_at=starts_at,
            ends_at=ending(occasion, start, starts_at, zone, self.findings),
            timezone=zone,
            ticket_types=ticket_types((*nearest, place) if place else nearest, offers, self._defaults, self.findings),
            venue=venue_of(where, self.findings),
            sale_opens_at=sale_opening(offers, zone, self.findings),
        )

    def _zone(self, nearest: tuple[Node, ...], start: Value) -> str:
        for node in nearest:
            place = place_of(node)
            if zone := stated_zone(node) or (stated_zone(place) if place else None):
                return zone
        if self._defaults.timezone:
            return self._defaults.timezone
        if zone := zone_of_offset(start):
            self.findings.add(f"no time zone is given, {zone} is taken from the offset", start.path)
            return zone
        raise EventsRefused(start.path, "no time zone: give eventSchedule.scheduleTimezone in the file, or a default zone")


def _category(node: Node) -> EventCategory:
    return next((category for types, category in CATEGORIES if not types.isdisjoint(node.types)), EventCategory.OTHER)
