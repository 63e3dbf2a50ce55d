"""What only a demo serves: its accounts, and its mails as a page, so that who tries it needs no mail server."""

import re
from collections.abc import Sequence
from html import escape

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from domain.mails import Mail
from resolvers.demo.accounts import ACCOUNTS, PASSWORD
from resolvers.services import Services

NOT_KEPT = {"Cache-Control": "no-store"}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Mails of this demo · Usher</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/demo/mails.css"></head><body>
<header><a href="/">Usher</a><h1>Mails of this demo</h1>
<p>They were sent to nobody. With a mail server set (<code>USHER_SMTP_URL</code>) they are sent, and this page is gone.</p></header>
<main>{mails}</main></body></html>
"""
NONE = "<p class=none>None yet. Register, or ask for a new password, and reload this page a second later.</p>"
ONE = """<article><h2 dir=auto>{subject}</h2><p class=to>to <b dir=ltr>{recipient}</b></p><div dir=auto>{text}</div></article>"""
STYLE = """
:root { color-scheme: light dark; --line: light-dark(#d9dce3, #363b47); --quiet: light-dark(#565d6d, #a4abba);
  --card: light-dark(#fff, #1d2129); --link: light-dark(#3d3bd1, #a5a4ff) }
body { margin: 0; padding: 1.5rem 1rem 4rem; font: 1rem/1.55 system-ui, sans-serif;
  background: light-dark(#f5f6f9, #13161c); color: light-dark(#191c23, #eceef3) }
header, main { max-width: 44rem; margin-inline: auto }
h1 { margin: .6rem 0 .2rem; font-size: 1.6rem } header p, .to, .none { color: var(--quiet) }
article { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 1rem 1.25rem; margin-top: 1rem }
h2 { margin: 0; font-size: 1.1rem } .to { margin: 0 0 .75rem; font-size: .875rem }
article div { white-space: pre-line; overflow-wrap: anywhere }
a { color: var(--link); font-weight: 600 } a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
"""


def demo_routes(services: Services) -> list[BaseRoute]:
    shown = services.mailer.shown if services.mailer else None
    mails = [] if shown is None else _mails(shown, services.site)
    return [_accounts([account.email for account in ACCOUNTS], PASSWORD), *mails]


def _accounts(emails: Sequence[str], password: str) -> Route:
    """So that the page can offer to sign in with one click."""
    body = orjson.dumps({"accounts": [{"email": email} for email in emails], "password": password})

    async def accounts(_: Request) -> Response:
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    return Route("/demo.json", accounts)


def _mails(mails: Sequence[Mail], site: str) -> list[BaseRoute]:
    """Newest first; only links to `site` can be followed."""
    own = re.compile(re.escape(escape(site)) + r"/[\w/#-]*")

    def shown(mail: Mail) -> str:
        text = own.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(mail.text.strip()))
        return ONE.format(subject=escape(mail.subject), recipient=escape(mail.recipient), text=text)

    async def page(_: Request) -> Response:
        listed = "\n".join(shown(mail) for mail in reversed(mails)) or NONE
        return HTMLResponse(PAGE.format(mails=listed), headers=NOT_KEPT)

    async def style(_: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    return [Route("/demo/mails", page), Route("/demo/mails.css", style)]
