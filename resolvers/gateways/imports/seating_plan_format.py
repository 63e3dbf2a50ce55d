"""The pretix seating-plan JSON format as pydantic models: types and required keys as published, unknown keys tolerated."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resolvers.gateways.imports.refusals import PlanRefused, sized

FARTHEST = 1_000_000.0

Number = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
WholeNumber = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, multiple_of=1, allow_inf_nan=False)]


class PlanPart(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow", frozen=True)


class Position(PlanPart):
    x: Number
    y: Number


ORIGIN = Position(x=0, y=0)


class Size(PlanPart):
    width: WholeNumber
    height: WholeNumber


class PlanCategory(PlanPart):
    name: str
    color: str = ""


class PlanSeat(PlanPart):
    seat_guid: str
    seat_number: str
    position: Position
    category: str
    uuid: str = ""
    start_direction: str | None = None
    radius: Number = 10.0


class PlanRow(PlanPart):
    row_number: str
    seats: list[PlanSeat]
    position: Position = ORIGIN
    row_label: str | None = None
    seat_label: str | None = None
    row_number_position: Literal["start", "end", "both"] | None = None
    uuid: str = ""


class Polygon(PlanPart):
    points: list[Position]


class Rectangle(PlanPart):
    width: Number
    height: Number


class Ellipse(PlanPart):
    radius: Position


class Circle(PlanPart):
    radius: Number


class AreaText(PlanPart):
    text: str
    position: Position
    color: str = ""
    size: Number = 16.0


class Area(PlanPart):
    """Everything in it is relative to `position`, and turned with it by `rotation` degrees clockwise."""

    shape: Literal["polygon", "rectangle", "ellipse", "circle", "text"] | None = None
    position: Position = ORIGIN
    rotation: Number = 0.0
    color: str = ""
    border_color: str = ""
    polygon: Polygon | None = None
    rectangle: Rectangle | None = None
    ellipse: Ellipse | None = None
    circle: Circle | None = None
    text: AreaText | None = None
    uuid: str = ""


class Zone(PlanPart):
    position: Position
    rows: list[PlanRow]
    areas: list[Area] = []
    name: str = ""
    zone_id: str = ""
    uuid: str = ""


class Plan(PlanPart):
    name: str
    categories: list[PlanCategory]
    zones: list[Zone]
    size: Size


def parse_plan(raw: bytes) -> Plan:
    """Raises `PlanRefused` for what is not JSON (with line and column) or not of the format (with the JSON path)."""
    try:
        return Plan.model_validate_json(sized(raw, PlanRefused))
    except ValidationError as refused:
        first = refused.errors(include_url=False, include_context=False, include_input=False)[0]
        more = refused.error_count() - 1
        reason = first["msg"][0].lower() + first["msg"][1:]
        raise PlanRefused(_json_path(first["loc"]), reason + (f" (and {more} more like this)" if more else "")) from refused


def _json_path(location: tuple[int | str, ...]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)


def unknown_keys(part: PlanPart, path: str = "$") -> Iterator[tuple[str, str]]:
    """Each key that the format does not have, with the path of the object it is in."""
    for key in part.model_extra or ():
        yield key, path
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, PlanPart):
            yield from unknown_keys(value, f"{path}.{name}")
        elif isinstance(value, list):
            for at, one in enumerate(value):
                yield from unknown_keys(one, f"{path}.{name}[{at}]")
