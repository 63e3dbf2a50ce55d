"""The seat map as a test sees and touches it: through the element's public methods, and real clicks where it says a seat is."""

import asyncio
from typing import Any

from playwright.async_api import Locator, Page, Route, WebSocketRoute

from tests.api.conftest import House
from tests.api.documents import LOCK
from tests.end_to_end.conftest import Window

MAP = "document.querySelector('usher-seat-map')"
LIVE = f"{MAP}?.shownVersion?.live && {MAP}.shadowRoot.querySelector('canvas[part=map]') !== null"
STATES = f"labels => labels.map(label => {MAP}.stateOf(label))"
BOX = f"label => {{ const box = {MAP}.boxOf(label); return box && [box.x, box.y, box.width] }}"
EVENTS = ("selection", "hold", "release", "expired", "checkout", "live")


async def until(page: Page, condition: str, seconds: float = 6, argument: Any = None) -> None:
    """Playwright's own way evaluates inside the page, which the page's policy forbids."""
    async with asyncio.timeout(seconds):
        while not await page.evaluate(condition, argument):
            await asyncio.sleep(0.02)


async def at_the_map(window: Window, house: House, email: str | None = None, session_id: str | None = None, **more: Any) -> Page:
    page = await window(house, f"/sessions/{session_id or house.session_id}", email, **more)
    await until(page, LIVE)
    return page


async def states(page: Page, *labels: str) -> list[str]:
    found: list[str] = await page.evaluate(STATES, list(labels))
    return found


async def shows(page: Page, state: str, *labels: str, seconds: float = 1) -> None:
    """Within `seconds`, a second unless told: what live means."""
    await until(page, f"labels => labels.every(label => {MAP}?.stateOf(label) === '{state}')", seconds, list(labels))


async def point_at(page: Page, label: str) -> tuple[float, float, float]:
    """The middle of the seat on the screen, and its width; waits until the map has stopped."""
    before = None
    while (now := await page.evaluate(BOX, label)) != before:
        before = now
        await asyncio.sleep(0.03)
    x, y, width = now
    return x + width / 2, y + width / 2, width


async def click_seats(page: Page, *labels: str) -> None:
    for label in labels:
        x, y, _ = await point_at(page, label)
        await page.mouse.click(x, y)


def part(page: Page, name: str) -> Locator:
    return page.locator(f"usher-seat-map [part={name}]")


async def held(page: Page, *labels: str) -> None:
    await click_seats(page, *labels)
    await part(page, "hold").click()
    await shows(page, "mine", *labels, seconds=6)


async def listening(page: Page) -> None:
    names = [f"usher-{name}" for name in EVENTS]
    await page.evaluate(
        "names => { window.told = []; for (const n of names) addEventListener(n, e => told.push([n, e.detail])) }", names
    )


async def told(page: Page, name: str) -> list[Any]:
    heard: list[Any] = await page.evaluate("name => told.filter(([n]) => n === name).map(([, detail]) => detail)", f"usher-{name}")
    return heard


def deaf(page_side: WebSocketRoute) -> None:
    """Passes the first state on and nothing more."""
    server = page_side.connect_to_server()
    page_side.on_message(server.send)
    passed = []

    def on_message(message: str | bytes) -> None:
        if "AvailabilityDelta" not in str(message):
            passed.append(message)
            page_side.send(message)

    server.on_message(on_message)


async def after_a_rival(route: Route, house: House) -> None:
    if "lockTickets" in (route.request.post_data or ""):
        await house.rival.ask(LOCK, house.lock("A-5"))
    await route.continue_()
