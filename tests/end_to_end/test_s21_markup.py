"""Titles and descriptions that are markup: every page shows them as they are and runs nothing of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import expect

from resolvers.events import put_on
from resolvers.seats import keep_seat_map
from tests.api.conftest import House, a_plan, small_room
from tests.end_to_end.conftest import Window

pytestmark = pytest.mark.browser

RUN = "window.ran = (window.ran ?? 0) + 1"
TITLE = f"</script><img src=x onerror='{RUN}'>"
TEXT = f"<svg onload='{RUN}'><a href='javascript:{RUN}'>here</a><iframe srcdoc='<script>parent.ran = 1</script>'></iframe>"


async def test_s21_no_page_runs_what_an_organizer_writes(window: Window, house: House) -> None:
    plan = replace(a_plan(house.now + timedelta(days=7)), title=TITLE, description=TEXT)
    await keep_seat_map(house.usher.services, small_room())
    await put_on(house.usher.services, ("evil", f"The {TITLE}"), plan)
    found = await house.nobody.ask("query($s: String!) { event(slug: $s) { sessions { nodes { id } } } }", {"s": plan.slug})
    session_id = found["sessions"]["nodes"][0]["id"]
    for path in ("/", f"/events/{plan.slug}", f"/sessions/{session_id}"):
        # It complains of what the policy stops.
        page = await window(house, path, complains=True)
        await expect(page.get_by_text(TITLE, exact=False).first).to_be_visible()
        if path == f"/events/{plan.slug}":
            await expect(page.get_by_text(TEXT, exact=False).first).to_be_visible()
        assert await page.evaluate("window.ran") is None
        assert await page.locator("img[src=x], svg[onload], iframe, a[href^=javascript]").count() == 0
        # What would run if it got there all the same, the policy stops.
        await page.evaluate(f"document.body.insertAdjacentHTML('beforeend', `<img src=x onerror=\"{RUN}\">`)")
        await page.wait_for_function("document.images[document.images.length - 1].complete")
        assert await page.evaluate("window.ran") is None
