"""Two windows side by side: picking, holding, paying, losing a race, coming back, the gate."""

import asyncio
from dataclasses import replace

import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from domain.events import EventFilter
from domain.repositories import PageRequest
from tests.api.conftest import House
from tests.api.documents import AVAILABILITY, LOCK
from tests.end_to_end.conftest import Window

pytestmark = pytest.mark.browser


def seat(page: Page, label: str) -> str:
    return f'.seat[aria-label^="{label},"]'


async def at_the_map(window: Window, house: House, email: str | None = None) -> Page:
    page = await window(house, f"/sessions/{house.session_id}", email)
    await page.wait_for_selector(".live.on")
    return page


async def held(page: Page, *labels: str) -> None:
    for label in labels:
        await page.click(seat(page, label))
    await page.click("#lock")
    await page.wait_for_selector("#buy")


async def test_a_hold_in_one_window_shows_in_the_other_within_a_second(window: Window, house: House) -> None:
    fan, rival = await at_the_map(window, house, "fan@example.com"), await at_the_map(window, house)
    await held(fan, "A-1", "A-2")
    await expect(rival.locator(".seat.held")).to_have_count(2, timeout=1_000)
    await expect(rival.locator(seat(rival, "A-1"))).to_have_attribute("aria-label", "A-1, Seat, €25.00, held by somebody")
    await fan.click("#release")
    await expect(rival.locator(".seat.held")).to_have_count(0, timeout=1_000)


@pytest.mark.parametrize("method", ["sandbox-ok", "sandbox-slow"])
async def test_what_is_paid_is_sold_everywhere_and_has_a_code(window: Window, house: House, method: str) -> None:
    fan, rival = await at_the_map(window, house, "fan@example.com"), await at_the_map(window, house)
    await held(fan, "B-5")
    await fan.select_option("#method", method)
    await fan.click("#buy")
    await expect(rival.locator(seat(rival, "B-5"))).to_have_class("seat taken sold", timeout=8_000)
    await fan.wait_for_selector(".notice.good")
    await fan.click("text=My tickets")
    await expect(fan.locator(".ticket.valid .seat-name")).to_have_text("B-5")
    code = fan.locator(".ticket img")
    assert await code.evaluate("image => image.complete && image.naturalWidth > 0")


async def test_a_declined_payment_keeps_the_basket(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await held(fan, "A-1")
    await fan.select_option("#method", "sandbox-declined")
    await fan.click("#buy")
    await expect(fan.locator(".notice.bad")).to_contain_text("declined")
    await expect(fan.locator("#buy")).to_be_enabled()
    await fan.reload()
    await expect(fan.locator("#buy")).to_have_text("Pay €25.00")


async def test_a_picked_seat_that_a_rival_takes_is_marked_as_lost(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await fan.click(seat(fan, "A-3"))
    await fan.click(seat(fan, "A-4"))
    await house.rival.ask(LOCK, house.lock("A-4"))
    await expect(fan.locator(seat(fan, "A-4"))).to_have_class("seat taken held lost", timeout=1_000)
    await expect(fan.locator(".side")).to_contain_text("A-3")
    await expect(fan.locator(".side")).not_to_contain_text("A-4")


async def test_the_api_refuses_what_the_page_did_not_know(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await fan.route("**/graphql", lambda route: _after_a_rival(route, house))
    await fan.click(seat(fan, "A-5"))
    await fan.click("#lock")
    await expect(fan.locator(".notice.bad")).to_have_text("Somebody was quicker: A-5.")
    await expect(fan.locator(seat(fan, "A-5"))).to_have_class("seat taken held lost")


async def _after_a_rival(route: Route, house: House) -> None:
    await house.rival.ask(LOCK, house.lock("A-5"))
    await route.continue_()


async def test_a_dropped_line_is_said_and_made_good(window: Window, house: House) -> None:
    lines: list[WebSocketRoute] = []
    working = True

    def line(page_side: WebSocketRoute) -> None:
        lines.append(page_side)
        if working:
            page_side.connect_to_server()

    page = await window(house, f"/sessions/{house.session_id}", None, line)
    await page.wait_for_selector(".live.on")
    working = False
    await lines[0].close()
    await expect(page.locator(".live")).to_have_text("Not live: connecting …")
    await expect(page.locator(".map")).to_have_class("map old")
    await house.fan.ask(LOCK, house.lock("A-7", "A-8"))
    working = True
    for dead in lines[1:]:
        await dead.close()
    await expect(page.locator(".seat.held")).to_have_count(2, timeout=8_000)
    await expect(page.locator(".live")).to_have_text("Live")
    seen = (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]
    counts = f"{seen['available']} free · {seen['held']} held · {seen['sold']} sold"
    await expect(page.locator("text=/free · /")).to_have_text(counts)


async def test_time_runs_out_in_both_windows(window: Window, short_house: House) -> None:
    house = short_house
    fan, rival = await at_the_map(window, house, "fan@example.com"), await at_the_map(window, house)
    await held(fan, "A-1")
    await expect(fan.locator(".countdown")).to_contain_text("0:0")
    await expect(rival.locator(".seat.held")).to_have_count(1, timeout=1_000)
    await expect(rival.locator(".seat.held")).to_have_count(0, timeout=6_000)
    await expect(fan.locator("#buy")).to_have_count(0)
    await expect(fan.locator(".seat.mine")).to_have_count(0)


async def test_a_ticket_is_cancelled_or_used_once(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await held(fan, "A-1", "A-2")
    await fan.click("#buy")
    await fan.wait_for_selector(".notice.good")
    rival, gate = await at_the_map(window, house), await window(house, "/gate", "gate@example.com")
    await fan.click("text=My tickets")
    fan.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await fan.locator(".ticket", has_text="A-1").get_by_text("Cancel this ticket").click()
    await expect(rival.locator(seat(rival, "A-1"))).to_have_class("seat free available", timeout=2_000)
    token = await fan.locator(".ticket", has_text="A-2").locator(".token").text_content()
    for word, side in (("Let in", "in"), ("Used before", "out")):
        await gate.fill("#code", token or "")
        await gate.press("#code", "Enter")
        await expect(gate.locator(".verdict strong")).to_have_text(word)
        await expect(gate.locator(".verdict")).to_have_class(f"verdict {side}")


async def test_titles_from_strangers_stay_text(window: Window, house: House) -> None:
    async with house.usher.services.transaction() as work:
        (event,) = (await work.events.page(PageRequest(1), EventFilter())).items
        planted = "</script><img src=x onerror=\"document.title='planted'\">"
        await work.events.add(replace(event, title=planted, description=planted))
    page = await window(house, "/")
    await expect(page.locator(".event strong")).to_have_text(planted)
    await page.click(".event")
    await expect(page.locator("h1")).to_have_text(planted)
    assert "planted" not in (await page.title()).split("<")[0]
    assert await page.locator("main img").count() == 0


async def test_the_map_is_walked_and_picked_by_keys(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await fan.locator(seat(fan, "A-1")).focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        await fan.keyboard.press(key)
    await expect(fan.locator(seat(fan, "B-2"))).to_have_attribute("aria-checked", "true")
    await expect(fan.locator(".side")).to_contain_text("B-2")
