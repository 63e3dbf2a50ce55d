"""What the onslaught has found: one thing that goes wrong ends neither a process nor what others wait for."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import asyncpg
import pytest

from db.inventory import batched_inventory
from domain.changes import AvailabilityDelta
from domain.errors import ServerBusy
from domain.ids import HoldId, OrderId, SessionId, TicketId, TicketTypeId, UserId, new_id
from domain.money import Money
from domain.orders import Order, OrderStatus
from domain.tickets import Ticket, TicketStatus
from schema import api, orders
from tests.builders import a_buyer, a_show, in_days
from tests.db.conftest import QUARTER, Office, office, shared_url

# The schema as a whole comes first: its types do not stand alone.
__all__ = ["api", "office", "shared_url"]


async def test_what_goes_wrong_in_one_session_ends_no_other(office: Office) -> None:
    fan, broken, sound = await a_buyer(office.transaction), await a_show(office.transaction), await a_show(office.transaction)

    def announce(delta: AvailabilityDelta) -> None:
        if delta.session_id == broken.session_id:
            raise RuntimeError("nobody has thought of this")

    async with batched_inventory(office.pool, QUARTER, announce) as inventory:
        with pytest.raises(ServerBusy):
            await inventory.lock(broken.lock(fan, "A-1"))
        assert (await inventory.lock(sound.lock(fan, "A-1"))).seats == ("A-1",)


class Ending:
    """A pool whose connections were told of their end and have not seen it yet."""

    async def fetchval(self, *_: object) -> None:
        raise asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")

    fetch = fetchrow = fetchval


async def test_a_connection_that_is_about_to_end_is_a_busy_server() -> None:
    async with batched_inventory(cast("asyncpg.Pool[asyncpg.Record]", Ending()), QUARTER, lambda _: None) as inventory:
        async with asyncio.timeout(5):
            with pytest.raises(ServerBusy):
                await inventory.release(SessionId(new_id()), HoldId(new_id()))
            with pytest.raises(ServerBusy):
                await inventory.expiring()


@pytest.mark.parametrize(
    ("status", "shown"),
    [(OrderStatus.AWAITING_PAYMENT, 0), (OrderStatus.EXPIRED, 0), (OrderStatus.PAID, 1), (OrderStatus.CANCELLED, 1)],
)
async def test_an_order_that_was_not_paid_shows_no_tickets_that_were_issued_since(status: OrderStatus, shown: int) -> None:
    user_id, session_id, price = UserId(new_id()), SessionId(new_id()), Money(2_500, "EUR")
    order = Order(OrderId(new_id()), user_id, session_id, HoldId(new_id()), status, price, in_days(0))
    ticket = TicketId(new_id()), order.id, session_id, user_id, TicketTypeId(new_id()), "A-1"
    issued = [Ticket(*ticket, TicketStatus.VALID, price, in_days(0))]

    async def load(_: OrderId) -> list[Ticket]:
        return issued

    info: Any = SimpleNamespace(context=SimpleNamespace(order_tickets=SimpleNamespace(load=load)))
    assert len(await orders.Order.of(order).tickets(info)) == shown
