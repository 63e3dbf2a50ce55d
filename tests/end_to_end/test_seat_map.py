"""The widget in two windows: picking, holding, changing, losing a race, time running out, a line that drops."""

from dataclasses import replace

import pytest
from playwright.async_api import WebSocketRoute, expect

from domain.events import EventFilter
from domain.repositories import PageRequest
from tests.api.conftest import House
from tests.api.documents import AVAILABILITY, BUY, LOCK
from tests.builders import a_room, a_session, an_event
from tests.end_to_end.conftest import PHONE, Window
from tests.end_to_end.seat_map import (
    MAP,
    after_a_rival,
    at_the_map,
    click_seats,
    deaf,
    held,
    listening,
    part,
    point_at,
    shows,
    states,
    told,
    until,
)

pytestmark = pytest.mark.browser


async def test_a_hold_in_one_window_shows_in_the_other_within_a_second_and_so_does_giving_back(
    window: Window, house: House
) -> None:
    fan, rival = await at_the_map(window, house, "fan@example.com"), await at_the_map(window, house)
    await listening(fan)
    await held(fan, "A-1", "A-2")
    await shows(rival, "held", "A-1", "A-2")
    await expect(part(rival, "counts")).to_have_text("23 free · 2 held · 0 sold")
    await expect(part(fan, "countdown")).to_contain_text("14:5")
    await part(fan, "release").click()
    await shows(rival, "free", "A-1", "A-2")
    await shows(fan, "free", "A-1", "A-2")
    (hold,) = await told(fan, "hold")
    assert (hold["hold"]["seats"], hold["hold"]["total"]) == (["A-1", "A-2"], {"amount": "50.00", "currency": "EUR"})
    assert await told(fan, "release") == [{"holdId": hold["hold"]["id"]}]
    assert [one["seats"] for one in await told(fan, "selection")] == [["A-1"], ["A-1", "A-2"]]


async def test_what_is_held_is_changed_without_ever_letting_go(window: Window, house: House) -> None:
    fan, rival = await at_the_map(window, house, "fan@example.com"), await at_the_map(window, house)
    await held(fan, "A-1", "A-2")
    await listening(fan)
    await click_seats(fan, "A-1", "A-3")
    assert await states(fan, "A-1", "A-2", "A-3") == ["leaving", "mine", "picked"]
    await part(fan, "change").click()
    await shows(fan, "mine", "A-2", "A-3")
    await shows(rival, "held", "A-2", "A-3")
    await shows(rival, "free", "A-1")
    (changed,) = await told(fan, "hold")
    assert changed["hold"]["seats"] == ["A-2", "A-3"]
    await click_seats(fan, "A-2")
    await fan.get_by_role("button", name="Keep it as it was").click()
    assert await states(fan, "A-2", "A-3") == ["mine", "mine"]


async def test_a_hold_is_found_again_after_a_reload_with_the_time_that_is_left(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await held(fan, "B-1")
    await fan.reload()
    await shows(fan, "mine", "B-1", seconds=6)
    await expect(part(fan, "countdown")).to_contain_text("14:5")
    await expect(part(fan, "pay")).to_have_text("Pay €25.00")


async def test_a_picked_seat_that_a_rival_takes_is_marked_as_lost_and_the_rest_stays(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await click_seats(fan, "A-3", "A-4")
    await house.rival.ask(LOCK, house.lock("A-4"))
    await shows(fan, "held", "A-4")
    await expect(part(fan, "notice")).to_have_text("Somebody was quicker: A-4. The others are still picked.")
    await expect(part(fan, "seats").locator("li")).to_have_count(1)
    await expect(part(fan, "total")).to_contain_text("€25.00")


async def test_the_api_refuses_what_the_page_did_not_know(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com", line=lambda socket: deaf(socket))
    await fan.route("**/graphql", lambda route: after_a_rival(route, house))
    await click_seats(fan, "A-5", "A-6")
    await part(fan, "hold").click()
    await expect(part(fan, "notice")).to_have_text("Somebody was quicker: A-5. The others are still picked.")
    assert await states(fan, "A-5", "A-6") == ["free", "picked"]
    await expect(part(fan, "seats").locator("li")).to_have_text("A-6×")


@pytest.mark.parametrize(("more", "words"), [(9, "You can have 8 tickets for this session.")])
async def test_refusals_have_words(window: Window, house: House, more: int, words: str) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await click_seats(fan, *(f"A-{n}" for n in range(1, more + 1)))
    await part(fan, "hold").click()
    await expect(part(fan, "notice")).to_have_text(words)
    assert await states(fan, "A-1") == ["picked"]


async def test_time_runs_out_in_both_windows(window: Window, short_house: House) -> None:
    house = short_house
    fan, rival = await at_the_map(window, house, "fan@example.com"), await at_the_map(window, house)
    await listening(fan)
    await held(fan, "A-1")
    await shows(rival, "held", "A-1")
    await shows(rival, "free", "A-1", seconds=6)
    await shows(fan, "free", "A-1", seconds=2)
    await expect(part(fan, "notice")).to_contain_text("The time ran out")
    await expect(part(fan, "pay")).to_have_count(0)
    assert len(await told(fan, "expired")) == 1


async def test_before_the_first_message_nothing_is_called_free(window: Window, house: House) -> None:
    await house.rival.ask(LOCK, house.lock("A-1"))
    page = await window(house, f"/sessions/{house.session_id}", None, lambda _: None)
    await until(page, f"{MAP}?.stateOf('A-1') === 'unknown'")
    await expect(part(page, "live")).to_have_text("Connecting …")
    assert await states(page, "A-1", "A-2") == ["unknown", "unknown"]
    assert await page.evaluate(f"{MAP}.shownVersion") is None


async def test_a_dropped_line_is_said_and_made_good_and_nothing_is_locked_blindly(window: Window, house: House) -> None:
    lines: list[WebSocketRoute] = []
    working = True

    def line(page_side: WebSocketRoute) -> None:
        lines.append(page_side)
        if working:
            page_side.connect_to_server()

    fan = await at_the_map(window, house, "fan@example.com", line=line)
    await click_seats(fan, "B-1")
    working = False
    await lines[0].close()
    await expect(part(fan, "live")).to_contain_text("Not live: this is how it was at")
    await expect(part(fan, "hold")).to_be_disabled()
    await expect(part(fan, "frame")).to_have_class("frame seated old")
    await house.rival.ask(LOCK, house.lock("A-7", "B-1"))
    assert await states(fan, "A-7") == ["free"]
    working = True
    for dead in lines[1:]:
        await dead.close()
    await shows(fan, "held", "A-7", "B-1", seconds=8)
    await expect(part(fan, "live").get_by_role("status")).to_have_text("Live")
    await expect(part(fan, "notice")).to_contain_text("Somebody was quicker: B-1.")
    seen = (await house.nobody.ask(AVAILABILITY, {"id": house.session_id}))["availability"]
    assert (await fan.evaluate(f"{MAP}.shownVersion"))["version"] == seen["version"]


async def test_the_map_is_walked_and_picked_by_keys_and_every_seat_is_spoken(window: Window, house: House) -> None:
    await house.rival.ask(LOCK, house.lock("A-2"))
    fan = await at_the_map(window, house, "fan@example.com")
    await shows(fan, "held", "A-2")
    cursor = part(fan, "cursor")
    await cursor.focus()
    await expect(cursor).to_have_accessible_name("Stalls, row A, seat 1, Seat, €25.00, free")
    await fan.keyboard.press("ArrowRight")
    await expect(cursor).to_have_accessible_name("Stalls, row A, seat 2, Seat, €25.00, held by somebody")
    await expect(cursor).to_have_attribute("aria-disabled", "true")
    await expect(cursor).to_be_focused()
    await fan.keyboard.press("ArrowDown")
    await fan.keyboard.press("Enter")
    await expect(cursor).to_have_attribute("aria-checked", "true")
    assert await states(fan, "B-2") == ["picked"]
    await fan.keyboard.press("End")
    await expect(cursor).to_have_accessible_name("Stalls, row B, seat 10, accessible, Seat, €25.00, free")
    before = (await point_at(fan, "B-10"))[2]
    await fan.keyboard.press("+")
    assert (await point_at(fan, "B-10"))[2] > before * 1.2


async def test_the_list_has_the_same_seats_in_the_same_order_and_picks_them(window: Window, house: House) -> None:
    await house.rival.ask(LOCK, house.lock("A-3"))
    fan = await at_the_map(window, house, "fan@example.com")
    await fan.get_by_role("button", name="Seats as a list").click()
    await fan.get_by_text("Row A: 9 of 10 free").click()
    seats = part(fan, "list").get_by_role("checkbox")
    await expect(seats).to_have_text([str(n) for n in range(1, 11)])
    await expect(seats.nth(2)).to_have_accessible_name("Stalls, row A, seat 3, Seat, €25.00, held by somebody")
    await seats.nth(0).click()
    await expect(seats.nth(0)).to_be_checked()
    await seats.nth(2).click(force=True)
    assert await states(fan, "A-1", "A-3") == ["picked", "held"]
    await house.rival.ask(LOCK, {"input": {"sessionId": house.session_id, "seats": ["A-9"]}})
    await expect(fan.get_by_text("Row A: 7 of 10 free")).to_be_visible()


async def test_places_without_seats_are_counted_and_held_with_them(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await fan.get_by_role("button", name="One Standing more").click(click_count=2)
    await click_seats(fan, "A-1")
    await expect(part(fan, "total")).to_contain_text("€45.00")
    await part(fan, "hold").click()
    await expect(part(fan, "pay")).to_have_text("Pay €45.00")
    await fan.get_by_role("button", name="One Standing less").click(click_count=2)
    await part(fan, "change").click()
    await expect(part(fan, "pay")).to_have_text("Pay €25.00")
    places = (await house.nobody.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["generalAdmission"]
    assert [one["available"] for one in places] == [5]


async def test_what_is_sold_stays_sold(window: Window, house: House) -> None:
    page = await at_the_map(window, house)
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    await shows(page, "sold", "A-1")
    await click_seats(page, "A-1")
    assert await states(page, "A-1") == ["sold"]


async def test_who_is_nobody_is_sent_to_sign_in_with_the_seats_kept(window: Window, house: House) -> None:
    page = await at_the_map(window, house)
    await click_seats(page, "A-1", "A-2")
    await expect(part(page, "hold")).to_have_text("Continue to buy")
    href = await part(page, "hold").get_attribute("href")
    assert href == f"{house.url}/sessions/{house.session_id}?seats=%5B%22A-1%22%2C%22A-2%22%5D"
    await part(page, "hold").click()
    await page.get_by_role("button", name="fan@example.com").click()
    await expect(part(page, "hold")).to_have_text("Hold 2 tickets")
    assert await states(page, "A-1", "A-2") == ["picked", "picked"]


async def test_a_wheel_zooms_where_it_points(window: Window, house: House) -> None:
    page = await at_the_map(window, house, "fan@example.com")
    x, y, width = await point_at(page, "B-5")
    await page.mouse.move(x, y)
    for _ in range(3):
        await page.mouse.wheel(0, -120)
    await until(page, f"width => {MAP}.boxOf('B-5').width > width * 1.1", argument=width)
    near = await point_at(page, "B-5")
    assert (abs(near[0] - x) < 3, abs(near[1] - y) < 3) == (True, True)
    assert await states(page, "B-5") == ["free"]


async def test_a_tap_that_cannot_be_meant_for_one_seat_comes_closer_first(window: Window, house: House) -> None:
    session = await house.put_on_in(a_room(rows=20, seats=40), an_event(a_session(a_room(rows=20, seats=40), standing=0)))
    page = await at_the_map(window, house, "fan@example.com", session, **PHONE)
    x, y, width = await point_at(page, "J-20")
    assert width < 16
    await page.touchscreen.tap(x, y)
    x, y, near = await point_at(page, "J-20")
    assert near > 24
    assert await states(page, "J-19", "J-20", "J-21") == ["free", "free", "free"]
    await page.touchscreen.tap(x, y)
    assert await states(page, "J-19", "J-20", "J-21") == ["free", "picked", "free"]


async def test_dragging_moves_the_map_and_picks_nothing(window: Window, house: House) -> None:
    page = await at_the_map(window, house, "fan@example.com")
    x, y, _ = await point_at(page, "B-5")
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 60, y + 40, steps=6)
    await page.mouse.up()
    moved = await point_at(page, "B-5")
    assert (round(moved[0] - x), round(moved[1] - y)) == (60, 40)
    assert await states(page, "B-5") == ["free"]


async def test_in_arabic_it_reads_from_right_to_left(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com", locale="ar")
    await expect(part(fan, "frame")).to_have_attribute("dir", "rtl")
    await held(fan, "A-1", "A-2")
    await expect(part(fan, "release")).to_have_text("أعد المقاعد")
    left = await part(fan, "panel").evaluate("panel => panel.getBoundingClientRect().x")
    assert left < (await point_at(fan, "A-1"))[0], "the panel is on the left"


async def test_names_from_strangers_stay_text(window: Window, house: House) -> None:
    planted = "<img src=x onerror=\"document.title='planted'\">"
    async with house.usher.services.transaction() as work:
        (event,) = (await work.events.page(PageRequest(1), EventFilter())).items
        await work.events.add(replace(event, title=planted, description=planted))
    page = await at_the_map(window, house)
    await expect(page.locator("h1")).to_have_text(planted)
    assert "planted" not in (await page.title()).split("<")[0]
    assert await page.locator("main img").count() == 0
