"""The same query from many at the same moment: one execution for all, never older than the question, and never somebody else's."""

import asyncio

from tests.api.client import Client
from tests.api.conftest import House
from tests.api.documents import AVAILABILITY, LOCK

LIST = "query Together { events(first: 5) { nodes { title nextSession { availability { version available } } } } }"
ME = "query Mine { me { email } events(first: 1) { nodes { id } } }"
MINE_LATER = "query Later($id: ID!) { events(first: 1) { nodes { id } } node(id: $id) { ... on Hold { seats } } }"


async def mail(client: Client) -> str:
    answer = await client.raw(ME)
    return str(answer["data"]["me"]["email"])


async def test_a_crowd_s_answers_are_as_many_as_it_and_executions_fewer(house: House) -> None:
    await house.nobody.ask(LIST)
    clients = [house.nobody, house.fan, house.rival, house.gate] * 8
    before = executions(house)
    answers = await asyncio.gather(*(client.ask(LIST) for client in clients))
    assert [one["nodes"][0]["nextSession"]["availability"]["available"] for one in answers] == [25] * 32
    assert executions(house) - before < 32


def executions(house: House) -> float:
    return house.usher.metrics.registry.get_sample_value("usher_http_executions_total") or 0.0


async def test_an_answer_knows_what_was_committed_before_it_was_asked_for_however_many_ask(house: House) -> None:
    reading = True

    async def others() -> None:
        while reading:
            await house.nobody.ask(AVAILABILITY, {"id": house.session_id})

    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(others())
        for number in range(1, 11):
            hold = await house.rival.ask(LOCK, house.lock(f"B-{number}")) if number > 5 else None
            hold = hold or await house.fan.ask(LOCK, house.lock(f"B-{number}"))
            seen = await house.nobody.ask(AVAILABILITY, {"id": house.session_id})
            assert (hold["__typename"], seen["availability"]["version"]) == ("Hold", number)
        reading = False


async def test_what_is_one_s_own_is_told_to_nobody_else_at_the_same_moment(house: House) -> None:
    expected = ["fan@example.com", "rival@example.com", "gate@example.com"] * 10
    # From the first time on: that it is one's own is not known yet.
    for _ in range(3):
        assert await asyncio.gather(*(mail(client) for client in (house.fan, house.rival, house.gate) * 10)) == expected
    hold = await house.fan.ask(LOCK, house.lock("A-1", "A-2"))
    asked = [client.raw(MINE_LATER, {"id": hold["id"]}) for client in (house.fan, house.rival, house.nobody) * 10]
    seen = [answer["data"]["node"] for answer in await asyncio.gather(*asked)]
    assert seen == [{"seats": ["A-1", "A-2"]}, None, None] * 10
