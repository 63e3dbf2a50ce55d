"""Which subscriptions are the same: equal documents, names and variables, wherever they continue from."""

from typing import Any

import pytest

from tests.schema.serving.watchers import MY_SEATS, SEATS, Reader, house, left


async def test_who_asks_something_else_shares_with_others() -> None:
    twice = SEATS + " subscription Other($v: Int) { seats(sinceVersion: $v) { version } }"
    asked: list[tuple[str, str | None, dict[str, object]]] = [
        (SEATS, None, {}),
        (SEATS, "Seats", {}),
        (SEATS, None, {"room": 1}),
        (SEATS.replace("previous", "before: previous"), None, {}),
        (twice, "Seats", {}),
        (twice, "Other", {}),
    ]
    async with house() as here:
        readers = [Reader() for _ in asked]
        tasks = [here.watch(reader, text, name, **given) for reader, (text, name, given) in zip(readers, asked, strict=True)]
        for reader in readers:
            await reader.heard_times(1)
        assert (len(here.sharing), here.toys.sources) == (6, 6)
        await left(*tasks)


@pytest.mark.parametrize(
    ("given", "same"),
    [({"v": None}, True), ({"v": 0}, True), ({"v": 7}, True), ({"unknown": 1}, True), ({"room": 1}, False)],
)
async def test_where_to_continue_from_is_no_difference(given: dict[str, object], same: bool) -> None:
    async with house() as here:
        one, other = here.sharing.wanted(SEATS, None, {}), here.sharing.wanted(SEATS, None, given)
        assert one is not None
        assert other is not None
        assert (one.key == other.key) is same


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (MY_SEATS, {}),
        ("{ hello }", {}),
        ("subscription { seats { version }", {}),
        ("subscription { seats { nothing } }", {}),
        ("subscription { seats { version } watch }", {}),
        ("subscription { seats { version } seats { seats } }", {}),
        ("subscription { ... on Subscription { seats { version } } }", {}),
        ("subscription A { seats { version } } subscription B { seats { version } }", {}),
        (SEATS, {"v": "1"}),
        (SEATS, {"v": True}),
        (SEATS, {"v": 2**31}),
        (SEATS, {"room": [[]] * 1}),
    ],
)
async def test_what_is_not_plainly_shared_takes_the_ordinary_path(text: str, variables: dict[str, Any]) -> None:
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    given = {"room": deep} if variables.get("room") else variables
    async with house() as here:
        assert here.sharing.wanted(text, None, given) is None


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("subscription { seats(sinceVersion: 3) { version } }", 3),
        ("subscription { seats(sinceVersion: null) { version } }", None),
        ("subscription { seats { version } }", None),
        ("subscription ($v: Int = 4) { seats(sinceVersion: $v) { version } }", 4),
    ],
)
async def test_where_to_continue_from_may_be_written_in_the_document(text: str, since: int | None) -> None:
    async with house() as here:
        wanted = here.sharing.wanted(text, None, {})
        assert wanted is not None
        assert wanted.since == since


@pytest.mark.parametrize(
    "text",
    [
        "subscription ($v: Int!) { seats(sinceVersion: $v) { version } }",
        "subscription ($v: Int!) { seats(sinceVersion: $v, room: $v) { version } }",
        "subscription ($v: Int) { seats(sinceVersion: $v, room: $v) { version } }",
        "subscription ($v: Int! = 1) { seats(sinceVersion: $v) { version @skip(if: false) } }",
    ],
)
async def test_a_variable_that_cannot_be_left_out_is_kept_and_makes_a_difference(text: str) -> None:
    async with house() as here:
        wanted = here.sharing.wanted(text, None, {"v": 1})
        assert wanted is not None
        assert (wanted.since, wanted.variables) == (1, {"v": 1})
