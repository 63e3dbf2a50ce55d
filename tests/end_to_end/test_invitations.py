"""Being invited, in a browser: from the mail to being a member, with an account that is new, another, or there already."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from domain.organizers import MemberRole
from tests.api.client import Client
from tests.api.conftest import PASSWORD, House
from tests.api.mailbox import mails_to
from tests.api.test_accounts import GOOD
from tests.api.test_members import ME, WITHDRAW, invited
from tests.builders import belongs
from tests.end_to_end.conftest import PHONE, Window
from tests.end_to_end.test_accounts import DEVICES, field, heading
from tests.end_to_end.test_shop import serious

pytestmark = pytest.mark.browser


async def follow_the_mail(page: Page, house: House, email: str) -> None:
    """The newest, as the demo shows its mails; their links lead to where the house says it is."""
    await mails_to(house, email)
    await page.goto("/demo/mails")
    link = page.get_by_role("link", name="/invitation#").first
    address = await link.get_attribute("href")
    assert address is not None
    await page.goto(address.removeprefix(house.usher.services.site))


async def sign_in(page: Page, email: str) -> None:
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("E-mail").fill(email)
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign in", exact=True).click()


async def memberships(client: Client) -> Any:
    return (await client.ask(ME))["memberships"]


@DEVICES
async def test_somebody_new_comes_from_the_mail_registers_and_is_a_member(
    window: Window, house: House, device: dict[str, Any]
) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    await invited(house, owner, "new@example.com", MemberRole.GATE)
    page = await window(house, "/", **device)
    await follow_the_mail(page, house, "new@example.com")
    await heading(page, "Join The House")
    # The token is not left in the address, and so not in the history.
    assert page.url == f"{house.url}/invitation"
    await expect(page.locator(".facts")).to_contain_text("You check tickets in at the door.")
    assert await serious(page) == []
    await page.get_by_role("main").get_by_role("link", name="Create an account").click()
    await heading(page, "Create an account")
    await expect(field(page, "E-mail")).to_have_value("new@example.com")
    await field(page, "Password").fill(GOOD)
    await page.get_by_role("button", name="Create an account").click()
    await expect(page.get_by_text("We have written to new@example.com.")).to_be_visible()
    await heading(page, "Join The House")
    # Kept, not only remembered.
    await page.reload()
    await page.get_by_role("button", name="Accept the invitation").click()
    await heading(page, "Welcome to The House")
    assert await serious(page) == []
    newcomer = await house.nobody.signed_in("new@example.com", GOOD)
    assert await memberships(newcomer) == [{"role": "GATE", "organizer": {"name": "The House"}}]
    await page.get_by_role("button", name="Account: new@example.com").click()
    # The access token has the new role without signing in again.
    await page.get_by_role("link", name="Gate", exact=True).click()
    await expect(page).to_have_url(f"{house.url}/gate")


async def test_whoever_is_signed_in_as_another_signs_in_as_who_was_invited_first(window: Window, house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    await invited(house, owner, "fan@example.com", MemberRole.BOX_OFFICE)
    page = await window(house, "/", "rival@example.com")
    await follow_the_mail(page, house, "fan@example.com")
    await expect(page.get_by_text("You are signed in as rival@example.com. This invitation is for another e-mail.")).to_be_visible()
    await expect(page.get_by_role("button", name="Accept the invitation")).to_have_count(0)
    await page.get_by_role("button", name="Sign in with the other one").click()
    await sign_in(page, "fan@example.com")
    await page.get_by_role("button", name="Accept the invitation").click()
    await heading(page, "Welcome to The House")
    assert await memberships(house.fan) == [{"role": "BOX_OFFICE", "organizer": {"name": "The House"}}]
    assert await memberships(house.rival) == []
    await page.goto("/invitation")
    await heading(page, "This link does not work any more")


async def test_what_is_withdrawn_says_so_also_to_who_had_it_open(window: Window, house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    made = await invited(house, owner, "fan@example.com", MemberRole.OWNER)
    page = await window(house, "/", "fan@example.com")
    await follow_the_mail(page, house, "fan@example.com")
    await expect(page.get_by_role("button", name="Accept the invitation")).to_be_visible()
    await owner.ask(WITHDRAW, {"id": made["invitation"]["id"]})
    await page.get_by_role("button", name="Accept the invitation").click()
    await heading(page, "This invitation is gone")
    assert await memberships(house.fan) == []
    # Another link in the same tab.
    again = await invited(house, owner, "fan@example.com", MemberRole.OWNER)
    await page.goto(f"/invitation#{again['token']}")
    await heading(page, "Join The House")
    await page.goto("/invitation#nonsense")
    await heading(page, "This invitation is gone")


async def test_who_has_an_account_already_comes_back_from_registering_by_the_mail_or_by_signing_in(
    window: Window, house: House
) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    await invited(house, owner, "fan@example.com", MemberRole.GATE)
    page = await window(house, "/")
    await follow_the_mail(page, house, "fan@example.com")
    await page.get_by_role("main").get_by_role("link", name="Create an account").click()
    await field(page, "Password").fill(GOOD)
    await page.get_by_role("button", name="Create an account").click()
    await heading(page, "Look into your mail")
    await page.get_by_role("link", name="Back to the invitation").click()
    await page.get_by_role("main").get_by_role("link", name="Create an account").click()
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await sign_in(page, "fan@example.com")
    await heading(page, "Join The House")
    await page.get_by_role("button", name="Accept the invitation").click()
    await heading(page, "Welcome to The House")
    assert await memberships(house.fan) == [{"role": "GATE", "organizer": {"name": "The House"}}]


async def test_who_belongs_by_now_is_told_so_in_words(window: Window, house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    await invited(house, owner, "fan@example.com", MemberRole.MANAGER)
    page = await window(house, "/", "fan@example.com")
    await follow_the_mail(page, house, "fan@example.com")
    await expect(page.get_by_role("button", name="Accept the invitation")).to_be_visible()
    async with house.usher.services.transaction() as work:
        fan = await work.users.by_email("fan@example.com")
    assert fan is not None
    await belongs(house.usher.services.transaction, fan.id, MemberRole.GATE)
    await page.get_by_role("button", name="Accept the invitation").click()
    told = "You belong to this organizer already. Whoever invited you can change your role."
    await expect(page.get_by_role("alert")).to_have_text(told)
    assert await memberships(house.fan) == [{"role": "GATE", "organizer": {"name": "The House"}}]


async def test_in_arabic_the_invitation_runs_from_right_to_left(window: Window, house: House) -> None:
    owner = await house.member("owner", MemberRole.OWNER)
    await invited(house, owner, "fan@example.com", MemberRole.MANAGER)
    page = await window(house, "/", "fan@example.com", **{**PHONE, "locale": "ar"})
    await follow_the_mail(page, house, "fan@example.com")
    await heading(page, "انضم إلى \u2068The House\u2069")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    await page.get_by_role("button", name="اقبل الدعوة").click()
    await heading(page, "أهلًا بك في \u2068The House\u2069")
    assert await serious(page) == []
