"""Work that nobody asked for: what it fails with is logged, it is tried again, and it stands in the way of nothing else."""

import asyncio
from collections.abc import Awaitable

import structlog

from domain.errors import ServerBusy

log = structlog.get_logger()


async def tried(step: str, work: Awaitable[None]) -> None:
    # Gathered for its outcome.
    [outcome] = await asyncio.gather(work, return_exceptions=True)
    if isinstance(outcome, ServerBusy | TimeoutError | OSError):
        log.warning("upkeep_delayed", step=step, error=type(outcome).__name__)
    elif isinstance(outcome, Exception):
        log.error("upkeep_failed", step=step, exc_info=outcome)
