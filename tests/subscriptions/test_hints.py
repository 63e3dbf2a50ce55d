"""Hints survive the wire, and anything else on it is survived."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.changes import AvailabilityDelta
from domain.ids import SessionId, TicketTypeId, new_id
from domain.seats import SeatStatus
from subscriptions.hints import read_hint, write_hint

SESSION = SessionId(new_id())
A_DELTA = AvailabilityDelta(
    SESSION, 6, 7, 10, 2, 3, {SeatStatus.HELD: ("A-1", "ż-2"), SeatStatus.AVAILABLE: ()}, {TicketTypeId(new_id()): 4}
)


def test_a_hint_is_read_as_it_was_written() -> None:
    assert read_hint(write_hint(A_DELTA)) == (SESSION, A_DELTA)


def test_another_releases_format_is_a_bare_hint() -> None:
    assert read_hint(write_hint(A_DELTA).replace('"format":1', '"format":2')) == (SESSION, None)


@pytest.mark.parametrize("message", ["", "null", "[]", "{}", "{", '{"session":"x"}', '{"session":null,"format":1}'])
def test_what_is_no_hint_is_nothing(message: str) -> None:
    assert read_hint(message) is None


@given(st.integers(0, len(write_hint(A_DELTA)) - 1), st.characters(codec="utf-8"))
def test_a_damaged_hint_never_raises(at: int, character: str) -> None:
    whole = write_hint(A_DELTA)
    read_hint(whole[:at] + character + whole[at + 1 :])
    read_hint(whole[:at])


def test_a_hint_says_when_it_was_committed() -> None:
    committed = datetime(2026, 5, 4, 12, 30, 0, 250_000, UTC)
    read = read_hint(write_hint(replace(A_DELTA, committed_at=committed)))
    assert read is not None
    assert read[1] is not None
    assert read[1].committed_at == committed


@pytest.mark.parametrize(("previous", "version"), [(7, 7), (8, 7)])
def test_a_hint_that_leads_backwards_is_nothing(previous: int, version: int) -> None:
    assert read_hint(write_hint(replace(A_DELTA, previous_version=previous, version=version))) is None
