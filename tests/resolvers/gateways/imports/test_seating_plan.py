"""A seating plan becomes a seat map: positions add up, repairs are reported, what cannot be repaired is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.seats import Category, Row, Seat, Section
from resolvers.gateways.imports.refusals import PlanRefused, sized
from resolvers.gateways.imports.seating_plan import read_seating_plan
from tests.resolvers.gateways.imports.plans import a_plan, a_position, a_row, a_seat, a_zone, raw, with_seats

coordinates = st.floats(min_value=-10_000, max_value=10_000, allow_nan=False)
points = st.builds(a_position, coordinates, coordinates)


def test_a_plan_without_faults_becomes_a_seat_map_without_repairs() -> None:
    seats = [a_seat("1", position=a_position(1, 2)), a_seat("2", position=a_position(26, 2))]
    zone = a_zone(position=a_position(100, 200), rows=[a_row("A", position=a_position(10, 20), seats=seats)])
    imported = read_seating_plan(raw(a_plan(zones=[zone])))
    row = Row("A", (Seat("guid-1", "1", 111.0, 222.0, "Stalls"), Seat("guid-2", "2", 136.0, 222.0, "Stalls")))
    assert imported.seat_map.name == "Hall"
    assert imported.seat_map.categories == (Category("Stalls", "#112233"),)
    assert imported.seat_map.sections == (Section("Parkett", (row,)),)
    assert imported.seat_map.shapes == ()
    assert imported.repairs == ()


@given(zone=points, row=points, seat=points)
def test_a_seat_stands_at_the_sum_of_zone_row_and_seat(
    zone: dict[str, float], row: dict[str, float], seat: dict[str, float]
) -> None:
    plan = a_plan(zones=[a_zone(position=zone, rows=[a_row(position=row, seats=[a_seat(position=seat)])])])
    only = next(read_seating_plan(raw(plan)).seat_map.seats())
    assert (only.x, only.y) == (zone["x"] + row["x"] + seat["x"], zone["y"] + row["y"] + seat["y"])


def test_the_same_plan_has_the_same_hash_whatever_the_order_and_spacing_of_its_keys() -> None:
    plan = a_plan()
    again = json.dumps(dict(reversed(plan.items())), indent=3).encode()
    assert read_seating_plan(again).seat_map.hash == read_seating_plan(raw(plan)).seat_map.hash


def test_a_byte_order_mark_is_skipped() -> None:
    assert read_seating_plan(b"\xef\xbb\xbf" + raw(a_plan())).seat_map.seat_count == 1


def test_zones_and_rows_of_the_same_name_are_numbered_and_their_seats_labelled_alike() -> None:
    rows = [a_row("A", seats=[a_seat("1", seat_guid="A-1")]), a_row("A", seats=[a_seat("1", seat_guid="A-1")])]
    imported = read_seating_plan(raw(a_plan(zones=[a_zone("Floor", rows=rows), a_zone("Floor", rows=rows)])))
    sections = imported.seat_map.sections
    assert [section.name for section in sections] == ["Floor", "Floor (2)"]
    assert [row.name for section in sections for row in section.rows] == ["A", "A (2)", "A", "A (2)"]
    labels = [seat.label for seat in imported.seat_map.seats()]
    assert labels == ["Floor A-1", "Floor A (2)-1", "Floor (2) A-1", "Floor (2) A (2)-1"]
    assert imported.repairs == (
        "seat_guid occurs more than once; the seat is labelled by zone, row and number (4): A-1 → Floor A-1, "
        "A-1 → Floor A (2)-1, A-1 → Floor (2) A-1, A-1 → Floor (2) A (2)-1",
        "row name occurs more than once in its zone, numbered (2): $.zones[0].rows[1] 'A' → 'A (2)', "
        "$.zones[1].rows[1] 'A' → 'A (2)'",
        "zone name occurs more than once in the plan, numbered (1): $.zones[1] 'Floor' → 'Floor (2)'",
    )


def test_names_that_are_missing_are_made_of_what_there_is() -> None:
    zones = [
        a_zone("", zone_id="balcony", rows=[a_row(" ", row_label="Box")]),
        a_zone("\x07", rows=[a_row("", seats=[a_seat("")])]),
    ]
    imported = read_seating_plan(raw(a_plan(name=" ", zones=zones)))
    assert imported.seat_map.name == "Seating plan"
    assert [(section.name, section.rows[0].name) for section in imported.seat_map.sections] == [("balcony", "Box"), ("Zone 2", "1")]
    assert [seat.number for seat in imported.seat_map.seats()] == ["1", "1"]
    assert imported.repairs[-1] == "seat_number is empty, the place in the row is used (1): $.zones[1].rows[0].seats[0]"


def test_rows_and_zones_without_seats_are_left_out_and_reported() -> None:
    zones = [a_zone(rows=[a_row("A"), a_row("B", seats=[])]), a_zone("Bar", rows=[])]
    imported = read_seating_plan(raw(a_plan(zones=zones)))
    assert [(section.name, len(section.rows)) for section in imported.seat_map.sections] == [("Parkett", 1)]
    assert imported.repairs == (
        "row without seats, left out (1): $.zones[0].rows[1] 'B'",
        "zone without seats, left out (its areas are drawn) (1): $.zones[1] 'Bar'",
    )


def test_categories_keep_their_order_and_colours_are_made_six_digits() -> None:
    colours = ["#abc", "#AbCdEf80", "red", ""]
    categories = [{"name": f"C{at}", "color": colour} for at, colour in enumerate(colours)]
    imported = read_seating_plan(raw(with_seats(a_seat(category="C1")) | {"categories": [*categories, {"name": "C0"}]}))
    assert [one.color for one in imported.seat_map.categories] == ["#AABBCC", "#ABCDEF", "#888888", "#888888"]
    assert imported.repairs == (
        "colour is not of the form #RRGGBB, #888888 is used (1): $.categories[2].color 'red'",
        "category has no colour, #888888 is used (1): $.categories[3]",
        "category is defined more than once, the first one counts (1): $.categories[4] 'C0'",
    )


def test_keys_that_the_format_does_not_have_are_counted_and_ignored() -> None:
    plan = with_seats(a_seat("1", wheelchair=True), a_seat("2", wheelchair=False)) | {"version": 3}
    imported = read_seating_plan(raw(plan))
    assert imported.repairs == (
        'key "version" is not in the format, ignored (1): $',
        'key "wheelchair" is not in the format, ignored (2): $.zones[0].rows[0].seats[0], $.zones[0].rows[0].seats[1]',
    )
    assert imported.seat_map.hash == read_seating_plan(raw(with_seats(a_seat("1"), a_seat("2")))).seat_map.hash


def test_progress_is_told_once_for_each_row() -> None:
    told: list[tuple[int, int]] = []
    zones = [a_zone(rows=[a_row("A"), a_row("B", seats=[])]), a_zone("Balcony", rows=[a_row("C")])]
    read_seating_plan(raw(a_plan(zones=zones)), on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_seat_of_an_unknown_category_is_refused_with_its_path() -> None:
    seats = [a_seat("1"), a_seat("2", category='V"IP')]
    with pytest.raises(PlanRefused) as refused:
        read_seating_plan(raw(a_plan(zones=[a_zone(rows=[a_row(), a_row("B", seats=seats)])])))
    assert str(refused.value) == r'$.zones[0].rows[1].seats[1].category: no category "V\"IP"'
    assert refused.value.path == "$.zones[0].rows[1].seats[1].category"


REFUSALS: list[tuple[bytes, str]] = [
    (b'{"name": "x",\n  nope}', "$: invalid JSON: key must be a string at line 2 column 3"),
    (b"[]", "$: input should be an object"),
    (raw(a_plan(name=3)), "$.name: input should be a valid string"),
    (raw({key: value for key, value in a_plan().items() if key != "size"}), "$.size: field required"),
    (raw(a_plan(size={"width": 10.5, "height": 1})), "$.size.width: input should be a multiple of 1"),
    (
        raw(with_seats(a_seat(position={"x": "1", "y": 0}))),
        "$.zones[0].rows[0].seats[0].position.x: input should be a valid number",
    ),
    (
        raw(with_seats(a_seat(position={"x": 1e7, "y": 0}))),
        "$.zones[0].rows[0].seats[0].position.x: input should be less than or equal to 1000000",
    ),
    (
        raw(with_seats(a_seat(position={"x": 0, "y": -1e7}), a_seat(position={"x": True, "y": 0}))),
        "$.zones[0].rows[0].seats[0].position.y: input should be greater than or equal to -1000000 (and 1 more like this)",
    ),
    (
        json.dumps(with_seats(a_seat(radius=float("nan")))).encode(),
        "$.zones[0].rows[0].seats[0].radius: input should be a finite number",
    ),
    (raw(a_plan(zones=[a_zone(rows=[a_row(seats=[])])])), "$.zones: the plan has no seats"),
    (raw(a_plan(zones=[])), "$.zones: the plan has no seats"),
    (b"\xff\xfe", "$: invalid JSON: expected value at line 1 column 1"),
]


@pytest.mark.parametrize(("file", "reason"), REFUSALS)
def test_what_cannot_be_read_is_refused_with_path_and_reason(file: bytes, reason: str) -> None:
    with pytest.raises(PlanRefused) as refused:
        read_seating_plan(file)
    assert str(refused.value) == reason


def test_a_hundred_thousand_seats_are_read_and_one_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.gateways.imports.seating_plan.MOST_SEATS", 2)
    two = [a_seat("1"), a_seat("2")]
    assert read_seating_plan(raw(with_seats(*two))).seat_map.seat_count == 2
    with pytest.raises(PlanRefused) as refused:
        read_seating_plan(raw(with_seats(*two, a_seat("3"))))
    assert str(refused.value) == "$.zones: the plan has 3 seats, more than the 2 allowed"


def test_a_file_of_exactly_the_largest_size_is_read_and_a_byte_more_is_refused() -> None:
    assert sized(b"1234", PlanRefused, largest=4) == b"1234"
    with pytest.raises(PlanRefused) as refused:
        sized(b"12345", PlanRefused, largest=4)
    assert str(refused.value) == "$: the file has 5 bytes, more than the 4 allowed"


def test_a_file_over_64_mebibytes_is_refused_unread() -> None:
    with pytest.raises(PlanRefused) as refused:
        read_seating_plan(bytes(64 * 1024 * 1024 + 1))
    assert str(refused.value) == "$: the file has 67108865 bytes, more than the 67108864 allowed"


@given(guids=st.lists(st.sampled_from(["a", "b", "Parkett A-1", "Parkett A-1 (2)", "", "A\x00"]), min_size=1, max_size=12))
def test_labels_are_unique_and_unique_guids_are_kept_whatever_the_guids(guids: list[str]) -> None:
    plan = with_seats(*(a_seat("1", seat_guid=guid) for guid in guids))
    labels = [seat.label for seat in read_seating_plan(raw(plan)).seat_map.seats()]
    assert len(set(labels)) == len(guids)
    kept = [guid for guid in guids if guids.count(guid) == 1 and guid not in ("", "A\x00")]
    assert [label for guid, label in zip(guids, labels, strict=True) if guid in kept] == kept
