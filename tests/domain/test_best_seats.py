"""Best available: side by side, in front and in the middle, no seat left alone; the next best are near."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.best_seats import Wanted, alternatives, best_available, places_left
from domain.seating import FreeSeats, Seating
from domain.seats import Category, Row, Seat, SeatMap, Section
from domain.single_seats import left_single
from tests.builders import a_room
from tests.domain.test_single_seats import ROWS, drawn

TWO = Wanted("Stalls", 2)


def hall(rows: int, seats: int) -> FreeSeats:
    return FreeSeats.all_of(Seating.of(a_room(rows=rows, seats=seats).sections, {"Stalls"}))


def together(free: FreeSeats, labels: tuple[str, ...]) -> bool:
    places = [free.seating.places[label] for label in labels]
    return all(one[0] == other[0] and one[1] + 1 == other[1] for one, other in pairwise(sorted(places)))


@given(ROWS, st.integers(1, 4), st.integers(0, 2), st.integers(0, 99))
def test_where_there_are_enough_seats_they_are_given_and_only_such_as_were_asked_for(
    rows: list[str], quantity: int, accessible: int, seed: int
) -> None:
    free = drawn(*rows)
    wanted = Wanted("Stalls", quantity, accessible=min(accessible, quantity))
    can = [label for label in free.seating.places if free.has(label)]
    special = {
        label
        for label in can
        if free.seating.stretches[free.seating.places[label][0]].accessible >> free.seating.places[label][1] & 1
    }
    enough = len(special) >= wanted.accessible and len(can) - len(special) >= quantity - wanted.accessible
    before = list(free.masks)
    found = best_available(free, wanted, seed)
    assert (found is not None) == enough
    assert free.masks == before
    if found is not None:
        assert len(set(found)) == quantity
        assert set(found) <= set(can)
        assert len(set(found) & special) == wanted.accessible
        assert found == best_available(free, wanted, seed)


@given(ROWS, st.integers(1, 4), st.integers(0, 99))
def test_no_seat_is_left_alone_and_no_party_split_where_that_can_be_avoided(rows: list[str], quantity: int, seed: int) -> None:
    free = drawn(*rows)
    found = best_available(free, Wanted("Stalls", quantity), seed)
    if found is None:
        return
    windows = [
        one.labels[first : first + quantity]
        for at, one in enumerate(free.seating.stretches)
        for first in range(len(one.labels) - quantity + 1)
        if (free.ordinary(at) >> first & (1 << quantity) - 1) == (1 << quantity) - 1
    ]
    assert together(free, found) == bool(windows)
    if any(not left_single(free, one) for one in windows):
        assert left_single(free, found) == ()


def test_a_crowd_of_pairs_fills_even_rows_to_the_last_seat_without_a_single_one_left_on_the_way() -> None:
    free, seen = hall(10, 12), set()
    for seed in range(60):
        found = best_available(free, TWO, seed)
        assert found is not None
        assert together(free, found)
        free.take(found)
        assert left_single(free, found) == ()
        seen |= set(found)
    assert len(seen) == 120
    assert best_available(free, TWO, 0) is None


def test_the_seed_spreads_a_crowd_over_seats_that_are_as_good() -> None:
    found = {best_available(hall(10, 20), TWO, seed) for seed in range(100)}
    assert len(found) >= 8
    assert {one[0][0] for one in found if one} == {"A", "B", "C"}
    assert all(5 <= int(label[2:]) <= 16 for one in found if one for label in one)


def test_a_split_is_into_large_groups_near_together_and_rather_two_and_two_than_three_and_one() -> None:
    for seed in range(20):
        found = best_available(drawn("ooox", "xooo"), Wanted("Stalls", 4), seed) or ()
        assert [one[0] for one in found] == ["A", "A", "B", "B"]
        assert together(hall(2, 4), tuple(f"A-{int(one[1]) + 1}" for one in found[:2]))
    assert best_available(drawn("oxoxo"), Wanted("Stalls", 3), 0) == ("A0", "A2", "A4")
    assert best_available(drawn("oxoxo"), Wanted("Stalls", 4), 0) is None


def test_accessible_places_come_with_ordinary_seats_beside_them_where_there_are_any() -> None:
    assert best_available(drawn("aooo"), Wanted("Stalls", 2, accessible=1), 0) == ("A0", "A1")
    assert best_available(drawn("axoo"), Wanted("Stalls", 2, accessible=1), 0) in (("A0", "A2"), ("A0", "A3"))
    assert best_available(drawn("aao"), Wanted("Stalls", 1), 0) == ("A2",)
    assert best_available(drawn("ao"), Wanted("Stalls", 2), 0) is None
    assert places_left(drawn("ao"), Wanted("Stalls", 2)) == 1


def test_only_the_category_and_the_sections_asked_for() -> None:
    seats = [Seat(f"A-{n}", str(n), n * 25.0, 0, "Dear" if n < 4 else "Cheap") for n in range(8)]
    other = Section("Balcony", (Row("B", tuple(replace(seat, label=f"B{seat.label[1:]}", y=99.0) for seat in seats)),))
    seating = Seating.of([Section("Floor", (Row("A", tuple(seats)),)), other], {"Dear", "Cheap"})
    free = FreeSeats.all_of(seating)
    assert set(best_available(free, Wanted("Dear", 4, frozenset({"Balcony"})), 3) or ()) == {"B-0", "B-1", "B-2", "B-3"}
    assert best_available(free, Wanted("Dear", 5, frozenset({"Balcony"})), 3) is None
    assert best_available(free, Wanted("Gone", 1), 3) is None


def test_alternatives_are_near_and_do_not_overlap() -> None:
    free = hall(3, 10)
    free.take(["B-5"])
    found = alternatives(free, ["B-5", "B-6"])
    assert len(found) == 3
    assert len({label for one in found for label in one}) == 6
    assert found[0] in (("B-6", "B-7"), ("A-5", "A-6"), ("C-5", "C-6"))
    assert all(left_single(free, one) == () and together(free, one) for one in found)


def test_what_can_be_had_of_another_price_stays_as_it_was_asked_for() -> None:
    dear = Row("A", tuple(Seat(f"A-{n}", str(n), n * 25.0, 0, "Dear") for n in range(4)))
    cheap = Row("B", tuple(Seat(f"B-{n}", str(n), n * 25.0, 25.0, "Cheap") for n in range(4)))
    room = SeatMap("Two prices", (Category("Dear", "#000000"), Category("Cheap", "#ffffff")), (Section("Floor", (dear, cheap)),))
    free = FreeSeats.all_of(Seating.of(room.sections, {"Dear", "Cheap"}))
    free.take(["B-0", "B-1"])
    assert alternatives(free, ["A-0", "A-1", "B-0", "B-1"]) == [("A-0", "A-1", "B-2", "B-3")]
    free.take(["B-2", "B-3"])
    assert alternatives(free, ["A-0", "A-1", "B-0"]) == []


@pytest.mark.parametrize("gone", [0, 90])
def test_what_was_found_to_be_hopeless_is_looked_for_again_once_seats_come_back(gone: int) -> None:
    free = drawn("oxo")
    assert alternatives(free, ["A1", "A0"]) == [("A0", "A2")]
    assert best_available(free, TWO, gone) == ("A0", "A2")
    free.give(["A1"])
    assert best_available(free, TWO, gone) in (("A0", "A1"), ("A1", "A2"))
