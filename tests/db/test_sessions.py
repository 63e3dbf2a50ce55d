"""Sessions: their order, the next one, what is sold for them and what is left, for many in one statement."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import event as sqlalchemy_events

from db.engine import make_engine
from db.unit_of_work import transactions
from domain.events import EventStatus
from domain.ids import SessionId, TicketTypeId, new_id
from domain.money import Money
from domain.plans import PlannedTicketType, PlannedVenue
from domain.repositories import PageRequest
from domain.seats import Category, Row, Seat, SeatMap, SeatStatus, Section
from tests.builders import a_buyer, a_room, a_session, a_show, an_event, in_days, put_on, sessions_of
from tests.db.conftest import Office


async def test_sessions_come_by_start_then_id_past_ones_included(office: Office) -> None:
    starts = [in_days(days) for days in (5, -3, 2)]
    twins = [a_session(starts_at=in_days(9), venue=PlannedVenue(name)) for name in ("One", "Two")]
    event = await put_on(office.transaction, an_event(*(a_session(starts_at=one) for one in starts), *twins))
    listed = await sessions_of(office.transaction, event.id)
    assert [one.starts_at for one in listed[:3]] == sorted(starts)
    assert [one.id for one in listed[3:]] == sorted(one.id for one in listed[3:])
    assert len(listed) == 5


async def test_pages_of_sessions_neither_lose_nor_repeat_under_inserts(office: Office) -> None:
    plan = an_event(*(a_session(starts_at=in_days(day)) for day in range(1, 8)))
    event = await put_on(office.transaction, plan)
    there = [one.id for one in await sessions_of(office.transaction, event.id)]
    seen: list[SessionId] = []
    after = None
    for at in range(4):
        async with office.transaction() as work:
            page = await work.sessions.page_of(event.id, PageRequest(2, after))
            assert await work.sessions.count_of(event.id) == 7 + at
        seen += [one.id for one in page.items]
        after = page.cursors[-1]
        earlier = an_event(a_session(starts_at=in_days(-1 - at)), slug=plan.slug)
        await put_on(office.transaction, earlier)
    assert seen == there
    assert (page.has_next, page.has_previous) == (False, True)


async def test_hidden_sessions_are_nobodys_business(office: Office) -> None:
    event = await put_on(office.transaction, an_event(*(a_session(starts_at=in_days(day)) for day in range(1, 7))))
    listed = await sessions_of(office.transaction, event.id)
    for session, status in zip(listed, EventStatus, strict=True):
        await office.pool.execute("UPDATE session SET status = $2 WHERE id = $1", session.id, status.value)
    async with office.transaction() as work:
        ids = [one.id for one in listed]
        assert {one.status.value for one in (await work.sessions.by_ids(ids)).values()} == {"PUBLISHED", "CANCELLED", "COMPLETED"}
        assert len(await work.sessions.by_ids(ids, hidden=True)) == 6
        assert await work.sessions.count_of(event.id) == 3
        assert len((await work.sessions.page_of(event.id, PageRequest(100))).items) == 3


async def test_the_next_session_is_the_first_to_come_else_the_one_that_runs(office: Office) -> None:
    over, running = a_session(starts_at=in_days(-5)), a_session(starts_at=in_days(-0.01), ends_at=in_days(1))
    soon, later = a_session(starts_at=in_days(2)), a_session(starts_at=in_days(3))
    expected = {"coming": soon, "running": running, "both": later, "over": None, "hidden": later}
    plans = {
        "coming": (over, later, soon),
        "running": (over, running),
        "both": (running, later),
        "over": (over,),
        "hidden": (soon, later),
    }
    events = {name: await put_on(office.transaction, an_event(*sessions, title=name)) for name, sessions in plans.items()}
    await office.pool.execute(
        "UPDATE session SET status = 'CANCELLED' WHERE event_id = $1 AND starts_at = $2", events["hidden"].id, soon.starts_at
    )
    async with office.transaction() as work:
        found = await work.sessions.next_of([one.id for one in events.values()])
    starts = {name: found[event.id].starts_at if event.id in found else None for name, event in events.items()}
    assert starts == {name: plan.starts_at if plan else None for name, plan in expected.items()}


def two_priced_room() -> SeatMap:
    rows = (
        Row("A", tuple(Seat(f"A-{n}", str(n), n, 0, "Stalls") for n in range(1, 4))),
        Row("B", (Seat("B-1", "1", 0, 1, "Balcony"), Seat("B-2", "2", 1, 1, "House seats"))),
    )
    categories = tuple(Category(name, "#000000") for name in ("Stalls", "Balcony", "House seats"))
    return SeatMap("Two prices", categories, (Section("", rows),))


async def test_places_left_are_counted_per_ticket_type_and_unsold_categories_are_not_for_sale(office: Office) -> None:
    types = (
        PlannedTicketType("Balcony", Money(900, "EUR"), category="Balcony"),
        PlannedTicketType("Stalls", Money(1500, "EUR"), category="Stalls"),
        PlannedTicketType("Standing", Money(500, "EUR"), capacity=4),
    )
    show = await a_show(office.transaction, room=two_priced_room(), ticket_types=types)
    fan = await a_buyer(office.transaction)
    await office.inventory.lock(show.lock(fan, "A-1", "A-3", standing=1))
    async with office.transaction() as work:
        sold = (await work.sessions.ticket_types_of([show.session_id]))[show.session_id]
        nothing = TicketTypeId(new_id())
        left = await work.sessions.places_left([*(one.id for one in sold), nothing])
        again = await work.sessions.ticket_types([sold[2].id, nothing])
    assert [(one.name, one.price.minor, one.capacity, one.general_admission, left[one.id]) for one in sold] == [
        ("Balcony", 900, 1, False, 1),
        ("Stalls", 1500, 3, False, 1),
        ("Standing", 500, 4, True, 3),
    ]
    assert (left[nothing], again) == (0, {sold[2].id: sold[2]})
    assert (await office.snapshot(show.session_id)).available == 5


async def test_the_availability_of_many_sessions_is_one_statement(office: Office) -> None:
    shows, fan = [await a_show(office.transaction) for _ in range(5)], await a_buyer(office.transaction)
    for show in shows[:3]:
        await office.inventory.lock(show.lock(fan, "A-1", standing=1))
    engine, statements = make_engine(office.url), []
    async with transactions(engine)() as work:
        await work.now()

        @sqlalchemy_events.listens_for(engine.sync_engine, "before_cursor_execute")
        def note(_: object, __: object, statement: str, *rest: object) -> None:
            statements.append(statement)

        asked = [*(show.session_id for show in shows), SessionId(new_id())]
        found = await work.sessions.availability(asked)
    await engine.dispose()
    assert len(statements) == 1
    assert {identity: one.seats for identity, one in found.items()} == {
        show.session_id: {SeatStatus.HELD: ("A-1",)} if at < 3 else {} for at, show in enumerate(shows)
    }
    assert found == {show.session_id: await office.snapshot(show.session_id) for show in shows}


async def test_counts_are_those_of_the_whole_state_and_read_no_seat(office: Office) -> None:
    show, fan = await a_show(office.transaction), await a_buyer(office.transaction)
    await office.inventory.lock(show.lock(fan, "A-1", standing=2))
    async with office.transaction() as work:
        counts = await work.sessions.availability([show.session_id], with_seats=False)
    assert counts == {show.session_id: replace(await office.snapshot(show.session_id), seats={})}


async def test_two_sessions_at_one_start_need_two_venues_and_none_is_a_venue_too(office: Office) -> None:
    starts_at = in_days(3)
    at_one_time = [a_session(starts_at=starts_at, venue=one) for one in (None, None, PlannedVenue("Hall"), PlannedVenue("Hall"))]
    event = await put_on(office.transaction, an_event(*at_one_time))
    assert len(await sessions_of(office.transaction, event.id)) == 2


async def test_a_session_says_when_where_and_how_it_is_sold(office: Office) -> None:
    terms: dict[str, Any] = {"timezone": "Asia/Kathmandu", "ticket_limit": 3, "sale_opens_at": in_days(1)}
    event = await put_on(office.transaction, an_event(a_session(a_room(), **terms)), a_room())
    [session] = await sessions_of(office.transaction, event.id)
    assert (session.timezone, session.ticket_limit, session.sale_opens_at, session.currency) == (*terms.values(), "EUR")
    assert (session.seat_map_hash, session.ends_at - session.starts_at) == (a_room().hash, timedelta(hours=2))
