"""Changes: deltas fold to one that says the same, and a gap is never folded over."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.changes import Availability, AvailabilityDelta, applied, fold, grouped
from domain.ids import SessionId, TicketTypeId
from domain.seats import SeatStatus

SESSION, STANDING, BALCONY = SessionId(UUID(int=1)), TicketTypeId(UUID(int=2)), TicketTypeId(UUID(int=3))
EMPTY = Availability(SESSION, 0, 10, 0, 0, {}, {STANDING: 5, BALCONY: 5})


def delta(version: int, places: int | None = None, /, **seats: SeatStatus) -> AvailabilityDelta:
    left = {} if places is None else {STANDING: places}
    return AvailabilityDelta(SESSION, version - 1, version, 10 - version, version, 0, grouped(seats), left)


statuses = st.dictionaries(st.sampled_from("ABCDEF"), st.sampled_from(SeatStatus), max_size=4)
histories = st.lists(st.tuples(statuses, st.none() | st.integers(0, 5)), min_size=1, max_size=8).map(
    lambda steps: [delta(at + 1, places, **seats) for at, (seats, places) in enumerate(steps)]
)


def comparable(said: Availability | AvailabilityDelta) -> object:
    """Without the order of labels, which only whole states from the database promise."""
    groups = said.seats if isinstance(said, Availability) else said.changes
    without = replace(said, seats={}) if isinstance(said, Availability) else replace(said, changes={})
    return without, {status: frozenset(labels) for status, labels in groups.items()}


def test_a_seats_last_status_wins_and_so_do_the_last_counts_and_places() -> None:
    folded = fold([delta(3, 4, A=SeatStatus.HELD, B=SeatStatus.HELD), delta(4, A=SeatStatus.SOLD), delta(5, 3)])
    assert folded == AvailabilityDelta(
        session_id=SESSION,
        previous_version=2,
        version=5,
        available=5,
        held=5,
        sold=0,
        changes={SeatStatus.SOLD: ("A",), SeatStatus.HELD: ("B",)},
        general_admission={STANDING: 3},
    )


def test_one_delta_folds_to_itself() -> None:
    assert fold([delta(1, A=SeatStatus.HELD)]) == delta(1, A=SeatStatus.HELD)


@pytest.mark.parametrize("versions", [(1, 3), (1, 1), (2, 1), (1, 2, 4)])
def test_deltas_with_a_gap_a_repetition_or_out_of_order_are_not_folded(versions: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^\d does not follow \d$"):
        fold([delta(version) for version in versions])


def test_a_state_takes_only_the_delta_that_follows_it() -> None:
    for version in (0, 2):
        with pytest.raises(ValueError, match=f"^{version - 1} does not follow 0$"):
            applied(EMPTY, delta(version))


def test_a_seat_that_is_available_again_is_no_longer_listed() -> None:
    held = applied(EMPTY, delta(1, 4, A=SeatStatus.HELD, B=SeatStatus.BLOCKED))
    assert (held.seats, held.general_admission) == (
        {SeatStatus.HELD: ("A",), SeatStatus.BLOCKED: ("B",)},
        {STANDING: 4, BALCONY: 5},
    )
    freed = applied(held, delta(2, A=SeatStatus.AVAILABLE))
    assert (freed.version, freed.seats, freed.general_admission) == (2, {SeatStatus.BLOCKED: ("B",)}, {STANDING: 4, BALCONY: 5})


@given(histories)
def test_applying_a_fold_is_applying_one_by_one(history: list[AvailabilityDelta]) -> None:
    state = EMPTY
    for one in history:
        state = applied(state, one)
    assert comparable(applied(EMPTY, fold(history))) == comparable(state)


@given(histories, st.integers(1, 7))
def test_folding_in_two_steps_is_folding_at_once(history: list[AvailabilityDelta], at: int) -> None:
    parts = [part for part in (history[:at], history[at:]) if part]
    assert comparable(fold([fold(part) for part in parts])) == comparable(fold(history))


@given(histories)
def test_in_a_fold_each_seat_stands_in_one_group(history: list[AvailabilityDelta]) -> None:
    labels = [label for group in fold(history).changes.values() for label in group]
    assert len(labels) == len(set(labels))
