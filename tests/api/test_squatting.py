"""Nobody keeps a hall empty by locking seats that are never bought: not at once, and not again and again."""

from tests.api.conftest import House, add_user
from tests.api.documents import LOCK, RELEASE

TERMS = "query($id: ID!) { session(id: $id) { ticketLimit holdsAnHour availability { available held } } }"
WHY = LOCK.replace("... on TooManyTickets { limit }", "... on TooManyTickets { limit } ... on TooManyHolds { limit retryAfterMs }")
SEATS = [f"{row}-{number}" for row in "AB" for number in range(1, 11)]


async def test_s17_one_account_never_has_more_seats_than_its_limit_however_it_asks(house: House) -> None:
    terms = await house.nobody.ask(TERMS, {"id": house.session_id})
    most = terms["ticketLimit"]
    refused = await house.fan.ask(WHY, house.lock(*SEATS[: most + 1]))
    assert (refused["__typename"], refused["limit"]) == ("TooManyTickets", most)
    answers = [(await house.fan.ask(WHY, house.lock(seat)))["__typename"] for seat in SEATS]
    assert answers == ["Hold"] * most + ["TooManyTickets"] * (len(SEATS) - most)
    assert (await house.nobody.ask(TERMS, {"id": house.session_id}))["availability"]["held"] == most
    rival = await house.rival.ask(WHY, house.lock(SEATS[-1]))
    assert rival["__typename"] == "Hold"


async def test_s17_who_locks_again_and_again_is_stopped_for_the_hour_and_nobody_else_is(house: House) -> None:
    most = (await house.nobody.ask(TERMS, {"id": house.session_id}))["holdsAnHour"]
    answers = []
    for _ in range(most + 3):
        answer = await house.fan.ask(WHY, house.lock("A-1", "A-2"))
        answers.append(answer["__typename"])
        if answer["__typename"] == "Hold":
            await house.fan.ask(RELEASE, {"id": answer["id"]})
    assert answers == ["Hold"] * most + ["TooManyHolds"] * 3
    assert answer["limit"] == most
    assert 3_000_000 < answer["retryAfterMs"] <= 3_600_000
    assert (await house.nobody.ask(TERMS, {"id": house.session_id}))["availability"]["held"] == 0
    assert (await house.rival.ask(WHY, house.lock("A-1", "A-2")))["__typename"] == "Hold"


async def test_s17_an_hour_of_one_account_does_not_stop_it_at_another_session(house: House) -> None:
    most = (await house.nobody.ask(TERMS, {"id": house.session_id}))["holdsAnHour"]
    await add_user(house.usher, "collector@example.com")
    collector = await house.nobody.signed_in("collector@example.com")
    for _ in range(most):
        hold = await collector.ask(WHY, house.lock("A-1", "A-2"))
        await collector.ask(RELEASE, {"id": hold["id"]})
    assert (await collector.ask(WHY, house.lock("A-1", "A-2")))["__typename"] == "TooManyHolds"
    other = await house.put_on()
    elsewhere = await collector.ask(WHY, {"input": {"sessionId": other, "seats": ["A-1", "A-2"]}})
    assert elsewhere["__typename"] == "Hold"
