"""Orders, payments and refunds in Postgres. Paying and cancelling are the inventory's, since they change seats."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.paging import Query, read_page
from db.reach import within
from db.tables import AccountRow, EventRow, HoldRow, OrderRow, PaymentRow, RefundRow, SessionRow
from domain.access import Reach
from domain.errors import HoldExpired, NotFound
from domain.holds import HoldState
from domain.ids import HoldId, OrderId, PaymentId, RefundId, SessionId, UserId, new_id
from domain.money import Money
from domain.orders import Order, OrderFilter, OrderStatus, Payment, PaymentStatus
from domain.repositories import Page, PageRequest, Refund


class PostgresOrders:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_ids(self, ids: Collection[OrderId]) -> Mapping[OrderId, Order]:
        rows = (await self._session.execute(select(OrderRow).where(col(OrderRow.id).in_(ids)))).scalars()
        return {OrderId(row.id): _order(row) for row in rows}

    async def shown_to(self, user_id: UserId, reach: Reach, ids: Collection[OrderId]) -> Mapping[OrderId, Order]:
        seen = or_(col(OrderRow.user_id) == user_id, within(reach, col(EventRow.organizer_id), col(EventRow.id)))
        rows = (await self._session.execute(_for_events(select(OrderRow)).where(col(OrderRow.id).in_(ids), seen))).scalars()
        return {OrderId(row.id): _order(row) for row in rows}

    async def sold(self, reach: Reach, wanted: PageRequest, where: OrderFilter) -> Page[Order]:
        key = (col(OrderRow.created_at), col(OrderRow.id))
        query = _sold(select(OrderRow), reach, where)
        return await read_page(self._session, query, key, wanted, lambda row: _order(row[0]), newest_first=True)

    async def count_sold(self, reach: Reach, where: OrderFilter) -> int:
        query = _sold(select(func.count()).select_from(OrderRow), reach, where)
        return int((await self._session.execute(query)).scalar_one())

    async def of_user(self, user_id: UserId, wanted: PageRequest) -> Page[Order]:
        query = select(OrderRow).where(col(OrderRow.user_id) == user_id)
        key = (col(OrderRow.created_at), col(OrderRow.id))
        return await read_page(self._session, query, key, wanted, lambda row: _order(row[0]), newest_first=True)

    async def count_of_user(self, user_id: UserId) -> int:
        query = select(func.count()).where(col(OrderRow.user_id) == user_id)
        return int((await self._session.execute(query)).scalar_one())

    async def place(self, hold_id: HoldId, user_id: UserId, method: str) -> tuple[Order, Payment | None]:
        locked = select(HoldRow).where(col(HoldRow.id) == hold_id, col(HoldRow.user_id) == user_id).with_for_update()
        hold = (await self._session.execute(locked)).scalar_one_or_none()
        if hold is None:
            raise NotFound
        if hold.state in (HoldState.ORDERED, HoldState.CONVERTED):
            return await self._ordered(hold_id), None
        # The clock is read after the row lock: waiting for it must not make an old hold young.
        clock = (await self._session.execute(select(func.clock_timestamp()))).scalar_one()
        if hold.ended_at is not None or hold.expires_at <= clock:
            raise HoldExpired(hold.ended_at or hold.expires_at)
        hold.state = HoldState.ORDERED.value
        order = await self._order_for(hold)
        payment = PaymentRow(
            id=new_id(),
            order_id=order.id,
            session_id=hold.session_id,
            status=PaymentStatus.PENDING.value,
            method=method,
            amount_minor=hold.total_minor,
            currency=hold.currency,
            created_at=clock,
        )
        self._session.add(payment)
        await self._session.flush()
        return _order(order), _payment(payment)

    async def _ordered(self, hold_id: HoldId) -> Order:
        return _order((await self._session.execute(select(OrderRow).where(col(OrderRow.hold_id) == hold_id))).scalar_one())

    async def _order_for(self, hold: HoldRow) -> OrderRow:
        """The order of an earlier, declined attempt, or a new one."""
        found = await self._session.execute(select(OrderRow).where(col(OrderRow.hold_id) == hold.id))
        if order := found.scalar_one_or_none():
            return order
        order = OrderRow(
            id=new_id(),
            session_id=hold.session_id,
            user_id=hold.user_id,
            hold_id=hold.id,
            status=OrderStatus.AWAITING_PAYMENT.value,
            total_minor=hold.total_minor,
            currency=hold.currency,
            created_at=(await self._session.execute(select(func.clock_timestamp()))).scalar_one(),
        )
        self._session.add(order)
        await self._session.flush()
        return order

    async def payment(self, payment_id: PaymentId) -> Payment | None:
        row = await self._session.get(PaymentRow, payment_id)
        return _payment(row) if row else None

    async def last_payment(self, order_id: OrderId) -> Payment | None:
        query = select(PaymentRow).where(col(PaymentRow.order_id) == order_id).order_by(col(PaymentRow.id).desc()).limit(1)
        row = (await self._session.execute(query)).scalar_one_or_none()
        return _payment(row) if row else None

    async def decline(self, payment_id: PaymentId) -> None:
        pending = update(PaymentRow).where(col(PaymentRow.id) == payment_id, col(PaymentRow.status) == PaymentStatus.PENDING.value)
        failed = pending.values(status=PaymentStatus.FAILED.value, settled_at=func.clock_timestamp())
        order_id = (await self._session.execute(failed.returning(col(PaymentRow.order_id)))).scalar_one_or_none()
        if order_id is not None:
            hold_id = select(col(OrderRow.hold_id)).where(col(OrderRow.id) == order_id).scalar_subquery()
            held = update(HoldRow).where(col(HoldRow.id) == hold_id, col(HoldRow.state) == HoldState.ORDERED.value)
            await self._session.execute(held.values(state=HoldState.ACTIVE.value))

    async def unsettled(self, older_than: timedelta, limit: int) -> Sequence[Payment]:
        query = select(PaymentRow).where(
            col(PaymentRow.status) == PaymentStatus.PENDING.value,
            col(PaymentRow.created_at) <= func.clock_timestamp() - older_than,
        )
        rows = (await self._session.execute(query.order_by(col(PaymentRow.created_at)).limit(limit))).scalars()
        return [_payment(row) for row in rows]

    async def refunds_due(self, limit: int) -> Sequence[Refund]:
        query = select(RefundRow, PaymentRow).join(PaymentRow, col(PaymentRow.id) == col(RefundRow.payment_id))
        due = query.where(col(RefundRow.done_at).is_(None)).order_by(col(RefundRow.requested_at)).limit(limit)
        return [
            Refund(RefundId(refund.id), _payment(payment), refund.amount_minor)
            for refund, payment in await self._session.execute(due)
        ]

    async def refunded(self, refund_id: RefundId) -> None:
        payments = select(col(PaymentRow.order_id)).join(RefundRow, col(RefundRow.payment_id) == col(PaymentRow.id))
        owner = payments.where(col(RefundRow.id) == refund_id).scalar_subquery()
        # Under the order's row lock, or of two refunds noted at once each would take the other for due.
        locked = select(OrderRow).where(col(OrderRow.id) == owner).with_for_update(key_share=True)
        order = (await self._session.execute(locked)).scalar_one_or_none()
        done = update(RefundRow).where(col(RefundRow.id) == refund_id, col(RefundRow.done_at).is_(None))
        await self._session.execute(done.values(done_at=func.clock_timestamp()))
        if order is not None and order.status == OrderStatus.CANCELLED and not await self._refund_due(order):
            order.status = OrderStatus.REFUNDED.value

    async def _refund_due(self, order: OrderRow) -> bool:
        due = select(RefundRow).join(PaymentRow, col(PaymentRow.id) == col(RefundRow.payment_id))
        due = due.where(col(PaymentRow.order_id) == order.id, col(RefundRow.done_at).is_(None))
        return bool((await self._session.execute(select(due.exists()))).scalar_one())


def _for_events(query: Query) -> Query:
    query = query.join(SessionRow, col(SessionRow.id) == col(OrderRow.session_id))
    return query.join(EventRow, col(EventRow.id) == col(SessionRow.event_id))


def _sold(query: Query, reach: Reach, where: OrderFilter) -> Query:
    query = _for_events(query).where(within(reach, col(EventRow.organizer_id), col(EventRow.id)))
    if where.event_id is not None:
        query = query.where(col(EventRow.id) == where.event_id)
    if where.session_id is not None:
        query = query.where(col(OrderRow.session_id) == where.session_id)
    if where.status is not None:
        query = query.where(col(OrderRow.status) == where.status.value)
    if where.email is not None:
        query = query.join(AccountRow, col(AccountRow.id) == col(OrderRow.user_id))
        query = query.where(func.lower(col(AccountRow.email)) == func.lower(where.email))
    return query


def _order(row: OrderRow) -> Order:
    return Order(
        id=OrderId(row.id),
        user_id=UserId(row.user_id),
        session_id=SessionId(row.session_id),
        hold_id=HoldId(row.hold_id),
        status=OrderStatus(row.status),
        total=Money(row.total_minor, row.currency),
        created_at=row.created_at,
    )


def _payment(row: PaymentRow) -> Payment:
    return Payment(
        id=PaymentId(row.id),
        order_id=OrderId(row.order_id),
        session_id=SessionId(row.session_id),
        status=PaymentStatus(row.status),
        amount=Money(row.amount_minor, row.currency),
        method=row.method,
        created_at=row.created_at,
    )
