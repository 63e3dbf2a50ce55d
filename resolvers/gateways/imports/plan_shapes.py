"""The areas of a seating plan as shapes with absolute coordinates, and its colours as #RRGGBB."""

import re
from collections.abc import Iterator
from math import cos, radians, sin

from domain.seats import Shape
from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.plain_text import one_line
from resolvers.gateways.imports.seating_plan_format import Area, Position, Zone

LONGEST_TEXT = 200
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)


def hex_color(color: str, fallback: str, findings: Findings, where: str) -> str:
    """#RGB, #RGBA, #RRGGBB and #RRGGBBAA, the last two without their alpha."""
    color = color.strip()
    if _HEX.fullmatch(color):
        digits = color[1:] if len(color) > 5 else "".join(digit * 2 for digit in color[1:])
        return f"#{digits[:6].upper()}"
    if color:
        findings.add(f"colour is not of the form #RRGGBB, {fallback or 'none'} is used", f"{where} {one_line(color, 40)!r}")
    return fallback


def shapes_of(zone: Zone, path: str, findings: Findings) -> Iterator[Shape]:
    """Rectangles by their top left corner, circles and ellipses by centre, width and height, texts by their middle."""
    for at, area in enumerate(zone.areas):
        where = f"{path}.areas[{at}]"
        drawn = [
            shape
            for shape in (_outline(area, zone.position, where, findings), _text(area, zone.position, where, findings))
            if shape
        ]
        if not drawn:
            findings.add("area has nothing to draw, left out", where)
        yield from drawn


def _outline(area: Area, zone: Position, where: str, findings: Findings) -> Shape | None:
    x, y = zone.x + area.position.x, zone.y + area.position.y
    color = hex_color(area.color, "", findings, f"{where}.color")
    turned = area.rotation % 360
    match area:
        case Area(shape="rectangle", rectangle=box) if box and box.width > 0 and box.height > 0:
            return Shape("rectangle", x, y, box.width, box.height, turned, color=color)
        case Area(shape="circle", circle=circle) if circle and circle.radius > 0:
            return Shape("circle", x, y, 2 * circle.radius, 2 * circle.radius, turned, color=color)
        case Area(shape="ellipse", ellipse=ellipse) if ellipse and ellipse.radius.x > 0 and ellipse.radius.y > 0:
            return Shape("ellipse", x, y, 2 * ellipse.radius.x, 2 * ellipse.radius.y, turned, color=color)
        case Area(shape="polygon", polygon=polygon) if polygon and len(polygon.points) > 2:
            points = tuple((x + point.x, y + point.y) for point in polygon.points)
            return Shape("polygon", x, y, rotation=turned, points=points, color=color)
    return None


def _text(area: Area, zone: Position, where: str, findings: Findings) -> Shape | None:
    written = area.text
    if written is None or written.size <= 0 or not (text := one_line(written.text, LONGEST_TEXT)):
        return None
    x, y = _turned(written.position, area.rotation)
    return Shape(
        "text",
        zone.x + area.position.x + x,
        zone.y + area.position.y + y,
        height=written.size,
        rotation=area.rotation % 360,
        text=text,
        color=hex_color(written.color, "", findings, f"{where}.text.color"),
    )


def _turned(point: Position, degrees: float) -> tuple[float, float]:
    """Clockwise round the origin, with y downwards."""
    across, along = sin(radians(degrees)), cos(radians(degrees))
    return point.x * along - point.y * across, point.x * across + point.y * along
