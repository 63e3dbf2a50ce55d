"""A device at a door: paired by a code, at work where it was told, out when it is revoked."""

import re

import pytest
from playwright.async_api import expect

from domain.organizers import MemberRole
from tests.api.conftest import House
from tests.api.test_gate_devices import REVOKE, event_of, paired
from tests.api.watching import bought
from tests.end_to_end.conftest import PHONE, Window

pytestmark = pytest.mark.browser


async def test_a_phone_is_paired_by_its_code_admits_and_is_out_when_it_is_revoked(window: Window, house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    one, other = (await bought(house, "A-1", "A-2"))["tickets"]
    waiting = await paired(house, owner)
    page = await window(house, f"/gate?session={house.session_id}", **PHONE)
    await page.click("#pair")
    await expect(page.get_by_label("Pairing code")).to_be_focused()
    await page.keyboard.type("nothing")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text(re.compile("This code does not work"))
    await page.get_by_label("Pairing code").fill(waiting["code"].lower())
    await page.get_by_role("button", name="Pair", exact=True).click()
    await page.fill("#code", one["token"])
    await page.press("#code", "Enter")
    await expect(page.locator(".panel")).to_contain_text("Let in")
    await expect(page.locator(".head .counts b")).to_have_text("1")
    await page.reload()
    await expect(page.locator("#code")).to_be_visible()
    assert (await owner.ask(REVOKE, {"id": waiting["device"]["id"]}))["state"] == "REVOKED"
    await expect(page.locator("#pair")).to_be_visible(timeout=20_000)
    seen = await house.fan.ask("query($id: ID!) { ticket(id: $id) { status } }", {"id": other["id"]})
    assert seen["status"] == "VALID"


async def test_a_device_of_one_event_is_offered_that_one(window: Window, house: House) -> None:
    elsewhere = await house.put_on(starts_in_days=8)
    owner = await house.member("owner", MemberRole.OWNER)
    waiting = await paired(house, owner, await event_of(house, elsewhere))
    page = await window(house, "/gate")
    await page.click("#pair")
    await page.get_by_label("Pairing code").fill(waiting["code"])
    await page.keyboard.press("Enter")
    await expect(page.locator("li .choice")).to_have_count(1)
    await expect(page.locator(".account")).to_contain_text("This device is paired")
    await page.locator("li .choice").click()
    (ticket,) = (await bought(house, "A-1"))["tickets"]
    await page.fill("#code", ticket["token"])
    await page.press("#code", "Enter")
    await expect(page.locator(".panel")).to_contain_text("Not known")
