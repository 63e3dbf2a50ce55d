"""Cursors: opaque, exact to the microsecond, and bad input where they are not ours."""

import base64
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.paging import from_cursor, to_cursor
from domain.errors import InvalidInput
from domain.events import EventFilter
from domain.repositories import PageRequest
from tests.db.conftest import Office


def forged(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


A_TIME, AN_ID = "2030-01-01T12:00:00+00:00", UUID(int=1).hex
FORGED = {
    "empty": "",
    "text": "not a cursor",
    "not ASCII": "ążę",
    "not base64": "!!!!",
    "not JSON": base64.urlsafe_b64encode(b"[").decode(),
    "a number": forged(1),
    "null": forged(None),
    "too short": forged([A_TIME]),
    "too long": forged([A_TIME, AN_ID, 1]),
    "no time": forged(["yesterday", AN_ID]),
    "a number for a time": forged([1, AN_ID]),
    "no id": forged([A_TIME, "1"]),
    "a number for an id": forged([A_TIME, 1]),
    "an object": forged({"a": 1, "b": 2}),
    "a time without a zone": forged(["2030-01-01T12:00:00", AN_ID]),
    "a time that is no instant": forged(["0001-01-01T00:00:00+23:59", AN_ID]),
    "another writing of a time": forged(["2030-01-01T12:00:00Z", AN_ID]),
    "padding": to_cursor((datetime(2030, 1, 1, tzinfo=UTC), UUID(int=1))) + "=",
    "NUL": "\x00",
}


@pytest.mark.parametrize("cursor", FORGED.values(), ids=FORGED.keys())
async def test_what_is_no_cursor_is_bad_input(office: Office, cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        async with office.transaction() as work:
            await work.events.page(PageRequest(10, cursor), EventFilter())
    assert refused.value.path == ("after",)


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_cursor_reads_back_as_the_key_it_was_made_from(at: datetime, identity: UUID) -> None:
    assert from_cursor(to_cursor((at, identity))) == (at, identity)


@given(st.text())
def test_any_text_is_a_cursor_or_bad_input(text: str) -> None:
    with suppress(InvalidInput):
        assert to_cursor(from_cursor(text)) == text
