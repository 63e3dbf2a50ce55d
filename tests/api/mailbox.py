"""Reading the mails of a demo, as their recipients would."""

import asyncio
from typing import Any

import asyncpg

from domain.mails import Mail
from resolvers.mails import send_mails
from tests.api.conftest import House


async def mails_to(house: House, recipient: str, count: int = 1) -> list[Mail]:
    """All that have come, the oldest first, as soon as there are so many."""
    mailer = house.usher.services.mailer
    assert mailer is not None
    assert mailer.shown is not None
    async with asyncio.timeout(20):
        while True:
            # The house sends by itself, too: what it has taken is there a moment later.
            await send_mails(house.usher.services)
            found = [mail for mail in mailer.shown if mail.recipient == recipient]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)


async def link_to(house: House, recipient: str, landing: str = "/verify", count: int = 1) -> str:
    """The token of the link to there that came last, as soon as there are so many."""
    wanted = f"{house.usher.services.site}{landing}#"
    found: list[str] = []
    mails = 1
    while len(found) < count:
        texts = [mail.text for mail in await mails_to(house, recipient, mails)]
        found = [text.split(wanted, 1)[1].split("\n", 1)[0] for text in texts if wanted in text]
        mails = len(texts) + 1
    return found[-1]


async def nothing_left(house: House) -> None:
    """Until all that was written is sent."""
    async with asyncio.timeout(20):
        while await rows(house, "SELECT id FROM outbox"):
            await send_mails(house.usher.services)
            await asyncio.sleep(0.02)


async def rows(house: House, query: str, *values: object) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(house.database_url)
    try:
        return [tuple(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()
