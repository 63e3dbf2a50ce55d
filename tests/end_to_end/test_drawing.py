"""What is on the canvas: every seat of an odd plan where its coordinates say, in its colour."""

from typing import Any

import pytest
from playwright.async_api import Page

from domain.seats import Category, Row, Seat, SeatMap, Section, Shape
from tests.api.conftest import House
from tests.builders import a_session, an_event
from tests.end_to_end.conftest import PHONE, Window
from tests.end_to_end.seat_map import MAP, at_the_map, point_at

pytestmark = pytest.mark.browser

COLOURS = {"Gold": "#b45309", "Blue": "#1d4ed8", "Plain": "#15803d"}
PIXEL = f"""([x, y]) => {{
  const canvas = {MAP}.shadowRoot.querySelector('canvas[part=map]');
  const box = canvas.getBoundingClientRect(), grown = canvas.width / box.width;
  return [...canvas.getContext('2d').getImageData((x - box.x) * grown, (y - box.y) * grown, 1, 1).data].slice(0, 3);
}}"""


def an_odd_plan() -> SeatMap:
    """Two turned blocks, uneven rows, negative coordinates, a stage and a shape of each kind."""
    left = Row("A", tuple(Seat(f"A-{n}", str(n), -300.0 + 31 * n, 17.0 * n, "Gold") for n in range(1, 8)))
    right = Row("B", tuple(Seat(f"B-{n}", str(n), 420.0 - 23 * n, 40.0 * n, "Blue", accessible=n == 2) for n in range(1, 6)))
    alone = Row("Z", (Seat("Z-1", "1", 60.0, 400.0, "Plain"),))
    shapes = (
        Shape("rectangle", 0, -120, width=200, height=50, text="Stage"),
        Shape("circle", 500, 500, width=60, color="#cccccc"),
        Shape("text", -200, 300, height=20, text="Exit"),
    )
    return SeatMap(
        "An odd plan",
        tuple(map(Category, COLOURS, COLOURS.values())),
        (Section("Left", (left,)), Section("Right", (right, alone))),
        shapes,
    )


async def places(page: Page, plan: SeatMap) -> dict[str, tuple[float, float, float]]:
    return {seat.label: await point_at(page, seat.label) for section in plan.sections for row in section.rows for seat in row.seats}


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
async def test_every_seat_is_where_the_plan_says_in_the_colour_of_its_category(
    window: Window, house: House, device: dict[str, Any]
) -> None:
    plan = an_odd_plan()
    session = await house.put_on_in(plan, an_event(a_session(plan, standing=0)))
    page = await at_the_map(window, house, session_id=session, **device)
    drawn = await places(page, plan)
    seats = {seat.label: seat for section in plan.sections for row in section.rows for seat in row.seats}
    (x1, y1, _), (x2, _, _) = drawn["A-1"], drawn["B-5"]
    scale = (x2 - x1) / (seats["B-5"].x - seats["A-1"].x)
    for label, (x, y, width) in drawn.items():
        seat = seats[label]
        assert x == pytest.approx(x1 + (seat.x - seats["A-1"].x) * scale, abs=0.5), label
        assert y == pytest.approx(y1 + (seat.y - seats["A-1"].y) * scale, abs=0.5), label
        # Beside the number and the sign of an accessible place.
        pixel = await page.evaluate(PIXEL, [x - width * 0.27, y])
        wanted = [int(COLOURS[seat.category][at : at + 2], 16) for at in (1, 3, 5)]
        assert pixel == pytest.approx(wanted, abs=40), label
