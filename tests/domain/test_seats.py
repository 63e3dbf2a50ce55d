"""Seat maps: a hash for the content, seats in layout order, and a layout that says all that was put in."""

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from domain.seats import Category, Row, Seat, SeatMap, Section, Shape, categories_of, layout_of, sections_of
from tests.builders import a_room

NAMES = st.text(max_size=6)
POSITIONS = st.integers(-100_000, 100_000).map(lambda hundredths: hundredths / 100)
CATEGORIES = (Category("Stalls", "#112233"), Category("Balcony", "#445566"))
SEATS = st.builds(
    Seat,
    label=NAMES,
    number=NAMES,
    x=POSITIONS,
    y=POSITIONS,
    category=st.sampled_from(["Stalls", "Balcony"]),
    accessible=st.booleans(),
)
ROWS = st.builds(Row, name=NAMES, seats=st.lists(SEATS, max_size=4).map(tuple))
SECTIONS = st.lists(st.builds(Section, name=NAMES, rows=st.lists(ROWS, max_size=3).map(tuple)), max_size=3).map(tuple)


@given(SECTIONS)
def test_a_layout_reads_back_as_the_sections_and_categories_it_was_made_from(sections: tuple[Section, ...]) -> None:
    seat_map = SeatMap("Any", CATEGORIES, sections)
    assert (sections_of(seat_map.layout), categories_of(seat_map.layout)) == (sections, CATEGORIES)


@given(SECTIONS)
def test_seats_are_counted_and_listed_in_layout_order(sections: tuple[Section, ...]) -> None:
    seat_map = SeatMap("Any", CATEGORIES, sections)
    listed = list(seat_map.seats())
    assert listed == [seat for section in sections for row in section.rows for seat in row.seats]
    assert seat_map.seat_count == len(listed)


def test_the_same_content_has_the_same_hash_and_any_other_content_another() -> None:
    variants = [
        a_room(),
        a_room(name="Another"),
        a_room(rows=3),
        a_room(seats=9),
        a_room(category="Balcony"),
        SeatMap("Small room", a_room().categories, a_room().sections, (Shape("circle", 1, 1),)),
    ]
    assert len({one.hash for one in variants}) == len(variants)
    assert a_room().hash == a_room().hash == hashlib.sha256(a_room().layout).hexdigest()
    assert a_room() == a_room()


def test_a_layout_has_its_seats_in_columns_and_only_what_a_shape_has() -> None:
    row = Row("A", (Seat("A-1", "1", 0.126, 5, "Stalls"), Seat("A-2", "2", 1, 5, "Balcony", accessible=True)))
    shapes = (Shape("text", 1, 2, text="Stage"), Shape("polygon", 0, 0, points=((0.0, 0.0), (1.005, 2.0)), color="#abcdef"))
    assert layout_of(SeatMap("Hall", CATEGORIES, (Section("Floor", (row,)),), shapes)) == {
        "format": "usher-layout/1",
        "name": "Hall",
        "categories": [{"name": "Stalls", "color": "#112233"}, {"name": "Balcony", "color": "#445566"}],
        "sections": [
            {
                "name": "Floor",
                "rows": [
                    {
                        "name": "A",
                        "labels": ["A-1", "A-2"],
                        "numbers": ["1", "2"],
                        "x": [0.13, 1],
                        "y": [5, 5],
                        "categories": [0, 1],
                        "accessible": [1],
                    }
                ],
            }
        ],
        "shapes": [
            {"kind": "text", "x": 1, "y": 2, "text": "Stage"},
            {"kind": "polygon", "x": 0, "y": 0, "color": "#abcdef", "points": [[0.0, 0.0], [1.0, 2.0]]},
        ],
    }


def test_a_layout_is_plain_utf_8() -> None:
    assert json.loads(a_room(name="Żółta").layout)["name"] == "Żółta"
    assert "Żółta".encode() in a_room(name="Żółta").layout
