"""Events are told of as they change, whoever changes them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.events import EventCategory
from domain.plans import PlannedEvent
from resolvers.events import put_on
from tests.api.conftest import House, a_plan
from tests.api.watching import EVENT, refused, run, the_uuid, watching


async def an_event(house: House) -> tuple[str, PlannedEvent]:
    plan = a_plan(house.now + timedelta(days=3))
    await put_on(house.usher.services, ("house", "The House"), plan)
    found = await house.nobody.ask("query($slug: String) { event(slug: $slug) { id } }", {"slug": plan.slug})
    return str(found["id"]), plan


async def test_an_event_is_told_of_when_it_is_put_on_again(house: House) -> None:
    event_id, plan = await an_event(house)
    async with watching(house.nobody, EVENT, event_id) as watch:
        first = await watch.next()
        prices = [{"price": {"amount": "25.00"}}, {"price": {"amount": "10.00"}}]
        session = {"startsAt": house.at(3), "status": "PUBLISHED", "ticketTypes": prices}
        assert first == {
            "title": "A Play",
            "status": "PUBLISHED",
            "nextSession": {"startsAt": house.at(3)},
            "sessions": {"nodes": [session]},
        }
        sooner = replace(plan.sessions[0], starts_at=house.now + timedelta(days=2), ends_at=house.now + timedelta(days=2.1))
        again = replace(plan, title="Another Play", sessions=(*plan.sessions, sooner), category=EventCategory.OTHER)
        await put_on(house.usher.services, ("house", "The House"), again)
        async with asyncio.timeout(1):
            changed = await watch.next()
        assert (changed["title"], changed["nextSession"]) == ("Another Play", {"startsAt": house.at(2)})
        assert len(changed["sessions"]["nodes"]) == 2


async def test_an_event_is_told_of_when_a_session_changes_and_nobody_says_so(house: House) -> None:
    event_id, _ = await an_event(house)
    async with watching(house.nobody, EVENT, event_id) as watch:
        await watch.next()
        await run(house, "UPDATE session SET status = 'CANCELLED' WHERE event_id = $1", the_uuid(event_id))
        changed = await watch.next(within=10)
        assert (changed["nextSession"], changed["sessions"]["nodes"][0]["status"]) == (None, "CANCELLED")
        await run(house, "UPDATE event SET status = 'ARCHIVED' WHERE id = $1", the_uuid(event_id))
        assert await refused(watch) == "NOT_FOUND"
