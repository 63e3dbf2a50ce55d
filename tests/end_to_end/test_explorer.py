"""The explorer in a real browser: its examples run as they are, as whoever signed in, and nothing breaks its policy."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.api.conftest import House
from tests.api.documents import LOCK
from tests.end_to_end.conftest import Window

pytestmark = pytest.mark.browser

VIOLATIONS = "window.violations = []; addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective))"
EDITOR = "document.querySelector('{} .CodeMirror').CodeMirror"
QUERY, VARIABLES, ANSWER = (
    EDITOR.format(place) for place in (".graphiql-query-editor", "section[aria-label=Variables]", ".result-window")
)


async def at_the_explorer(window: Window, house: House) -> Page:
    page = await window(house, "/explorer")
    await page.wait_for_selector(".graphiql-query-editor .CodeMirror")
    return page


async def until(page: Page, condition: str) -> None:
    """Playwright's own way evaluates in the page, which the page's policy forbids."""
    async with asyncio.timeout(6):
        while not await page.evaluate(condition):
            await asyncio.sleep(0.02)


async def to_tab(page: Page, name: str) -> Any:
    """Its variables."""
    await page.click(f".graphiql-tab >> text='{name}'")
    # GraphiQL finds out what it would run a moment after the tab was changed.
    await until(page, f"{QUERY}.operationName === '{name}' && {QUERY}.documentAST")
    return json.loads(await page.evaluate(f"{VARIABLES}.getValue()"))


async def running(page: Page) -> None:
    await page.click("button.graphiql-execute-button")


async def answered(page: Page, part: str = "data") -> Any:
    await until(page, f"{ANSWER}.getValue().includes('\"{part}\"')")
    return json.loads(await page.evaluate(f"{ANSWER}.getValue()"))


async def ran(page: Page, name: str) -> Any:
    await to_tab(page, name)
    await page.evaluate(f"{ANSWER}.setValue('')")
    await running(page)
    return (await answered(page))["data"]


async def signed_in(page: Page, name: str) -> None:
    await page.click(f".sign-in >> text='{name}'")
    await expect(page.locator(".who")).to_have_text(f"Signed in as {name}@example.com")


async def test_the_examples_open_with_a_session_that_is_really_there(window: Window, house: House) -> None:
    page = await at_the_explorer(window, house)
    names = ["Events", "SessionMap", "LogIn", "Lock", "Buy", "Use", "Cancel", "LiveSeats"]
    await expect(page.locator(".graphiql-tab-button")).to_have_text(names)
    assert (await ran(page, "Events"))["events"]["totalCount"] == 1
    assert await to_tab(page, "SessionMap") == {"id": house.session_id}
    assert (await ran(page, "SessionMap"))["session"]["seatMap"]["seatCount"] == 20
    assert (await to_tab(page, "Lock"))["input"]["seats"] == ["A-1", "A-2"]


async def test_from_locking_to_the_gate_with_one_click_for_each_person(window: Window, house: House) -> None:
    page = await at_the_explorer(window, house)
    await to_tab(page, "Lock")
    await running(page)
    assert (await answered(page, "errors"))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await signed_in(page, "fan")
    hold = (await ran(page, "Lock"))["lockTickets"]
    assert (hold["__typename"], hold["seats"]) == ("Hold", ["A-1", "A-2"])
    assert (await to_tab(page, "Buy"))["input"]["holdId"] == hold["id"]
    order = (await ran(page, "Buy"))["buyTickets"]
    assert (order["__typename"], order["status"], len(order["tickets"])) == ("Order", "PAID", 2)
    await signed_in(page, "gate")
    used = (await ran(page, "Use"))["useTicket"]
    assert (used["__typename"], used["status"], used["seat"]) == ("Ticket", "USED", "A-2")
    await signed_in(page, "fan")
    cancelled = (await ran(page, "Cancel"))["cancelTicket"]
    assert (cancelled["__typename"], cancelled["status"], cancelled["seat"]) == ("Ticket", "CANCELLED", "A-1")


async def test_a_login_that_is_run_signs_the_explorer_in(window: Window, house: House) -> None:
    page = await at_the_explorer(window, house)
    tokens = (await ran(page, "LogIn"))["login"]
    await expect(page.locator(".who")).to_have_text("Signed in as fan@example.com")
    await expect(page.get_by_label("Access token")).to_have_value(tokens["accessToken"])
    await page.reload()
    await expect(page.locator(".who")).to_have_text("Signed in as fan@example.com")
    await page.click("text=Sign out")
    await expect(page.locator(".who")).to_have_text("Asking as nobody")


async def test_seats_are_watched_live(window: Window, house: House) -> None:
    page = await at_the_explorer(window, house)
    assert (await ran(page, "LiveSeats"))["seatAvailability"]["__typename"] == "AvailabilitySnapshot"
    await house.rival.ask(LOCK, house.lock("B-3"))
    delta = (await answered(page, "previousVersion"))["data"]["seatAvailability"]
    assert delta["changes"] == [{"status": "HELD", "labels": ["B-3"]}]


async def test_the_token_is_the_websockets_too(window: Window, house: House) -> None:
    page = await at_the_explorer(window, house)
    await page.get_by_label("Access token").fill("Bearer nonsense")
    await expect(page.get_by_label("Access token")).to_have_value("nonsense")
    await to_tab(page, "LiveSeats")
    await running(page)
    assert "4403" in json.dumps(await answered(page, "errors"))
    await signed_in(page, "fan")
    assert (await ran(page, "LiveSeats"))["seatAvailability"]["__typename"] == "AvailabilitySnapshot"


async def test_variables_that_somebody_has_written_stay_until_they_ask_for_others(window: Window, house: House) -> None:
    page = await at_the_explorer(window, house)
    await to_tab(page, "SessionMap")
    await page.evaluate(f'{VARIABLES}.setValue(\'{{"id": "mine"}}\')')
    await until(page, "localStorage.getItem('graphiql:tabState').includes('mine')")
    await to_tab(page, "Events")
    assert await to_tab(page, "SessionMap") == {"id": "mine"}
    await page.get_by_label("Fill in the variables with what is there now").click()
    await until(page, f"{VARIABLES}.getValue().includes('{house.session_id}')")


async def test_an_example_opens_once(window: Window, house: House) -> None:
    page = await at_the_explorer(window, house)
    await signed_in(page, "fan")
    await page.get_by_label("Show Examples").click()
    for _ in range(2):
        await page.click(".examples >> text=What is yours")
        await expect(page.locator(".graphiql-tab-active .graphiql-tab-button")).to_have_text("MyTickets")
        await expect(page.locator(".graphiql-tab")).to_have_count(9)
        await page.click(".examples >> text=What is on")
        await expect(page.locator(".graphiql-tab-active .graphiql-tab-button")).to_have_text("Events")
    assert (await ran(page, "MyTickets"))["me"]["email"] == "fan@example.com"


async def test_nothing_in_it_needs_more_than_our_policy_allows(window: Window, house: House) -> None:
    page = await at_the_explorer(window, house)
    await page.add_init_script(VIOLATIONS)
    await page.reload()
    await page.wait_for_selector(".graphiql-query-editor .CodeMirror")
    for dialog in ("Open short keys dialog", "Open settings dialog"):
        await page.get_by_label(dialog).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_label("Show Documentation Explorer").click()
    await page.click(".graphiql-doc-explorer >> text='Mutation'")
    await page.click(".graphiql-doc-explorer >> text='buyTickets'")
    await page.locator(".graphiql-query-editor .cm-property").first.hover(timeout=20_000)
    await page.click(".graphiql-query-editor .cm-property >> text=totalCount")
    for key in ("End", "Enter", "t", "o"):
        await page.keyboard.press(key)
    await page.wait_for_selector(".CodeMirror-hints")
    assert await page.evaluate("violations") == []
    assert await page.locator("style").count() == 0
