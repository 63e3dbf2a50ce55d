"""Small seating plans of our own, as dictionaries in the pretix format."""

from typing import Any

import orjson

Json = dict[str, Any]


def a_position(x: float = 0, y: float = 0) -> Json:
    return {"x": x, "y": y}


def a_seat(number: str = "1", **changes: Any) -> Json:
    return {"seat_guid": f"guid-{number}", "seat_number": number, "position": a_position(), "category": "Stalls"} | changes


def a_row(number: str = "A", **changes: Any) -> Json:
    return {"row_number": number, "seats": [a_seat(f"{number}1")]} | changes


def a_zone(name: str = "Parkett", **changes: Any) -> Json:
    return {"name": name, "position": a_position(), "rows": [a_row()]} | changes


def an_area(shape: str = "rectangle", **changes: Any) -> Json:
    return {"shape": shape, "position": a_position(10, 20), "color": "#abc"} | changes


def a_plan(**changes: Any) -> Json:
    plan: Json = {"name": "Hall", "size": {"width": 100, "height": 100}, "zones": [a_zone()]}
    return plan | {"categories": [{"name": "Stalls", "color": "#112233"}]} | changes


def with_seats(*seats: Json) -> Json:
    return a_plan(zones=[a_zone(rows=[a_row(seats=list(seats))])])


def with_areas(*areas: Json, at: tuple[float, float] = (0, 0)) -> Json:
    return a_plan(zones=[a_zone(position=a_position(*at), areas=list(areas))])


def raw(plan: object) -> bytes:
    return orjson.dumps(plan)
