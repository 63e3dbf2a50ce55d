"""A demo's mails as a page: what is in them is text, and nobody else's links can be followed."""

from collections import deque

import httpx
from starlette.applications import Starlette

from domain.ids import new_id
from domain.mails import Mail
from resolvers.gateways.mails.shown import ShownMails
from schema.serving.demo import demo_routes
from tests.builders import services_of
from tests.fakes import FakeMailer

SITE = "http://127.0.0.1:8000"


async def got(path: str, mailer: object) -> httpx.Response:
    services = services_of(None, mailer=mailer, site=SITE)  # type: ignore[arg-type]  # no transaction is begun
    app = Starlette(routes=demo_routes(services))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
        return await client.get(path)


async def test_s21_mails_are_shown_as_text_newest_first_and_only_links_of_ours_can_be_followed() -> None:
    said: list[str] = []
    mailer = ShownMails(said.append)
    await mailer.send(Mail(new_id(), "fan@example.com", "First", f"Go to {SITE}/verify#ab-c_1 or https://evil.example/x"))
    nasty = "<script>alert(1)</script>"
    await mailer.send(Mail(new_id(), f"{nasty}@example.com", nasty, f'{nasty} {SITE}/"onmouseover=alert(1)'))
    page = await got("/demo/mails", mailer)
    assert page.headers["cache-control"] == "no-store"
    assert nasty not in page.text
    assert page.text.index("&lt;script&gt;") < page.text.index("First")
    assert f'<a href="{SITE}/verify#ab-c_1">{SITE}/verify#ab-c_1</a>' in page.text
    assert page.text.count("<a href=") == 3
    assert '<a href="https://evil' not in page.text
    assert f'<a href="{SITE}/">{SITE}/</a>&quot;onmouseover' in page.text
    assert [line for line in said if SITE + "/verify#ab-c_1" in line] == said[:1]


async def test_only_the_last_mails_are_kept() -> None:
    mailer = ShownMails(lambda _: None, kept=2)
    for number in range(3):
        await mailer.send(Mail(new_id(), "fan@example.com", f"Mail {number}", "x"))
    assert isinstance(mailer.shown, deque)
    assert [mail.subject for mail in mailer.shown] == ["Mail 1", "Mail 2"]


async def test_where_mails_are_sent_there_is_no_such_page() -> None:
    assert [(await got("/demo/mails", mailer)).status_code for mailer in (FakeMailer(), None)] == [404, 404]
    assert (await got("/demo.json", FakeMailer())).json()["password"] == "usher-demo"


async def test_before_the_first_mail_the_page_says_what_to_do() -> None:
    page = await got("/demo/mails", ShownMails(lambda _: None))
    assert (page.status_code, "None yet." in page.text) == (200, True)
