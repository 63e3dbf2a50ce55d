"""Locking and buying within what a partner's token grants; for everybody else as it is."""

from collections.abc import Collection, Sequence

from domain.answers import Once
from domain.clients import Grant
from domain.errors import NotFound, NotSoldHere, TooManyTickets
from domain.holds import Admissions, ChangeHold, Hold, LockTickets
from domain.ids import HoldId, SessionId, TicketTypeId, UserId
from domain.orders import Order
from domain.repositories import Transaction
from domain.viewers import Viewer
from resolvers import holds, orders
from resolvers.services import Services


async def lock_tickets(services: Services, viewer: Viewer, what: LockTickets) -> Hold:
    """Raises what `holds.lock_tickets` does; of a grant's bounds `NotFound`, `NotSoldHere`, `TooManyTickets`."""
    if viewer.grant is None:
        return await holds.lock_tickets(services, what)
    best = what.best_available.quantity if what.best_available else 0
    await _may_lock(services, viewer.grant, what, len(what.seats) + best + _places(what.general_admission))
    return await _noted(services, viewer.grant, await holds.lock_tickets(services, what))


async def change_hold(services: Services, viewer: Viewer, what: ChangeHold) -> Hold:
    """Raises what `holds.change_hold` does; of a grant's bounds `NotSoldHere`, `TooManyTickets`."""
    if viewer.grant is None:
        return await holds.change_hold(services, what)
    async with services.transaction() as work:
        hold = (await work.holds.by_ids([what.hold_id])).get(what.hold_id)
        if hold is None or hold.user_id != viewer.user_id:
            raise NotFound
        named = {one.ticket_type_id for one in what.general_admission}
        await _sold_over(work, viewer.grant, hold.session_id, what.add, named)
        before = _places([one for one in hold.general_admission if one.ticket_type_id in named])
        more = len(what.add) - len(what.remove) + _places(what.general_admission) - before
        if more > 0:
            await _room_for(work, viewer.grant, viewer.user_id, more)
    return await _noted(services, viewer.grant, await holds.change_hold(services, what))


async def buy_tickets(
    services: Services, viewer: Viewer, what: HoldId | LockTickets, method: str | None, once: Once | None
) -> Order:
    """Raises what `orders.buy_tickets` and, where it locks, `lock_tickets` do."""
    payable = method is None or services.payments.accepts(method)
    if viewer.grant is not None and isinstance(what, LockTickets) and payable:
        what = (await lock_tickets(services, viewer, what)).id
    return await orders.buy_tickets(services, viewer, what, method, once)


async def _may_lock(services: Services, grant: Grant, what: LockTickets, asked: int) -> None:
    async with services.transaction() as work:
        await _of_organizer(work, grant, what.session_id)
        named = {one.ticket_type_id for one in what.general_admission}
        best = {what.best_available.ticket_type_id} if what.best_available else set()
        await _sold_over(work, grant, what.session_id, what.seats, named | best)
        if what.once is None or not await work.answers.find(what.once):
            await _room_for(work, grant, what.user_id, asked)


async def _of_organizer(work: Transaction, grant: Grant, session_id: SessionId) -> None:
    owner = (await work.organizers.of_sessions([session_id])).get(session_id)
    beyond = grant.widget is not None and session_id not in grant.widget.session_ids
    if owner is None or owner[0] != grant.organizer_id or beyond:
        raise NotFound


async def _sold_over(
    work: Transaction, grant: Grant, session_id: SessionId, labels: Sequence[str], ids: Collection[TicketTypeId]
) -> None:
    closed = await work.sales_channels.closed(grant.channel, session_id, labels, ids)
    if closed is not None:
        raise NotSoldHere(closed, grant.channel)


async def _room_for(work: Transaction, grant: Grant, user_id: UserId, more: int) -> None:
    if grant.widget is not None and await work.sales_channels.seats_of(user_id) + more > grant.widget.most_seats:
        raise TooManyTickets(grant.widget.most_seats)


async def _noted(services: Services, grant: Grant, hold: Hold) -> Hold:
    """Asked again after the fact: of two that lock at the same time the later one sees both, and gives its own back."""
    async with services.transaction() as work:
        await work.sales_channels.sold(hold.id, grant.client_id, grant.channel)
        held = await work.sales_channels.seats_of(hold.user_id) if grant.widget else 0
    if grant.widget is not None and held > grant.widget.most_seats:
        await services.inventory.release(hold.session_id, hold.id)
        raise TooManyTickets(grant.widget.most_seats)
    return hold


def _places(admissions: Sequence[Admissions]) -> int:
    return sum(one.quantity for one in admissions)
