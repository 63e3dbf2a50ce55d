"""Finding what is on: lists, filters, pages, ids, layouts."""

import gzip
from datetime import timedelta
from zoneinfo import ZoneInfo

import brotli

from tests.api.conftest import House, small_room

EVENTS = """query($first: Int, $after: String, $filter: EventFilter) { events(first: $first, after: $after, filter: $filter) {
  totalCount nodes { id title } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
SESSION = """query($id: ID!) { session(id: $id) { startsAt timezone event { title nextSession { id } } venue { name city }
  ticketTypes { id name price { amount currency } capacity available generalAdmission category }
  seatMap { hash url seatCount sections { name rows { name seats { label number x y accessible ticketTypeId } } } } } }"""


async def test_pages_follow_each_other_without_a_gap_or_a_repeat(house: House) -> None:
    for _ in range(4):
        await house.put_on()
    seen = []
    after = None
    for expected in (2, 2, 1):
        page = await house.nobody.ask(EVENTS, {"first": 2, "after": after})
        assert (len(page["nodes"]), page["totalCount"], page["pageInfo"]["hasPreviousPage"]) == (expected, 5, after is not None)
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert len(set(seen)) == 5
    assert page["pageInfo"]["hasNextPage"] is False


async def test_filters_narrow_the_list(house: House) -> None:
    for filter, expected in (
        ({"search": "play"}, 1),
        ({"search": "acts"}, 1),
        ({"search": "pla"}, 1),
        ({"search": "%"}, 0),
        ({"category": "THEATRE", "city": "kraków"}, 1),
        ({"category": "MOVIE"}, 0),
        ({"city": "Vienna"}, 0),
        ({"startsAfter": house.at(days=6), "startsBefore": house.at(days=8)}, 1),
        ({"startsAfter": house.at(days=8)}, 0),
    ):
        assert (await house.nobody.ask(EVENTS, {"filter": filter}))["totalCount"] == expected, filter


async def test_bad_pages_and_dates_are_refused_with_the_path(house: House) -> None:
    for variables, path in (({"first": 0}, ["first"]), ({"first": 101}, ["first"]), ({"after": "x"}, ["after"])):
        answer = await house.nobody.raw(EVENTS, variables)
        (error,) = answer["errors"]
        assert (error["extensions"]["code"], error["extensions"]["path"]) == ("BAD_USER_INPUT", path)
    answer = await house.nobody.raw(EVENTS, {"filter": {"startsAfter": "2027-01-01T00:00:00"}})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_session_tells_all_a_buyer_needs(house: House) -> None:
    session = await house.nobody.ask(SESSION, {"id": house.session_id})
    assert (session["startsAt"], session["timezone"]) == (house.at(days=7), "Europe/Warsaw")
    assert session["venue"] == {"name": "The Room", "city": "Kraków"}
    assert session["event"] == {"title": "A Play", "nextSession": {"id": house.session_id}}
    seated, standing = session["ticketTypes"]
    assert (seated["price"], seated["available"], seated["category"]) == ({"amount": "25.00", "currency": "EUR"}, 20, "Stalls")
    assert (standing["generalAdmission"], standing["available"], standing["category"]) == (True, 5, None)
    seat_map = session["seatMap"]
    assert (seat_map["hash"], seat_map["seatCount"]) == (small_room().hash, 20)
    seat = seat_map["sections"][0]["rows"][1]["seats"][9]
    expected = {"label": "B-10", "number": "10", "x": 250.0, "y": 25.0, "accessible": True, "ticketTypeId": seated["id"]}
    assert seat == expected


async def test_the_layout_is_compressed_and_cached_for_ever(house: House) -> None:
    session = await house.nobody.ask(SESSION, {"id": house.session_id})
    url = house.url + session["seatMap"]["url"]
    http = house.nobody.http
    async with http.stream("GET", url, headers={"Accept-Encoding": "br"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert (answer.headers["content-encoding"], answer.headers["cache-control"]) == ("br", "public, max-age=31536000, immutable")
    assert brotli.decompress(raw) == small_room().layout
    async with http.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as zipped:
        assert gzip.decompress(b"".join([part async for part in zipped.aiter_raw()])) == small_room().layout
    plain = await http.get(url, headers={"Accept-Encoding": "identity"})
    assert (plain.content, plain.headers["content-type"]) == (small_room().layout, "application/json")
    again = await http.get(url, headers={"If-None-Match": answer.headers["etag"], "Accept-Encoding": "br"})
    assert (again.status_code, again.content) == (304, b"")
    assert (await http.get(house.url + "/layouts/nonsense.json")).status_code == 404


async def test_a_session_is_a_calendar_entry(house: House) -> None:
    session = await house.nobody.ask("query($id: ID!) { session(id: $id) { calendar } }", {"id": house.session_id})
    lines = session["calendar"].split("\r\n")
    local = (house.now + timedelta(days=7)).astimezone(ZoneInfo("Europe/Warsaw"))
    assert f"DTSTART;TZID=Europe/Warsaw:{local:%Y%m%dT%H%M%S}" in lines
    for line in ("SUMMARY:A Play", f"UID:{house.session_id}", "LOCATION:The Room\\, Kraków", "GEO:50.06;19.94", "STATUS:CONFIRMED"):
        assert line in lines


async def test_cities_are_those_with_something_on(house: House) -> None:
    assert await house.nobody.ask("{ cities }") == ["Kraków"]
    await house.move_start(days=-3)
    assert await house.nobody.ask("{ cities }") == []


async def test_node_finds_what_is_public_and_nothing_else(house: House) -> None:
    document = "query($id: ID!) { node(id: $id) { __typename id } }"
    session = await house.nobody.ask(
        "query($id: ID!) { session(id: $id) { event { id } ticketTypes { id } } }", {"id": house.session_id}
    )
    for id, kind in (
        (house.session_id, "Session"),
        (session["event"]["id"], "Event"),
        (session["ticketTypes"][0]["id"], "TicketType"),
    ):
        assert await house.nobody.ask(document, {"id": id}) == {"__typename": kind, "id": id}
    for id in ("", "x", "seat_01m7yedzw0e76tnnnvd9c2f4gg", "session_01m7yedzw0e76tnnnvd9c2f4gg", house.session_id.upper()):
        assert await house.nobody.ask(document, {"id": id}) is None


async def test_health_tells_alive_from_ready(house: House) -> None:
    assert (await house.nobody.http.get(house.url + "/health/live")).status_code == 200
    assert (await house.nobody.http.get(house.url + "/health/ready")).status_code == 200
