"""Buying what is held: order, pay, settle. No transaction is open while the payment gateway is asked."""

import asyncio
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import orjson
import structlog

from domain.errors import HoldExpired, InvalidInput, NotAllowed, NotFound, PaymentDeclined
from domain.holds import LockTickets
from domain.ids import HoldId, OrderId, UserId
from domain.orders import Order, OrderStatus, Payment, PaymentReport, PaymentStatus
from domain.repositories import Page, PageRequest
from domain.tickets import Ticket
from domain.topics import Kind, Topic, sold
from domain.viewers import Role, Viewer
from resolvers.holds import check_key, lock_tickets
from resolvers.services import Services

log = structlog.get_logger()

OPERATION = "buyTickets"
GATEWAY_SECONDS = 10
# A second request for the same hold waits so long for the first one's outcome.
PATIENCE_SECONDS = 3.0
LOOK_AGAIN_SECONDS = 0.05


async def buy_tickets(services: Services, viewer: Viewer, what: HoldId | LockTickets, method: str | None, key: str | None) -> Order:
    """PAID, or AWAITING_PAYMENT where the gateway answers later. Buying a hold again gives its order again.

    Raises what `lock_tickets` does, and `HoldExpired`, `PaymentDeclined` (the hold stays), `NotFound`, `InvalidInput`.
    """
    check_key(key)
    if method is not None and not services.payments.accepts(method):
        raise InvalidInput(("input", "paymentMethod"), "The payment gateway knows no such method.")
    if key is None:
        return await _buy(services, viewer, what, method)
    asked = _hash(what, method)
    async with services.transaction() as work:
        answer = await work.answers.find(viewer.user_id, OPERATION, key, asked)
    if answer is None:
        answer = await _first_answer(services, viewer, _with_key(what, key), method)
        async with services.transaction() as work:
            await work.answers.keep(viewer.user_id, OPERATION, key, asked, answer)
    if "order" not in answer:
        raise PaymentDeclined
    order_id = OrderId(UUID(str(answer["order"])))
    return (await orders_by_ids(services, [order_id]))[order_id]


async def orders_by_ids(services: Services, ids: Collection[OrderId]) -> Mapping[OrderId, Order]:
    async with services.transaction() as work:
        return await work.orders.by_ids(ids)


async def order_for(services: Services, viewer: Viewer | None, order_id: OrderId) -> Order | None:
    """None for anybody but its buyer and admins."""
    order = (await orders_by_ids(services, [order_id])).get(order_id)
    mine = viewer is not None and order is not None and (order.user_id == viewer.user_id or viewer.has(Role.ADMIN))
    return order if mine else None


async def orders_of_user(services: Services, user_id: UserId, wanted: PageRequest) -> Page[Order]:
    async with services.transaction() as work:
        return await work.orders.of_user(user_id, wanted)


async def count_orders_of_user(services: Services, user_id: UserId) -> int:
    async with services.transaction() as work:
        return await work.orders.count_of_user(user_id)


async def tickets_of_orders(services: Services, ids: Collection[OrderId]) -> Mapping[OrderId, Sequence[Ticket]]:
    async with services.transaction() as work:
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


async def _first_answer(services: Services, viewer: Viewer, what: HoldId | LockTickets, method: str | None) -> Mapping[str, object]:
    try:
        order = await _buy(services, viewer, what, method)
    except PaymentDeclined:
        return {"declined": True}
    return {"order": str(order.id)}


async def _buy(services: Services, viewer: Viewer, what: HoldId | LockTickets, method: str | None) -> Order:
    hold_id = (await lock_tickets(services, what)).id if isinstance(what, LockTickets) else what
    async with services.transaction() as work:
        order, payment = await work.orders.place(hold_id, viewer.user_id, method or "")
        # Not before it is ordered: until then its total may still be changed.
        if method is None and payment is not None and payment.amount.minor > 0:
            raise InvalidInput(("input", "paymentMethod"), "Only what costs nothing needs no payment method.")
    services.topics.announce(Topic(Kind.HOLD, hold_id))
    if payment is None:
        return await _outcome(services, order)
    return await _pay(services, order, payment)


async def _pay(services: Services, order: Order, payment: Payment) -> Order:
    report = PaymentReport(payment.id, PaymentStatus.SUCCEEDED, payment.amount)
    if payment.amount.minor > 0:
        try:
            async with asyncio.timeout(GATEWAY_SECONDS):
                report = await services.payments.pay(payment)
        except (TimeoutError, OSError) as error:
            # Nobody knows whether it was paid: the tickets stay, and upkeep asks the gateway.
            log.warning("payment_unknown", payment_id=str(payment.id), error=type(error).__name__)
            return order
    await settle(services, report)
    if report.status is PaymentStatus.FAILED:
        raise PaymentDeclined
    return (await orders_by_ids(services, [order.id]))[order.id]


async def _outcome(services: Services, order: Order) -> Order:
    """What the request that is paying this order comes to, if it does so soon; else the order as it is."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_SECONDS
    while order.status is OrderStatus.AWAITING_PAYMENT and loop.time() < until:
        async with services.transaction() as work:
            payment = await work.orders.last_payment(order.id)
            order = (await work.orders.by_ids([order.id]))[order.id]
        if payment is not None and payment.status is PaymentStatus.FAILED:
            raise PaymentDeclined
        if order.status is OrderStatus.AWAITING_PAYMENT:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
    return order


def _with_key(what: HoldId | LockTickets, key: str) -> HoldId | LockTickets:
    return replace(what, idempotency_key=f"buy:{key}") if isinstance(what, LockTickets) else what


def _hash(what: HoldId | LockTickets, method: str | None) -> bytes:
    if isinstance(what, LockTickets):
        places = [[str(one.ticket_type_id), one.quantity] for one in what.general_admission]
        best = what.best_available
        wanted = [str(best.ticket_type_id), best.quantity, list(best.sections), best.accessible] if best else None
        named: object = [str(what.session_id), list(what.seats), places, *([wanted] if wanted else [])]
    else:
        named = str(what)
    return hashlib.sha256(orjson.dumps([named, method])).digest()
