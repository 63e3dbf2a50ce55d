"""What the seat map says to what the API refuses."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.api.conftest import House
from tests.end_to_end.conftest import Window
from tests.end_to_end.seat_map import at_the_map, click_seats, part, states

pytestmark = pytest.mark.browser

SAID = {
    "EmailNotVerified": "أكّد بريدك الإلكتروني أولًا: الرابط في بريدك.",
    "TooEarly": "لم ينجح ذلك. حاول مرة أخرى من فضلك.",
    "NotSoldHere": "لا تُباع هذه التذاكر هنا.",
    "NotAllowed": "هذا غير ممكن بهذا الحساب، أو غير ممكن الآن.",
    "IdempotencyConflict": "لم ينجح ذلك. حاول مرة أخرى من فضلك.",
}


async def refuse_once(page: Page, member: str) -> None:
    async def answer(route: Route) -> None:
        refusal = {"__typename": member, "code": "SOME", "message": "In English."}
        await route.fulfill(json={"data": {"lockTickets": refusal}})

    await page.route("**/graphql", answer, times=1)


async def test_a_refusal_is_said_in_the_language_of_the_page_and_one_of_a_newer_api_too(window: Window, house: House) -> None:
    page = await at_the_map(window, house, "fan@example.com", locale="ar")
    await click_seats(page, "A-1")
    for member, words in SAID.items():
        await refuse_once(page, member)
        await part(page, "hold").click()
        await expect(part(page, "notice")).to_have_text(words)
    assert await states(page, "A-1") == ["picked"]
