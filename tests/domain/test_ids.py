"""Ids: sortable inside, opaque outside, and nothing but an id reads as one."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import new_id, read_id, show_id


def test_new_ids_are_version_7_distinct_and_in_order_of_their_making() -> None:
    made = [new_id() for _ in range(1000)]
    assert {one.version for one in made} == {7}
    assert len(set(made)) == 1000
    assert [one.int >> 80 for one in made] == sorted(one.int >> 80 for one in made)


def test_an_id_is_shown_with_what_it_is_of() -> None:
    assert show_id("session", UUID("01890a5d-ac96-774b-bcce-b302099a8057")) == "session_01h455vb4pex5vsknk084sn02q"


@given(st.uuids(), st.sampled_from(["session", "ticket_type", "a"]))
def test_what_is_shown_reads_back(identity: UUID, prefix: str) -> None:
    assert read_id(show_id(prefix, identity)) == (prefix, identity)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "session",
        "session_",
        "session_01h455vb4pex5vsknk084sn02",
        "session_01h455vb4pex5vsknk084sn02qq",
        "session_01H455VB4PEX5VSKNK084SN02Q",
        "session_81h455vb4pex5vsknk084sn02q",
        "session_01h455vb4pex5vsknk084sn02u",
        "Session_01h455vb4pex5vsknk084sn02q",
        "_01h455vb4pex5vsknk084sn02q",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "séance_01h455vb4pex5vsknk084sn02q",
        " session_01h455vb4pex5vsknk084sn02q",
        "session_01h455vb4pex5vsknk084sn02q\n",
        "x" * 64 + "_01h455vb4pex5vsknk084sn02q",
    ],
)
def test_what_is_not_exactly_an_id_is_none(text: str) -> None:
    assert read_id(text) is None


@given(st.text(max_size=100))
def test_any_text_reads_as_an_id_that_is_shown_as_that_text_or_as_none(text: str) -> None:
    read = read_id(text)
    assert read is None or show_id(*read) == text
