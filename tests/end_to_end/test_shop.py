"""The shop as a new user meets it: from the list of events to a scanned ticket, in two languages, with and without a network."""

import time
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.async_api import Page, expect

from domain.events import EventFilter
from domain.repositories import PageRequest
from tests.api.conftest import House
from tests.api.documents import BUY, LOCK
from tests.end_to_end.conftest import PHONE, Window
from tests.end_to_end.seat_map import LIVE, at_the_map, click_seats, held, part, shows, until

pytestmark = pytest.mark.browser

DEVICES = pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])


CARD, DECLINED, BANK = "Card Accepted at once", "Card that is declined To see what happens then", "Bank transfer Takes some seconds"


async def paid(page: Page, method: str = CARD) -> None:
    await page.get_by_role("radio", name=method, exact=True).check()
    await page.get_by_role("button", name="Pay €").click()


@DEVICES
async def test_from_the_list_of_events_to_a_scanned_ticket_in_under_a_minute(
    window: Window, house: House, device: dict[str, Any]
) -> None:
    started = time.monotonic()
    page = await window(house, "/", **device)
    await page.get_by_role("link", name="A Play").first.click()
    await page.locator(f"a[href='/sessions/{house.session_id}']").first.click()
    await until(page, LIVE)
    await click_seats(page, "A-1", "A-2")
    await part(page, "hold").click()
    await page.get_by_role("button", name="fan@example.com").click()
    await expect(part(page, "hold")).to_have_text("Hold 2 tickets")
    await part(page, "hold").click()
    await part(page, "pay").click()
    await paid(page)
    await page.get_by_role("link", name="tickets").first.click()
    await expect(page.get_by_role("img", name="A-1")).to_be_visible()
    tickets = await house.fan.ask("{ me { tickets { nodes { seat token } } } }")
    token = next(one["token"] for one in tickets["tickets"]["nodes"] if one["seat"] == "A-1")
    gate = await window(house, "/gate", "gate@example.com", **device)
    await gate.get_by_role("button", name="A Play").click()
    await gate.get_by_role("textbox").fill(token)
    await gate.get_by_role("textbox").press("Enter")
    await expect(gate.get_by_role("alert").or_(gate.get_by_role("status"))).to_contain_text(["A-1"])
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("method", [CARD, BANK])
async def test_each_way_to_pay_ends_in_tickets(window: Window, house: House, method: str) -> None:
    page = await at_the_map(window, house, "fan@example.com")
    rival = await at_the_map(window, house)
    await held(page, "B-5")
    await part(page, "pay").click()
    await paid(page, method)
    await shows(rival, "sold", "B-5", seconds=8)
    await page.goto("/tickets")
    code = page.get_by_role("img", name="B-5")
    await expect(code).to_be_visible()
    assert await code.evaluate("image => image.complete && image.naturalWidth > 0")


async def test_a_declined_card_keeps_the_basket_through_a_reload(window: Window, house: House) -> None:
    page = await at_the_map(window, house, "fan@example.com")
    await held(page, "A-1")
    await part(page, "pay").click()
    await paid(page, DECLINED)
    await expect(page.get_by_role("alert").first).to_contain_text("declined")
    await page.reload()
    await expect(page.get_by_role("button", name="Pay €25.00")).to_be_enabled()
    await paid(page)
    await expect(page.get_by_role("heading", name="A Play").or_(page.get_by_text("A-1")).first).to_be_visible()


async def test_a_ticket_is_cancelled_and_its_seat_is_free_at_once(window: Window, house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    rival = await at_the_map(window, house)
    page = await window(house, "/tickets", "fan@example.com")
    await page.get_by_role("button", name="Cancel ticket").click()
    await page.get_by_role("dialog").locator("button.danger").click()
    await shows(rival, "free", "A-1", seconds=4)


async def test_the_calendar_file_is_the_session(window: Window, house: House) -> None:
    page = await window(house, f"/sessions/{house.session_id}")
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Add to calendar").click()
    file = await (await coming.value).path()
    text = file.read_text()
    assert text.startswith("BEGIN:VCALENDAR")
    assert house.session_id in text
    assert "SUMMARY:A Play" in text


async def test_names_from_strangers_stay_text(window: Window, house: House) -> None:
    planted = "</script><img src=x onerror=\"document.title='planted'\">"
    async with house.usher.services.transaction() as work:
        (event,) = (await work.events.page(PageRequest(1), EventFilter())).items
        await work.events.add(replace(event, title=planted, description=planted))
    page = await window(house, "/")
    await page.get_by_role("link", name=planted).first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(planted)
    await page.goto(f"/sessions/{house.session_id}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(planted)
    assert not (await page.title()).startswith("planted")
    assert await page.locator("img[src=x]").count() == 0


async def test_without_a_network_it_says_so_and_comes_back(window: Window, house: House) -> None:
    page = await window(house, "/")
    await expect(page.get_by_role("link", name="A Play").first).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.get_by_text("offline", exact=False).first).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("offline", exact=False)).to_have_count(0)


@DEVICES
@pytest.mark.parametrize("locale", ["en-GB", "ar"])
async def test_axe_finds_nothing_serious(window: Window, house: House, device: dict[str, Any], locale: str) -> None:
    hold = await house.fan.ask(LOCK, house.lock("B-1"))
    await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    await house.fan.ask(LOCK, house.lock("B-2"))
    page = await window(house, "/", "fan@example.com", **{**device, "locale": locale})
    found = []
    for path in ("/", "/events/" + await a_slug(house), f"/sessions/{house.session_id}", "/basket", "/tickets"):
        await page.goto(path, wait_until="networkidle" if "sessions" not in path else "load")
        if "sessions" in path:
            await until(page, LIVE)
        found += await serious(page)
    assert found == []


async def test_axe_finds_nothing_serious_at_the_gate_and_in_the_list_of_seats(window: Window, house: House) -> None:
    page = await at_the_map(window, house, "fan@example.com")
    await page.get_by_role("button", name="Seats as a list").click()
    await page.get_by_text("Row A: 10 of 10 free").click()
    gate = await window(house, "/gate", "gate@example.com")
    await gate.get_by_role("button", name="Any session").click()
    await expect(gate.get_by_role("textbox")).to_be_visible()
    assert await serious(page) + await serious(gate) == []


async def a_slug(house: House) -> str:
    found = await house.nobody.ask("{ events { nodes { slug } } }")
    return str(found["nodes"][0]["slug"])


async def serious(page: Page) -> list[str]:
    results = await Axe().run(page)
    return [
        f"{page.url} {violation['id']}: {node['html'][:200]}"
        for violation in results.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
