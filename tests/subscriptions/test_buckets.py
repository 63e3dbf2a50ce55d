"""Buckets of one process: what is had, what is refused and until when, and how much is remembered."""

from domain.limits import Rate, Taken
from subscriptions.buckets import Buckets

RATE = Rate(per_second=10, most=100)


class Clock:
    now = 0.0

    def go(self, seconds: float) -> None:
        self.now += seconds


def buckets(most: int = 1_000) -> tuple[Buckets, Clock]:
    clock = Clock()
    return Buckets(most, lambda: clock.now), clock


def test_a_full_bucket_gives_what_it_holds_and_then_says_when_there_is_enough_again() -> None:
    mine, clock = buckets()
    assert mine.take("fan", 70, RATE) == Taken(30, 0)
    assert mine.take("fan", 70, RATE) == Taken(30, 4)
    clock.go(4)
    assert mine.take("fan", 70, RATE) == Taken(0, 0)


def test_what_is_refused_costs_nothing() -> None:
    mine, _ = buckets()
    mine.take("fan", 100, RATE)
    assert [mine.take("fan", 10, RATE).retry_after for _ in range(3)] == [1, 1, 1]


def test_a_bucket_never_holds_more_than_it_can() -> None:
    mine, clock = buckets()
    clock.go(3_600)
    assert mine.take("fan", 100, RATE) == Taken(0, 0)
    clock.go(3_600)
    assert mine.charge("fan", -50, RATE) == 100


def test_nobody_pays_for_another() -> None:
    mine, _ = buckets()
    mine.take("fan", 100, RATE)
    assert mine.take("rival", 100, RATE) == Taken(0, 0)


def test_what_was_had_before_may_be_owed_but_no_more_than_one_bucket() -> None:
    mine, clock = buckets()
    assert mine.charge("fan", 130, RATE) == -30
    assert mine.charge("fan", 10_000, RATE) == -100
    assert mine.take("fan", 10, RATE) == Taken(-100, 11)
    clock.go(11)
    assert mine.take("fan", 10, RATE) == Taken(0, 0)


def test_another_rate_is_another_bucket() -> None:
    mine, _ = buckets()
    mine.take("fan", 100, RATE)
    assert mine.take("fan", 1, Rate(per_second=1, most=5)) == Taken(4, 0)


def test_s26_of_too_many_buckets_the_longest_unused_one_goes_so_memory_is_bounded() -> None:
    mine, _ = buckets(most=100)
    mine.take("heavy", 100, RATE)
    for number in range(10_000):
        mine.take(f"2001:db8:0:{number:x}::", 60, RATE)
        mine.take("heavy", 1, RATE)
    assert len(mine) == 100
    assert len(mine.due) <= 100
    assert mine.take("heavy", 1, RATE).retry_after > 0


def test_others_are_told_once_a_tenth_was_spent_and_of_all_of_it() -> None:
    mine, _ = buckets()
    mine.take("fan", 10, RATE)
    assert list(mine.tell()) == []
    mine.take("fan", 5, RATE)
    assert list(mine.tell()) == [("fan", 15, RATE)]
    assert list(mine.tell()) == []


def test_what_reached_nobody_is_told_again() -> None:
    mine, _ = buckets()
    mine.take("fan", 20, RATE)
    told = mine.tell()
    mine.take("fan", 1, RATE)
    mine.untell(told)
    assert list(mine.tell()) == [("fan", 21, RATE)]


def test_what_has_filled_up_again_meanwhile_is_not_told() -> None:
    mine, clock = buckets()
    mine.take("fan", 9, RATE)
    clock.go(60)
    mine.take("fan", 9, RATE)
    assert list(mine.tell()) == []


def test_less_is_left_where_others_spent_more_and_never_more() -> None:
    mine, _ = buckets()
    mine.take("fan", 20, RATE)
    mine.tell()
    mine.hear("fan", 30, RATE)
    assert mine.take("fan", 31, RATE) == Taken(30, 0.1)
    mine.hear("fan", 90, RATE)
    assert mine.take("fan", 31, RATE) == Taken(30, 0.1)
