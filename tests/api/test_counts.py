"""How much is left: seats are told in whatever way they are asked for, though they are read only then."""

import pytest

from tests.api.conftest import House
from tests.api.documents import LOCK

TAKEN = [{"status": "HELD", "labels": ["A-1"]}]


@pytest.mark.parametrize(
    "selection",
    [
        "availability { version seats { status labels } } } }",
        "availability { version seats: seats { status labels } } } }",
        "availability { version ... on Availability { seats { status labels } } } } }",
        "availability { ...Deep } } } fragment Deep on Availability { version ...Seats } "
        "fragment Seats on Availability { seats { status labels } }",
    ],
)
async def test_seats_are_told_however_they_are_asked_for(house: House, selection: str) -> None:
    await house.fan.ask(LOCK, house.lock("A-1"))
    session = await house.nobody.ask(f"query($id: ID!) {{ session(id: $id) {{ {selection}", {"id": house.session_id})
    assert session["availability"] == {"version": 1, "seats": TAKEN}


async def test_counts_alone_are_the_same_counts(house: House) -> None:
    await house.fan.ask(LOCK, house.lock("A-1"))
    asked = "query($id: ID!) { session(id: $id) { availability { version available held sold generalAdmission { available } } } }"
    session = await house.nobody.ask(asked, {"id": house.session_id})
    assert session["availability"] == {"version": 1, "available": 24, "held": 1, "sold": 0, "generalAdmission": [{"available": 5}]}


async def test_the_compact_form_is_of_the_seats_too(house: House) -> None:
    await house.fan.ask(LOCK, house.lock("A-1"))
    session = await house.nobody.ask(
        "query($id: ID!) { session(id: $id) { availability { statusMap } } }", {"id": house.session_id}
    )
    assert session["availability"]["statusMap"] == "AQEAAAAA"
