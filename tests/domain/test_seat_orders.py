"""The compact form of a map's states, and parts of a map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.changes import Availability, AvailabilityDelta
from domain.ids import SessionId, new_id
from domain.seat_orders import SeatOrder, only_in, seat_order_of, status_map
from domain.seats import Category, Row, Seat, SeatMap, SeatStatus, Section

CODES = (SeatStatus.AVAILABLE, SeatStatus.HELD, SeatStatus.SOLD, SeatStatus.BLOCKED)


def a_map(*sections: tuple[str, int]) -> SeatMap:
    """Sections of one row each; labels are S-1, S-2, …"""
    made = tuple(
        Section(name, (Row("1", tuple(Seat(f"{name}{at}-{n}", str(n), n, 0, "c") for n in range(1, seats + 1))),))
        for at, (name, seats) in enumerate(sections)
    )
    return SeatMap("Room", (Category("c", "#000000"),), made)


def read(written: bytes, labels: list[str]) -> dict[str, SeatStatus]:
    """As a client would."""
    assert written[0] == 1
    return {label: CODES[written[1 + at // 4] >> at % 4 * 2 & 3] for at, label in enumerate(labels)}


def test_two_bits_a_seat_the_first_in_the_lowest() -> None:
    order = seat_order_of(a_map(("S", 5)).layout)
    seats = {SeatStatus.HELD: ("S0-1",), SeatStatus.SOLD: ("S0-2", "S0-5"), SeatStatus.BLOCKED: ("S0-4",)}
    assert status_map(seats, order) == bytes((1, 0b11_00_10_01, 0b10))


def test_no_seats_are_no_bytes_but_the_format() -> None:
    assert status_map({}, SeatOrder({}, {})) == b"\x01"


@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=70))
def test_what_is_written_is_read(statuses: list[SeatStatus]) -> None:
    labels = [f"A-{at}" for at in range(len(statuses))]
    by_label = dict(zip(labels, statuses, strict=True))
    sparse = {one: tuple(label for label in labels if by_label[label] is one) for one in CODES[1:]}
    order = SeatOrder({}, {label: at for at, label in enumerate(labels)})
    written = status_map(sparse, order)
    assert (read(written, labels), len(written)) == (by_label, 1 + -(-len(labels) // 4))


def test_an_order_is_the_layouts_and_sections_of_one_name_are_one() -> None:
    room = a_map(("Left", 2), ("Right", 1), ("Left", 1))
    order = seat_order_of(room.layout)
    assert list(order.places.items()) == [(seat.label, at) for at, seat in enumerate(room.seats())]
    assert order.sections == {"Left": ("Left0-1", "Left0-2", "Left2-1"), "Right": ("Right1-1",)}
    assert order.only(["Left"]).places == {"Left0-1": 0, "Left0-2": 1, "Left2-1": 2}
    assert order.only(["Right", "Left"]).places == order.places


def test_a_part_has_its_own_seats_and_the_whole_sessions_counts_and_versions() -> None:
    part = seat_order_of(a_map(("Left", 2), ("Right", 2)).layout).only(["Right"])
    session_id = SessionId(new_id())
    seats = {SeatStatus.HELD: ("Left0-1", "Right1-2"), SeatStatus.SOLD: ("Left0-2",)}
    whole = Availability(session_id, 7, 1, 2, 1, seats, {})
    assert only_in(part, whole) == Availability(session_id, 7, 1, 2, 1, {SeatStatus.HELD: ("Right1-2",)}, {})
    delta = AvailabilityDelta(session_id, 7, 8, 1, 2, 1, {SeatStatus.SOLD: ("Left0-1",)}, {})
    assert only_in(part, delta) == AvailabilityDelta(session_id, 7, 8, 1, 2, 1, {}, {})
    assert status_map({SeatStatus.HELD: ("Right1-2",)}, part) == bytes((1, 0b01_00))


def test_an_unknown_section_has_no_order() -> None:
    with pytest.raises(KeyError):
        seat_order_of(a_map(("Left", 2)).layout).only(["Right"])
