"""Seats that the server chooses: the best there are, others instead of taken ones, none left alone; and more time."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from domain.single_seats import SingleSeats
from tests.api.conftest import House, a_plan, open_house, small_room
from tests.api.documents import LOCK
from tests.end_to_end.conftest import Window
from tests.end_to_end.seat_map import after_a_rival, at_the_map, click_seats, deaf, held, part, shows

pytestmark = pytest.mark.browser


async def test_the_best_seats_are_held_without_looking_for_them(window: Window, house: House) -> None:
    fan, rival = await at_the_map(window, house, "fan@example.com"), await at_the_map(window, house)
    await expect(part(fan, "best").locator("option")).to_have_text(["Seat · €25.00"])
    await part(fan, "best").get_by_role("button", name="One Best seats more").click()
    await part(fan, "find").click()
    await expect(part(fan, "seats").locator("li")).to_have_count(3)
    labels = [label.removesuffix("×") for label in await part(fan, "seats").locator("li").all_inner_texts()]
    numbers = [int(label.strip().split("-")[1]) for label in labels]
    assert {label[0] for label in labels} in ({"A"}, {"B"})
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    await shows(rival, "held", *(label.strip() for label in labels))
    await expect(part(fan, "pay")).to_have_text("Pay €75.00")
    await expect(part(fan, "best")).to_have_count(0)


async def test_who_was_too_slow_is_offered_seats_like_those_and_takes_them_in_one_click(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com", line=lambda socket: deaf(socket))
    await fan.route("**/graphql", lambda route: after_a_rival(route, house))
    await click_seats(fan, "A-5", "A-6")
    await part(fan, "hold").click()
    offers = part(fan, "offers").get_by_role("button")
    await expect(offers).to_have_count(3)
    await fan.unroute("**/graphql")
    offered = (await offers.first.inner_text()).replace("\u2068", "").replace("\u2069", "").removeprefix("Take ").split(", ")
    assert len(offered) == 2
    assert "A-5" not in offered
    await offers.first.click()
    await shows(fan, "mine", *offered, seconds=6)
    await expect(part(fan, "seats").locator("li")).to_have_count(2)
    await expect(part(fan, "offers")).to_have_count(0)


async def test_a_pick_that_leaves_a_single_seat_is_answered_with_one_that_does_not(window: Window, house: House) -> None:
    plan = a_plan(house.now + timedelta(days=7))
    strict = replace(plan, sessions=tuple(replace(one, single_seats=SingleSeats.REFUSE) for one in plan.sessions))
    session_id = await house.put_on_in(small_room(), strict)
    fan = await at_the_map(window, house, "fan@example.com", session_id)
    await click_seats(fan, "A-2", "A-3")
    await part(fan, "hold").click()
    await expect(part(fan, "notice")).to_have_text("Nobody would sit next to A-1. Please leave no single seat.")
    await part(fan, "offers").get_by_role("button").click()
    await expect(part(fan, "pay")).to_have_text("Pay €50.00")
    assert await part(fan, "seats").locator("li").count() == 2


async def test_more_time_is_given_once(window: Window, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, USHER_HOLD_SECONDS="90") as house:
        fan = await at_the_map(window, house, "fan@example.com")
        await held(fan, "A-1")
        await expect(part(fan, "countdown")).to_contain_text("1:")
        await part(fan, "extend").click()
        await expect(part(fan, "countdown")).to_contain_text("2:")
        await expect(part(fan, "extend")).to_have_count(0)
        await expect(part(fan, "pay")).to_be_enabled()


async def test_a_rival_cannot_be_offered_what_somebody_else_holds(window: Window, house: House) -> None:
    await house.rival.ask(LOCK, house.lock(*(f"A-{n}" for n in range(1, 9))))
    fan = await at_the_map(window, house, "fan@example.com")
    await part(fan, "find").click()
    await expect(part(fan, "seats").locator("li")).to_have_count(2)
    labels = await part(fan, "seats").locator("li").all_inner_texts()
    assert {label[0] for label in labels} == {"B"}
