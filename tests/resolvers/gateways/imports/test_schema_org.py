"""schema.org events become planned events; what is assumed or left out is said, what cannot be read is refused."""

from datetime import UTC, datetime

import pytest

from domain.events import EventCategory
from domain.money import Money
from domain.plans import PlannedEvent, PlannedSession, PlannedTicketType, PlannedVenue
from resolvers.gateways.imports.refusals import EventsRefused
from resolvers.gateways.imports.schema_org import read_events
from tests.resolvers.gateways.imports.occasions import BERLIN, Json, an_event, an_occasion, an_offer, raw, reading, the_event

ELEKTRA = PlannedEvent(
    slug="elektra",
    title="Elektra",
    description="",
    category=EventCategory.CONCERT,
    sessions=(
        PlannedSession(
            starts_at=datetime(2026, 6, 1, 17, 30, tzinfo=UTC),
            ends_at=datetime(2026, 6, 1, 19, 30, tzinfo=UTC),
            timezone=BERLIN,
            ticket_types=(PlannedTicketType("General admission", Money(2500, "EUR"), capacity=80),),
            venue=PlannedVenue("Opera"),
        ),
    ),
)


@pytest.mark.parametrize(
    "document",
    [
        an_event(),
        [an_event()],
        {"@context": "https://schema.org", "@graph": [an_event()]},
        [{"@graph": [an_event()]}],
        {f"schema:{key}" if key[0] != "@" else key: value for key, value in an_event().items()} | {"@type": "schema:MusicEvent"},
        an_event(**{"@type": ["Thing", "https://schema.org/MusicEvent"], "name": {"@value": "Elektra", "@language": "de"}}),
        an_event(name=["", "Elektra", "Electra"], location=["Opera"]),
    ],
)
def test_an_object_an_array_and_a_graph_are_read_alike(document: object) -> None:
    imported = read_events(raw(document), default_timezone=BERLIN)
    assert imported.events == (ELEKTRA,)
    assert imported.notes == ()


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("MusicEvent", EventCategory.CONCERT),
        ("ScreeningEvent", EventCategory.MOVIE),
        ("TheaterEvent", EventCategory.THEATRE),
        ("SportsEvent", EventCategory.SPORT),
        ("BusinessEvent", EventCategory.CONFERENCE),
        ("EducationEvent", EventCategory.CONFERENCE),
        ("BusTrip", EventCategory.TRANSPORT),
        ("TrainTrip", EventCategory.TRANSPORT),
        ("Trip", EventCategory.TRANSPORT),
        ("Festival", EventCategory.OTHER),
        ("Event", EventCategory.OTHER),
        ("FoodEvent", EventCategory.OTHER),
    ],
)
def test_the_type_decides_the_category(kind: str, category: EventCategory) -> None:
    assert the_event(**{"@type": kind}).category is category


def test_a_bus_trip_leaves_its_stop_at_its_departure_time() -> None:
    stop = {"@type": "BusStop", "name": "ZOB"}
    times = {"departureTime": "2026-06-01T08:00", "arrivalTime": "2026-06-01T11:00"}
    trip = {"@type": "BusTrip", "busName": "N7", "departureBusStop": stop, "offers": an_offer(), **times}
    imported = reading(trip)
    (event,) = imported.events
    (session,) = event.sessions
    assert (event.title, event.category, session.venue) == ("N7", EventCategory.TRANSPORT, PlannedVenue("ZOB"))
    assert session.starts_at == datetime(2026, 6, 1, 6, tzinfo=UTC)
    assert session.ends_at == datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert imported.notes == ()


def test_sub_events_are_the_sessions_and_take_from_the_event_what_they_do_not_say() -> None:
    own = an_occasion("2026-06-02T15:00", location="Tent", offers=an_offer(price=10))
    parent = an_event(subEvent=[an_occasion(), own], startDate="2026-01-01", endDate="2026-12-31")
    (event,) = reading(parent).events
    assert [session.starts_at.day for session in event.sessions] == [1, 2]
    assert [session.venue for session in event.sessions] == [PlannedVenue("Opera"), PlannedVenue("Tent")]
    assert [session.ticket_types[0].price.minor for session in event.sessions] == [2500, 1000]


def test_sub_events_of_sub_events_are_sessions_too_and_their_names_are_reported() -> None:
    day = {"@type": "Event", "name": "Friday", "subEvent": [an_occasion(), an_occasion("2026-06-01T23:00", name="Late show")]}
    imported = reading(an_event(subEvent=day))
    assert [session.starts_at.hour for session in imported.events[0].sessions] == [17, 21]
    assert imported.notes == ("sessions have no name of their own, a subEvent's is left out (1): $[0].subEvent.subEvent[1]",)


def test_references_within_the_graph_are_followed_and_not_read_twice() -> None:
    place = {"@type": "Place", "@id": "#opera", "name": "Opera"}
    parent = an_event(**{"@id": "#e", "location": {"@id": "#opera"}, "subEvent": [{"@id": "#one"}]})
    one = an_occasion("2026-06-01T19:30", **{"@id": "#one", "superEvent": {"@id": "#e"}})
    two = an_occasion("2026-06-02T19:30", **{"@id": "#two", "superEvent": {"@id": "#e"}})
    imported = reading(two, place, parent, one)
    (event,) = imported.events
    assert [session.starts_at.day for session in event.sessions] == [1, 2]
    assert {session.venue for session in event.sessions} == {PlannedVenue("Opera")}
    assert imported.notes == ("not an event, left out (1): $[1] Place",)


def test_an_occasion_written_out_in_two_places_is_one_session() -> None:
    one = an_occasion("2026-06-01T19:30", **{"@id": "#one", "superEvent": {"@id": "#e"}})
    imported = reading(an_event(**{"@id": "#e", "subEvent": [one]}), one)
    assert imported.events == (ELEKTRA,)
    assert imported.notes == ()
    assert reading(an_event(subEvent=[one | {"superEvent": None}]), one | {"superEvent": None}) == imported


def test_an_event_that_names_itself_as_the_one_above_it_is_read_as_it_is() -> None:
    imported = reading(an_event(**{"@id": "#e", "superEvent": {"@id": "#e"}}))
    assert imported.events == (ELEKTRA,)


def test_events_of_one_name_get_slugs_by_date_and_the_same_ones_each_time() -> None:
    events = [an_event(startDate=f"2026-06-{day:02}T00:30", endDate=f"2026-06-{day:02}T02:00") for day in (1, 2, 3)]
    events.append(an_event(startDate="2026-06-03T00:31", endDate="2026-06-03T02:00"))
    imported = reading(*events)
    assert [event.slug for event in imported.events] == [
        "elektra",
        "elektra-2026-06-02",
        "elektra-2026-06-03",
        "elektra-2026-06-03-2",
    ]
    assert reading(*events) == imported
    assert imported.notes == (
        "name is used by several events, told apart by their date (3): "
        "$[1] elektra-2026-06-02, $[2] elektra-2026-06-03, $[3] elektra-2026-06-03-2",
    )


def test_the_same_event_twice_is_read_once() -> None:
    imported = reading(an_event(), an_event())
    assert imported.events == (ELEKTRA,)
    assert imported.notes == ("event is in the file more than once, read once (1): $[1] 'Elektra'",)


def test_two_sessions_at_one_time_and_place_are_read_once() -> None:
    imported = reading(an_event(subEvent=[an_occasion(), an_occasion()]))
    assert len(imported.events[0].sessions) == 1
    assert imported.notes == ("session has the same start and venue as one before it, left out (1): $[0].subEvent[1]",)


@pytest.mark.parametrize(
    ("status", "note"),
    [
        ("https://schema.org/EventCancelled", "cancelled, left out (1): $[1]"),
        ("EventCancelled", "cancelled, left out (1): $[1]"),
        ("http://schema.org/EventPostponed", "postponed, left out (1): $[1]"),
    ],
)
def test_what_is_called_off_is_left_out(status: str, note: str) -> None:
    imported = reading(an_event(), an_event(name="Salome", eventStatus=status))
    assert imported.events == (ELEKTRA,)
    assert imported.notes == (note,)


def test_one_cancelled_date_leaves_the_others() -> None:
    off = an_occasion("2026-06-02T19:30", eventStatus="EventCancelled")
    imported = reading(an_event(subEvent=[off, an_occasion(eventStatus="https://schema.org/EventScheduled")]))
    assert imported.events == (ELEKTRA,)
    assert imported.notes == ("cancelled, left out (1): $[0].subEvent[0]",)


def test_an_event_without_a_date_is_left_out() -> None:
    imported = reading(an_event(), an_event(name="Salome", startDate=None))
    assert imported.events == (ELEKTRA,)
    assert imported.notes == ("no startDate, left out (1): $[1]",)


@pytest.mark.parametrize(
    ("stated", "age", "notes"),
    [
        ("18-", 18, ()),
        ("18+", 18, ()),
        ("16", 16, ()),
        (12, 12, ()),
        ("7-12", None, ("typicalAgeRange is not of the form 18+, no minimum age is set (1): $[0].typicalAgeRange 7-12",)),
        ("0+", None, ("typicalAgeRange is not of the form 18+, no minimum age is set (1): $[0].typicalAgeRange 0+",)),
        ("151+", None, ("typicalAgeRange is not of the form 18+, no minimum age is set (1): $[0].typicalAgeRange 151+",)),
    ],
)
def test_an_open_age_range_is_a_minimum_age(stated: object, age: int | None, notes: tuple[str, ...]) -> None:
    imported = reading(an_event(typicalAgeRange=stated))
    assert imported.events[0].minimum_age == age
    assert imported.notes == notes


def test_names_and_descriptions_are_plain_text() -> None:
    event = the_event(name="Tom &amp; <b>Jerry</b>\u202e\x1b", description="<p>One<br>two</p><script>alert(1)</script>5 &lt; 6")
    assert (event.slug, event.title, event.description) == ("tom-jerry", "Tom & Jerry", "One\ntwo\n5 < 6")


def test_long_names_and_descriptions_are_cut_and_reported() -> None:
    imported = reading(an_event(name="n" * 201, description="d" * 10_001), an_event(name="m" * 200, description="d" * 10_000))
    cut, whole = imported.events
    assert (cut.title, cut.description) == ("n" * 199 + "…", "d" * 9_999 + "…")
    assert (whole.title, whole.description, whole.slug) == ("m" * 200, "d" * 10_000, "m" * 80)
    assert imported.notes == (
        "name is longer than 200 characters, cut (1): $[0]",
        "description is longer than 10000 characters, cut (1): $[0]",
    )


def test_a_name_without_letters_still_gets_a_slug() -> None:
    assert the_event(name="!!!").slug == "event"
    assert the_event(name="Дон Жуан").slug == "don-zhuan"


REFUSALS: list[tuple[object, str]] = [
    ({"@type": "Organization", "name": "x"}, "$: there is no schema.org Event in it"),
    ([], "$: there is no schema.org Event in it"),
    ("text", "$: an object is expected here"),
    ([an_event(), 3], "$[1]: an object is expected here"),
    ({"@graph": ["x"]}, "$.@graph[0]: an object is expected here"),
    (an_event(name=" "), "$.name: the event has no name"),
    (an_event(name={"de": "Elektra"}), "$.name: text is expected here"),
    (an_event(startDate=True), "$.startDate: text is expected here"),
    (an_event(**{"@id": "#a", "subEvent": {"@id": "#a"}}), "$: there is no schema.org Event in it"),
]


@pytest.mark.parametrize(("document", "reason"), REFUSALS)
def test_what_cannot_be_read_is_refused_with_path_and_reason(document: object, reason: str) -> None:
    with pytest.raises(EventsRefused) as refused:
        read_events(raw(document), default_timezone=BERLIN)
    assert str(refused.value) == reason


def test_broken_json_is_refused_with_line_and_column() -> None:
    with pytest.raises(EventsRefused) as refused:
        read_events(b'{"name": "x",\n  nope}')
    assert str(refused.value).startswith("$: invalid JSON at line 2 column 3: ")


def test_a_circle_of_sub_events_is_refused() -> None:
    events: list[Json] = [an_event(**{"@id": f"#{at}", "subEvent": {"@id": f"#{at % 3 + 1}"}}) for at in range(4)]
    with pytest.raises(EventsRefused) as refused:
        reading(*events)
    assert str(refused.value) == "$[0]: subEvents are nested more than 5 deep"


def test_more_sessions_than_allowed_are_refused_however_often_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.gateways.imports.schema_org.MOST_SESSIONS", 2)
    assert len(reading(an_event(), an_event(name="Salome")).events) == 2
    with pytest.raises(EventsRefused) as refused:
        reading(an_event(subEvent=[an_occasion()] * 3))
    assert str(refused.value) == "$: the file has more than the 2 sessions allowed"


def test_a_default_zone_or_currency_that_does_not_exist_is_refused() -> None:
    with pytest.raises(EventsRefused) as refused:
        read_events(raw(an_event()), default_timezone="Europe/Bonn")
    assert str(refused.value) == 'timezone: no time zone "Europe/Bonn"; an IANA name such as "Europe/Berlin" is expected'
    with pytest.raises(EventsRefused) as refused:
        read_events(raw(an_event()), default_timezone=BERLIN, default_currency="EURO")
    assert str(refused.value) == 'currency: no currency "EURO"'
