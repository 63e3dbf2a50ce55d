"""Seat labels: a good seat_guid is kept, others are made from the seat's place."""

import pytest

from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.seat_labels import SeatLabels

UUID = "ccb6d8c1-b81e-491b-b2ae-e8a4644c6616"


@pytest.mark.parametrize(
    ("guid", "label", "findings"),
    [
        ("Floor-A-1", "Floor-A-1", ()),
        (" Floor-A-1 ", "Floor-A-1", ()),
        ("", "Floor A-1", ("seat_guid is empty; the seat is labelled by zone, row and number (1): (none) → Floor A-1",)),
        (UUID, "Floor A-1", (f"seat_guid is a UUID; the seat is labelled by zone, row and number (1): {UUID} → Floor A-1",)),
        (
            UUID.replace("-", "").upper(),
            "Floor A-1",
            (
                "seat_guid is a UUID; the seat is labelled by zone, row and number (1): "
                "CCB6D8C1B81E491BB2AEE8A4644C6616 → Floor A-1",
            ),
        ),
        (
            "a\x00b",
            "Floor A-1",
            ("seat_guid cannot be shown as it is; the seat is labelled by zone, row and number (1): ab → Floor A-1",),
        ),
    ],
)
def test_a_readable_guid_is_the_label_and_any_other_gives_way_to_the_place(
    guid: str, label: str, findings: tuple[str, ...]
) -> None:
    found = Findings()
    assert SeatLabels([guid], found).label(guid, "Floor A-1") == label
    assert found.lines() == findings


def test_a_made_label_does_not_take_the_guid_of_another_seat() -> None:
    guids = ["x", "x", "Floor A-1", "Floor A-1 (2)"]
    labels = SeatLabels(guids, Findings())
    assert [labels.label(guid, "Floor A-1") for guid in guids] == ["Floor A-1 (3)", "Floor A-1 (4)", "Floor A-1", "Floor A-1 (2)"]


def test_a_guid_longer_than_a_label_may_be_is_not_the_label() -> None:
    assert SeatLabels(["g" * 100], Findings()).label("g" * 100, "Floor A-1") == "g" * 100
    assert SeatLabels(["g" * 101], Findings()).label("g" * 101, "Floor A-1") == "Floor A-1"
    assert SeatLabels([""], Findings()).label("", "p" * 300) == "p" * 99 + "…"
