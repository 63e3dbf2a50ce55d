"""The built-in payment gateway: no money moves, but it declines, delays and repeats itself like the real ones."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import orjson
import structlog
from standardwebhooks import Webhook, WebhookVerificationError

from domain.errors import NotAllowed
from domain.ids import PaymentId, read_id, show_id
from domain.money import Money
from domain.orders import Payment, PaymentReport, PaymentStatus
from domain.repositories import Refund

log = structlog.get_logger()

METHODS = ("sandbox-ok", "sandbox-declined", "sandbox-slow")
DELIVERIES = 2
# Past so many webhooks under way further ones are dropped: `fetch` still tells how those payments ended.
UNDER_WAY = 1_000
DELIVERY_TIMEOUT = 5.0


class Deliver(Protocol):
    def __call__(self, body: bytes, headers: Mapping[str, str]) -> Awaitable[None]: ...


class SandboxGateway:
    """What became of a payment follows from its method and age alone, so every process and every restart agree on it.

    `secret` is bytes, or base64 of them. "sandbox-slow" is PENDING until `slow_seconds` after the payment's creation; then it
    has SUCCEEDED and a signed webhook says so, twice, as real gateways deliver at least once. Outside `running` none is sent.
    `ahead`: how far the clock that payments are created by has been moved.
    """

    def __init__(
        self,
        secret: bytes | str,
        slow_seconds: float,
        deliver: Deliver,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        ahead: Callable[[], timedelta] = timedelta,
    ) -> None:
        self._webhook = Webhook(secret)
        self._slow = timedelta(seconds=slow_seconds)
        self._deliver, self._clock, self._ahead = deliver, clock, ahead
        self._group: asyncio.TaskGroup | None = None
        self._under_way: dict[PaymentId, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Webhooks not delivered by the end are dropped."""
        group = await asyncio.TaskGroup().__aenter__()
        self._group = group
        try:
            yield
        finally:
            self._group = None
            for task in self._under_way.values():
                task.cancel()
            # Told of no error, the group doesn't wrap what the body raised.
            await group.__aexit__(None, None, None)

    def accepts(self, method: str) -> bool:
        return method in METHODS

    async def pay(self, payment: Payment) -> PaymentReport:
        report = self._report(payment)
        if report.status is PaymentStatus.PENDING:
            self._promise_webhook(payment)
        return report

    async def fetch(self, payment: Payment) -> PaymentReport:
        return self._report(payment)

    async def refund(self, refund: Refund) -> None:
        log.info("sandbox_refunded", refund_id=show_id("refund", refund.id), minor=refund.minor)

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentReport:
        try:
            return _parsed(self._webhook.verify(body, dict(headers)))
        except (WebhookVerificationError, ValueError, LookupError, TypeError) as wrong:
            raise NotAllowed from wrong

    def _report(self, payment: Payment) -> PaymentReport:
        return PaymentReport(payment.id, self._status(payment), payment.amount)

    def _status(self, payment: Payment) -> PaymentStatus:
        match payment.method:
            case "sandbox-ok":
                return PaymentStatus.SUCCEEDED
            case "sandbox-slow":
                return PaymentStatus.SUCCEEDED if self._due_in(payment) <= timedelta() else PaymentStatus.PENDING
            case _:
                return PaymentStatus.FAILED

    def _promise_webhook(self, payment: Payment) -> None:
        if self._group is None or payment.id in self._under_way:
            return
        if len(self._under_way) >= UNDER_WAY:
            log.warning("sandbox_webhook_dropped", payment_id=show_id("payment", payment.id))
            return
        task = self._group.create_task(self._send_when_due(payment))
        self._under_way[payment.id] = task
        task.add_done_callback(lambda _: self._under_way.pop(payment.id, None))

    async def _send_when_due(self, payment: Payment) -> None:
        await asyncio.sleep(self._due_in(payment).total_seconds())
        report = PaymentReport(payment.id, PaymentStatus.SUCCEEDED, payment.amount)
        for _ in range(DELIVERIES):
            # Gathered for its outcome: whatever a consumer raises is the consumer's, and the gateway goes on.
            sent = asyncio.wait_for(self._send(report), DELIVERY_TIMEOUT)
            [outcome] = await asyncio.gather(sent, return_exceptions=True)
            if isinstance(outcome, Exception):
                payment_id = show_id("payment", payment.id)
                log.warning("sandbox_webhook_failed", payment_id=payment_id, error=type(outcome).__name__)

    def _due_in(self, payment: Payment) -> timedelta:
        return payment.created_at + self._slow - self._clock() - self._ahead()

    async def _send(self, report: PaymentReport) -> None:
        body, headers = signed_webhook(self._webhook, report, self._clock())
        await self._deliver(body, headers)


def signed_webhook(webhook: Webhook, report: PaymentReport, at: datetime) -> tuple[bytes, Mapping[str, str]]:
    """A Standard Webhooks message: a repeated delivery has the same webhook-id."""
    payment_id = show_id("payment", report.payment_id)
    body = orjson.dumps(
        {
            "paymentId": payment_id,
            "status": report.status,
            "amount": report.amount.minor,
            "currency": report.amount.currency,
        }
    )
    message_id = f"{payment_id}.{report.status.lower()}"
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": webhook.sign(message_id, at, body.decode()),
    }
    return body, headers


def _parsed(message: Any) -> PaymentReport:
    """Raises `ValueError`, `LookupError` or `TypeError` for a message that is not one of ours."""
    match read_id(message["paymentId"]):
        case ("payment", payment_id) if type(message["amount"]) is int:
            amount = Money(message["amount"], str(message["currency"]))
            return PaymentReport(PaymentId(payment_id), PaymentStatus(message["status"]), amount)
    raise ValueError("not a payment's report")
