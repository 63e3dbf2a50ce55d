"""The page in a real browser, on a whole Usher in the test's own loop."""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, async_playwright

from tests.api.conftest import PASSWORD, House, open_house

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
DESK = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    "locale": "en-GB",
}
SIGN_IN = """mutation($input: LoginInput!) { login(input: $input) { ... on AuthTokens {
  accessToken refreshToken user { id email roles } } } }"""
NOBODY_ANSWERED = "Failed to load resource: net::ERR_"

Window = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here; on Debian: apt install chromium")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        await running.close()


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def short_house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Holds last three seconds."""
    async with open_house(database_url, tmp_path, USHER_HOLD_SECONDS="3") as opened:
        yield opened


@pytest.fixture
async def window(browser: Browser) -> AsyncIterator[Window]:
    """Opens `path` of a house in a window of its own, as somebody; a complaint of the page fails the test.

    `line` is given every websocket that the page opens, in place of the server. `complains`: it is meant to.
    `more` goes to the browser's context.
    """
    complaints: list[str] = []
    opened = []

    async def open_window(
        house: House,
        path: str,
        email: str | None = None,
        line: Callable[[WebSocketRoute], None] | None = None,
        *,
        complains: bool = False,
        **more: Any,
    ) -> Page:
        context = await browser.new_context(**({"base_url": house.url} | DESK | more))
        context.set_default_timeout(10_000)
        opened.append(context)
        if email:
            await context.add_init_script(await _signed_in(house, email))
        page = await context.new_page()
        if complains:
            await page.goto(path)
            return page
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        if line:
            await page.route_web_socket("**/graphql", line)
        await page.goto(path)
        return page

    yield open_window
    for context in opened:
        await context.close()
    # The house may close before its windows: then the browser says by itself that nobody answers.
    assert [line for line in complaints if not line.startswith(("WebSocket connection to", NOBODY_ANSWERED))] == []


async def _signed_in(house: House, email: str) -> str:
    """Leaves what the shop keeps of whoever signed in, once."""
    tokens = await house.nobody.ask(SIGN_IN, {"input": {"email": email, "password": PASSWORD}})
    kept = json.dumps(json.dumps(tokens))
    return f"if (!sessionStorage.planted) {{ sessionStorage.planted = 1; localStorage.setItem('usher-account', {kept}); }}"
