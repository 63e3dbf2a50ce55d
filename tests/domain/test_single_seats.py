"""Single seats: the rule against the plainest way to say it, over rows of every shape."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.best_seats import alternatives
from domain.seating import FreeSeats, Seating
from domain.seats import Row, Seat, Section
from domain.single_seats import judge, left_single
from tests.builders import a_room

# A row as it looks: o free, x taken, a a free accessible place, | an aisle.
ROWS = st.lists(st.text("oox|a", min_size=1, max_size=9), min_size=1, max_size=3)


def drawn(*rows: str) -> FreeSeats:
    """Labels are A0, A1, … by their place in the text of the row."""
    made, taken = [], []
    for letter, row in zip("ABC", rows, strict=False):
        seats = []
        for at, sign in enumerate(row):
            if sign != "|":
                seats.append(Seat(f"{letter}{at}", str(at), at * 25.0, ord(letter) * 25.0, "Stalls", accessible=sign == "a"))
            if sign == "x":
                taken.append(f"{letter}{at}")
        made.append(Row(letter, tuple(seats)))
    free = FreeSeats.all_of(Seating.of([Section("Floor", tuple(made))], {"Stalls"}))
    free.take(taken)
    return free


def alone(rows: Iterable[str], picked: Iterable[str]) -> set[str]:
    """Free seats next to a picked one with no free ordinary seat beside them, by looking at the text."""
    picked, found = set(picked), set()
    for letter, row in zip("ABC", rows, strict=False):
        after = ["x" if f"{letter}{at}" in picked else sign for at, sign in enumerate(row)]
        for at, sign in enumerate(after):
            beside = [after[one] for one in (at - 1, at + 1) if 0 <= one < len(after)]
            mine = {f"{letter}{at - 1}", f"{letter}{at + 1}"} & picked
            if sign == "o" and "o" not in beside and mine:
                found.add(f"{letter}{at}")
    return found


def regular(row: str) -> bool:
    """Whether its usual distance is that of neighbours: else there is no telling an aisle."""
    places = [at for at, sign in enumerate(row) if sign != "|"]
    gaps = sorted(b - a for a, b in pairwise(places))
    return not gaps or (gaps[len(gaps) // 2] == 1 and gaps[(len(gaps) - 1) // 2] == 1)


@given(ROWS.filter(lambda rows: all(map(regular, rows))), st.data())
def test_exactly_the_seats_are_left_single_that_anybody_would_point_at(rows: list[str], data: st.DataObject) -> None:
    free = drawn(*rows)
    can = [label for label in free.seating.places if free.has(label)]
    picked = data.draw(st.lists(st.sampled_from(can), unique=True, max_size=4)) if can else []
    assert set(left_single(free, picked)) == alone(rows, picked)


@given(ROWS.filter(lambda rows: all(map(regular, rows))), st.data())
def test_who_takes_the_suggestion_is_not_judged_again(rows: list[str], data: st.DataObject) -> None:
    free = drawn(*rows)
    can = [label for label in free.seating.places if free.has(label)]
    picked = data.draw(st.lists(st.sampled_from(can), unique=True, min_size=1, max_size=4)) if can else []
    left = judge(free, picked)
    if left is None:
        return
    assert len(set(left.suggestion)) == len(picked)
    assert all(free.has(label) for label in left.suggestion)
    assert judge(free, left.suggestion) is None
    assert alone(rows, left.suggestion) == set()


@given(ROWS, st.data())
def test_alternatives_can_be_had_and_are_as_many_and_as_accessible(rows: list[str], data: st.DataObject) -> None:
    free = drawn(*rows)
    asked = (
        data.draw(st.lists(st.sampled_from(sorted(free.seating.places)), unique=True, min_size=1, max_size=4))
        if any(row.strip("|") for row in rows)
        else []
    )
    for one in alternatives(free, asked):
        assert len(set(one)) == len(asked)
        assert all(free.has(label) for label in one)
        assert _accessible(free, one) == _accessible(free, asked)


def _accessible(free: FreeSeats, labels: Iterable[str]) -> int:
    places = [free.seating.places[label] for label in labels]
    return sum(free.seating.stretches[at].accessible >> bit & 1 for at, bit in places)


def test_between_taken_ones_and_at_the_end_of_a_row_and_at_an_aisle() -> None:
    assert left_single(drawn("xooxoooo"), ["A1"]) == ("A2",)
    assert left_single(drawn("oooo"), ["A1"]) == ("A0",)
    assert left_single(drawn("oooo|ooo"), ["A1", "A2"]) == ("A0", "A3")
    assert left_single(drawn("oooo"), ["A1", "A2"]) == ("A0", "A3")
    assert left_single(drawn("oooo"), ["A0", "A1"]) == ()
    # It was alone before: nobody made it so.
    assert left_single(drawn("oxoxoo"), ["A4", "A5"]) == ()
    # Beside an accessible place nobody but who needs it will sit.
    assert left_single(drawn("aoooo"), ["A2", "A3", "A4"]) == ("A1",)
    assert left_single(drawn("oaoo"), ["A2", "A3"]) == ()


def test_the_suggestion_is_near_and_of_the_same_size() -> None:
    left = judge(drawn("oooooooo"), ["A1", "A2"])
    assert left is not None
    assert (left.labels, left.suggestion) == (("A0",), ("A0", "A1"))


def test_near_a_sell_out_whoever_has_no_better_choice_may_leave_one() -> None:
    assert judge(drawn("xooox"), ["A1", "A2"]) is None
    assert judge(drawn("xooox", "oo"), ["A1", "A2"]) is not None


def test_a_change_may_move_a_hole_but_not_make_one_more() -> None:
    # Holds A2; with A1 instead, A2 is alone as A1 was.
    assert judge(drawn("xoxx", "oo"), ["A1"], given_back=["A2"]) is None
    assert judge(drawn("xooxx", "oooo"), ["A1"], given_back=["A4"]) is not None


def test_seats_that_are_not_sold_are_walls() -> None:
    row = a_room(rows=1, seats=5).sections[0].rows[0].seats
    other = Seat("A-3", "3", row[2].x, row[2].y, "House")
    seating = Seating.of([Section("Floor", (Row("A", (*row[:2], other, *row[3:])),))], {"Stalls"})
    assert [one.labels for one in seating.stretches] == [("A-1", "A-2"), ("A-4", "A-5")]
    assert left_single(FreeSeats.all_of(seating), ["A-1"]) == ("A-2",)
