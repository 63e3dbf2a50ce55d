"""Frames of the seat map while it is moved, on a processor slowed down four times, beside SVG and WebGL drawing the same hall.

There is no graphics card behind a headless browser: everything here is painted by the processor.
"""

import asyncio
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright
from rich.console import Console
from rich.table import Table

from db.embedded import embedded_postgres
from db.migrating import migrate
from domain.seats import Category, Row, Seat, SeatMap, Section
from tests.api.conftest import House, open_house
from tests.builders import a_session, an_event
from tests.end_to_end.conftest import CHROMIUM, QUIET

HERE = Path(__file__).parent
WIDGET = HERE.parents[1] / "web" / "dist" / "widget.js"
HALLS = (1_000, 5_000, 20_000)
FRAMES = 120
SLOWED = 4
PHONE = {"width": 390, "height": 780}
SLOW_FRAME = 1000 / 30


def a_hall(seats: int) -> SeatMap:
    """Four sections of rows of 50, three price levels."""
    rows = [Row(f"{at + 1}", tuple(_seat(at, n) for n in range(50))) for at in range(seats // 50)]
    quarter = len(rows) // 4
    sections = tuple(Section(f"Block {part + 1}", tuple(rows[part * quarter : (part + 1) * quarter])) for part in range(4))
    categories = tuple(Category(name, color) for name, color in (("Gold", "#b45309"), ("Silver", "#0f766e"), ("Bronze", "#1d4ed8")))
    return SeatMap(f"A hall of {seats}", categories, sections)


def _seat(row: int, number: int) -> Seat:
    return Seat(
        f"{row + 1}-{number + 1}",
        str(number + 1),
        number * 25.0 + (row % 2) * 12,
        row * 25.0,
        ("Gold", "Silver", "Bronze")[row % 3],
    )


async def frames_of(page: Page, house: House, seats: int) -> dict[str, list[float]]:
    room = a_hall(seats)
    session = await house.put_on_in(room, an_event(a_session(room, standing=0)))
    await page.goto(f"{house.url}/gate.html")
    await page.add_script_tag(path=WIDGET)
    await page.add_script_tag(path=HERE / "drawing.js")
    await page.evaluate(
        """id => { const map = document.createElement("usher-seat-map");
        map.setAttribute("session", id); document.body.replaceChildren(map) }""",
        session,
    )
    await page.wait_for_selector("usher-seat-map canvas[part=map]")
    await page.wait_for_function("document.querySelector('usher-seat-map').shownVersion?.live")
    columns = {
        "x": [seat.x for section in room.sections for row in section.rows for seat in row.seats],
        "y": [seat.y for section in room.sections for row in section.rows for seat in row.seats],
    }
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    measured: dict[str, Any] = {
        "canvas (the widget)": await page.evaluate("frames => drawWidget(frames)", FRAMES),
        "SVG": await page.evaluate("([seats, frames]) => drawSvg(seats, frames)", [columns, FRAMES]),
        "WebGL": await page.evaluate("([seats, frames]) => drawWebGl(seats, frames)", [columns, FRAMES]),
    }
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return {way: times for way, times in measured.items() if times}


def shown(seats: int, measured: dict[str, list[float]], table: Table) -> None:
    for way, times in measured.items():
        ordered = sorted(times)
        slow = sum(time > SLOW_FRAME for time in times) / len(times)
        table.add_row(
            f"{seats:,}", way, f"{statistics.median(times):.1f}", f"{ordered[int(len(ordered) * 0.95)]:.1f}", f"{slow:.0%}"
        )


async def main() -> None:
    table = Table(title=f"Frames while panning and zooming, phone window, CPU slowed {SLOWED} times, {FRAMES} frames")
    for column in ("seats", "drawn by", "median ms", "p95 ms", "slower than 30/s"):
        table.add_column(column, justify="right")
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_postgres(Path(folder), share=False, say=lambda _: None) as database:
            await migrate(database.url)
            async with open_house(database.url, Path(folder)) as house, async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
                context = await browser.new_context(viewport=PHONE, device_scale_factor=2, has_touch=True, bypass_csp=True)  # type: ignore[arg-type]  # a size is a plain dict
                page = await context.new_page()
                for seats in HALLS:
                    shown(seats, await frames_of(page, house, seats), table)
                await browser.close()
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
