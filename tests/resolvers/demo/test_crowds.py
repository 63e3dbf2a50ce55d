"""Half-sold houses: parties that sit together, and the same ones every time."""

from collections import Counter
from itertools import pairwise
from math import hypot

import pytest

from domain.seats import Category, Row, Seat, SeatMap, Section
from resolvers.demo.cinema import cinema_screen
from resolvers.demo.coach import coach
from resolvers.demo.crowds import half_sold
from resolvers.demo.theatre import theatre


def a_row(*xs: float, accessible: tuple[int, ...] = (), categories: str = "") -> SeatMap:
    """One row of seats at these places, called 0, 1, 2…"""
    names = categories or "A" * len(xs)
    seats = tuple(Seat(str(at), str(at), x, 0.0, names[at], accessible=at in accessible) for at, x in enumerate(xs))
    return SeatMap("A row", tuple(Category(name, "#000000") for name in sorted(set(names))), (Section("S", (Row("A", seats),)),))


@pytest.mark.parametrize(("share", "seats"), [(0.0, 0), (0.1, 120), (0.5, 600), (0.95, 1_140)])
def test_exactly_the_share_is_sold_and_no_seat_twice(share: float, seats: int) -> None:
    sold = [label for party in half_sold(theatre(), share) for label in party]
    assert (len(sold), len(set(sold))) == (seats, seats)


def test_a_party_is_one_to_six_neighbours_of_one_category_without_a_wheelchair_place() -> None:
    for room in (theatre(), cinema_screen(1), coach()):
        seats = {seat.label: seat for seat in room.seats()}
        rows = {seat.label: row for section in room.sections for row in section.rows for seat in row.seats}
        for party in half_sold(room, 0.8):
            assert 1 <= len(party) <= 6
            assert len({id(rows[label]) for label in party}) == 1
            assert len({seats[label].category for label in party}) == 1
            assert not any(seats[label].accessible for label in party)
            steps = [hypot(seats[a].x - seats[b].x, seats[a].y - seats[b].y) for a, b in pairwise(party)]
            assert [step for step in steps if step > 27] == []


def test_the_same_seed_sells_the_same_seats_and_another_seed_others() -> None:
    assert half_sold(theatre(), 0.5, "monday") == half_sold(theatre(), 0.5, "monday")
    assert half_sold(theatre(), 0.5, "monday") != half_sold(theatre(), 0.5, "tuesday")


def test_couples_are_the_most_and_better_seats_go_first() -> None:
    parties = half_sold(theatre(), 0.5)
    sizes = Counter(len(party) for party in parties)
    section = Counter(label.rsplit(" ", 1)[0] for party in parties for label in party)
    assert sizes.most_common(1)[0][0] == 2
    assert section["Stalls"] / 612 > section["Balcony 1"] / 288 > section["Balcony 2"] / 260 > 0


def test_a_full_house_leaves_wheelchair_places_and_the_seats_of_their_companions() -> None:
    sold = {label for party in half_sold(theatre(), 1.0) for label in party}
    assert len(sold) == 1_182
    assert {seat.label for seat in theatre().seats()} - sold == {f"Stalls W-{number}" for number in range(1, 19)}


def test_nobody_sits_across_an_aisle() -> None:
    parties = half_sold(a_row(0, 25, 90, 115, 180, 205), 1.0)
    assert [party for party in parties if {*party} not in ({"0", "1"}, {"2", "3"}, {"4", "5"}) and len(party) > 1] == []


def test_nobody_sits_in_two_categories() -> None:
    parties = half_sold(a_row(0, 25, 50, 75, categories="AABB"), 1.0)
    assert [party for party in parties if {*party} not in ({"0", "1"}, {"2", "3"}) and len(party) > 1] == []


def test_a_wheelchair_place_and_a_lone_seat_beside_it_stay_free() -> None:
    parties = half_sold(a_row(0, 25, 50, 75, accessible=(1,)), 1.0)
    assert sorted(label for party in parties for label in party) == ["2", "3"]


def test_a_couple_leaves_no_single_seat_where_it_can() -> None:
    sold = [half_sold(a_row(0, 25, 50, 75), 0.5, str(seed)) for seed in range(50)]
    assert {parties for parties in sold if len(parties) == 1} == {(("0", "1"),), (("2", "3"),)}


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan")])
def test_what_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="not a share"):
        half_sold(coach(), share)
