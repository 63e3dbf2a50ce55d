"""Whoever changes a thing says which, after the commit; a refusal says nothing."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.errors import HoldExpired, PaymentDeclined, TicketAlreadyUsed, TicketNotValid
from domain.holds import ChangeHold, Hold, LockTickets
from domain.ids import HoldId, SessionId, TicketId, UserId
from domain.orders import Order
from domain.topics import Kind, Topic
from domain.viewers import Role, Viewer
from resolvers import holds, orders, tickets
from resolvers.events import event_by_slug, put_on
from resolvers.services import Services
from tests.api.conftest import House, a_plan
from tests.api.watching import the_uuid
from tests.builders import in_days
from tests.fakes import FakeTopics


async def a_buyer(house: House) -> tuple[Services, FakeTopics, Viewer]:
    """Services that keep what is announced, and a fan."""
    topics = FakeTopics()
    async with house.usher.services.transaction() as work:
        user = await work.users.by_email("fan@example.com")
    assert user is not None
    return replace(house.usher.services, topics=topics), topics, Viewer(user.id, frozenset({Role.ATTENDEE}), in_days(1))


async def lock(house: House, services: Services, buyer: Viewer, *seats: str) -> Hold:
    return await holds.lock_tickets(services, LockTickets(session_of(house), buyer.user_id, seats))


def session_of(house: House) -> SessionId:
    value = the_uuid(house.session_id)
    assert isinstance(value, UUID)
    return SessionId(value)


def all_of(order: Order) -> list[Topic]:
    return [
        Topic(Kind.HOLD, order.hold_id),
        Topic(Kind.ORDER, order.id),
        Topic(Kind.TICKETS, order.user_id),
        Topic(Kind.GATE, order.session_id),
    ]


async def test_a_new_hold_is_nobodys_news_and_its_changes_are(house: House) -> None:
    services, topics, fan = await a_buyer(house)
    hold = await lock(house, services, fan, "A-1")
    assert topics.announced == []
    await holds.change_hold(services, ChangeHold(hold.id, fan.user_id, add=("A-2",)))
    assert topics.announced == [Topic(Kind.HOLD, hold.id)]
    await holds.release_hold(services, fan, hold.id)
    assert topics.announced == [Topic(Kind.HOLD, hold.id)] * 2
    with pytest.raises(HoldExpired):
        await holds.release_hold(services, fan, hold.id)
    assert len(topics.announced) == 2


async def test_buying_announces_the_hold_when_it_is_ordered_and_all_when_it_is_paid(house: House) -> None:
    services, topics, fan = await a_buyer(house)
    hold = await lock(house, services, fan, "A-1")
    order = await orders.buy_tickets(services, fan, hold.id, "sandbox-ok", None)
    assert topics.announced == [Topic(Kind.HOLD, hold.id), *all_of(order)]


async def test_a_declined_payment_announces_the_hold_again(house: House) -> None:
    services, topics, fan = await a_buyer(house)
    hold = await lock(house, services, fan, "A-1")
    with pytest.raises(PaymentDeclined):
        await orders.buy_tickets(services, fan, hold.id, "sandbox-declined", None)
    assert [one.kind for one in topics.announced] == [Kind.HOLD, Kind.HOLD, Kind.ORDER, Kind.TICKETS, Kind.GATE]


async def bought(house: House, services: Services, buyer: Viewer, *seats: str) -> tuple[HoldId, Order, list[TicketId]]:
    hold = await lock(house, services, buyer, *seats)
    order = await orders.buy_tickets(services, buyer, hold.id, "sandbox-ok", None)
    found = await orders.tickets_of_orders(services, [order.id])
    return hold.id, order, [ticket.id for ticket in found[order.id]]


async def test_a_scan_is_announced_also_one_that_is_refused(house: House) -> None:
    services, topics, fan = await a_buyer(house)
    _, order, [ticket_id] = await bought(house, services, fan, "A-1")
    topics.announced.clear()
    async with services.transaction() as work:
        gate = await work.users.by_email("gate@example.com")
    assert gate is not None
    staff = Viewer(UserId(gate.id), frozenset({Role.GATE}), in_days(1))
    await tickets.use_ticket(services, staff, ticket_id, None)
    assert topics.announced == all_of(order)[2:]
    with pytest.raises(TicketAlreadyUsed):
        await tickets.use_ticket(services, staff, ticket_id, None)
    assert topics.announced == all_of(order)[2:] * 2


async def test_cancelling_announces_the_order_the_ticket_and_the_gate_and_paying_back_the_order(house: House) -> None:
    services, topics, fan = await a_buyer(house)
    _, order, [ticket_id] = await bought(house, services, fan, "A-1")
    topics.announced.clear()
    await tickets.cancel_ticket(services, fan, ticket_id, None)
    assert topics.announced == all_of(order)[1:]
    with pytest.raises(TicketNotValid):
        await tickets.cancel_ticket(services, fan, ticket_id, None)
    assert topics.announced == all_of(order)[1:]


async def test_an_event_that_is_put_on_is_announced(house: House) -> None:
    services, topics, _ = await a_buyer(house)
    plan = a_plan(house.now + timedelta(days=3))
    await put_on(services, ("house", "The House"), plan)
    event = await event_by_slug(services, plan.slug)
    assert event is not None
    assert topics.announced == [Topic(Kind.EVENT, event.id)]
