"""The shop and the map where the server takes only what our pages are listed to send."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.api.conftest import House
from tests.end_to_end.conftest import Window
from tests.end_to_end.seat_map import LIVE, click_seats, part, until

pytestmark = pytest.mark.browser


async def test_s15_our_own_pages_need_nothing_but_what_is_listed(window: Window, house: House) -> None:
    async with house.twin("memory://", USHER_DOCUMENTS="trusted") as nobody:
        trusting = replace(house, url=nobody.url)
        page = await window(trusting, "/")
        await page.get_by_role("link", name="A Play").first.click()
        await page.locator(f"a[href='/sessions/{house.session_id}']").first.click()
        await until(page, LIVE)
        await click_seats(page, "A-1")
        await part(page, "hold").click()
        await page.get_by_role("button", name="fan@example.com").click()
        await expect(part(page, "hold")).to_have_text("Hold 1 ticket")
        await part(page, "hold").click()
        await part(page, "pay").click()
        await page.get_by_role("radio", name="Card Accepted at once", exact=True).check()
        await page.get_by_role("button", name="Pay €").click()
        await page.get_by_role("link", name="tickets").first.click()
        await expect(page.get_by_role("img", name="A-1")).to_be_visible()
