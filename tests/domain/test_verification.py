"""A log replayed: what it tells of, and what it is found to have told wrongly."""

from dataclasses import replace
from typing import Any

from domain.changes import Availability, AvailabilityDelta
from domain.ids import SessionId, TicketTypeId, new_id
from domain.seats import SeatStatus
from domain.verification import Replay

AVAILABLE, HELD, SOLD, BLOCKED = SeatStatus.AVAILABLE, SeatStatus.HELD, SeatStatus.SOLD, SeatStatus.BLOCKED
SESSION, STANDING = SessionId(new_id()), TicketTypeId(new_id())


def a_change(version: int, held: int, sold: int, changes: dict[SeatStatus, tuple[str, ...]], **more: Any) -> AvailabilityDelta:
    terms: dict[str, Any] = {"available": 25 - held - sold, "general_admission": {STANDING: 5}}
    return AvailabilityDelta(SESSION, version - 1, version, held=held, sold=sold, changes=changes, **(terms | more))


# A pair is held and one place, then bought; a ticket is given back while a third seat is held.
STORY = (
    a_change(1, 3, 0, {HELD: ("A-1", "A-2")}, general_admission={STANDING: 4}),
    a_change(2, 0, 3, {SOLD: ("A-1", "A-2")}, general_admission={STANDING: 4}),
    a_change(3, 1, 2, {AVAILABLE: ("A-1",), HELD: ("A-3",)}, general_admission={STANDING: 4}),
)
PRESENT = Availability(SESSION, 3, 22, 1, 2, {SOLD: ("A-2",), HELD: ("A-3",)}, {STANDING: 4})


def faults_of(*story: AvailabilityDelta, present: Availability = PRESENT, replay: Replay | None = None) -> list[str]:
    replay = replay or Replay({STANDING: 5})
    for delta in story:
        replay.follow(delta)
    replay.end(present)
    assert (replay.changes, replay.faults) == (len(story), len(replay.examples))
    return replay.examples


def test_a_log_that_tells_the_truth_has_no_fault() -> None:
    assert faults_of(*STORY) == []


def test_a_log_whose_beginning_is_folded_goes_on_from_there() -> None:
    begun = Replay({STANDING: 5}, 2, {"A-1": SOLD, "A-2": SOLD}, {STANDING: 4})
    assert faults_of(STORY[2], replay=begun) == []
    forgot = Replay({STANDING: 5}, 2, {"A-1": SOLD}, {STANDING: 4})
    assert faults_of(STORY[2], replay=forgot) == [
        "version 3 counts 3 taken, its seats and places 2",
        "A-2 is SOLD, the log says AVAILABLE",
    ]


def test_a_gap_is_a_fault() -> None:
    assert faults_of(STORY[0], STORY[2])[0] == "version 3 follows 1"


def test_a_log_that_ends_too_early_is_a_fault() -> None:
    assert faults_of(*STORY[:2])[0] == "version 3 is not in the log, which ends with 2"


def test_a_seat_is_sold_only_out_of_a_hold() -> None:
    story = (STORY[0], replace(STORY[1], changes={SOLD: ("A-1", "A-9")}), STORY[2])
    assert "version 2 sells A-9, which was AVAILABLE" in faults_of(*story)
    twice = (*STORY[:2], replace(STORY[2], changes={SOLD: ("A-1",)}))
    assert "version 3 sells A-1, which was SOLD" in faults_of(*twice)


def test_counts_of_a_change_that_are_not_those_of_its_seats_are_a_fault() -> None:
    assert faults_of(STORY[0], replace(STORY[1], sold=4), STORY[2]) == ["version 2 counts 4 taken, its seats and places 3"]


def test_a_seat_that_is_not_as_the_log_says_is_a_fault() -> None:
    present = replace(PRESENT, seats={SOLD: ("A-2",), HELD: ("A-4",)})
    assert faults_of(*STORY, present=present) == ["A-3 is AVAILABLE, the log says HELD", "A-4 is HELD, the log says AVAILABLE"]


def test_seats_that_were_always_blocked_are_not_in_the_log() -> None:
    present = replace(PRESENT, seats={**PRESENT.seats, BLOCKED: ("B-1",)})
    assert faults_of(*STORY, present=present) == []


def test_places_and_counts_that_are_not_as_the_log_says_are_faults() -> None:
    assert faults_of(*STORY, present=replace(PRESENT, general_admission={STANDING: 3})) == ["3 places are left, the log says 4"]
    assert faults_of(*STORY, present=replace(PRESENT, available=21)) == ["its counts are not those of version 3"]
    assert faults_of(*STORY, present=replace(PRESENT, held=2)) == ["its counts are not those of version 3"]


def test_of_many_faults_five_are_told_and_all_are_counted() -> None:
    replay = Replay({})
    for version in range(2, 22, 2):
        replay.follow(a_change(version, 0, 0, {}, general_admission={}))
    assert (replay.faults, len(replay.examples), replay.examples[0]) == (10, 5, "version 2 follows 0")
