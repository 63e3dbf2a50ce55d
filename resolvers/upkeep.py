"""What has to happen without anybody asking: expiries announced, unsettled payments asked about, refunds paid."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from domain.errors import ServerBusy
from resolvers.orders import GATEWAY_SECONDS, settle
from resolvers.services import Services

log = structlog.get_logger()

EXPIRY_SECONDS = 0.4
MONEY_SECONDS = 2.0
# Longer than a gateway is waited for, so that nobody is asked about a payment that is still being made.
UNSETTLED_AFTER = timedelta(seconds=GATEWAY_SECONDS + 5)
AT_ONCE = 100


@asynccontextmanager
async def keeping_up(services: Services) -> AsyncIterator[None]:
    """Any number of processes may do so at the same time; every step is safe to repeat."""
    task = asyncio.create_task(_keep_up(services))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def announce_expiries(services: Services) -> None:
    for session_id in await services.inventory.expiring():
        await services.inventory.expire(session_id)


async def settle_payments(services: Services, older_than: timedelta = UNSETTLED_AFTER) -> None:
    async with services.transaction() as work:
        payments = await work.orders.unsettled(older_than, AT_ONCE)
    for payment in payments:
        async with asyncio.timeout(GATEWAY_SECONDS):
            report = await services.payments.fetch(payment)
        await settle(services, report)


async def pay_refunds(services: Services) -> None:
    async with services.transaction() as work:
        refunds = await work.orders.refunds_due(AT_ONCE)
    for refund in refunds:
        async with asyncio.timeout(GATEWAY_SECONDS):
            await services.payments.refund(refund)
        async with services.transaction() as work:
            await work.orders.refunded(refund.id)


async def _keep_up(services: Services) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_every(EXPIRY_SECONDS, services, announce_expiries))
        tasks.create_task(_every(MONEY_SECONDS, services, settle_payments))
        tasks.create_task(_every(MONEY_SECONDS, services, pay_refunds))


async def _every(seconds: float, services: Services, step: Callable[[Services], Awaitable[None]]) -> None:
    while True:
        # Gathered for its outcome: whatever a step fails with, it is tried again.
        [outcome] = await asyncio.gather(step(services), return_exceptions=True)
        if isinstance(outcome, ServerBusy | TimeoutError | OSError):
            log.warning("upkeep_delayed", step=step.__name__, error=type(outcome).__name__)
        elif isinstance(outcome, Exception):
            log.error("upkeep_failed", step=step.__name__, exc_info=outcome)
        await asyncio.sleep(seconds)
