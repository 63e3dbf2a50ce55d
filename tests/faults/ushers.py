"""Two whole Ushers in the test's own loop, on one database and nothing else in common; something in them may be broken."""

from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing
from dataclasses import replace

from main import build_app, plugged
from resolvers.gateways.settings import Settings
from resolvers.services import Services
from schema.serving.listening import bound_socket, listen, server_for
from tests.api.conftest import in_background
from tests.faults.gateway import SECRET
from tests.faults.sale import TOKEN_KEY

# Is given an Usher's services and its database, and says what they become.
Plug = Callable[[Services, str], AbstractAsyncContextManager[Services]]


def settings_of(hold_seconds: int, **more: str) -> Mapping[str, str]:
    """As in production, with keys that the tests know."""
    keys = {"USHER_ACCESS_TOKEN_KEY": TOKEN_KEY, "USHER_TICKET_KEY": bytes(range(32)), "USHER_WEBHOOK_SECRET": SECRET}
    shown = {name: b64encode(key).decode() for name, key in keys.items()}
    # One machine is the whole crowd.
    fast = {"USHER_COST_PER_SECOND": "1000000000", "USHER_COST_PER_ADDRESS": "1000000000"}
    return {"USHER_MODE": "production", "USHER_HOLD_SECONDS": str(hold_seconds), **fast, **shown, **more}


@asynccontextmanager
async def as_it_is(services: Services, _: str) -> AsyncIterator[Services]:
    yield services


@asynccontextmanager
async def two_ushers(database_urls: tuple[str, str], hold_seconds: int, plug: Plug = as_it_is) -> AsyncIterator[list[str]]:
    """Their addresses. Both URLs are of one database; they may differ in settings of its connections."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(_usher(url, hold_seconds, plug)) for url in database_urls]


@asynccontextmanager
async def _usher(database_url: str, hold_seconds: int, plug: Plug) -> AsyncIterator[str]:
    settings = Settings.of({"DATABASE_URL": database_url, **settings_of(hold_seconds)})
    with closing(bound_socket("127.0.0.1", 0)) as bound:
        listen(bound)
        async with plugged(settings, database_url) as whole, plug(whole.services, database_url) as services:
            server = server_for(build_app(replace(whole, services=services), settings), on_started=lambda: None)
            async with in_background(server, bound):
                yield "http://{}:{}".format(*bound.getsockname()[:2])
