"""What is known of a session: commits that overtake each other are put in order, what is folded says the same."""

from hypothesis import given
from hypothesis import strategies as st

from domain.changes import Availability, AvailabilityDelta, applied, fold
from domain.ids import SessionId, new_id
from domain.seats import SeatStatus
from subscriptions.recent import MOST_DELTAS, MOST_SEATS, Recent
from subscriptions.watched import MOST_EARLY, Watched

SESSION = SessionId(new_id())


def a_delta(version: int, *labels: str, status: SeatStatus = SeatStatus.HELD) -> AvailabilityDelta:
    return AvailabilityDelta(SESSION, version - 1, version, 0, 0, 0, {status: labels or (f"A-{version}",)}, {})


def watched_from(version: int) -> Watched:
    watched = Watched()
    watched.begin(version)
    return watched


def test_what_overtook_waits_for_what_it_overtook() -> None:
    watched = watched_from(0)
    assert [watched.hear(a_delta(version)) for version in (2, 4, 3)] == [False, False, False]
    assert (watched.version, watched.unsent.count) == (0, 0)
    assert watched.hear(a_delta(1))
    assert (watched.version, watched.unsent.count, watched.early) == (4, 4, {})


@given(st.permutations(range(1, 12)), st.integers(0, 11))
def test_in_whatever_order_they_come_nothing_is_lost_or_doubled(versions: list[int], start: int) -> None:
    watched = Watched()
    half = len(versions) // 2
    for version in versions[:half]:
        watched.hear(a_delta(version))
    watched.begin(start)
    for version in versions[half:] * 2:
        watched.hear(a_delta(version))
    assert (watched.version, watched.early) == (11, {})
    assert [delta.version for delta in watched.unsent.deltas] == list(range(start + 1, 12))


def test_what_comes_before_anybody_has_started_is_placed_then() -> None:
    watched = Watched()
    assert not any([watched.hear(a_delta(version)) for version in (3, 4, 5)])
    assert watched.begin(3)
    assert watched.version == 5
    missing = Watched()
    missing.hear(a_delta(5))
    assert not missing.begin(3)


def test_no_more_than_some_wait_for_what_is_missing() -> None:
    watched = watched_from(0)
    for version in range(2, 1_000):
        watched.hear(a_delta(version))
    assert sorted(watched.early) == list(range(999 - MOST_EARLY, 999))


def test_what_the_log_says_is_known_from_there_on() -> None:
    watched = watched_from(8)
    watched.learn(2, [a_delta(version) for version in range(3, 11)])
    assert watched.version == 10
    assert [delta.version for delta in watched.unsent.deltas] == [9, 10]
    for since in range(2, 11):
        missed = watched.missed(since)
        assert missed is not None
        assert (missed.previous_version, missed.version) == (since, 10)
    assert watched.missed(1) is None
    assert watched.missed(11) is None


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(SeatStatus)), min_size=3, max_size=9), st.data())
def test_what_was_missed_leads_to_the_state_that_one_by_one_leads_to(
    steps: list[tuple[str, SeatStatus]], data: st.DataObject
) -> None:
    state = Availability(SESSION, 0, 0, 0, 0, {}, {})
    states, watched = [state], watched_from(0)
    for at, (label, status) in enumerate(steps):
        delta = a_delta(at + 1, label, status=status)
        watched.hear(delta)
        states.append(applied(states[-1], delta))
        if data.draw(st.booleans()):
            watched.hand_over()
    for since in range(len(steps)):
        missed = watched.missed(since)
        assert missed is not None
        assert statuses(applied(states[since], missed)) == statuses(states[-1])


def statuses(state: Availability) -> dict[str, SeatStatus]:
    return {label: status for status, labels in state.seats.items() for label in labels}


def test_recent_messages_are_bounded_by_their_number_and_by_their_seats() -> None:
    many, big = Recent(), Recent()
    for version in range(1, 5_000):
        many.append(a_delta(version))
        big.append(a_delta(version, *(f"{seat}" for seat in range(1_000))))
    assert (many.start, big.start) == (4_999 - MOST_DELTAS, 4_999 - MOST_SEATS // 1_000)
    many.prepend(fold([a_delta(version) for version in range(1, 4_700)]))
    assert many.start == 4_999 - MOST_DELTAS
