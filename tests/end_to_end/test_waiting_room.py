"""The waiting room on the seat map: joining, the draw, waiting, one's turn."""

import pytest
from playwright.async_api import expect

from domain.organizers import MemberRole
from tests.api.client import Client
from tests.api.conftest import House
from tests.end_to_end.conftest import Window
from tests.end_to_end.seat_map import at_the_map, click_seats, held, part, shows

pytestmark = pytest.mark.browser

OPEN = """mutation($input: OpenWaitingRoomInput!) {
  openWaitingRoom(input: $input) { __typename ... on Error { code message } } }"""


async def opened(house: House, in_days: float | None, per_minute: int) -> Client:
    await house.add_member("organizer@example.com", MemberRole.OWNER)
    organizer = await house.nobody.signed_in("organizer@example.com")
    await admits(house, organizer, in_days, per_minute)
    return organizer


async def admits(house: House, organizer: Client, in_days: float | None, per_minute: int) -> None:
    room: dict[str, object] = {"sessionId": house.session_id, "admitPerMinute": per_minute}
    if in_days is not None:
        room["opensAt"] = house.at(in_days)
    assert (await organizer.ask(OPEN, {"input": room}))["__typename"] == "WaitingRoom"


async def test_who_joins_before_the_opening_waits_for_the_draw_and_cannot_hold(window: Window, house: House) -> None:
    await opened(house, 0.01, 60)
    fan = await at_the_map(window, house, "fan@example.com")
    await expect(part(fan, "queue")).to_contain_text("There is a waiting room; 0 people wait.")
    await part(fan, "join").click()
    await expect(part(fan, "queue")).to_contain_text("The order is drawn by lot")
    await expect(part(fan, "queue")).to_contain_text("Opens in 14:")
    await click_seats(fan, "A-1")
    await expect(part(fan, "hold")).to_be_disabled()
    nobody = await at_the_map(window, house)
    await expect(part(nobody, "queue")).to_have_text("There is a waiting room for this session: sign in to queue.")


async def test_whose_turn_it_is_holds_seats_and_others_see_how_many_are_ahead(window: Window, house: House) -> None:
    organizer = await opened(house, None, 60)
    fan = await at_the_map(window, house, "fan@example.com")
    await part(fan, "join").click()
    await expect(part(fan, "queue")).to_contain_text("It is your turn: choose your seats.")
    await held(fan, "A-1", "A-2")
    await admits(house, organizer, None, 0)
    rival = await at_the_map(window, house, "rival@example.com")
    await part(rival, "join").click()
    await expect(part(rival, "queue")).to_contain_text("0 people are ahead of you.")
    await expect(part(rival, "queue")).to_contain_text("Admission pauses. You keep your place.")
    await admits(house, organizer, None, 1)
    await expect(part(rival, "queue")).to_contain_text("Your turn in about")
    await click_seats(rival, "B-1")
    await expect(part(rival, "hold")).to_be_disabled()


async def test_a_room_that_is_opened_meanwhile_is_met_when_holding(window: Window, house: House) -> None:
    fan = await at_the_map(window, house, "fan@example.com")
    await opened(house, 0.01, 60)
    await click_seats(fan, "A-1")
    await part(fan, "hold").click()
    await expect(part(fan, "notice")).to_have_text("There is a waiting room: your turn comes first.")
    await part(fan, "join").click()
    await expect(part(fan, "queue")).to_contain_text("Opens in 14:")
    await shows(fan, "picked", "A-1")
