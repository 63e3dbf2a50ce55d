"""Accounts in the shop as somebody new meets them: registering, getting back in, changing it, leaving."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from pyotp import TOTP

from domain.viewers import Role
from tests.api.conftest import PASSWORD, House, add_user
from tests.api.mailbox import link_to, rows
from tests.api.test_accounts import BETTER, GOOD, login, register
from tests.api.test_leaving import buy
from tests.end_to_end.conftest import PHONE, Window
from tests.end_to_end.test_shop import serious

pytestmark = pytest.mark.browser

DEVICES = pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
EMAIL = "new@example.com"


def field(page: Page, label: str) -> Any:
    return page.get_by_role("main").get_by_label(label, exact=True)


async def heading(page: Page, text: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(text)


async def registered(page: Page) -> None:
    await page.goto("/register")
    await field(page, "E-mail").fill(EMAIL)
    await field(page, "Password").fill(GOOD)
    await page.get_by_role("button", name="Create an account").click()
    await heading(page, "Look into your mail")


@DEVICES
async def test_somebody_new_registers_is_signed_in_and_confirms_the_email_by_the_link(
    window: Window, house: House, device: dict[str, Any]
) -> None:
    page = await window(house, "/", **device)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name="Create an account").click()
    await heading(page, "Create an account")
    await field(page, "E-mail").fill(EMAIL)
    await field(page, "Password").fill("password1234")
    await page.get_by_role("button", name="Create an account").click()
    await expect(page.get_by_role("alert")).to_have_text(
        "This password is easily guessed. Take several words that do not belong together."
    )
    assert await serious(page) == []
    await field(page, "Password").fill(GOOD)
    await page.get_by_role("button", name="Create an account").click()
    await heading(page, "Look into your mail")
    await expect(page.get_by_text("You are signed in and can buy tickets right away.")).to_be_visible()
    await page.goto("/account")
    await expect(page.get_by_text("Not confirmed yet")).to_be_visible()
    assert await serious(page) == []
    await page.goto(f"/verify#{await link_to(house, EMAIL)}")
    await heading(page, "Your e-mail is confirmed")
    # The token is not left in the address, and so not in the history.
    assert page.url == f"{house.url}/verify"
    await page.goto("/account")
    await expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()


async def test_who_forgot_the_password_chooses_another_by_a_link_that_works_once(window: Window, house: House) -> None:
    await register(house, EMAIL)
    page = await window(house, "/forgot")
    await field(page, "E-mail").fill(EMAIL)
    await page.get_by_role("button", name="Send the link").click()
    await heading(page, "Look into your mail")
    token = await link_to(house, EMAIL, "/reset")
    await page.goto(f"/reset#{token}")
    await field(page, "New password").fill(BETTER)
    assert await serious(page) == []
    await page.get_by_role("button", name="Save").click()
    await heading(page, "Your password is changed")
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("E-mail").fill(EMAIL)
    await dialog.get_by_label("Password").fill(BETTER)
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("button", name=f"Account: {EMAIL}")).to_be_visible()
    await page.goto("/")
    await page.goto(f"/reset#{token}")
    await field(page, "New password").fill(GOOD)
    await page.get_by_role("button", name="Save").click()
    await heading(page, "This link does not work any more")


async def test_what_is_no_link_says_so(window: Window, house: House) -> None:
    page = await window(house, "/verify#nonsense")
    await heading(page, "This link does not work any more")
    await page.goto("/reset")
    await heading(page, "This link does not work any more")
    await expect(page.get_by_role("link", name="Ask for another link")).to_be_visible()


async def test_the_account_page_changes_the_password_and_signs_other_devices_out(window: Window, house: House) -> None:
    page = await window(house, "/")
    await registered(page)
    other = await login(house, EMAIL, GOOD)
    await page.goto("/account")
    await expect(page.locator(".devices li")).to_have_count(2)
    part = page.get_by_role("region", name="Change password")
    await part.get_by_label("Current password").fill("wrong-lemon-trees")
    await part.get_by_label("New password").fill(BETTER)
    await part.get_by_role("button", name="Change password").click()
    await expect(part.get_by_role("alert")).to_have_text("The password is wrong. Please look again.")
    await part.get_by_label("Current password").fill(GOOD)
    await part.get_by_role("button", name="Change password").click()
    await expect(page.locator(".devices li")).to_have_count(1)
    await expect(page.get_by_text("This device")).to_be_visible()
    refresh = "mutation($token: String!) { refresh(refreshToken: $token) { __typename } }"
    assert await house.nobody.ask(refresh, {"token": other["refreshToken"]}) == {"__typename": "InvalidCredentials"}


async def test_signing_out_ends_the_sign_in_at_the_server(window: Window, house: House) -> None:
    page = await window(house, "/")
    await registered(page)
    await page.goto("/")
    await page.get_by_role("button", name=f"Account: {EMAIL}").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    ended = "SELECT count(*) FROM sign_in JOIN account ON account.id = user_id WHERE email = $1 AND ended_at IS NOT NULL"

    async with asyncio.timeout(10):
        while await rows(house, ended, EMAIL) != [(1,)]:
            await asyncio.sleep(0.02)


@DEVICES
async def test_whoever_leaves_takes_the_data_along_and_is_asked_about_tickets(
    window: Window, house: House, device: dict[str, Any], tmp_path: Path
) -> None:
    page = await window(house, "/", **device)
    await registered(page)
    fan = await house.nobody.signed_in(EMAIL, GOOD)
    await buy(fan, house, "A-1", "A-2")
    await page.goto("/account")
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Download my data").click()
    download = await started.value
    await download.save_as(tmp_path / "mine.json")
    mine = json.loads((tmp_path / "mine.json").read_text())
    assert (mine["account"][0]["email"], len(mine["tickets"])) == (EMAIL, 2)
    await page.get_by_role("button", name="Delete my account").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Current password").fill(GOOD)
    await dialog.get_by_role("button", name="Delete for good").click()
    await expect(dialog.get_by_text("You still have 2 tickets for what is to come.")).to_be_visible()
    await dialog.get_by_role("checkbox").check()
    await dialog.get_by_role("button", name="Delete for good").click()
    await expect(page.get_by_text("Your account is deleted.")).to_be_visible()
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert (await login(house, EMAIL, GOOD))["__typename"] == "InvalidCredentials"


async def test_in_arabic_the_pages_run_from_right_to_left_and_say_the_same(window: Window, house: House) -> None:
    page = await window(house, "/register", locale="ar", **{key: value for key, value in PHONE.items() if key != "locale"})
    await heading(page, "إنشاء حساب")
    assert await page.evaluate("document.documentElement.dir") == "rtl"
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    await field(page, "البريد الإلكتروني").fill(EMAIL)
    await field(page, "كلمة المرور").fill(GOOD)
    await page.get_by_role("button", name="إنشاء حساب").click()
    await heading(page, "افحص بريدك")
    await page.goto(f"/verify#{await link_to(house, EMAIL)}")
    await heading(page, "تأكّد بريدك")
    await page.goto("/account")
    await heading(page, "حسابي")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    assert await serious(page) == []


async def test_a_second_factor_is_turned_on_asked_for_and_turned_off(window: Window, house: House) -> None:
    page = await window(house, "/")
    await registered(page)
    await page.goto("/account")
    await expect(page.locator(".devices li")).to_contain_text("Chrome on Linux")
    part = page.get_by_role("region", name="Second factor")
    await part.get_by_label("Current password").fill(GOOD)
    await part.get_by_role("button", name="Turn it on").click()
    secret = await part.locator("code").text_content()
    await part.get_by_label("Code", exact=True).fill("000000")
    await part.get_by_role("button", name="Confirm").click()
    await expect(part.get_by_role("alert")).to_contain_text("This code does not count.")
    await part.get_by_label("Code", exact=True).fill(TOTP((secret or "").replace(" ", "")).now())
    await part.get_by_role("button", name="Confirm").click()
    await expect(part.locator("ol li")).to_have_count(10)
    assert await serious(page) == []
    first, second = [await part.locator("ol li").nth(at).text_content() or "" for at in (0, 1)]
    await part.get_by_role("button", name="I have kept them").click()
    await expect(part.get_by_text("10 recovery codes left")).to_be_visible()
    await page.get_by_role("button", name="Sign out everywhere").click()
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("E-mail").fill(EMAIL)
    await dialog.get_by_label("Password").fill(GOOD)
    await dialog.get_by_role("button", name="Sign in").click()
    await dialog.get_by_label("Code").fill("000000")
    await dialog.get_by_role("button", name="Go on").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("This code does not count.")
    await dialog.get_by_label("Code").fill(first)
    await dialog.get_by_role("button", name="Go on").click()
    await expect(part.get_by_text("9 recovery codes left")).to_be_visible()
    await part.get_by_text("Turn it off").first.click()
    await part.get_by_label("Current password").fill(GOOD)
    await part.get_by_label("Code", exact=True).fill(second)
    await part.get_by_role("button", name="Turn it off").click()
    await expect(part.get_by_role("button", name="Turn it on")).to_be_visible()


async def test_staff_who_must_have_a_second_factor_set_it_up_as_they_sign_in(window: Window, house: House) -> None:
    await add_user(house.usher, "boss@example.com", Role.ATTENDEE, Role.ORGANIZER)
    async with house.twin("memory://", USHER_SECOND_FACTOR="staff") as strict:
        page = await window(house, "/tickets", base_url=strict.url)
        await page.get_by_role("main").get_by_role("button", name="Sign in").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("E-mail").fill("boss@example.com")
        await dialog.get_by_label("Password").fill(PASSWORD)
        await dialog.get_by_role("button", name="Sign in", exact=True).click()
        secret = await dialog.locator("code").text_content()
        await dialog.get_by_label("Code", exact=True).fill(TOTP((secret or "").replace(" ", "")).now())
        await dialog.get_by_role("button", name="Go on").click()
        await expect(dialog.locator("ol li")).to_have_count(10)
        assert await serious(page) == []
        await dialog.get_by_role("button", name="I have kept them").click()
        await expect(page.get_by_role("button", name="Account: boss@example.com")).to_be_visible()
