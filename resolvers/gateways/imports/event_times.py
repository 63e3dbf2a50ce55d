"""When a session begins and ends: ISO 8601 with or without an offset, and the IANA zone it belongs to."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pydantic import TypeAdapter, ValidationError

from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.json_ld import Node, Value
from resolvers.gateways.imports.plain_text import one_line
from resolvers.gateways.imports.refusals import EventsRefused

ASSUMED_LENGTH = timedelta(hours=2)
LONGEST_SESSION = timedelta(days=366)
YEARS = range(1970, 2201)
START = ("startDate", "departureTime")
END = ("endDate", "arrivalTime")

_durations = TypeAdapter(timedelta)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def known_zone(name: str, path: str) -> str:
    """The IANA name as given. Raises `EventsRefused` where there is no such zone."""
    if name not in _zone_names():
        raise EventsRefused(path, f'no time zone "{one_line(name, 60)}"; an IANA name such as "Europe/Berlin" is expected')
    return name


def stated_zone(node: Node) -> str | None:
    """The zone that an event or a place states itself."""
    for schedule in node.nodes("eventSchedule"):
        if zone := schedule.value("scheduleTimezone"):
            return known_zone(zone.text, zone.path)
    if zone := node.value("timezone", "timeZone"):
        return known_zone(zone.text, zone.path)
    for extra in node.nodes("additionalProperty"):
        if (extra.line(40, "name", "propertyID") or "").casefold().replace(" ", "") == "timezone" and (
            zone := extra.value("value")
        ):
            return known_zone(zone.text, zone.path)
    return None


def zone_of_offset(start: Value) -> str | None:
    """The zone of a time that has a whole-hour offset but no zone: UTC, or a fixed one such as Etc/GMT-9 (which is UTC+9)."""
    moment = _parsed(start)
    offset = moment.utcoffset() if isinstance(moment, datetime) else None
    if offset is None or offset % timedelta(hours=1):
        return None
    hours = offset // timedelta(hours=1)
    name = f"Etc/GMT{-hours:+d}" if hours else "UTC"
    return name if name in _zone_names() else None


def is_date(value: Value) -> bool:
    return not isinstance(_parsed(value), datetime)


def instant(value: Value, zone: str, findings: Findings) -> datetime:
    """In UTC; a date without a time is its first moment in the zone. Raises `EventsRefused`."""
    read = _parsed(value)
    local = ZoneInfo(zone)
    if not isinstance(read, datetime):
        return datetime.combine(read, time.min, local).astimezone(UTC)
    if read.tzinfo is None:
        return _local_instant(read, local, value, findings)
    in_zone = read.astimezone(local)
    if not value.text.endswith("Z") and read.utcoffset() != in_zone.utcoffset():
        findings.add(
            "offset is not the one the time zone has then, the instant is kept as written",
            f"{value.path} {value.text} is {in_zone.isoformat()} in {zone}",
        )
    return read.astimezone(UTC)


def _local_instant(moment: datetime, local: tzinfo, value: Value, findings: Findings) -> datetime:
    first, second = (moment.replace(tzinfo=local, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(local).replace(tzinfo=None) != moment:
        raise EventsRefused(value.path, f"{value.text} does not exist in {local}: the clocks are put forward over it")
    if first != second:
        findings.add("local time occurs twice as the clocks are put back, the first is taken", f"{value.path} {value.text} {local}")
    return first


def ending(node: Node, start: Value, starts_at: datetime, zone: str, findings: Findings) -> datetime:
    """The end as given, else after the duration, else assumed: two hours, or the whole day where no time of day is given."""
    end, duration = node.value(*END), node.value("duration")
    if end is not None:
        ends_at = _next_midnight(end, zone, findings) if is_date(end) else instant(end, zone, findings)
        return _checked(starts_at, ends_at, end)
    if duration is not None:
        return _checked(starts_at, starts_at + _length(duration), duration)
    if is_date(start):
        return _next_midnight(start, zone, findings)
    findings.add("no endDate and no duration, two hours are assumed", node.path)
    return starts_at + ASSUMED_LENGTH


def _checked(starts_at: datetime, ends_at: datetime, value: Value) -> datetime:
    if not starts_at <= ends_at <= starts_at + LONGEST_SESSION:
        raise EventsRefused(value.path, f"the session would end at {ends_at:%Y-%m-%dT%H:%MZ}, begun at {starts_at:%Y-%m-%dT%H:%MZ}")
    return ends_at


def _next_midnight(value: Value, zone: str, findings: Findings) -> datetime:
    day = _parsed(value) + timedelta(days=1)
    return instant(Value(value.path, day.isoformat()), zone, findings)


def _length(value: Value) -> timedelta:
    try:
        length = _durations.validate_python(value.text)
    except ValidationError:
        length = -ASSUMED_LENGTH
    # pydantic reads "3600" and "01:30" as durations too, but they are not ISO 8601.
    if not value.text.startswith("P") or not timedelta(0) <= length <= LONGEST_SESSION:
        raise EventsRefused(value.path, f'"{one_line(value.text, 40)}" is not an ISO 8601 duration such as "PT1H30M"')
    return length


def _parsed(value: Value) -> date | datetime:
    text = value.text
    try:
        read = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError as wrong:
        raise EventsRefused(value.path, f'"{one_line(text, 40)}" is not an ISO 8601 date and time') from wrong
    if read.year not in YEARS:
        raise EventsRefused(value.path, f"the year {read.year} is not between {YEARS[0]} and {YEARS[-1]}")
    return read
