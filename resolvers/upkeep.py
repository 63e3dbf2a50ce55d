"""What has to happen without anybody asking: expiries announced, payments asked about, refunds paid, leftovers removed."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Self, TypeAlias

from domain.errors import ServerBusy
from domain.orders import Payment
from domain.repositories import Leftovers, Refund
from domain.topics import Kind, Topic
from resolvers.mails import send_mails
from resolvers.orders import GATEWAY_SECONDS, settle
from resolvers.services import Services
from resolvers.trying import tried
from resolvers.verification import count_violations

Step: TypeAlias = Callable[[Services], Awaitable[None]]

EXPIRY_SECONDS = 0.4
ENDED_SECONDS = 1.0
MONEY_SECONDS = 2.0
MAIL_SECONDS = 1.0
LEFTOVER_SECONDS = 30.0
USAGE_SECONDS = 5.0
# Longer than a gateway is waited for, so that nobody is asked about a payment that is still being made.
UNSETTLED_AFTER = timedelta(seconds=GATEWAY_SECONDS + 5)
AT_ONCE = 100
REMOVED_AT_ONCE = 2_000
# Their tokens go with them, one for every ten minutes of use.
SIGN_INS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Retention:
    """How far clients that were cut off can resume, and how long an idempotency key is remembered."""

    changes: timedelta = timedelta(hours=1)
    versions: int = 10_000
    answers: timedelta = timedelta(hours=24)
    sign_ins: timedelta = timedelta(days=30)
    guests: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proving:
    """How often every promise is asked for, and who is told how many break each; the first time after half of that or more."""

    every: timedelta
    tell: Callable[[Mapping[str, int]], None]

    @classmethod
    def each(cls, minutes: int, tell: Callable[[Mapping[str, int]], None]) -> Self | None:
        return cls(timedelta(minutes=minutes), tell) if minutes else None


@asynccontextmanager
async def keeping_up(services: Services, retention: Retention = Retention(), proving: Proving | None = None) -> AsyncIterator[None]:
    """Any number of processes may do so at the same time; every step is safe to repeat."""
    task = asyncio.create_task(_keep_up(services, retention, proving))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        # What was counted since it was last written.
        with suppress(ServerBusy, TimeoutError):
            async with asyncio.timeout(USAGE_SECONDS):
                await write_usage(services)


async def announce_expiries(services: Services) -> None:
    for session_id in await services.inventory.expiring():
        await tried("expire", services.inventory.expire(session_id))


async def know_the_ended(services: Services) -> None:
    """For ever: which sign-ins have ended, wherever that was."""
    await services.ended.follow(services.topics)


async def settle_payments(services: Services, older_than: timedelta = UNSETTLED_AFTER) -> None:
    async with services.transaction() as work:
        payments = await work.orders.unsettled(older_than, AT_ONCE)
    for payment in payments:
        await tried("settle_payment", _settle(services, payment))


async def pay_refunds(services: Services) -> None:
    async with services.transaction() as work:
        refunds = await work.orders.refunds_due(AT_ONCE)
    for refund in refunds:
        await tried("pay_refund", _pay_back(services, refund))


async def _settle(services: Services, payment: Payment) -> None:
    async with asyncio.timeout(GATEWAY_SECONDS):
        report = await services.payments.fetch(payment)
    await settle(services, report)


async def _pay_back(services: Services, refund: Refund) -> None:
    async with asyncio.timeout(GATEWAY_SECONDS):
        await services.payments.refund(refund)
    async with services.transaction() as work:
        await work.orders.refunded(refund.id)
    services.topics.announce(Topic(Kind.ORDER, refund.payment.order_id))


async def write_usage(services: Services) -> None:
    await services.usage.write(services.transaction)


async def remove_leftovers(services: Services, retention: Retention) -> None:
    await _until_none_are_left(services, lambda left: left.trim_changes(retention.changes, retention.versions, REMOVED_AT_ONCE))
    await _until_none_are_left(services, lambda left: left.forget_answers(retention.answers, REMOVED_AT_ONCE))
    await _until_none_are_left(services, lambda left: left.forget_sign_ins(retention.sign_ins, SIGN_INS_AT_ONCE))
    await _until_none_are_left(services, lambda left: left.forget_links(REMOVED_AT_ONCE))
    await _until_none_are_left(services, lambda left: left.forget_guests(retention.guests, SIGN_INS_AT_ONCE))


async def _until_none_are_left(services: Services, remove: Callable[[Leftovers], Awaitable[int]]) -> None:
    """Each batch in a transaction of its own, of some milliseconds: nobody waits for it."""
    removed = 1
    while removed:
        async with services.transaction() as work:
            removed = await remove(work.leftovers)


async def _keep_up(services: Services, retention: Retention, proving: Proving | None) -> None:
    async def tidy_up(services: Services) -> None:
        await remove_leftovers(services, retention)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_every(EXPIRY_SECONDS, services, announce_expiries))
        tasks.create_task(_every(ENDED_SECONDS, services, know_the_ended))
        tasks.create_task(_every(MONEY_SECONDS, services, settle_payments))
        tasks.create_task(_every(MONEY_SECONDS, services, pay_refunds))
        tasks.create_task(_every(MAIL_SECONDS, services, send_mails))
        tasks.create_task(_every(USAGE_SECONDS, services, write_usage))
        tasks.create_task(_every(LEFTOVER_SECONDS, services, tidy_up))
        if proving is not None:
            tasks.create_task(_every(proving.every.total_seconds() / 4, services, _proof(proving)))


def _proof(proving: Proving) -> Step:
    async def prove(services: Services) -> None:
        # Jittered, so that many processes do not ask at the same moment.
        await asyncio.sleep(proving.every.total_seconds() * random.uniform(0.5, 1.0))
        proving.tell(await count_violations(services))

    return prove


async def _every(seconds: float, services: Services, step: Step) -> None:
    while True:
        await tried(step.__name__, step(services))
        await asyncio.sleep(seconds)
