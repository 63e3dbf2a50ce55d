"""Text of strangers is made plain and short; names are made to differ; findings are grouped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.plain_text import one_line, paragraphs, without_markup
from resolvers.gateways.imports.unique_names import UniqueNames


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("5 < 6 and a<b", "5 < 6 and a<b"),
        ("AT&T; R&D", "AT&T; R&D"),
        ("https://example.org/?a=1&copy=2", "https://example.org/?a=1&copy=2"),
        ("<p>One</p><p>two<br/>three</p>", "\nOne\n\ntwo\nthree\n"),
        ("a<script>x</script><style>y</style>b", "ab"),
        ("a<!-- c -->b &amp; &#x263a;", "ab & ☺"),
        ("<b>bold", "bold"),
        ("</script>a<b>", "a"),
    ],
)
def test_markup_is_reduced_to_its_text(html: str, text: str) -> None:
    assert without_markup(html, 100) == text


def test_no_more_than_four_times_the_longest_is_read_of_markup() -> None:
    assert without_markup("<b>" + "x" * 100, 10) == "x" * 37


def test_line_breaks_survive_in_paragraphs_only() -> None:
    text = " One \r\n two\r\r\n\n\nthree\x00\t four "
    assert paragraphs(text, 100) == "One\ntwo\n\nthree four"
    assert one_line(text, 100) == "One two three four"


@given(st.text(), st.integers(min_value=1, max_value=20))
def test_a_line_is_short_and_has_no_control_characters(text: str, longest: int) -> None:
    line = one_line(text, longest)
    assert len(line) <= longest
    assert one_line(line, longest) == line
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in line)


def test_characters_that_turn_the_reading_order_are_removed() -> None:
    assert one_line("a\u202eb\u2066c\u200fd\ufeff", 10) == "abcd"


def test_names_already_taken_are_numbered_and_numbers_already_taken_are_skipped() -> None:
    names = UniqueNames(reserved=["B"])
    assert [names.take(name) for name in ("A", "A", "A (3)", "A", "B")] == ["A", "A (2)", "A (3)", "A (4)", "B (2)"]


def test_findings_are_grouped_with_their_count_and_first_five_places() -> None:
    findings = Findings()
    for at in range(6):
        findings.add("odd", f"${at}")
    findings.add("even", "$")
    assert findings.lines() == ("odd (6): $0, $1, $2, $3, $4 and 1 more", "even (1): $")
