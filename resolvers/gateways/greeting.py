"""What is said when Usher is open."""

import socket

import structlog
from rich.console import Console

from resolvers.demo.accounts import ACCOUNTS, PASSWORD
from resolvers.gateways.settings import Settings

log = structlog.get_logger()


def greet(console: Console, settings: Settings, bound: socket.socket) -> None:
    host, port = bound.getsockname()[:2]
    name = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    url = settings.public_url or f"http://{name}:{port}"
    if settings.mode == "production":
        log.info("ready", url=url)
        return
    console.print(f"\nUsher is open at {url}\n  GraphQL at {url}/graphql")
    if settings.has_explorer:
        console.print(f"  Try the API at {url}/explorer")
    console.print(f"  Sign in with the password {PASSWORD} as {', '.join(account.email for account in ACCOUNTS)}")
    if settings.smtp_url is None:
        console.print(f"  Its mails are sent to nobody: read them at {url}/demo/mails")
    console.print(f"  Ctrl-C stops it; the data stays in {settings.data_dir}\n")
