"""Finding events: words, places and dates of one and the same session, pages that stay put, and putting on twice."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import InvalidInput, NotAllowed
from domain.events import Event, EventCategory, EventFilter, EventStatus, Venue
from domain.ids import EventId, VenueId, new_id
from domain.money import Money
from domain.plans import PlannedSession, PlannedTicketType, PlannedVenue
from domain.repositories import PageRequest
from resolvers import events
from tests.builders import a_room, a_session, an_event, in_days, put_on, services_of, sessions_of
from tests.db.conftest import Office


async def found(office: Office, **where: object) -> list[str]:
    async with office.transaction() as work:
        page = await work.events.page(PageRequest(100), EventFilter(**where))  # type: ignore[arg-type]  # a test's own words
        assert await work.events.count(EventFilter(**where)) == len(page.items)  # type: ignore[arg-type]  # as above
    return [one.title for one in page.items]


async def set_status(office: Office, event: Event, status: str) -> None:
    await office.pool.execute("UPDATE event SET status = $2 WHERE id = $1", event.id, status)


@pytest.mark.parametrize(
    ("search", "titles"),
    [
        ("hamlet", ["Hamlet"]),
        ("HAMLET denmark", ["Hamlet"]),
        ("prince -ghost", ["The Little Prince"]),
        ('"prince of denmark"', ["Hamlet"]),
        ("aml", ["Hamlet"]),
        ("ittle pri", ["The Little Prince"]),
        ("100%", ["100% Jazz"]),
        ("%", ["100% Jazz"]),
        ("_", ["snake_case"]),
        ("\\", []),
        ("'; DROP TABLE event; --", []),
        ("denmark", ["Hamlet"]),
        ("enmark", []),
        ("", ["Hamlet", "The Little Prince", "100% Jazz", "snake_case"]),
    ],
)
async def test_words_are_found_anywhere_and_parts_of_words_in_titles(empty_office: Office, search: str, titles: list[str]) -> None:
    described = {
        "Hamlet": "A ghost and a prince of Denmark.",
        "The Little Prince": "A rose.",
        "100% Jazz": "Loud.",
        "snake_case": "For programmers.",
    }
    for at, (title, description) in enumerate(described.items()):
        await put_on(empty_office.transaction, an_event(a_session(starts_at=in_days(at + 1)), title=title, description=description))
    assert await found(empty_office, search=search) == titles


async def test_city_dates_and_category_are_those_of_one_and_the_same_session(empty_office: Office) -> None:
    krakow, gdansk = PlannedVenue("Hall", "Kraków", "PL"), PlannedVenue("Dock", "Gdańsk", "PL")
    touring = an_event(
        a_session(starts_at=in_days(3), venue=krakow), a_session(starts_at=in_days(10), venue=gdansk), title="Touring"
    )
    staying = an_event(a_session(starts_at=in_days(10), venue=krakow), title="Staying", category=EventCategory.MOVIE)
    for plan in (touring, staying):
        await put_on(empty_office.transaction, plan)
    late = {"starts_after": in_days(8)}
    assert await found(empty_office, city="kraków") == ["Touring", "Staying"]
    assert await found(empty_office, city="KRAKÓW", **late) == ["Staying"]
    assert await found(empty_office, city="gdańsk", **late) == ["Touring"]
    assert await found(empty_office, city="gdańsk", starts_before=in_days(8)) == []
    assert await found(empty_office, category=EventCategory.MOVIE) == ["Staying"]
    assert await found(empty_office, category=EventCategory.MOVIE, starts_before=in_days(8)) == []
    assert await found(empty_office, city="Krak") == []


async def test_a_range_of_dates_has_its_beginning_and_not_its_end(empty_office: Office) -> None:
    starts_at = in_days(5)
    await put_on(empty_office.transaction, an_event(a_session(starts_at=starts_at), title="One"))
    tick = timedelta(microseconds=1)
    assert await found(empty_office, starts_after=starts_at) == ["One"]
    assert await found(empty_office, starts_after=starts_at + tick) == []
    assert await found(empty_office, starts_before=starts_at) == []
    assert await found(empty_office, starts_before=starts_at + tick) == ["One"]


async def test_only_public_events_are_found_by_anybody(empty_office: Office) -> None:
    shown = {}
    for status in EventStatus:
        shown[status] = await put_on(empty_office.transaction, an_event(title=status.value))
        await set_status(empty_office, shown[status], status.value)
    public = ["PUBLISHED", "CANCELLED", "COMPLETED"]
    assert await found(empty_office) == public
    ids = [one.id for one in shown.values()]
    async with empty_office.transaction() as work:
        assert sorted(one.title for one in (await work.events.by_ids(ids)).values()) == sorted(public)
        assert len(await work.events.by_ids(ids, hidden=True)) == len(EventStatus)
        slugs = [await work.events.by_slug(one.slug) for one in shown.values()]
    assert [one.title for one in slugs if one] == public


async def test_events_come_by_their_next_session_and_those_without_one_last(empty_office: Office) -> None:
    over = a_session(starts_at=in_days(-9))
    running = a_session(starts_at=in_days(-0.01), ends_at=in_days(1))
    plans = [
        an_event(title="never"),
        an_event(over, title="over"),
        an_event(over, a_session(starts_at=in_days(4)), title="fourth day"),
        an_event(running, a_session(starts_at=in_days(6)), title="sixth day"),
        an_event(running, title="running"),
        an_event(a_session(starts_at=in_days(2)), title="second day"),
    ]
    for plan in plans:
        await put_on(empty_office.transaction, plan)
    assert await found(empty_office) == ["running", "second day", "fourth day", "sixth day", "never", "over"]


async def test_pages_of_events_neither_lose_nor_repeat_what_was_there_when_others_are_put_on(empty_office: Office) -> None:
    at_once = in_days(5)
    for n in range(7):
        await put_on(empty_office.transaction, an_event(a_session(starts_at=at_once), title=str(n)))
    await put_on(empty_office.transaction, an_event(title="without a session"))
    titles, after, looks = [], None, []
    for _ in range(3):
        async with empty_office.transaction() as work:
            page = await work.events.page(PageRequest(3, after), EventFilter())
        titles += [one.title for one in page.items]
        looks.append((len(page.items), page.has_next, page.has_previous))
        after = page.cursors[-1]
        await put_on(empty_office.transaction, an_event(a_session(starts_at=in_days(1)), title="earlier"))
    assert titles == [*"0123456", "without a session"]
    assert looks == [(3, True, False), (3, True, True), (2, False, True)]


async def test_putting_on_twice_adds_nothing_and_keeps_ids_but_takes_the_new_words(empty_office: Office) -> None:
    room = a_room()
    plan = an_event(a_session(room), slug="hamlet", title="Hamlet")
    first = await put_on(empty_office.transaction, plan, room)
    again = await put_on(empty_office.transaction, an_event(*plan.sessions, slug="hamlet", title="Hamlet!", minimum_age=16), room)
    assert (again.id, again.title, again.minimum_age) == (first.id, "Hamlet!", 16)
    assert len(await sessions_of(empty_office.transaction, first.id)) == 1
    counts = "SELECT ARRAY[(SELECT count(*) FROM {}), (SELECT count(*) FROM {}), (SELECT count(*) FROM {})]"
    assert await empty_office.scalar(counts.format("event", "session", "venue")) == [1, 1, 1]
    assert await empty_office.scalar(counts.format("seat", "ticket_type", "seat_map")) == [20, 2, 1]
    told = await events.put_on(services_of(empty_office.transaction), ("house", "The House"), plan)
    assert (told.slug, told.sessions_added, told.sessions_present) == ("hamlet", 0, 1)


async def test_a_slug_of_another_organizer_is_refused_and_nothing_of_the_plan_is_kept(empty_office: Office) -> None:
    mine = await put_on(empty_office.transaction, an_event(slug="hamlet", title="Mine"))
    with pytest.raises(NotAllowed):
        await put_on(empty_office.transaction, an_event(a_session(), slug="hamlet", title="Theirs"), organizer=("rival", "R"))
    assert await found(empty_office) == ["Mine"]
    assert await sessions_of(empty_office.transaction, mine.id) == []
    assert await empty_office.scalar("SELECT count(*) FROM organizer") == 1


async def test_a_plan_with_an_unknown_seat_map_is_bad_input_and_leaves_nothing(empty_office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        await put_on(empty_office.transaction, an_event(a_session(a_room())))
    assert refused.value.path == ("seatMapHash",)
    assert await empty_office.scalar("SELECT count(*) FROM event") == 0


async def test_two_ticket_types_for_the_seats_of_one_category_are_bad_input_and_leave_nothing(empty_office: Office) -> None:
    room = a_room()
    types = [PlannedTicketType(name, Money(2500, "EUR"), category="Stalls") for name in ("Adult", "Child")]
    places = [PlannedTicketType(name, Money(1000, "EUR"), capacity=5) for name in ("Standing", "Bar")]
    with pytest.raises(InvalidInput) as refused:
        await put_on(empty_office.transaction, an_event(a_session(room, ticket_types=(*places, *types))), room)
    assert refused.value.path == ("ticketTypes", "3", "category")
    assert await empty_office.scalar("SELECT count(*) FROM event") == 0
    event = await put_on(empty_office.transaction, an_event(a_session(room, ticket_types=(*places, types[0]))), room)
    assert len(await sessions_of(empty_office.transaction, event.id)) == 1


async def test_cities_are_those_of_what_is_still_on_each_once_as_a_reader_looks_them_up(empty_office: Office) -> None:
    def there(city: str | None, name: str = "Hall", **terms: Any) -> PlannedSession:
        return a_session(venue=PlannedVenue(name, city), **terms)

    on = [there(city, starts_at=in_days(at)) for at, city in enumerate(("Zürich", "Łódź", "london", "Århus", None, "Lisbon"), 1)]
    again = there("Łódź", "Dock"), there("LONDON", "Pit"), there("Oslo", starts_at=in_days(-0.01), ends_at=in_days(1))
    await put_on(empty_office.transaction, an_event(*on, *again, there("Vienna", starts_at=in_days(-3))))
    for table, city in (("event", "Paris"), ("session", "Rome")):
        hidden = await put_on(empty_office.transaction, an_event(there(city)))
        await empty_office.pool.execute(
            f"UPDATE {table} SET status = 'CANCELLED' WHERE $1 IN (id, {'id' if table == 'event' else 'event_id'})", hidden.id
        )
    found = await events.cities(services_of(empty_office.transaction))
    assert [city.title() for city in found] == ["Århus", "Lisbon", "Łódź", "London", "Oslo", "Zürich"]


async def test_a_venue_is_one_per_name_and_city_also_without_a_city(empty_office: Office) -> None:
    def hall(city: str | None, latitude: float | None = None) -> Venue:
        return Venue(VenueId(new_id()), "Hall", city, latitude=latitude)

    async with empty_office.transaction() as work:
        stored = [await work.venues.add(hall(city)) for city in ("Kraków", None, "Gdańsk")]
        again = [await work.venues.add(hall(city, 1.0)) for city in ("Kraków", None, "Gdańsk")]
        assert again == stored
        assert set((await work.venues.by_ids([one.id for one in stored])).values()) == set(stored)


async def test_what_does_not_exist_is_not_found(office: Office) -> None:
    async with office.transaction() as work:
        assert await work.events.by_ids([EventId(new_id())], hidden=True) == {}
        assert await work.events.by_slug("no-such-event") is None
        assert await work.events.by_ids([]) == {}


async def test_a_search_with_a_character_that_cannot_be_stored_is_bad_input(office: Office) -> None:
    with pytest.raises(InvalidInput):
        async with office.transaction() as work:
            await work.events.page(PageRequest(10), EventFilter(search="\x00"))
