"""Buying what is held: order, pay, settle. No transaction is open while the payment gateway is asked."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from domain.access import NOWHERE, Reach, Right
from domain.answers import Once
from domain.errors import HoldExpired, InvalidInput, NotAllowed, NotFound, PaymentDeclined
from domain.holds import Hold, LockTickets
from domain.ids import HoldId, OrderId, PaymentId, UserId
from domain.orders import Order, OrderFilter, OrderStatus, Payment, PaymentReport, PaymentStatus
from domain.repositories import Page, PageRequest, Transaction
from domain.tickets import Ticket
from domain.topics import Kind, Topic, sold
from domain.viewers import User, Viewer
from resolvers.access import by_viewer, reach_of
from resolvers.holds import lock_tickets
from resolvers.services import Services

log = structlog.get_logger()

# Under a key of its own: where paying was not reached, asking again goes on with the same hold.
LOCKING = "buyTickets.lock"
GATEWAY_SECONDS = 10
# A second request for the same hold waits so long for the first one's outcome.
PATIENCE_SECONDS = 3.0
LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Placed:
    """An order, and the payment that decides whether buying it succeeded: what is remembered under a key."""

    order_id: OrderId
    payment_id: PaymentId


async def buy_tickets(
    services: Services, viewer: Viewer, what: HoldId | LockTickets, method: str | None, once: Once | None = None
) -> Order:
    """PAID, or AWAITING_PAYMENT where the gateway answers later. Buying a hold again gives its order again.

    Raises what `lock_tickets` does, and `HoldExpired`, `PaymentDeclined` (the hold stays), `NotFound`, `InvalidInput`.
    """
    if method is not None and not services.payments.accepts(method):
        raise InvalidInput(("input", "paymentMethod"), "The payment gateway knows no such method.")
    if once is not None:
        async with services.transaction() as work:
            answer = await work.answers.find(once)
        if answer is not None:
            return await _outcome(services, _placed(answer))
    hold_id = (await _lock(services, what, once)).id if isinstance(what, LockTickets) else what
    placed, payment = await _place(services, viewer, hold_id, method, once)
    services.topics.announce(Topic(Kind.HOLD, hold_id))
    return await _outcome(services, placed) if payment is None else await _pay(services, payment)


async def orders_by_ids(services: Services, ids: Collection[OrderId]) -> Mapping[OrderId, Order]:
    async with services.reading() as work:
        return await work.orders.by_ids(ids)


async def order_for(services: Services, viewer: Viewer | None, order_id: OrderId) -> Order | None:
    """None for anybody but its buyer and those who may see the event's orders."""
    if viewer is None:
        return None
    async with services.reading() as work:
        # What is one's own is found without asking for posts.
        found = await work.orders.shown_to(viewer.user_id, NOWHERE, [order_id])
        found = found or await work.orders.shown_to(viewer.user_id, await reach_of(work, viewer, Right.SEE_ORDERS), [order_id])
        return found.get(order_id)


async def orders_of_event(services: Services, viewer: Viewer | None, wanted: PageRequest, where: OrderFilter) -> Page[Order] | None:
    """Of the event or session that the filter names. None for everybody but those who may see its orders."""
    async with services.reading() as work:
        reach = await reach_of(work, viewer, Right.SEE_ORDERS)
        return await work.orders.sold(reach, wanted, where) if await _sees_orders(work, reach, where) else None


async def count_orders_of_event(services: Services, viewer: Viewer | None, where: OrderFilter) -> int:
    async with services.reading() as work:
        return await work.orders.count_sold(await reach_of(work, viewer, Right.SEE_ORDERS), where)


async def buyers_of_orders(services: Services, asked: Collection[tuple[Viewer, OrderId]]) -> Mapping[tuple[Viewer, OrderId], User]:
    """For those of the viewers who are the buyer, or may see the event's orders."""
    found: dict[tuple[Viewer, OrderId], User] = {}
    async with services.reading() as work:
        for viewer, ids in by_viewer(asked).items():
            orders = await work.orders.shown_to(viewer.user_id, await reach_of(work, viewer, Right.SEE_ORDERS), ids)
            users = await work.users.by_ids({order.user_id for order in orders.values()})
            found |= {(viewer, id): users[order.user_id] for id, order in orders.items() if order.user_id in users}
    return found


async def orders_of_user(services: Services, user_id: UserId, wanted: PageRequest) -> Page[Order]:
    async with services.reading() as work:
        return await work.orders.of_user(user_id, wanted)


async def count_orders_of_user(services: Services, user_id: UserId) -> int:
    async with services.reading() as work:
        return await work.orders.count_of_user(user_id)


async def tickets_of_orders(services: Services, ids: Collection[OrderId]) -> Mapping[OrderId, Sequence[Ticket]]:
    async with services.reading() as work:
        return await work.tickets.of_orders(ids)


async def settle(services: Services, report: PaymentReport) -> None:
    """Takes the gateway's word for a payment, in any order and any number of times. Raises `NotFound`, `NotAllowed`."""
    async with services.transaction() as work:
        payment = await work.orders.payment(report.payment_id)
        if payment is None:
            raise NotFound
        if payment.amount != report.amount:
            log.error("payment_amount_differs", payment_id=str(payment.id))
            raise NotAllowed
        if report.status is PaymentStatus.FAILED:
            await work.orders.decline(payment.id)
        order = (await work.orders.by_ids([payment.order_id]))[payment.order_id]
    if report.status is PaymentStatus.SUCCEEDED:
        try:
            await services.inventory.convert(payment.session_id, payment.id)
        except HoldExpired:
            log.warning("paid_too_late", payment_id=str(payment.id))
    services.topics.announce(*sold(order))


async def _sees_orders(work: Transaction, reach: Reach, where: OrderFilter) -> bool:
    if where.session_id is not None:
        owner = (await work.organizers.of_sessions([where.session_id])).get(where.session_id)
        return owner is not None and reach.covers(*owner)
    event = (await work.events.by_ids([where.event_id], hidden=True)).get(where.event_id) if where.event_id else None
    return event is not None and reach.covers(event.organizer_id, event.id)


async def _lock(services: Services, what: LockTickets, once: Once | None) -> Hold:
    try:
        return await lock_tickets(services, what)
    finally:
        if once is not None and what.once is not None:
            once.replayed = what.once.replayed


async def _place(
    services: Services, viewer: Viewer, hold_id: HoldId, method: str | None, once: Once | None
) -> tuple[Placed, Payment | None]:
    """The payment where it is ours to make; none where another request makes it, or has made it."""
    async with services.transaction() as work:
        answer = await work.answers.first(once) if once else None
        if answer is not None:
            return _placed(answer), None
        order, payment = await work.orders.place(hold_id, viewer.user_id, method or "")
        # Not before it is ordered: until then its total may still be changed.
        if method is None and payment is not None and payment.amount.minor > 0:
            raise InvalidInput(("input", "paymentMethod"), "Only what costs nothing needs no payment method.")
        awaited = payment or await work.orders.last_payment(order.id)
        assert awaited is not None
        if once is not None:
            await work.answers.keep(once, {"order": str(order.id), "payment": str(awaited.id)})
    return Placed(order.id, awaited.id), payment


async def _pay(services: Services, payment: Payment) -> Order:
    report = PaymentReport(payment.id, PaymentStatus.SUCCEEDED, payment.amount)
    if payment.amount.minor > 0:
        try:
            async with asyncio.timeout(GATEWAY_SECONDS):
                report = await services.payments.pay(payment)
        except (TimeoutError, OSError) as error:
            # Nobody knows whether it was paid: the tickets stay, and upkeep asks the gateway.
            log.warning("payment_unknown", payment_id=str(payment.id), error=type(error).__name__)
            return (await orders_by_ids(services, [payment.order_id]))[payment.order_id]
    await settle(services, report)
    if report.status is PaymentStatus.FAILED:
        raise PaymentDeclined
    return (await orders_by_ids(services, [payment.order_id]))[payment.order_id]


async def _outcome(services: Services, placed: Placed) -> Order:
    """What the payment comes to, if it does so soon; else the order as it is."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_SECONDS
    pause = LOOK_AGAIN_SECONDS
    while True:
        async with services.transaction() as work:
            payment = await work.orders.payment(placed.payment_id)
            order = (await work.orders.by_ids([placed.order_id]))[placed.order_id]
        if payment is not None and payment.status is PaymentStatus.FAILED:
            raise PaymentDeclined
        if order.status is not OrderStatus.AWAITING_PAYMENT or loop.time() >= until:
            return order
        await asyncio.sleep(pause)
        pause *= 1.5


def _placed(answer: Mapping[str, object]) -> Placed:
    return Placed(OrderId(UUID(str(answer["order"]))), PaymentId(UUID(str(answer["payment"]))))
