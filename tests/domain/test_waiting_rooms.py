"""Waiting rooms as arithmetic: who is admitted when, whatever becomes of the rate, and what is worth a message."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import PlaceId, SessionId, UserId, WaitingRoomId, new_id
from domain.waiting_rooms import (
    ONE,
    AdmissionMissed,
    AdmissionRate,
    Admitted,
    AwaitingDraw,
    NoQueue,
    NotQueued,
    Place,
    Position,
    Queued,
    WaitingRoom,
    leads_on,
    pause_of,
    position,
    worth_telling,
)

OPENS_AT = datetime(2027, 3, 1, 10, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)


def a_room(per_minute: int = 60, after: timedelta = timedelta(0), **overrides: Any) -> WaitingRoom:
    """As it is so long after the opening, with a thousand who waited for it."""
    terms: dict[str, Any] = {
        "id": WaitingRoomId(new_id()),
        "session_id": SessionId(new_id()),
        "opens_at": OPENS_AT,
        "admission": 10 * MINUTE,
        "rates": (AdmissionRate(OPENS_AT, per_minute, 0),),
        "last_number": 1000,
        "drawn": True,
        "seed_hash": "hash",
        "seed": "seed",
        "server_time": OPENS_AT + after,
    }
    return WaitingRoom(**(terms | overrides))


def a_place(room: WaitingRoom, number: int | None) -> Place:
    return Place(PlaceId(new_id()), room.id, room.session_id, UserId(new_id()), OPENS_AT - MINUTE, number, number)


def later(room: WaitingRoom, time: timedelta) -> WaitingRoom:
    return replace(room, server_time=room.server_time + time)


def with_rate(room: WaitingRoom, per_minute: int) -> WaitingRoom:
    """Changed now."""
    return replace(
        room, rates=(*room.rates, AdmissionRate(room.server_time, per_minute, room.rates[-1].admitted_at(room.server_time)))
    )


@pytest.mark.parametrize(
    ("per_minute", "after", "admitted"),
    [
        (60, timedelta(0), 0),
        (60, SECOND - MICROSECOND, 0),
        (60, SECOND, 1),
        (7, MINUTE, 7),
        (7, MINUTE - MICROSECOND, 6),
        (100_000, timedelta(hours=24), 144_000_000),
        (0, timedelta(days=1), 0),
        (60, -MINUTE, 0),
    ],
)
def test_as_many_are_admitted_as_the_rate_says_since_the_opening(per_minute: int, after: timedelta, admitted: int) -> None:
    assert a_room(per_minute, after).admitted == admitted


def test_a_turn_is_the_first_microsecond_that_admits() -> None:
    room = a_room(per_minute=7)
    assert room.turn_of(1) == OPENS_AT + timedelta(microseconds=8_571_429)
    assert room.turn_of(7) == OPENS_AT + MINUTE
    assert a_room(per_minute=0).turn_of(1) is None


changes = st.lists(st.tuples(st.integers(0, 400_000_000), st.sampled_from([0, 1, 7, 60, 97, 599, 100_000])), max_size=6)


@given(first=st.integers(0, 1_000), changes=changes, number=st.integers(1, 5_000))
def test_whatever_becomes_of_the_rate_who_was_admitted_stays_so_and_nobody_jumps(
    first: int, changes: list[tuple[int, int]], number: int
) -> None:
    room = a_room(first)
    for microseconds, per_minute in changes:
        room = later(room, microseconds * MICROSECOND)
        before = room.turn_of(number)
        changed = with_rate(room, per_minute)
        assert changed.admitted == room.admitted
        if number <= room.admitted:
            assert changed.turn_of(number) == before
        room = changed
    turn = room.turn_of(number)
    if turn is None:
        assert number > room.admitted
        assert room.rates[-1].per_minute == 0
    else:
        stretch = next(one for one in reversed(room.rates) if one.since < turn)
        assert stretch.admitted_at(turn - MICROSECOND) < number * ONE <= stretch.admitted_at(turn)


def test_where_somebody_is_follows_from_the_room_and_the_number() -> None:
    before = a_room(after=-MINUTE, drawn=False, seed=None)
    assert position(before, None) == NotQueued(before)
    assert position(before, waits := a_place(before, None)) == AwaitingDraw(before, waits)
    room = a_room(after=90 * SECOND)
    place = a_place(room, 100)
    assert position(room, place) == Queued(room, place, 100, 9, OPENS_AT + 100 * SECOND)
    assert position(room, replace(place, number=None)) == AwaitingDraw(room, replace(place, number=None))
    turn = later(room, 10 * SECOND)
    assert position(turn, place) == Admitted(turn, place, 100, OPENS_AT + 100 * SECOND + 10 * MINUTE)
    last = later(turn, 10 * MINUTE - MICROSECOND)
    assert isinstance(position(last, place), Admitted)
    over = later(last, MICROSECOND)
    assert position(over, place) == AdmissionMissed(over, place, OPENS_AT + 100 * SECOND + 10 * MINUTE)
    paused = with_rate(room, 0)
    assert position(paused, place) == Queued(paused, place, 100, 9, None)


def test_only_who_waits_is_told_more() -> None:
    room = a_room(after=SECOND)
    positions: list[tuple[Position, bool]] = [
        (NoQueue(room.session_id), False),
        (NotQueued(room), False),
        (AwaitingDraw(room, a_place(room, None)), True),
        (position(room, a_place(room, 5)), True),
        (position(room, a_place(room, 1)), False),
        (AdmissionMissed(room, a_place(room, 1), OPENS_AT), False),
    ]
    assert [leads_on(one) for one, _ in positions] == [waits for _, waits in positions]


def told(room: WaitingRoom, place: Place, seconds: int) -> list[int]:
    """After how many seconds, where the room is looked at every second."""
    last: Position | None = None
    at: list[int] = []
    for second in range(seconds):
        now = position(later(room, second * SECOND), place)
        if worth_telling(last, now):
            last = now
            at.append(second)
        if not leads_on(now):
            break
    return at


def test_progress_is_told_every_few_seconds_at_most_and_seldom_from_afar() -> None:
    room = a_room()
    assert told(room, a_place(room, 1000), 100) == [0, 30, 60, 90]
    assert told(room, a_place(room, 100), 100) == [0, 5, 10, 15, 20, 24, 28, 32, 36, 40, 43, 46, 49, 52, 55, 58, 61, 64, 67, 70, 73,
        76, 79, 82, 85, 88, 91, 94, 97]  # fmt: skip
    assert told(room, a_place(room, 4), 10) == [0, 3, 4]


def test_before_the_opening_the_crowd_is_counted_every_five_seconds() -> None:
    room = a_room(after=-MINUTE, drawn=False)
    place = a_place(room, None)
    first = AwaitingDraw(room, place)
    assert not worth_telling(first, AwaitingDraw(later(room, 30 * SECOND), place))
    more = replace(room, last_number=1001)
    assert not worth_telling(first, AwaitingDraw(later(more, 4 * SECOND), place))
    assert worth_telling(first, AwaitingDraw(later(more, 5 * SECOND), place))
    assert worth_telling(first, AwaitingDraw(replace(room, opens_at=OPENS_AT + SECOND), place))


def test_what_changes_the_expectation_is_told_at_once() -> None:
    room = a_room(after=SECOND)
    place = a_place(room, 500)
    last = position(room, place)
    assert not worth_telling(last, position(later(room, SECOND), place))
    assert worth_telling(last, position(with_rate(room, 0), place))
    assert worth_telling(last, position(with_rate(room, 61), place))
    assert worth_telling(last, position(room, replace(place, number=501)))


def test_who_waits_for_the_end_of_a_pause_is_told_seldom() -> None:
    now = position(a_room(per_minute=0), a_place(a_room(), 5))
    assert isinstance(now, Queued)
    assert (pause_of(now), now.expected_in) == (30 * SECOND, None)


def test_time_alone_changes_a_room_at_its_opening_and_with_admissions() -> None:
    before = a_room(after=-MINUTE, drawn=False)
    assert before.changes_in == MINUTE
    assert later(before, 2 * MINUTE).changes_in == timedelta(milliseconds=200)
    slow = a_room(per_minute=6, after=timedelta(seconds=25))
    assert (slow.admitted, slow.changes_in) == (2, 5 * SECOND)
    assert a_room(per_minute=6_000).changes_in == SECOND
    assert a_room(last_number=0).changes_in is None
    assert a_room(per_minute=0).changes_in is None
    assert (slow.waiting, before.waiting, a_room(after=timedelta(hours=1)).waiting) == (998, 1000, 0)
