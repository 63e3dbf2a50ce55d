"""Areas of a plan become shapes with absolute coordinates."""

import pytest

from domain.seats import Shape
from resolvers.gateways.imports.seating_plan import read_seating_plan
from tests.resolvers.gateways.imports.plans import Json, a_plan, a_position, a_zone, an_area, raw, with_areas

TEXT = {"text": "Bühne", "position": a_position(30, 0), "color": "#333333"}


@pytest.mark.parametrize(
    ("area", "shape"),
    [
        (an_area(rectangle={"width": 60, "height": 40}), Shape("rectangle", 110.0, 220.0, 60.0, 40.0, color="#AABBCC")),
        (an_area("circle", circle={"radius": 7}, rotation=450), Shape("circle", 110.0, 220.0, 14.0, 14.0, 90.0, color="#AABBCC")),
        (an_area("ellipse", ellipse={"radius": a_position(3, 4)}), Shape("ellipse", 110.0, 220.0, 6.0, 8.0, color="#AABBCC")),
        (
            an_area("polygon", polygon={"points": [a_position(), a_position(5), a_position(0, 5)]}, rotation=-90, color=""),
            Shape("polygon", 110.0, 220.0, rotation=270.0, points=((110.0, 220.0), (115.0, 220.0), (110.0, 225.0))),
        ),
        (an_area("text", text=TEXT), Shape("text", 140.0, 220.0, height=16.0, text="Bühne", color="#333333")),
    ],
)
def test_each_kind_of_area_is_placed_by_zone_and_area(area: Json, shape: Shape) -> None:
    imported = read_seating_plan(raw(with_areas(area, at=(100, 200))))
    assert imported.seat_map.shapes == (shape,)
    assert imported.repairs == ()


def test_the_text_of_a_turned_area_turns_with_it_clockwise() -> None:
    area = an_area(rectangle={"width": 60, "height": 40}, rotation=90, text=TEXT | {"size": 20})
    rectangle, text = read_seating_plan(raw(with_areas(area))).seat_map.shapes
    assert (rectangle.x, rectangle.y, rectangle.rotation) == (10.0, 20.0, 90.0)
    assert (round(text.x, 9), round(text.y, 9), text.rotation, text.height) == (10.0, 50.0, 90.0, 20.0)


def test_an_area_without_a_position_is_at_its_zone() -> None:
    plan = a_plan(zones=[a_zone(position=a_position(3, 4), areas=[{"shape": "circle", "circle": {"radius": 1}}])])
    assert read_seating_plan(raw(plan)).seat_map.shapes == (Shape("circle", 3.0, 4.0, 2.0, 2.0),)


@pytest.mark.parametrize(
    "area",
    [
        {},
        an_area("rectangle"),
        an_area(rectangle={"width": 0, "height": 40}),
        an_area(rectangle={"width": 40, "height": 0}),
        an_area("rectangle", circle={"radius": 7}),
        an_area("circle", circle={"radius": -1}),
        an_area("ellipse", ellipse={"radius": a_position(0, 4)}),
        an_area("polygon", polygon={"points": [a_position(), a_position(5)]}),
        an_area("text", text=TEXT | {"text": " "}),
        an_area("text", text=TEXT | {"size": 0}),
    ],
)
def test_an_area_with_nothing_to_draw_is_left_out_and_reported(area: Json) -> None:
    imported = read_seating_plan(raw(with_areas(area)))
    assert imported.seat_map.shapes == ()
    assert imported.repairs == ("area has nothing to draw, left out (1): $.zones[0].areas[0]",)


def test_a_colour_that_is_no_hex_colour_is_left_out_and_reported() -> None:
    area = an_area(rectangle={"width": 60, "height": 40}, color="url(#x)", text=TEXT | {"color": "#12345"})
    imported = read_seating_plan(raw(with_areas(area)))
    assert [shape.color for shape in imported.seat_map.shapes] == ["", ""]
    assert imported.repairs == (
        "colour is not of the form #RRGGBB, none is used (2): "
        "$.zones[0].areas[0].color 'url(#x)', $.zones[0].areas[0].text.color '#12345'",
    )


def test_a_default_written_out_is_the_same_map_as_the_default_left_out() -> None:
    short = an_area("text", text=TEXT)
    long = an_area("text", text=TEXT | {"size": 16}, rotation=0)
    assert read_seating_plan(raw(with_areas(short))).seat_map.hash == read_seating_plan(raw(with_areas(long))).seat_map.hash
