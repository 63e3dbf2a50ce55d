"""The sandbox gateway: outcomes by method and age, webhooks that prove who sent them."""

import asyncio
import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import pytest
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from domain.errors import NotAllowed
from domain.gateways import PaymentGateway
from domain.ids import OrderId, PaymentId, RefundId, SessionId
from domain.money import Money
from domain.orders import Payment, PaymentReport, PaymentStatus
from domain.repositories import Refund
from resolvers.gateways.payments import sandbox
from resolvers.gateways.payments.sandbox import METHODS, SandboxGateway, signed_webhook

SECRET = base64.b64encode(bytes(range(32))).decode()
NOON = datetime(2031, 5, 4, 12, tzinfo=UTC)
PAYMENT_ID = PaymentId(UUID(int=9))
PAID = PaymentReport(PAYMENT_ID, PaymentStatus.SUCCEEDED, Money(4500, "PLN"))


class Consumer:
    """Keeps the webhooks it gets, and raises for as many as `failing` says."""

    def __init__(self, failing: int = 0) -> None:
        self.got: list[tuple[bytes, Mapping[str, str]]] = []
        self.failing = failing
        self.enough = asyncio.Event()

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.got.append((body, headers))
        if len(self.got) == sandbox.DELIVERIES:
            self.enough.set()
        if len(self.got) <= self.failing:
            raise LookupError("not today")


def a_payment(method: str, created_at: datetime = NOON, id: int = 9) -> Payment:
    return Payment(
        id=PaymentId(UUID(int=id)),
        order_id=OrderId(UUID(int=1)),
        session_id=SessionId(UUID(int=2)),
        status=PaymentStatus.PENDING,
        amount=Money(4500, "PLN"),
        method=method,
        created_at=created_at,
    )


def a_gateway(consumer: Consumer | None = None, slow_seconds: float = 3.0, now: datetime | None = None) -> SandboxGateway:
    return SandboxGateway(SECRET, slow_seconds, consumer or Consumer(), clock=lambda: now or datetime.now(UTC))


@pytest.mark.parametrize(
    ("method", "age", "status"),
    [
        ("sandbox-ok", 0.0, PaymentStatus.SUCCEEDED),
        ("sandbox-declined", 0.0, PaymentStatus.FAILED),
        ("sandbox-declined", 99.0, PaymentStatus.FAILED),
        ("sandbox-slow", 0.0, PaymentStatus.PENDING),
        ("sandbox-slow", 2.999, PaymentStatus.PENDING),
        ("sandbox-slow", 3.0, PaymentStatus.SUCCEEDED),
        ("pm_card_visa", 0.0, PaymentStatus.FAILED),
        ("", 0.0, PaymentStatus.FAILED),
    ],
)
async def test_an_outcome_follows_from_method_and_age_whoever_is_asked(method: str, age: float, status: PaymentStatus) -> None:
    payment = a_payment(method)
    now = NOON + timedelta(seconds=age)
    gateways: list[PaymentGateway] = [a_gateway(now=now), a_gateway(now=now)]
    expected = PaymentReport(PAYMENT_ID, status, Money(4500, "PLN"))
    for gateway in gateways:
        assert await gateway.pay(payment) == expected
        assert await gateway.fetch(payment) == expected
        assert await gateway.pay(payment) == expected


def test_only_the_sandbox_methods_are_accepted() -> None:
    assert METHODS == ("sandbox-ok", "sandbox-declined", "sandbox-slow")
    assert [a_gateway().accepts(method) for method in (*METHODS, "card", "")] == [True, True, True, False, False]


async def test_a_slow_payment_is_told_twice_by_a_webhook_that_the_gateway_itself_believes() -> None:
    consumer = Consumer()
    gateway = a_gateway(consumer, slow_seconds=0.02)
    async with asyncio.timeout(10), gateway.running():
        payment = a_payment("sandbox-slow", datetime.now(UTC))
        assert (await gateway.pay(payment)).status is PaymentStatus.PENDING
        await consumer.enough.wait()
    assert [gateway.read_webhook(body, headers) for body, headers in consumer.got] == [PAID, PAID]
    assert {headers["webhook-id"] for _, headers in consumer.got} == {"payment_00000000000000000000000009.succeeded"}


async def test_paying_the_same_payment_again_promises_no_further_webhook() -> None:
    gateway = a_gateway(slow_seconds=60.0)
    async with asyncio.timeout(10), gateway.running():
        payment = a_payment("sandbox-slow", datetime.now(UTC))
        await gateway.pay(payment)
        await gateway.pay(payment)
        assert len(gateway._under_way) == 1


async def test_payments_settled_at_once_and_gateways_that_do_not_run_promise_no_webhook() -> None:
    gateway = a_gateway(slow_seconds=60.0)
    await gateway.pay(a_payment("sandbox-slow", datetime.now(UTC)))
    async with asyncio.timeout(10), gateway.running():
        await gateway.pay(a_payment("sandbox-ok"))
        await gateway.pay(a_payment("sandbox-declined"))
        assert len(gateway._under_way) == 0
    await gateway.pay(a_payment("sandbox-slow", datetime.now(UTC)))
    assert len(gateway._under_way) == 0


async def test_stopping_does_not_wait_for_webhooks_that_are_not_due() -> None:
    consumer = Consumer()
    gateway = a_gateway(consumer, slow_seconds=3_600.0)
    async with asyncio.timeout(10), gateway.running():
        await gateway.pay(a_payment("sandbox-slow", datetime.now(UTC)))
    assert consumer.got == []
    assert len(gateway._under_way) == 0


async def test_what_goes_wrong_while_it_runs_comes_out_as_it_is() -> None:
    gateway = a_gateway(slow_seconds=3_600.0)

    async def work() -> None:
        async with asyncio.timeout(10), gateway.running():
            await gateway.pay(a_payment("sandbox-slow", datetime.now(UTC)))
            raise LookupError("the reason")

    with pytest.raises(LookupError, match="the reason"):
        await work()
    assert len(gateway._under_way) == 0


async def test_a_consumer_that_fails_gets_the_next_delivery_and_takes_nobody_down() -> None:
    consumer = Consumer(failing=1)
    gateway = a_gateway(consumer, slow_seconds=0.02)
    with capture_logs() as logs:
        async with asyncio.timeout(10), gateway.running():
            await gateway.pay(a_payment("sandbox-slow", datetime.now(UTC)))
            await consumer.enough.wait()
    assert [(line["event"], line["error"]) for line in logs] == [("sandbox_webhook_failed", "LookupError")]


async def test_past_the_limit_further_webhooks_are_dropped_and_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "UNDER_WAY", 2)
    gateway = a_gateway(slow_seconds=60.0)
    with capture_logs() as logs:
        async with asyncio.timeout(10), gateway.running():
            for id in (1, 2, 3):
                await gateway.pay(a_payment("sandbox-slow", datetime.now(UTC), id))
            assert len(gateway._under_way) == 2
    assert [(line["event"], line["payment_id"]) for line in logs] == [
        ("sandbox_webhook_dropped", "payment_00000000000000000000000003")
    ]


async def test_a_refund_is_logged_by_its_key() -> None:
    with capture_logs() as logs:
        await a_gateway().refund(Refund(RefundId(UUID(int=4)), a_payment("sandbox-ok"), 1_500))
    assert logs == [
        {
            "event": "sandbox_refunded",
            "log_level": "info",
            "refund_id": "refund_00000000000000000000000004",
            "minor": 1_500,
        }
    ]


def webhook(at: datetime | None = None, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    body, headers = signed_webhook(Webhook(secret), PAID, at or datetime.now(UTC))
    return body, dict(headers)


def test_a_webhook_is_plain_json_signed_by_the_standard() -> None:
    body, headers = webhook()
    assert orjson.loads(body) == {
        "paymentId": "payment_00000000000000000000000009",
        "status": "SUCCEEDED",
        "amount": 4500,
        "currency": "PLN",
    }
    assert sorted(headers) == ["content-type", "webhook-id", "webhook-signature", "webhook-timestamp"]
    assert a_gateway().read_webhook(body, {name.title(): value for name, value in headers.items()}) == PAID
    assert SandboxGateway(bytes(range(32)), 3.0, Consumer()).read_webhook(body, headers) == PAID


@pytest.mark.parametrize("minutes", [-6, 6])
def test_s3_a_webhook_six_minutes_off_is_refused(minutes: int) -> None:
    with pytest.raises(NotAllowed):
        a_gateway().read_webhook(*webhook(datetime.now(UTC) + timedelta(minutes=minutes)))


def test_a_webhook_four_minutes_old_is_accepted() -> None:
    assert a_gateway().read_webhook(*webhook(datetime.now(UTC) - timedelta(minutes=4))) == PAID


def test_s3_a_webhook_signed_with_another_secret_is_refused() -> None:
    with pytest.raises(NotAllowed):
        a_gateway().read_webhook(*webhook(secret=base64.b64encode(bytes(32)).decode()))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "1", "nan", "inf", "v1", "v1,", "v1,é", "v1,A", "v9,AAAA", ",,", "\ud800"])
def test_s3_a_webhook_with_a_missing_or_wrong_header_is_refused(name: str, value: str | None) -> None:
    body, headers = webhook()
    kept = {key: text for key, text in headers.items() if key != name}
    with pytest.raises(NotAllowed):
        a_gateway().read_webhook(body, kept if value is None else {**kept, name: value})


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"null"])
def test_s3_a_webhook_with_another_body_is_refused(body: bytes) -> None:
    _, headers = webhook()
    with pytest.raises(NotAllowed):
        a_gateway().read_webhook(body, headers)
    original, _ = webhook()
    with pytest.raises(NotAllowed):
        a_gateway().read_webhook(original.replace(b"4500", b"4501"), headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"paymentId":"payment_0"}',
        b'{"paymentId":"order_00000000000000000000000009","status":"SUCCEEDED","amount":1,"currency":"PLN"}',
        b'{"paymentId":"payment_00000000000000000000000009","status":"MAYBE","amount":1,"currency":"PLN"}',
        b'{"paymentId":"payment_00000000000000000000000009","status":"SUCCEEDED","amount":"1","currency":"PLN"}',
        b'{"paymentId":"payment_00000000000000000000000009","status":"SUCCEEDED","amount":1}',
    ],
)
def test_s3_a_well_signed_body_that_is_no_report_is_refused(body: bytes) -> None:
    now = datetime.now(UTC)
    signature = Webhook(SECRET).sign("one", now, body.decode())
    headers = {"webhook-id": "one", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
    with pytest.raises(NotAllowed):
        a_gateway().read_webhook(body, headers)
