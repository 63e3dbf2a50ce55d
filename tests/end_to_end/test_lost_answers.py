"""An answer that was lost is asked for again under the same key: who buys sees that it was done, and it was done once."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.api.conftest import House, open_house
from tests.api.documents import BUY, LOCK
from tests.end_to_end.conftest import Window
from tests.end_to_end.lost_answers import lose_answers, told_again
from tests.end_to_end.seat_map import at_the_map, click_seats, held, listening, part, shows, told

pytestmark = pytest.mark.browser


async def one_ticket(house: House) -> str:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    order = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    return str(order["tickets"][0]["id"])


async def cancel(page: Page) -> None:
    await page.get_by_role("button", name="Cancel ticket").click()
    await page.get_by_role("dialog").locator("textarea").fill("Ill")
    await page.get_by_role("dialog").locator("button.danger").click()


async def cancelled_in_vain(window: Window, house: House) -> tuple[Page, list[Any]]:
    """Until the page has given up; and what the server said all the same."""
    await one_ticket(house)
    page = await window(house, "/tickets", "fan@example.com")
    said = await lose_answers(page, "cancelTicket", first=6)
    await cancel(page)
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("could not be reached", timeout=15_000)
    return page, said


async def test_a_cancelled_ticket_whose_answer_was_lost_is_cancelled(window: Window, house: House) -> None:
    await one_ticket(house)
    page = await window(house, "/tickets", "fan@example.com")
    said = await lose_answers(page, "cancelTicket")
    await cancel(page)
    await expect(page.get_by_text("The ticket is cancelled; the money is on its way back.")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(".ticket-card .badge")).to_have_text("Cancelled")
    assert (len(said), told_again(said, "cancelTicket", "Ticket")) == (2, True)


async def test_a_cancellation_that_was_given_up_is_asked_for_again_as_it_was(window: Window, house: House) -> None:
    page, said = await cancelled_in_vain(window, house)
    await expect(page.get_by_role("dialog").locator("textarea")).not_to_be_editable()
    await page.get_by_role("dialog").locator("button.danger").click()
    await expect(page.get_by_text("The ticket is cancelled; the money is on its way back.")).to_be_visible()
    assert (len(said), told_again(said, "cancelTicket", "Ticket")) == (7, True)


async def test_a_cancellation_nobody_knows_of_is_looked_up_when_its_dialog_is_left(window: Window, house: House) -> None:
    page, said = await cancelled_in_vain(window, house)
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.locator(".ticket-card .badge")).to_have_text("Cancelled")
    assert len(said) == 6


async def test_more_time_whose_answer_was_lost_is_given_once(window: Window, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, USHER_HOLD_SECONDS="90") as house:
        page = await at_the_map(window, house, "fan@example.com")
        await held(page, "A-1")
        said = await lose_answers(page, "extendHold")
        await part(page, "extend").click()
        await expect(part(page, "countdown")).to_contain_text("2:")
        assert (len(said), told_again(said, "extendHold", "Hold")) == (2, True)


@pytest.mark.parametrize(("lost", "asked"), [(1, 2), (6, 6)], ids=["once", "for ever"])
async def test_a_hold_given_back_on_the_map_whose_answer_was_lost_is_given_back(
    window: Window, house: House, lost: int, asked: int
) -> None:
    page = await at_the_map(window, house, "fan@example.com")
    await held(page, "A-1")
    await listening(page)
    said = await lose_answers(page, "releaseHold", first=lost)
    await part(page, "release").click()
    await expect(part(page, "notice")).to_have_text("Given back.", timeout=15_000)
    await shows(page, "free", "A-1")
    assert (len(said), told_again(said, "releaseHold", "Hold"), len(await told(page, "release"))) == (asked, True, 1)


async def test_a_hold_given_back_in_the_basket_whose_answer_was_lost_is_given_back(window: Window, house: House) -> None:
    await house.fan.ask(LOCK, house.lock("A-1"))
    page = await window(house, "/basket", "fan@example.com")
    said = await lose_answers(page, "releaseHold")
    await page.get_by_role("button", name="Give back").click()
    await expect(page.get_by_text("Given back. Somebody else can have the tickets now.")).to_be_visible()
    await expect(page.locator(".held-card")).to_have_count(0)
    assert (len(said), told_again(said, "releaseHold", "Hold")) == (2, True)


async def test_a_page_without_tls_holds_and_gives_back_too(window: Window, house: House) -> None:
    page = await at_the_map(window, house, "fan@example.com")
    # As browsers have it at an address that is not secure.
    await page.evaluate("delete Crypto.prototype.randomUUID")
    assert await page.evaluate("typeof crypto.randomUUID") == "undefined"
    await click_seats(page, "A-1")
    await part(page, "hold").click()
    await shows(page, "mine", "A-1", seconds=6)
    await part(page, "release").click()
    await shows(page, "free", "A-1")


@pytest.mark.parametrize("away", [0, 1], ids=["back at once", "back later"])
async def test_a_hold_whose_answer_never_came_is_found_as_soon_as_the_server_answers(
    window: Window, house: House, away: int
) -> None:
    page = await at_the_map(window, house, "fan@example.com")
    said = await lose_answers(page, "lockTickets", first=6)
    await lose_answers(page, "MyHolds", first=away)
    await click_seats(page, "A-1")
    await part(page, "hold").click()
    await shows(page, "mine", "A-1", seconds=20)
    await expect(part(page, "pay")).to_be_enabled()
    await expect(part(page, "notice")).to_be_empty()
    assert (len(said), told_again(said, "lockTickets", "Hold")) == (6, True)
