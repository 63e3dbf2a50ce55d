"""What watchers compare: digests of events, the tickets that changed last, the check-ins of a gate."""

from datetime import timedelta

from domain.check_ins import CheckInResult
from domain.errors import TicketAlreadyUsed
from domain.events import TicketType
from domain.ids import EventId, TicketId, UserId, new_id
from domain.orders import OrderStatus
from domain.repositories import Refund
from domain.tickets import TicketStatus
from domain.topics import Kind, Topic
from resolvers.upkeep import pay_refunds
from tests.builders import a_buyer, a_session, a_show, an_event, buyers, in_days, put_on, services_of
from tests.db.conftest import Office
from tests.fakes import FakeTopics


async def digest(office: Office, event_id: EventId) -> str:
    async with office.transaction() as work:
        return (await work.events.digests([event_id]))[event_id]


async def test_an_events_digest_tells_every_change_of_it_of_its_sessions_and_of_their_prices(office: Office) -> None:
    show, other = await a_show(office.transaction), await a_show(office.transaction)
    seen, beside = [await digest(office, show.event_id)], await digest(office, other.event_id)
    changes = (
        "UPDATE event SET title = 'Another' WHERE id = $1",
        "UPDATE event SET status = 'CANCELLED' WHERE id = $1",
        "UPDATE session SET status = 'CANCELLED' WHERE event_id = $1",
        "UPDATE session SET starts_at = starts_at + interval '1 minute' WHERE event_id = $1",
        "UPDATE session SET sale_opens_at = starts_at WHERE event_id = $1",
        "UPDATE ticket_type SET price_minor = 1 WHERE general_admission "
        "AND session_id = (SELECT id FROM session WHERE event_id = $1)",
        "INSERT INTO session (event_id, status, starts_at, ends_at, timezone, currency, ticket_limit) "
        "VALUES ($1, 'PUBLISHED', now(), now() + interval '1 hour', 'UTC', 'EUR', 1)",
    )
    for change in changes:
        await office.pool.execute(change, show.event_id)
        seen.append(await digest(office, show.event_id))
    assert len(set(seen)) == 1 + len(changes)
    assert await digest(office, other.event_id) == beside


async def test_selling_and_what_is_long_over_do_not_change_an_events_digest(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    past = await put_on(office.transaction, an_event(a_session(starts_at=in_days(-3)), a_session(starts_at=in_days(-1))))
    before = await digest(office, show.event_id), await digest(office, past.id)
    await office.buy((await office.inventory.lock(show.lock(fan, "A-1", standing=1))).id)
    long_over = "UPDATE session SET ticket_limit = 3 WHERE event_id = $1 AND starts_at < now() - interval '2 days'"
    await office.pool.execute(long_over, past.id)
    assert (await digest(office, show.event_id), await digest(office, past.id)) == before
    await office.pool.execute("UPDATE session SET ticket_limit = 3 WHERE event_id = $1", past.id)
    assert await digest(office, past.id) != before[1]


async def test_there_is_no_digest_of_what_is_not_there(office: Office) -> None:
    async with office.transaction() as work:
        assert await work.events.digests([EventId(new_id())]) == {}


async def test_of_every_user_the_tickets_that_changed_last_come_first_and_no_more_than_asked(office: Office) -> None:
    show, (fan, rival, idle, gate) = await a_show(office.transaction), await buyers(office.transaction, 4)
    first, second, third = await office.buy((await office.inventory.lock(show.lock(fan, "A-1", "A-2", "A-3"))).id)
    [others] = await office.buy((await office.inventory.lock(show.lock(rival, "B-1"))).id)
    await office.scan(second, gate)
    await office.inventory.cancel(show.session_id, first, None)

    async def changed(most: int) -> dict[UserId, list[tuple[TicketId, TicketStatus]]]:
        async with office.transaction() as work:
            found = await work.tickets.last_changed_of([fan, rival, idle], most)
        return {user: [(one.id, one.status) for one in tickets] for user, tickets in found.items()}

    newest_first = [(first, TicketStatus.CANCELLED), (second, TicketStatus.USED), (third, TicketStatus.VALID)]
    assert await changed(3) == {fan: newest_first, rival: [(others, TicketStatus.VALID)]}
    assert (await changed(2))[fan] == newest_first[:2]
    await office.move_start(show.session_id, hours=-3)
    assert (await changed(3))[fan][2] == (third, TicketStatus.EXPIRED)


async def test_of_every_session_the_newest_check_ins_come_first_and_no_more_than_asked(office: Office) -> None:
    show, elsewhere, quiet = [await a_show(office.transaction) for _ in range(3)]
    fan, gate = await buyers(office.transaction, 2)
    [seated, standing] = await office.buy((await office.inventory.lock(show.lock(fan, "A-1", standing=1))).id)
    [another] = await office.buy((await office.inventory.lock(elsewhere.lock(fan, "B-1"))).id)
    await office.scan(seated, gate)
    try:
        await office.scan(seated, gate)
    except TicketAlreadyUsed:
        await office.scan(another, gate)
    await office.scan(standing, gate)
    ids = [show.session_id, elsewhere.session_id, quiet.session_id]
    async with office.transaction() as work:
        found = await work.tickets.last_check_ins(ids, 10)
        newest = await work.tickets.last_check_ins(ids, 1)
        types = await work.sessions.ticket_types_of([show.session_id])
        assert await work.tickets.last_check_ins([], 10) == {}
    sold_as: dict[bool, TicketType] = {one.general_admission: one for one in types[show.session_id]}
    assert [(one.ticket_id, one.seat, one.ticket_type, one.result) for one in found[show.session_id]] == [
        (standing, None, sold_as[True], CheckInResult.ADMITTED),
        (seated, "A-1", sold_as[False], CheckInResult.TICKET_ALREADY_USED),
        (seated, "A-1", sold_as[False], CheckInResult.ADMITTED),
    ]
    assert [one.ticket_id for one in found[elsewhere.session_id]] == [another]
    assert quiet.session_id not in found
    assert [one.ticket_id for one in newest[show.session_id]] == [standing]
    times = [one.at for one in found[show.session_id]]
    assert times == sorted(times, reverse=True)
    assert times[0] - times[-1] < timedelta(seconds=10)


class Generous:
    """A gateway that pays back whatever it is asked to."""

    async def refund(self, refund: Refund) -> None: ...


async def test_a_refund_that_is_paid_announces_its_order(empty_office: Office) -> None:
    office, topics = empty_office, FakeTopics()
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    [ticket_id] = await office.buy((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    await office.inventory.cancel(show.session_id, ticket_id, None)
    await pay_refunds(services_of(office.transaction, payments=Generous(), topics=topics))
    async with office.transaction() as work:
        order_id = (await work.tickets.by_ids([ticket_id]))[ticket_id].order_id
        assert (await work.orders.by_ids([order_id]))[order_id].status is OrderStatus.REFUNDED
    assert topics.announced == [Topic(Kind.ORDER, order_id)]
