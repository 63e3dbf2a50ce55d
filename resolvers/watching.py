"""Watching single things: a whole present state at every message, for whoever may see it now."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from uuid import UUID

from domain.access import EVERYWHERE, NOWHERE, Reach, Right, Rights
from domain.check_ins import Admission, GateActivity
from domain.errors import NotAllowed, NotFound
from domain.events import Event
from domain.holds import Hold, HoldState
from domain.ids import EventId, HoldId, OrderId, SessionId, UserId
from domain.orders import Order, OrderStatus
from domain.repositories import Transaction
from domain.tickets import Ticket
from domain.topics import Kind, Watchable
from domain.viewers import Viewer
from resolvers.access import granted_reach, session_within
from resolvers.services import Services
from resolvers.standing import ACCOUNTS
from resolvers.waiting_rooms import PLACES, ROOMS

MOST_TICKETS = 100
MOST_CHECK_INS = 20
# Nothing leads on from these. A cancelled order stays: its refund is still to come.
FINAL_HOLDS = (HoldState.CONVERTED, HoldState.RELEASED, HoldState.EXPIRED)
FINAL_ORDERS = (OrderStatus.EXPIRED, OrderStatus.REFUNDED)


@dataclass(frozen=True, slots=True)
class Dated:
    """An event, and what tells whether it or its sessions are another."""

    event: Event
    digest: str


async def watch_event(services: Services, event_id: EventId) -> AsyncGenerator[Event, None]:
    """Raises `NotFound`, also as soon as it is not public any more."""
    found = services.topics.watch(EVENTS, event_id)
    async with aclosing(found) as states:
        async for dated in states:
            if dated is None:
                raise NotFound
            yield dated.event


async def watch_hold(services: Services, viewer: Viewer, hold_id: HoldId) -> AsyncGenerator[Hold, None]:
    """Ends with its end. Raises `NotFound` for anybody but its buyer."""
    found = services.topics.watch(HOLDS, hold_id)
    async with aclosing(found) as states:
        async for hold in states:
            if hold is None or hold.user_id != viewer.user_id:
                raise NotFound
            yield hold
            if hold.state in FINAL_HOLDS:
                return


async def watch_order(services: Services, viewer: Viewer, order_id: OrderId) -> AsyncGenerator[Order, None]:
    """Ends where nothing can become of it any more. Raises `NotFound` for anybody but its buyer."""
    found = services.topics.watch(ORDERS, order_id)
    async with aclosing(found) as states:
        async for order in states:
            if order is None or order.user_id != viewer.user_id:
                raise NotFound
            yield order
            if order.status in FINAL_ORDERS:
                return


async def watch_tickets(services: Services, viewer: Viewer) -> AsyncGenerator[Sequence[Ticket], None]:
    """Nothing at first; then the viewer's tickets that have become others, the newest change first, at most 100 at once."""
    found = services.topics.watch(TICKETS, viewer.user_id)
    async with aclosing(found) as states:
        first = await anext(states)
        had = frozenset(first or ())
        yield ()
        async for tickets in states:
            if changed := [ticket for ticket in tickets or () if ticket not in had]:
                yield changed
            had = frozenset(tickets or ())


async def watch_gate(services: Services, viewer: Viewer, session_id: SessionId) -> AsyncGenerator[GateActivity, None]:
    """Raises `NotAllowed` for who checks in nowhere, `NotFound` where it is not there; also as soon as that becomes so."""
    async with services.transaction() as work:
        session, organizer_id = await session_within(work, viewer, Right.CHECK_IN, session_id)
    found = services.topics.watch(GATES, session_id)
    async with aclosing(found) as states:
        async for activity in states:
            reach = await _present_reach(services, viewer, Right.CHECK_IN)
            if reach.nowhere:
                raise NotAllowed
            if activity is None or not reach.covers(organizer_id, session.event_id):
                raise NotFound
            yield activity


async def _present_reach(services: Services, viewer: Viewer, right: Right) -> Reach:
    """Read once for all who ask at the same time."""
    if viewer.grant is not None:
        return granted_reach(viewer.grant, (right,))
    found = services.topics.watch(RIGHTS, viewer.user_id)
    async with aclosing(found) as states:
        rights = await anext(states)
    return rights.reach(right) if rights else NOWHERE


async def _events(work: Transaction, ids: Collection[UUID]) -> Mapping[UUID, Dated]:
    wanted = [EventId(id) for id in ids]
    # In this order: what changes in between is then read again, and not taken for known.
    digests, events = await work.events.digests(wanted), await work.events.by_ids(wanted)
    return {id: Dated(event, digests[id]) for id, event in events.items() if id in digests}


async def _holds(work: Transaction, ids: Collection[UUID]) -> Mapping[HoldId, Hold]:
    return await work.holds.by_ids([HoldId(id) for id in ids])


async def _orders(work: Transaction, ids: Collection[UUID]) -> Mapping[OrderId, Order]:
    return await work.orders.by_ids([OrderId(id) for id in ids])


async def _tickets(work: Transaction, ids: Collection[UUID]) -> Mapping[UserId, Sequence[Ticket]]:
    return await work.tickets.last_changed_of([UserId(id) for id in ids], MOST_TICKETS)


async def _gates(work: Transaction, ids: Collection[UUID]) -> Mapping[UUID, GateActivity]:
    sessions = await work.sessions.by_ids([SessionId(id) for id in ids])
    counted = await work.tickets.admission(EVERYWHERE, sessions.keys())
    last = await work.tickets.last_check_ins(sessions.keys(), MOST_CHECK_INS)
    return {id: GateActivity(counted.get(id, Admission(0, 0)), last.get(id, ())) for id in sessions}


async def _rights(work: Transaction, ids: Collection[UUID]) -> Mapping[UserId, Rights]:
    return await work.organizers.rights([UserId(id) for id in ids])


def _same_hold(one: Hold, other: Hold) -> bool:
    """Whatever the clock says, as long as that has no consequences."""
    return one.expires_soon == other.expires_soon and replace(one, server_time=other.server_time) == other


EVENTS = Watchable(Kind.EVENT, _events, check_every=3.0)
HOLDS = Watchable(Kind.HOLD, _holds, same=_same_hold, changes_in=lambda hold: hold.changes_in)
ORDERS = Watchable(Kind.ORDER, _orders)
TICKETS = Watchable(Kind.TICKETS, _tickets)
GATES = Watchable(Kind.GATE, _gates, pause=0.2)
RIGHTS = Watchable(Kind.USER, _rights, check_every=10.0)
WATCHABLE = (EVENTS, HOLDS, ORDERS, TICKETS, GATES, RIGHTS, ROOMS, PLACES, ACCOUNTS)
