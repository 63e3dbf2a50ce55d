"""The inventory and the payment gateway, with the faults that the sandbox is asked for."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from domain.answers import Once
from domain.gateways import PaymentGateway
from domain.holds import ChangeHold, Hold, Lockable, LockTickets, Selection
from domain.ids import HoldId, OrderId, PaymentId, SessionId, TicketId
from domain.orders import Payment, PaymentReport, PaymentStatus
from domain.repositories import Inventory, Refund
from domain.sandbox import Sandbox

OF_A_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class FaultyInventory:
    """Implements `domain.repositories.Inventory`. What is ServerBusy here has done nothing."""

    inventory: Inventory
    sandbox: Sandbox
    chance: Random

    async def lock(self, command: LockTickets) -> Hold:
        await self._strike()
        return await self.inventory.lock(command)

    async def would_lock(self, selection: Selection) -> Lockable:
        return await self.inventory.would_lock(selection)

    async def change(self, session_id: SessionId, command: ChangeHold) -> Hold:
        await self._strike()
        return await self.inventory.change(session_id, command)

    async def extend(self, session_id: SessionId, hold_id: HoldId, once: Once | None = None) -> None:
        await self._strike()
        await self.inventory.extend(session_id, hold_id, once)

    async def release(self, session_id: SessionId, hold_id: HoldId, once: Once | None = None) -> None:
        await self._strike()
        await self.inventory.release(session_id, hold_id, once)

    async def convert(self, session_id: SessionId, payment_id: PaymentId) -> OrderId:
        return await self.inventory.convert(session_id, payment_id)

    async def cancel(self, session_id: SessionId, ticket_id: TicketId, reason: str | None, once: Once | None = None) -> None:
        await self._strike()
        await self.inventory.cancel(session_id, ticket_id, reason, once)

    async def expire(self, session_id: SessionId) -> None:
        await self.inventory.expire(session_id)

    async def expiring(self) -> Sequence[SessionId]:
        return await self.inventory.expiring()

    async def _strike(self) -> None:
        faults = self.sandbox.faults
        if faults.delay:
            await asyncio.sleep(faults.delay.total_seconds())
        if self.chance.randrange(OF_A_HUNDRED) < faults.busy:
            raise self.sandbox.busy()


@dataclass(frozen=True, slots=True)
class FaultyPayments:
    """Implements `domain.gateways.PaymentGateway`. A payment that is declined here stays declined."""

    payments: PaymentGateway
    sandbox: Sandbox
    chance: Random

    def accepts(self, method: str) -> bool:
        return self.payments.accepts(method)

    async def pay(self, payment: Payment) -> PaymentReport:
        faults = self.sandbox.faults
        await asyncio.sleep(faults.delay.total_seconds())
        if self.chance.randrange(OF_A_HUNDRED) < faults.declined:
            return PaymentReport(payment.id, PaymentStatus.FAILED, payment.amount)
        return await self.payments.pay(payment)

    async def fetch(self, payment: Payment) -> PaymentReport:
        return await self.payments.fetch(payment)

    async def refund(self, refund: Refund) -> None:
        await self.payments.refund(refund)

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentReport:
        return self.payments.read_webhook(body, headers)
