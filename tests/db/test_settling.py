"""What upkeep does to many things: one that fails, however often, stands in the way of no other."""

from dataclasses import dataclass, field

import pytest

from domain.errors import ServerBusy
from domain.ids import PaymentId, RefundId, SessionId, new_id
from domain.money import Money
from domain.orders import Payment, PaymentReport, PaymentStatus
from domain.repositories import Refund
from resolvers.upkeep import announce_expiries, pay_refunds, settle_payments
from tests.builders import a_buyer, a_show, services_of
from tests.db.conftest import Office

OLDER = "UPDATE payment SET created_at = created_at - make_interval(hours => $2) WHERE id = $1"


@dataclass
class Gateway:
    """Fails at `broken`, or says that another amount was paid for it; all else goes well."""

    broken: PaymentId | RefundId
    trouble: Exception | None = None
    refunded: list[RefundId] = field(default_factory=list)

    async def fetch(self, payment: Payment) -> PaymentReport:
        if payment.id == self.broken and self.trouble:
            raise self.trouble
        amount = Money(1, "EUR") if payment.id == self.broken else payment.amount
        return PaymentReport(payment.id, PaymentStatus.SUCCEEDED, amount)

    async def refund(self, refund: Refund) -> None:
        if refund.id == self.broken:
            raise ValueError("no such refund")
        self.refunded.append(refund.id)


@pytest.mark.parametrize("trouble", [None, ValueError("no such payment"), TimeoutError(), ConnectionResetError()])
async def test_a_payment_that_cannot_be_settled_keeps_no_other_from_it(empty_office: Office, trouble: Exception | None) -> None:
    office = empty_office
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    placed = [(await office.place((await office.inventory.lock(show.lock(fan, f"A-{n}"))).id))[1] for n in (1, 2, 3)]
    for hours, payment in zip((3, 2, 1), placed, strict=True):
        await office.pool.execute(OLDER, payment.id, hours)
    gateway = Gateway(placed[0].id, trouble)
    await settle_payments(services_of(office.transaction, inventory=office.inventory, payments=gateway))
    async with office.transaction() as work:
        found = [await work.orders.payment(payment.id) for payment in placed]
    assert [one.status for one in found if one] == [PaymentStatus.PENDING, PaymentStatus.SUCCEEDED, PaymentStatus.SUCCEEDED]


async def test_a_refund_that_cannot_be_paid_keeps_no_other_from_it(empty_office: Office) -> None:
    office = empty_office
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    for label in ("A-1", "A-2"):
        [ticket] = await office.buy((await office.inventory.lock(show.lock(fan, label))).id)
        await office.inventory.cancel(show.session_id, ticket, None)
    first, second = await office.refunds_of(show.session_id)
    gateway = Gateway(first)
    await pay_refunds(services_of(office.transaction, payments=gateway))
    assert (gateway.refunded, await office.refunds_of(show.session_id)) == ([second], [first])


class Expiring:
    def __init__(self) -> None:
        self.sessions = [SessionId(new_id()) for _ in range(3)]
        self.expired: list[SessionId] = []

    async def expiring(self) -> list[SessionId]:
        return self.sessions

    async def expire(self, session_id: SessionId) -> None:
        if session_id == self.sessions[0]:
            raise ServerBusy(1_000)
        self.expired.append(session_id)


async def test_a_session_whose_holds_cannot_be_expired_keeps_no_other_from_it(office: Office) -> None:
    inventory = Expiring()
    await announce_expiries(services_of(office.transaction, inventory=inventory))
    assert inventory.expired == inventory.sessions[1:]
