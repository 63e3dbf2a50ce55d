"""The block of docs/widget.md, pasted into a static page that somebody else serves."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from schema.serving.listening import bound_socket, listen, server_for
from tests.api.conftest import House, in_background, open_house
from tests.api.documents import LOCK
from tests.end_to_end.conftest import Window
from tests.end_to_end.seat_map import LIVE, MAP, click_seats, listening, part, shows, states, told, until

pytestmark = pytest.mark.browser

DOCS = Path(__file__).parents[2] / "docs" / "widget.md"


def pasted(house: House) -> str:
    block = re.search(r"```html\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert block is not None
    filled = block[1].replace("https://tickets.example", house.url).replace("session_01jz…", house.session_id)
    return f"<!doctype html><html lang='en'><meta charset='utf-8'><title>A theatre</title><h1>Our theatre</h1>{filled}"


@asynccontextmanager
async def foreign_page(house: House) -> AsyncIterator[str]:
    """Its address: another port, hence another origin. Its policy is as strict as the docs say it may be."""
    policy = (
        f"default-src 'none'; script-src {house.url}; connect-src {house.url} {house.url.replace('http', 'ws')}; base-uri 'none'"
    )

    async def page(_: Request) -> HTMLResponse:
        return HTMLResponse(pasted(house), headers={"Content-Security-Policy": policy})

    bound = bound_socket("127.0.0.1", 0)
    listen(bound)
    async with in_background(server_for(Starlette(routes=[Route("/", page)]), on_started=lambda: None), bound):
        yield "http://{}:{}".format(*bound.getsockname()[:2])
    bound.close()


async def test_one_pasted_block_is_a_live_map_that_leads_to_the_shop(window: Window, house: House) -> None:
    async with foreign_page(house) as address:
        page = await window(house, address)
        await until(page, LIVE)
        await house.rival.ask(LOCK, house.lock("A-1"))
        await shows(page, "held", "A-1")
        await click_seats(page, "B-1", "B-2")
        await expect(part(page, "hold")).to_have_text("Continue to buy")
        await part(page, "hold").click()
        await page.wait_for_url(f"{house.url}/sessions/**")
        await shows(page, "picked", "B-1", "B-2", seconds=6)


async def test_with_a_token_seats_are_held_on_the_page_itself(window: Window, house: House) -> None:
    async with foreign_page(house) as address:
        page = await window(house, address)
        await until(page, LIVE)
        await listening(page)
        await page.evaluate(f"token => {{ {MAP}.auth = {{ token: () => token, renew: async () => undefined }} }}", house.fan.token)
        await until(page, LIVE)
        await click_seats(page, "A-2")
        await part(page, "hold").click()
        await shows(page, "mine", "A-2", seconds=3)
        (held,) = await told(page, "hold")
        assert held["hold"]["seats"] == ["A-2"]


async def test_an_origin_that_is_not_allowed_sees_no_map(window: Window, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, USHER_ALLOWED_ORIGINS="https://other.example") as house:
        async with foreign_page(house) as address:
            page = await window(house, "/", complains=True)
            refused = asyncio.Event()
            page.on("requestfailed", lambda request: refused.set() if request.url.endswith("/graphql") else None)
            await page.goto(address)
            async with asyncio.timeout(6):
                await refused.wait()
            assert await page.evaluate(f"{MAP}.shownVersion") is None
            assert await states(page, "A-1") == [None]
