"""The demo's programme: enough of everything, on days to come, at prices that fit the rooms."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from domain.events import EventCategory
from domain.plans import PlannedEvent, PlannedSession
from resolvers.demo.houses import saturday
from resolvers.demo.programme import programme

# A Saturday before Europe's clocks change, an ordinary day, and the turn of a leap year.
DAYS = [date(2031, 3, 29), date(2031, 5, 6), date(2027, 12, 31)]
TODAY = DAYS[1]
SHOWN = programme(TODAY)


def sessions(today: date = TODAY) -> Iterator[tuple[PlannedEvent, PlannedSession]]:
    for event in programme(today).events:
        for session in event.sessions:
            yield event, session


def by_slug(slug: str) -> PlannedEvent:
    [found] = [event for event in SHOWN.events if event.slug == slug]
    return found


def local(session: PlannedSession) -> datetime:
    return session.starts_at.astimezone(ZoneInfo(session.timezone))


def test_sixteen_events_of_every_category_with_slugs_of_their_own() -> None:
    assert Counter(event.category for event in SHOWN.events) == {
        EventCategory.CONCERT: 4,
        EventCategory.MOVIE: 4,
        EventCategory.THEATRE: 3,
        EventCategory.TRANSPORT: 2,
        EventCategory.SPORT: 1,
        EventCategory.CONFERENCE: 1,
        EventCategory.OTHER: 1,
    }
    assert len({event.slug for event in SHOWN.events}) == 16
    assert len({event.title for event in SHOWN.events}) == 16


def test_cities_currencies_and_zones_go_together() -> None:
    assert {
        (session.venue.city, session.venue.country, session.timezone, session.ticket_types[0].price.currency)
        for _, session in sessions()
        if session.venue
    } == {
        ("Warsaw", "PL", "Europe/Warsaw", "PLN"),
        ("Kraków", "PL", "Europe/Warsaw", "PLN"),
        ("Vienna", "AT", "Europe/Vienna", "EUR"),
        ("Berlin", "DE", "Europe/Berlin", "EUR"),
        ("Prague", "CZ", "Europe/Prague", "CZK"),
        ("Lisbon", "PT", "Europe/Lisbon", "EUR"),
        ("London", "GB", "Europe/London", "GBP"),
        ("Tokyo", "JP", "Asia/Tokyo", "JPY"),
        ("New York", "US", "America/New_York", "USD"),
    }


def test_every_session_has_a_venue_on_the_map_and_one_currency() -> None:
    for _, session in sessions():
        assert session.venue is not None
        assert session.venue.latitude is not None
        assert session.venue.longitude is not None
        assert len({one.price.currency for one in session.ticket_types}) == 1
        assert min(one.price.minor for one in session.ticket_types) > 0


def test_ticket_types_are_exactly_the_categories_of_the_room_or_else_places() -> None:
    rooms = {room.hash: room for room in SHOWN.rooms.values()}
    for _, session in sessions():
        if session.seat_map_hash is None:
            assert [one for one in session.ticket_types if one.category is not None or not one.capacity] == []
        else:
            named = {one.name for one in rooms[session.seat_map_hash].categories}
            assert sorted(one.category or "" for one in session.ticket_types) == sorted(named)
            assert [one for one in session.ticket_types if one.capacity is not None] == []


def test_all_four_rooms_are_used_and_known_by_their_hash() -> None:
    used = {session.seat_map_hash for _, session in sessions()} - {None}
    assert used == set(SHOWN.rooms) == {room.hash for room in SHOWN.rooms.values()}
    assert sorted(room.seat_count for room in SHOWN.rooms.values()) == [49, 96, 180, 1_200]


@pytest.mark.parametrize("today", DAYS)
def test_no_session_is_on_a_day_before_today_nor_ends_before_it_starts(today: date) -> None:
    for _, session in sessions(today):
        assert today <= local(session).date() <= today + timedelta(days=60)
        assert session.starts_at.tzinfo is UTC
        assert timedelta(minutes=80) <= session.ends_at - session.starts_at <= timedelta(hours=9)


@pytest.mark.parametrize("today", DAYS)
def test_every_event_still_has_a_session_the_day_after_tomorrow(today: date) -> None:
    later = {event.slug for event, session in sessions(today) if local(session).date() > today + timedelta(days=1)}
    assert later == {event.slug for event in SHOWN.events}


@pytest.mark.parametrize("today", DAYS)
def test_a_gate_has_something_to_scan_within_the_next_hours(today: date) -> None:
    starts = sorted(session.starts_at for _, session in sessions(today))
    midnight = datetime(today.year, today.month, today.day, 6, tzinfo=UTC)
    soon = [start for start in starts if midnight <= start <= midnight + timedelta(days=1, hours=18)]
    assert max(later - earlier for earlier, later in pairwise(soon)) <= timedelta(hours=9)


@pytest.mark.parametrize("today", DAYS)
def test_no_room_is_used_twice_at_the_same_time(today: date) -> None:
    used: dict[tuple[object, object], list[PlannedSession]] = defaultdict(list)
    for event, session in sessions(today):
        if event.category is not EventCategory.TRANSPORT:
            used[session.venue, session.seat_map_hash].append(session)
    for one_room in used.values():
        in_order = sorted(one_room, key=lambda session: session.starts_at)
        assert [later.starts_at for earlier, later in pairwise(in_order) if later.starts_at < earlier.ends_at] == []


@pytest.mark.parametrize("today", DAYS)
def test_no_two_sessions_of_an_event_start_at_once_at_one_venue(today: date) -> None:
    starts = Counter((event.slug, session.starts_at, session.venue) for event, session in sessions(today))
    assert [start for start, count in starts.items() if count > 1] == []


def test_only_one_film_is_for_adults() -> None:
    assert {event.slug: event.minimum_age for event in SHOWN.events if event.minimum_age is not None} == {"red-harvest-moon": 18}


def test_one_sale_opens_in_three_days_at_ten_in_the_morning_there() -> None:
    opening = [(event.slug, session.sale_opens_at) for event, session in sessions() if session.sale_opens_at]
    assert opening == [("four-rivers-orchestra", datetime(2031, 5, 9, 8, tzinfo=UTC))]


def test_films_run_eight_times_a_day_and_coaches_four_times_each_way_for_a_week() -> None:
    films = [session for event, session in sessions() if event.category is EventCategory.MOVIE]
    assert len(films) == 56
    assert {local(session).date() for session in films} == {TODAY + timedelta(days=days) for days in range(7)}
    assert [len(by_slug(line).sessions) for line in ("krakow-vienna", "vienna-krakow")] == [28, 28]


def test_wall_clocks_are_kept_when_the_clocks_change() -> None:
    [match] = [session for event, session in sessions(DAYS[0]) if event.slug == "almirante-uniao-da-ponte"]
    nights = [session for event, session in sessions(DAYS[0]) if event.slug == "the-cartographers-daughter"]
    assert [night.starts_at.hour for night in nights] == [18, 17, 17, 17]
    assert (local(match).hour, match.starts_at.hour) == (18, 17)


def test_prices_are_in_minor_units_of_their_currency() -> None:
    tokyo, berlin = by_slug("mika-hoshino-trio").sessions[0], by_slug("the-quiet-orbit").sessions[0]
    assert [(one.name, one.price.minor, one.price.currency) for one in tokyo.ticket_types] == [
        ("Table", 7_500, "JPY"),
        ("Bar, standing", 4_800, "JPY"),
    ]
    assert [(one.name, one.price.minor) for one in berlin.ticket_types] == [
        ("Standard", 1_150),
        ("Comfort", 1_400),
        ("Love seat", 1_650),
    ]


def test_the_programme_is_the_same_for_the_same_day_and_moves_with_it() -> None:
    assert programme(TODAY) == SHOWN
    assert programme(TODAY + timedelta(days=1)) != SHOWN


def test_saturday_is_the_next_one_and_never_today() -> None:
    assert [saturday(date(2031, 5, day), 0).day for day in (4, 9, 10, 11)] == [10, 10, 17, 17]
    assert saturday(date(2031, 5, 4), 2) == date(2031, 5, 24)


def test_descriptions_are_texts_for_people() -> None:
    assert [event.slug for event in SHOWN.events if not 120 <= len(event.description) <= 500] == []
