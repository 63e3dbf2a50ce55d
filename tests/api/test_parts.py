"""The compact form of a map's states, and watching some sections only."""

from base64 import b64encode
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.seats import Category, Row, Seat, SeatMap, Section
from tests.api.client import Watch
from tests.api.conftest import House, a_plan
from tests.api.documents import BUY, LOCK

WATCH = """
subscription($id: ID!, $since: Int, $sections: [String!]) {
  seatAvailability(sessionId: $id, sinceVersion: $since, sections: $sections) { __typename
    ... on AvailabilitySnapshot { version held statusMap seats { status labels } }
    ... on AvailabilityDelta { previousVersion version held changes { status labels } } } }"""
MAP = "query($id: ID!) { session(id: $id) { availability { version statusMap } } }"


def a_theatre() -> SeatMap:
    """Stalls A-1 to A-5, balcony B-1 to B-3, a box that is not sold in between."""
    parts = (("Stalls", "A", 5, "Stalls"), ("Box", "X", 2, "Unsold"), ("Balcony", "B", 3, "Stalls"))
    sections = tuple(
        Section(name, (Row(row, tuple(Seat(f"{row}-{n}", str(n), n, 0, category) for n in range(1, seats + 1))),))
        for name, row, seats, category in parts
    )
    return SeatMap("Theatre", (Category("Stalls", "#336699"), Category("Unsold", "#000000")), sections)


async def a_session(house: House) -> str:
    room = a_theatre()
    plan = a_plan(house.now + timedelta(days=7))
    [session] = plan.sessions
    return await house.put_on_in(room, replace(plan, sessions=(replace(session, seat_map_hash=room.hash),)))


def watching(house: House, session_id: str, *sections: str, since: int | None = None) -> AbstractAsyncContextManager[Watch]:
    return house.nobody.watch(WATCH, {"id": session_id, "since": since, "sections": list(sections)})


async def lock(house: House, session_id: str, *seats: str) -> Any:
    return await house.fan.ask(LOCK, {"input": {"sessionId": session_id, "seats": list(seats)}})


def written(*codes: int) -> str:
    return b64encode(bytes((1, *codes))).decode()


async def test_the_compact_form_says_what_the_readable_one_does(house: House) -> None:
    session_id = await a_session(house)
    assert (await house.nobody.ask(MAP, {"id": session_id}))["availability"]["statusMap"] == written(0, 0, 0)
    hold = await lock(house, session_id, "A-5", "B-3")
    await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    await lock(house, session_id, "A-1")
    seen = (await house.nobody.ask(MAP, {"id": session_id}))["availability"]
    # A-1 A-2 A-3 A-4 | A-5 X-1 X-2 B-1 | B-2 B-3
    assert seen == {"version": 3, "statusMap": written(0b00_00_00_01, 0b00_00_00_10, 0b10_00)}
    async with house.nobody.watch(WATCH, {"id": session_id}) as watch:
        assert (await watch.next())["statusMap"] == seen["statusMap"]


async def test_a_session_without_a_seat_map_has_no_compact_form(house: House) -> None:
    plan = a_plan(house.now + timedelta(days=7))
    [session] = plan.sessions
    standing = replace(session, seat_map_hash=None, ticket_types=session.ticket_types[1:])
    session_id = await house.put_on_in(a_theatre(), replace(plan, sessions=(standing,)))
    assert (await house.nobody.ask(MAP, {"id": session_id}))["availability"]["statusMap"] is None
    async with watching(house, session_id, "Stalls") as watch:
        assert await refusal(watch) == ("BAD_USER_INPUT", ["sections", "0"])


async def test_who_watches_a_section_is_told_of_its_seats_and_of_every_version(house: House) -> None:
    session_id = await a_session(house)
    await lock(house, session_id, "A-2", "B-2")
    async with watching(house, session_id, "Balcony") as watch:
        assert await watch.next() == {
            "__typename": "AvailabilitySnapshot",
            "version": 1,
            "held": 2,
            "statusMap": written(0b01_00),
            "seats": [{"status": "HELD", "labels": ["B-2"]}],
        }
        await lock(house, session_id, "A-3")
        elsewhere = {"__typename": "AvailabilityDelta", "previousVersion": 1, "version": 2, "held": 3, "changes": []}
        assert await watch.next() == elsewhere
        await lock(house, session_id, "A-4", "B-3")
        here = await watch.next()
        assert (here["previousVersion"], here["version"], here["held"]) == (2, 3, 5)
        assert here["changes"] == [{"status": "HELD", "labels": ["B-3"]}]


async def test_a_watcher_of_a_section_resumes_from_its_version(house: House) -> None:
    session_id = await a_session(house)
    for seat in ("A-1", "B-1", "A-2"):
        await lock(house, session_id, seat)
    async with watching(house, session_id, "Balcony", "Box", since=1) as watch:
        missed = await watch.next()
        assert (missed["previousVersion"], missed["version"]) == (1, 3)
        assert missed["changes"] == [{"status": "HELD", "labels": ["B-1"]}]


async def test_watchers_of_different_parts_are_told_different_things(house: House) -> None:
    session_id = await a_session(house)
    async with watching(house, session_id, "Stalls") as stalls, watching(house, session_id, "Balcony") as balcony:
        async with house.nobody.watch(WATCH, {"id": session_id}) as everything:
            for watch in (stalls, balcony, everything):
                await watch.next()
            await lock(house, session_id, "A-1", "B-1")
            seen = [(await watch.next())["changes"] for watch in (stalls, balcony, everything)]
    assert seen == [[{"status": "HELD", "labels": labels}] for labels in (["A-1"], ["B-1"], ["A-1", "B-1"])]


async def test_a_section_that_is_not_there_is_named(house: House) -> None:
    session_id = await a_session(house)
    for sections, at in ((["Stalls", "Gallery"], ["sections", "1"]), ([], ["sections"]), (["Stalls"] * 101, ["sections"])):
        async with watching(house, session_id, *sections) as watch:
            assert await refusal(watch) == ("BAD_USER_INPUT", at)


async def refusal(watch: Watch) -> tuple[str, list[str]]:
    message = await watch.message()
    [error] = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    return error["extensions"]["code"], error["extensions"]["path"]
