"""Work that goes on as long as the process: nobody waits for it, so nobody else would notice that it has ended."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()

PAUSE_SECONDS = 1.0


async def tireless(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """For ever: whatever it fails with is logged, and it begins anew."""
    while True:
        [outcome] = await asyncio.gather(work(), return_exceptions=True)
        log.error("work_begins_anew", work=name, exc_info=outcome)
        await asyncio.sleep(PAUSE_SECONDS)
