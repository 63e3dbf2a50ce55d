"""When a hold's end is near."""

from datetime import datetime, timedelta

import pytest

from domain.holds import Hold, HoldState
from domain.ids import HoldId, SessionId, UserId, made_at, new_id
from domain.money import Money


def a_hold(life: timedelta, age: timedelta, state: HoldState = HoldState.ACTIVE) -> Hold:
    identity = HoldId(new_id())
    born = made_at(identity)
    return Hold(identity, SessionId(new_id()), UserId(new_id()), state, ("A-1",), Money(1, "EUR"), born + life, born + age)


def before_the_end(hold: Hold) -> timedelta:
    return hold.expires_at - hold.warned_at


def test_it_is_a_minute_or_a_fifth_of_its_life_where_that_is_shorter() -> None:
    now = timedelta()
    assert before_the_end(a_hold(timedelta(minutes=15), now)) == timedelta(minutes=1)
    assert before_the_end(a_hold(timedelta(minutes=5), now)) == timedelta(minutes=1)
    assert before_the_end(a_hold(timedelta(seconds=10), now)) == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("age", "soon", "left"),
    [
        (timedelta(seconds=30), False, timedelta(seconds=30)),
        (timedelta(seconds=59, milliseconds=999), False, timedelta(milliseconds=1)),
        (timedelta(seconds=60), True, timedelta(seconds=15)),
        (timedelta(seconds=74), True, timedelta(seconds=1)),
    ],
)
def test_time_makes_it_near_and_then_over(age: timedelta, soon: bool, left: timedelta) -> None:
    hold = a_hold(timedelta(seconds=75), age)
    assert (hold.expires_soon, hold.changes_in) == (soon, left)


def test_what_is_not_active_is_not_ended_by_time() -> None:
    for state in set(HoldState) - {HoldState.ACTIVE}:
        hold = a_hold(timedelta(seconds=75), timedelta(seconds=74), state)
        assert (hold.expires_soon, hold.changes_in) == (False, None)


def test_an_id_says_when_it_was_made() -> None:
    earlier = datetime.now().astimezone()
    made = made_at(new_id())
    assert timedelta(milliseconds=-1) <= made - earlier < timedelta(seconds=1)
