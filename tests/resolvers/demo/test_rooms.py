"""The demo's rooms: so many seats, no two in one place, and words that a person can read out."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import combinations, pairwise
from math import hypot

import pytest

from domain.seats import Seat, SeatMap
from resolvers.demo.cinema import cinema_screen
from resolvers.demo.coach import coach
from resolvers.demo.theatre import theatre

ROOMS = {"theatre": theatre, "screen 1": lambda: cinema_screen(1), "screen 2": lambda: cinema_screen(2), "coach": coach}
every_room = pytest.mark.parametrize("build", ROOMS.values(), ids=ROOMS)


def by_category(room: SeatMap) -> dict[str, int]:
    return dict(Counter(seat.category for seat in room.seats()))


def accessible(room: SeatMap) -> list[str]:
    return [seat.label for seat in room.seats() if seat.accessible]


def apart(one: Seat, two: Seat) -> float:
    return hypot(one.x - two.x, one.y - two.y)


def test_the_theatre_has_1200_seats_in_six_categories() -> None:
    hall = theatre()
    assert hall.seat_count == 1_200
    assert [(section.name, sum(len(row.seats) for row in section.rows)) for section in hall.sections] == [
        ("Stalls", 612),
        ("Balcony 1", 288),
        ("Balcony 2", 260),
        ("Boxes", 40),
    ]
    assert by_category(hall) == {
        "Stalls": 474,
        "Premium stalls": 120,
        "Wheelchair and companion": 18,
        "Balcony 1": 288,
        "Balcony 2": 260,
        "Box": 40,
    }


def test_every_wheelchair_place_in_the_theatre_has_a_companions_seat_next_to_it() -> None:
    places = [seat for seat in theatre().seats() if seat.category == "Wheelchair and companion"]
    assert [seat.label for seat in places if seat.accessible] == [f"Stalls W-{number}" for number in range(1, 18, 2)]
    assert [round(apart(*pair)) for pair in zip(places[::2], places[1::2], strict=True)] == [32] * 9
    assert accessible(theatre()) == [seat.label for seat in places if seat.accessible]


def test_the_cinemas_screens_have_180_and_96_seats_with_love_seats_in_the_back_row() -> None:
    assert by_category(cinema_screen(1)) == {"Standard": 96, "Comfort": 64, "Love seat": 20}
    assert by_category(cinema_screen(2)) == {"Standard": 48, "Comfort": 36, "Love seat": 12}
    assert [cinema_screen(number).seat_count for number in (1, 2)] == [180, 96]
    assert accessible(cinema_screen(1)) == ["A-1", "A-16"]
    assert accessible(cinema_screen(2)) == ["A-1", "A-12"]


def test_love_seats_stand_in_pairs() -> None:
    for number, pairs in ((1, 10), (2, 6)):
        back = cinema_screen(number).sections[0].rows[-1].seats
        assert [round(apart(one, two)) for one, two in pairwise(back)] == ([22, 32] * pairs)[:-1]


def test_the_coach_has_49_seats_with_a_door_on_the_right_of_rows_7_and_8() -> None:
    bus = coach()
    assert bus.seat_count == 49
    assert by_category(bus) == {"Front": 12, "Standard": 37}
    assert ["".join(seat.label.strip("0123456789") for seat in row.seats) for row in bus.sections[0].rows] == (
        ["ABCD"] * 6 + ["AB"] * 2 + ["ABCD"] * 4 + ["ABCDE"]
    )
    assert accessible(bus) == ["9D"]


@pytest.mark.parametrize(
    ("build", "label"),
    [(theatre, "Stalls C-14"), (theatre, "Balcony 1 A-7"), (theatre, "Balcony 2 E-54"), (theatre, "Box 2-3"), (coach, "7B")],
)
def test_seats_are_called_what_an_usher_would_call_them(build: Callable[[], SeatMap], label: str) -> None:
    assert [seat.label for seat in build().seats()].count(label) == 1


@every_room
def test_labels_are_short_and_unique(build: Callable[[], SeatMap]) -> None:
    room = build()
    labels = [seat.label for seat in room.seats()]
    assert len(set(labels)) == room.seat_count
    odd = [label for label in labels if not re.fullmatch(r"(Stalls |Balcony \d )?[A-Z]-\d{1,2}|Box \d{1,2}-\d|\d{1,2}[A-E]", label)]
    assert odd == []


@every_room
def test_no_two_seats_touch(build: Callable[[], SeatMap]) -> None:
    touching = [(one.label, two.label) for one, two in combinations(build().seats(), 2) if apart(one, two) < 21.9]
    assert touching == []


@every_room
def test_seats_stand_clear_of_the_solid_shapes(build: Callable[[], SeatMap]) -> None:
    room = build()
    corners = [point for shape in room.shapes for point in shape.points]
    near = [
        (seat.label, corner) for seat in room.seats() for corner in corners if hypot(seat.x - corner[0], seat.y - corner[1]) < 12
    ]
    assert near == []


@every_room
def test_rows_are_numbered_from_left_to_right(build: Callable[[], SeatMap]) -> None:
    for section in build().sections:
        if section.name != "Boxes":
            for row in section.rows:
                assert [seat.x for seat in row.seats] == sorted(seat.x for seat in row.seats)


@every_room
def test_every_category_is_sold_somewhere_and_has_its_own_colour(build: Callable[[], SeatMap]) -> None:
    room = build()
    assert {one.name for one in room.categories} == set(by_category(room))
    assert len({one.color for one in room.categories}) == len(room.categories)
    colors = [one.color for one in room.categories] + [shape.color for shape in room.shapes]
    assert [color for color in colors if not re.fullmatch("#[0-9A-F]{6}", color)] == []


@every_room
def test_a_room_is_the_same_whenever_it_is_built(build: Callable[[], SeatMap]) -> None:
    assert build().hash == build().hash


def test_no_two_rooms_are_the_same() -> None:
    assert len({build().hash for build in ROOMS.values()}) == 4


def test_an_aisle_in_the_stalls_is_wider_than_a_seat() -> None:
    row = theatre().sections[0].rows[0].seats
    assert [round(apart(one, two)) for one, two in pairwise(row) if apart(one, two) > 26] == [67, 67]


def test_the_boxes_mirror_each_other() -> None:
    boxes = theatre().sections[3].rows
    left = [(round(-seat.x, 6), round(seat.y, 6)) for row in boxes[:5] for seat in row.seats]
    assert left == [(round(seat.x, 6), round(seat.y, 6)) for row in boxes[5:] for seat in row.seats]
