"""The gate: scanned by a camera, typed, refused, and with a line that drops."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import segno
from playwright.async_api import Page, Request, Route, async_playwright, expect

from tests.api.conftest import House
from tests.api.documents import BUY, USE
from tests.end_to_end.conftest import QUIET, Window

pytestmark = pytest.mark.browser

CAMERA = ["--use-fake-device-for-media-stream"]
WIDTH, HEIGHT = 640, 480
BLACK, WHITE, GREY = 16, 235, 128

Phone = Callable[..., Awaitable[Page]]


def film(text: str, path: Path) -> Path:
    """What a camera sees that is held before the QR code of `text`: YUV4MPEG2, which Chromium plays as a camera."""
    code = [
        bytes(BLACK if dark else WHITE for dark in row) for row in segno.make_qr(text, error="m").matrix_iter(scale=7, border=4)
    ]
    side, above = (WIDTH - len(code)) // 2, (HEIGHT - len(code)) // 2
    blank = bytes([WHITE]) * WIDTH
    lines = [blank[:side] + row + blank[side + len(row) :] for row in code]
    picture = b"".join([blank * above, *lines, blank * (HEIGHT - above - len(lines)), bytes([GREY]) * (WIDTH * HEIGHT // 2)])
    path.write_bytes(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420mpeg2\n" % (WIDTH, HEIGHT) + (b"FRAME\n" + picture) * 2)
    return path


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """A phone at the door of a house, signed in as gate staff; `shown` is held before its camera, None refuses the camera."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium here; on Debian: apt install chromium")
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())

        async def at_the_door(house: House, shown: str | None, session_id: str) -> Page:
            allowed = [f"--use-file-for-fake-video-capture={film(shown, tmp_path / 'camera.y4m')}"] if shown else []
            asked = ["--use-fake-ui-for-media-stream"] if shown else ["--deny-permission-prompts"]
            browser = await playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *CAMERA, *asked, *allowed])
            stack.push_async_callback(browser.close)
            context = await browser.new_context(base_url=house.url, viewport={"width": 390, "height": 844}, has_touch=True)
            context.set_default_timeout(8_000)
            page = await context.new_page()
            await page.goto(f"/gate?session={session_id}")
            await sign_in(page, "gate@example.com")
            await expect(page.locator(".head .name")).to_contain_text("A Play")
            return page

        yield at_the_door


async def sign_in(page: Page, email: str) -> None:
    await page.click("#sign-in")
    await page.click(f"dialog >> text={email}")
    await page.wait_for_selector("dialog", state="detached")


async def scan(page: Page) -> None:
    await page.get_by_role("button", name="Scan with the camera").click()


async def type_code(page: Page, code: str) -> None:
    await page.fill("#code", code)
    await page.press("#code", "Enter")


async def expect_result(page: Page, kind: str, word: str) -> None:
    await expect(page.locator(f".panel.{kind} h2")).to_have_text(word)
    # Said too, not only shown: a yes in its turn, anything else at once.
    role = "status" if kind == "in" else "alert"
    await expect(page.locator(f'.only-heard [role="{role}"]')).to_contain_text(word)


async def bought(house: House, *seats: str, session_id: str | None = None) -> list[dict[str, Any]]:
    tickets = {"sessionId": session_id or house.session_id, "seats": list(seats)}
    order = await house.fan.ask(BUY, {"input": {"tickets": tickets, "paymentMethod": "sandbox-ok"}})
    return sorted(order["tickets"], key=lambda ticket: list(seats).index(ticket["seat"]))


async def status_of(house: House, ticket: dict[str, Any]) -> str:
    found = await house.fan.ask("query($id: ID!) { ticket(id: $id) { status } }", {"id": ticket["id"]})
    return str(found["status"])


def uses(page: Page) -> list[Request]:
    """Grows with every ticket that the page sends."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if "useTicket" in (request.post_data or "") else None)
    return sent


async def test_a_scanned_ticket_is_let_in_once_however_long_it_is_shown(phone: Phone, house: House) -> None:
    (ticket, _) = await bought(house, "A-1", "A-2")
    page = await phone(house, ticket["token"], house.session_id)
    await expect(page.locator(".counts")).to_contain_text("0 of 2 admitted")
    sent = uses(page)
    await scan(page)
    await expect_result(page, "in", "Let in")
    await expect(page.locator(".panel .seat")).to_have_text("A-1")
    await expect(page.locator(".panel .type")).to_have_text("Seat")
    await expect(page.locator(".counts")).to_contain_text("1 of 2 admitted")
    assert await status_of(house, ticket) == "USED"
    # The picture is back, the code still before it.
    await expect(page.locator(".panel")).to_have_count(0)
    await expect(page.locator(".hint")).to_have_text("Hold the code into the frame")
    assert len(sent) == 1
    await type_code(page, ticket["token"])
    await expect_result(page, "out", "Used before")
    await expect(page.locator(".panel .used")).to_contain_text("on this device")
    await expect(page.locator(".scans li b")).to_have_text(["Used before", "Let in"])


async def test_a_scanned_ticket_of_another_session_is_refused_and_stays_good(phone: Phone, house: House) -> None:
    elsewhere = await house.put_on(starts_in_days=8)
    (ticket,) = await bought(house, "A-1", session_id=elsewhere)
    page = await phone(house, ticket["token"], house.session_id)
    await scan(page)
    await expect_result(page, "out", "Wrong session")
    await expect(page.locator(".panel .what")).to_contain_text("A Play")
    assert await status_of(house, ticket) == "VALID"


async def test_a_refused_camera_leaves_the_typed_code(phone: Phone, house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    page = await phone(house, None, house.session_id)
    await scan(page)
    await expect(page.locator('.stage [role="alert"] h2')).to_have_text("The camera is not allowed")
    await type_code(page, f" {ticket['id'].upper()} ")
    await expect_result(page, "in", "Let in")


async def test_an_answer_that_is_lost_is_asked_for_again_and_is_still_a_yes(phone: Phone, house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    page = await phone(house, "no ticket", house.session_id)
    lost = 0

    async def lose(route: Route) -> None:
        nonlocal lost
        if "useTicket" not in (route.request.post_data or ""):
            return await route.continue_()
        if lost == 0:
            await route.fetch()
        lost += 1
        await (route.abort() if lost < 3 else route.continue_())

    await page.route("**/graphql", lose)
    await type_code(page, ticket["token"])
    await expect_result(page, "wait", "Not sent")
    assert await status_of(house, ticket) == "USED"
    await page.get_by_role("button", name="Try again").click()
    await expect_result(page, "in", "Let in")
    await expect(page.locator(".panel")).to_contain_text("Let in just now by this gate")
    await expect(page.locator(".scans li b")).to_have_text(["Let in"])
    assert lost == 3


async def test_a_copy_that_another_gate_let_in_meanwhile_is_not_let_in_by_a_scan_that_never_arrived(
    phone: Phone, house: House
) -> None:
    (ticket,) = await bought(house, "A-1")
    page = await phone(house, "no ticket", house.session_id)
    arrives = False

    async def cut(route: Route) -> None:
        sent = "useTicket" in (route.request.post_data or "")
        await (route.abort() if sent and not arrives else route.continue_())

    await page.route("**/graphql", cut)
    await type_code(page, ticket["token"])
    await expect_result(page, "wait", "Not sent")
    await house.gate.ask(USE, {"input": {"token": ticket["token"], "sessionId": house.session_id}})
    arrives = True
    await page.get_by_role("button", name="Try again").click()
    await expect_result(page, "out", "Used before")


async def test_forged_cancelled_and_unknown_tickets_are_told_apart(window: Window, house: House) -> None:
    (ticket, cancelled) = await bought(house, "A-1", "A-2")
    cancel = "mutation($id: ID!) { cancelTicket(input: {ticketId: $id}) { __typename } }"
    await house.fan.ask(cancel, {"id": cancelled["id"]})
    page = await window(house, f"/gate?session={house.session_id}")
    await sign_in(page, "gate@example.com")
    token = ticket["token"]
    refused = {
        token[:-1] + ("A" if token[-1] != "A" else "B"): "Not our ticket",
        "https://example.com/": "Not our ticket",
        cancelled["token"]: "Cancelled",
        house.session_id.replace("session_", "ticket_"): "Not known",
    }
    for code, word in refused.items():
        await type_code(page, code)
        await expect_result(page, "out", word)
    assert await status_of(house, ticket) == "VALID"


async def test_a_hand_held_scanner_types_wherever_the_focus_is(window: Window, house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    page = await window(house, f"/gate?session={house.session_id}")
    await sign_in(page, "gate@example.com")
    await expect(page.locator("#code")).to_be_focused()
    await page.get_by_role("button", name="Sound").click()
    await page.keyboard.type(ticket["token"])
    await page.keyboard.press("Enter")
    await expect_result(page, "in", "Let in")


async def test_the_session_of_the_gate_is_chosen_and_kept(window: Window, house: House) -> None:
    elsewhere = await house.put_on(starts_in_days=8)
    (ticket,) = await bought(house, "A-1", session_id=elsewhere)
    page = await window(house, "/gate")
    await sign_in(page, "gate@example.com")
    await page.locator("li .choice").nth(0).click()
    await page.reload()
    await type_code(page, ticket["token"])
    await expect_result(page, "out", "Wrong session")
    await page.locator(".head .session").click()
    await expect(page.locator(".choice.chosen")).to_have_count(1)
    await page.locator(".choice", has_text="Any session").click()
    await type_code(page, ticket["token"])
    await expect_result(page, "in", "Let in")


async def test_only_gate_staff_get_to_the_gate(window: Window, house: House) -> None:
    page = await window(house, f"/gate?session={house.session_id}")
    await sign_in(page, "fan@example.com")
    await expect(page.get_by_role("alert")).to_contain_text("This account cannot check tickets")
    await expect(page.locator("#code")).to_have_count(0)
    await page.get_by_role("button", name="Use another account").click()
    await sign_in(page, "gate@example.com")
    await expect(page.locator("#code")).to_be_visible()
