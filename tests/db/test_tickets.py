"""Tickets as they are listed, and what a gate keeps of a scan."""

import pytest

from domain.access import EVERYWHERE
from domain.check_ins import Admission
from domain.errors import TicketAlreadyUsed
from domain.ids import TicketId, new_id
from domain.repositories import PageRequest
from domain.tickets import TicketStatus
from tests.builders import Show, a_show, buyers
from tests.db.conftest import Office


async def one_of_each(office: Office) -> tuple[dict[TicketStatus, TicketId], Show]:
    """A fan's tickets: valid, used, cancelled, and one of a session that is over."""
    (fan, gate), show, past = (
        await buyers(office.transaction, 2),
        await a_show(office.transaction),
        await a_show(office.transaction),
    )
    valid, used, cancelled = await office.buy((await office.inventory.lock(show.lock(fan, "A-1", "A-2", "A-3"))).id)
    [expired] = await office.buy((await office.inventory.lock(past.lock(fan, "A-1"))).id)
    await office.scan(used, gate)
    await office.inventory.cancel(show.session_id, cancelled, None)
    await office.move_start(past.session_id, hours=-3)
    mine = zip(
        (TicketStatus.VALID, TicketStatus.USED, TicketStatus.CANCELLED, TicketStatus.EXPIRED),
        (valid, used, cancelled, expired),
        strict=True,
    )
    return dict(mine), show


async def test_a_ticket_is_listed_and_counted_under_one_status_only(office: Office) -> None:
    mine, _ = await one_of_each(office)
    async with office.transaction() as work:
        fan = (await work.tickets.by_ids([mine[TicketStatus.VALID]]))[mine[TicketStatus.VALID]].user_id
        for status, identity in mine.items():
            page = await work.tickets.of_user(fan, PageRequest(10), status)
            assert [(one.id, one.status) for one in page.items] == [(identity, status)]
            assert await work.tickets.count_of_user(fan, status) == 1
        assert await work.tickets.count_of_user(fan, None) == 4
        read = await work.tickets.by_ids([*mine.values(), TicketId(new_id())])
    assert {one.status: identity for identity, one in read.items()} == mine


async def test_of_a_session_are_expected_all_tickets_but_cancelled_ones_and_admitted_the_used_ones(office: Office) -> None:
    _, show = await one_of_each(office)
    unsold = await a_show(office.transaction)
    async with office.transaction() as work:
        counted = await work.tickets.admission(EVERYWHERE, [show.session_id, unsold.session_id])
    assert counted == {show.session_id: Admission(expected=2, admitted=1), unsold.session_id: Admission(expected=0, admitted=0)}


async def test_tickets_come_newest_first_and_pages_stay_put_when_others_are_bought(office: Office) -> None:
    show, (fan, other) = await a_show(office.transaction, ticket_limit=20), await buyers(office.transaction, 2)
    bought = []
    for pair in (("A-1", "A-2"), ("A-3", "A-4"), ("A-5",)):
        bought.append(await office.buy((await office.inventory.lock(show.lock(fan, *pair))).id))
    await office.buy((await office.inventory.lock(show.lock(other, "B-10"))).id)
    seen: list[TicketId] = []
    after = None
    for at in range(3):
        async with office.transaction() as work:
            page = await work.tickets.of_user(fan, PageRequest(2, after), None)
        seen += [one.id for one in page.items]
        after = page.cursors[-1]
        await office.buy((await office.inventory.lock(show.lock(fan, f"B-{at + 1}"))).id)
    assert seen == [identity for order in reversed(bought) for identity in sorted(order, reverse=True)]


async def test_a_check_in_says_who_when_and_where_and_the_ticket_agrees(office: Office) -> None:
    show, (fan, gate) = await a_show(office.transaction), await buyers(office.transaction, 2)
    [ticket_id] = await office.buy((await office.inventory.lock(show.lock(fan, "A-1"))).id)
    before = await office.scalar("SELECT clock_timestamp()")
    used = await office.scan(ticket_id, gate)
    assert used.used_at is not None
    assert before < used.used_at < await office.scalar("SELECT clock_timestamp()")
    with pytest.raises(TicketAlreadyUsed) as refused:
        await office.scan(ticket_id, gate)
    assert refused.value.used_at == used.used_at
    kept = await office.rows("SELECT session_id, gate_user_id, refusal FROM check_in WHERE ticket_id = $1 ORDER BY at", ticket_id)
    assert kept == [(show.session_id, gate, None), (show.session_id, gate, "TicketAlreadyUsed")]
    async with office.transaction() as work:
        assert (await work.tickets.by_ids([ticket_id]))[ticket_id] == used


async def test_a_ticket_that_does_not_exist_has_no_row_to_lock(office: Office) -> None:
    async with office.transaction() as work:
        assert await work.tickets.locked(TicketId(new_id()), EVERYWHERE) is None
