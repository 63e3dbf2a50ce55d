"""The payment gateway's side of a sale: whatever it has said of a payment, it says again and again, to whichever server."""

import asyncio
import random
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
import httpx
from standardwebhooks import Webhook

from domain.ids import PaymentId
from domain.money import Money
from domain.orders import PaymentReport, PaymentStatus
from resolvers.gateways.payments.sandbox import signed_webhook
from tests.faults.history import Attempt, History, Outcome, Request

SECRET = bytes(range(32, 64))
PAUSE_SECONDS = 0.1
# Taken; or the database is away, and a gateway comes again.
TAKEN, AWAY = 204, 503
PAID = """
SELECT payment.id, amount_minor, payment.currency FROM payment
WHERE session_id = $1 AND status = 'SUCCEEDED' ORDER BY settled_at DESC LIMIT 20
"""


@dataclass(slots=True)
class Gateway:
    """Not a buyer: it knows its own payments, so it looks where it likes."""

    database_url: str
    session_id: object
    urls: Sequence[str]
    http: httpx.AsyncClient
    history: History
    random: random.Random
    closed: asyncio.Event

    async def repeat_itself(self) -> None:
        while not self.closed.is_set():
            try:
                connection = await asyncpg.connect(self.database_url, timeout=2)
                try:
                    rows = await connection.fetch(PAID, self.session_id)
                finally:
                    connection.terminate()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                rows = []
            if rows:
                row = self.random.choice(rows)
                amount = Money(row["amount_minor"], row["currency"])
                await self._tell(PaymentReport(PaymentId(row["id"]), PaymentStatus.SUCCEEDED, amount))
            await asyncio.sleep(PAUSE_SECONDS)

    async def _tell(self, report: PaymentReport) -> None:
        server, now = self.random.randrange(len(self.urls)), asyncio.get_running_loop().time
        request = Request(-1, "webhook", {"payment": str(report.payment_id)}, attempts=[Attempt(server, now())])
        self.history.requests.append(request)
        body, headers = signed_webhook(Webhook(b64encode(SECRET).decode()), report, datetime.now(UTC))
        [attempt] = request.attempts
        try:
            response = await self.http.post(f"{self.urls[server]}/webhooks/payments", content=body, headers=dict(headers))
        except httpx.TransportError:
            attempt.outcome = Outcome.CUT_OFF
            return
        attempt.received, attempt.said = now(), str(response.status_code)
        attempt.outcome = {TAKEN: Outcome.ANSWERED, AWAY: Outcome.BUSY}.get(response.status_code, Outcome.BROKEN)
        request.answer = {"__typename": attempt.said} if attempt.outcome is Outcome.ANSWERED else None
