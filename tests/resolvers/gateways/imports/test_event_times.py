"""Session times are right in their zone, or said to be doubtful, or refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.gateways.imports.refusals import EventsRefused
from resolvers.gateways.imports.schema_org import read_events
from tests.resolvers.gateways.imports.occasions import BERLIN, Json, an_event, raw, reading, the_session

SCHEDULE = {"@type": "Schedule", "scheduleTimezone": "Asia/Seoul"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "zone", "starts_at"),
    [
        ({"startDate": "2026-06-01T19:30"}, BERLIN, "2026-06-01T17:30"),
        ({"startDate": "2026-01-01T19:30:00"}, BERLIN, "2026-01-01T18:30"),
        ({"startDate": "2026-06-01T19:30+02:00"}, BERLIN, "2026-06-01T17:30"),
        ({"startDate": "2026-06-01T17:30:00Z"}, BERLIN, "2026-06-01T17:30"),
        ({"eventSchedule": SCHEDULE}, "Asia/Seoul", "2026-06-01T10:30"),
        ({"eventSchedule": [{"@type": "Schedule"}, SCHEDULE]}, "Asia/Seoul", "2026-06-01T10:30"),
        ({"timezone": "Asia/Seoul"}, "Asia/Seoul", "2026-06-01T10:30"),
        ({"location": {"@type": "Place", "name": "Hall", "timeZone": "Asia/Seoul"}}, "Asia/Seoul", "2026-06-01T10:30"),
        (
            {"location": {"name": "Hall", "additionalProperty": [{"name": "x"}, {"name": "Time Zone", "value": "Asia/Seoul"}]}},
            "Asia/Seoul",
            "2026-06-01T10:30",
        ),
    ],
)
def test_a_local_time_is_that_of_the_zone_the_file_or_else_the_caller_names(changes: Json, zone: str, starts_at: str) -> None:
    imported = reading(an_event(endDate=None, duration="PT2H", **changes))
    (session,) = imported.events[0].sessions
    assert (session.timezone, session.starts_at) == (zone, at(starts_at))
    assert session.ends_at == at(starts_at) + timedelta(hours=2)
    assert imported.notes == ()


def test_the_zone_of_a_session_s_own_place_comes_before_that_of_its_event() -> None:
    seoul = {"@type": "Place", "name": "Arts Center", "timezone": "Asia/Seoul"}
    subs = [{"@type": "Event", "startDate": "2026-06-01T19:30", "duration": "PT2H", **more} for more in ({}, {"location": seoul})]
    (event,) = reading(an_event(timezone="America/Denver", subEvent=subs)).events
    assert [session.timezone for session in event.sessions] == ["America/Denver", "Asia/Seoul"]
    assert [session.starts_at for session in event.sessions] == [at("2026-06-02T01:30"), at("2026-06-01T10:30")]


@given(st.integers(min_value=946_684_800, max_value=2_114_380_800))
def test_an_instant_written_with_its_offset_in_its_zone_is_that_instant(second: int) -> None:
    moment = datetime.fromtimestamp(second, ZoneInfo("America/New_York"))
    imported = reading(an_event(startDate=moment.isoformat(), endDate=None, duration="PT1H", timezone="America/New_York"))
    assert imported.events[0].sessions[0].starts_at == moment.astimezone(UTC)
    assert imported.notes == ()


def test_an_offset_that_the_zone_does_not_have_then_is_reported_and_the_instant_kept() -> None:
    imported = reading(an_event(startDate="2026-06-01T19:30+01:00"))
    assert imported.events[0].sessions[0].starts_at == at("2026-06-01T18:30")
    assert imported.notes == (
        "offset is not the one the time zone has then, the instant is kept as written (1): "
        "$[0].startDate 2026-06-01T19:30+01:00 is 2026-06-01T20:30:00+02:00 in Europe/Berlin",
    )


def test_a_local_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(EventsRefused) as refused:
        the_session(startDate="2026-03-29T02:30", endDate=None)
    assert (
        str(refused.value) == "$[0].startDate: 2026-03-29T02:30 does not exist in Europe/Berlin: the clocks are put forward over it"
    )
    assert the_session(startDate="2026-03-29T03:00", endDate=None).starts_at == at("2026-03-29T01:00")


def test_a_local_time_that_occurs_twice_is_the_first_and_reported() -> None:
    imported = reading(an_event(startDate="2026-10-25T02:30", endDate="2026-10-25T04:00"))
    (session,) = imported.events[0].sessions
    assert (session.starts_at, session.ends_at) == (at("2026-10-25T00:30"), at("2026-10-25T03:00"))
    assert imported.notes == (
        "local time occurs twice as the clocks are put back, the first is taken (1): $[0].startDate 2026-10-25T02:30 Europe/Berlin",
    )


def test_without_any_zone_the_offset_gives_one_and_it_is_reported() -> None:
    imported = read_events(
        raw(
            [
                an_event(startDate=f"2026-06-01T12:00{offset}", name=offset, endDate=None, duration="PT1H")
                for offset in ("Z", "+09:00", "-05:00")
            ]
        )
    )
    assert [event.sessions[0].timezone for event in imported.events] == ["UTC", "Etc/GMT-9", "Etc/GMT+5"]
    assert [event.sessions[0].starts_at.hour for event in imported.events] == [12, 3, 17]
    assert imported.notes == (
        "no time zone is given, UTC is taken from the offset (1): $[0].startDate",
        "no time zone is given, Etc/GMT-9 is taken from the offset (1): $[1].startDate",
        "no time zone is given, Etc/GMT+5 is taken from the offset (1): $[2].startDate",
    )


@pytest.mark.parametrize("start", ["2026-06-01T12:00", "2026-06-01T12:00+05:30", "2026-06-01", "2026-06-01T12:00+20:00"])
def test_without_a_zone_or_an_offset_of_whole_hours_the_file_is_refused(start: str) -> None:
    with pytest.raises(EventsRefused) as refused:
        read_events(raw(an_event(startDate=start)))
    reason = "no time zone: give eventSchedule.scheduleTimezone in the file, or a default zone"
    assert str(refused.value) == f"$.startDate: {reason}"


def test_without_an_end_two_hours_are_assumed_and_reported() -> None:
    imported = reading(an_event(endDate=None))
    assert imported.events[0].sessions[0].ends_at == at("2026-06-01T19:30")
    assert imported.notes == ("no endDate and no duration, two hours are assumed (1): $[0]",)


def test_a_date_without_a_time_is_the_whole_day_there_and_reported() -> None:
    imported = reading(an_event(startDate="2026-10-25", endDate=None))
    (session,) = imported.events[0].sessions
    assert (session.starts_at, session.ends_at) == (at("2026-10-24T22:00"), at("2026-10-25T23:00"))
    assert imported.notes == ("no time of day is given, the session starts with the day (1): $[0].startDate",)
    assert the_session(endDate="2026-06-02").ends_at == at("2026-06-02T22:00")


def test_a_day_that_begins_with_a_skipped_hour_begins_after_it() -> None:
    session = the_session(startDate="2026-04-24", endDate="2026-04-24", timezone="Africa/Cairo")
    assert (session.starts_at, session.ends_at) == (at("2026-04-23T22:00"), at("2026-04-24T21:00"))


REFUSALS: list[tuple[Json, str]] = [
    ({"startDate": "1 June"}, '$[0].startDate: "1 June" is not an ISO 8601 date and time'),
    ({"startDate": "2026-06-31T19:30"}, '$[0].startDate: "2026-06-31T19:30" is not an ISO 8601 date and time'),
    ({"startDate": "0001-01-01T00:00"}, "$[0].startDate: the year 1 is not between 1970 and 2200"),
    ({"startDate": "9999-12-31"}, "$[0].startDate: the year 9999 is not between 1970 and 2200"),
    ({"endDate": "2026-06-01T19:29"}, "$[0].endDate: the session would end at 2026-06-01T17:29Z, begun at 2026-06-01T17:30Z"),
    ({"endDate": "2027-06-03T19:30"}, "$[0].endDate: the session would end at 2027-06-03T17:30Z, begun at 2026-06-01T17:30Z"),
    ({"endDate": None, "duration": "01:30"}, '$[0].duration: "01:30" is not an ISO 8601 duration such as "PT1H30M"'),
    ({"endDate": None, "duration": 5400}, '$[0].duration: "5400" is not an ISO 8601 duration such as "PT1H30M"'),
    ({"endDate": None, "duration": "P"}, '$[0].duration: "P" is not an ISO 8601 duration such as "PT1H30M"'),
    ({"endDate": None, "duration": "P367D"}, '$[0].duration: "P367D" is not an ISO 8601 duration such as "PT1H30M"'),
    ({"endDate": None, "duration": "P999999999D"}, '$[0].duration: "P999999999D" is not an ISO 8601 duration such as "PT1H30M"'),
    (
        {"eventSchedule": {"scheduleTimezone": "Mars/Base"}},
        '$[0].eventSchedule.scheduleTimezone: no time zone "Mars/Base"; an IANA name such as "Europe/Berlin" is expected',
    ),
    ({"timezone": "/etc/passwd"}, '$[0].timezone: no time zone "/etc/passwd"; an IANA name such as "Europe/Berlin" is expected'),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSALS)
def test_a_time_that_cannot_be_read_is_refused_with_its_path(changes: Json, reason: str) -> None:
    with pytest.raises(EventsRefused) as refused:
        the_session(**changes)
    assert str(refused.value) == reason


def test_a_duration_and_an_end_at_the_start_are_taken_as_they_are() -> None:
    assert the_session(endDate=None, duration="P1DT1H30M").ends_at == at("2026-06-02T19:00")
    assert the_session(endDate="2026-06-01T19:30").ends_at == at("2026-06-01T17:30")
