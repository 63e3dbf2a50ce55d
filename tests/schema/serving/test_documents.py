"""Documents are checked once, and never for long."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import get_introspection_query, parse

from schema.serving.contexts import OperationContext
from schema.serving.documents import Documents
from schema.serving.execution import UsherSchema
from schema.serving.limits import Limits
from tests.schema.serving.toy import Context, Toys, toy_schema

DOUBLING = "{ ...F0 }" + "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(24))
DOUBLING += "fragment F24 on Query { item { id } }"


@pytest.fixture
def schema() -> UsherSchema:
    return toy_schema()


async def refused(schema: UsherSchema, query: str, variables: dict[str, object] | None = None) -> Mapping[str, Any]:
    """The one error's extensions; empty where there was none."""
    result = await schema.execute(query, variable_values=variables, context_value=Context(Toys(), None))
    return result.errors[0].extensions or {} if result.errors else {}


def cost_of(schema: UsherSchema, query: str, variables: Mapping[str, object]) -> int:
    checked = schema.documents.check(query, parse(query))
    assert not isinstance(checked, list)
    return checked.prices.cost(next(iter(checked.operations)), variables)


async def test_a_valid_document_is_known_the_next_time_and_a_wrong_one_is_not(schema: UsherSchema) -> None:
    for query in ("{ nothing }", "{ hello", "{ a: " * 20 + "}" * 20):
        await refused(schema, query)
    assert len(schema.documents) == 0
    assert await refused(schema, "{ hello }") == {}
    known = schema.documents.find("{ hello }")
    assert await refused(schema, "{ hello }") == {}
    assert (len(schema.documents), schema.documents.find("{ hello }")) == (1, known)


def test_the_longest_unused_document_makes_room() -> None:
    schema = toy_schema()
    queries = [f"{{ a{number}: hello }}" for number in range(4)]
    for documents in (
        Documents(schema._schema, Limits(), kept=3),
        Documents(schema._schema, Limits(), kept_characters=3 * len(queries[0])),
    ):
        for query in queries[:3]:
            documents.check(query, parse(query))
        documents.find(queries[0])
        documents.check(queries[3], parse(queries[3]))
        assert [documents.find(query) is None for query in queries] == [False, True, False, False]


@pytest.mark.parametrize(
    ("fits", "too_much", "code"),
    [
        ("{ item {" + "parts {" * 10 + "id" + "}" * 12, "{ item {" + "parts {" * 11 + "id" + "}" * 13, "DOCUMENT_TOO_DEEP"),
        (
            "{ item { ...F } } fragment F on Item { " + "parts {" * 9 + "...G" + "}" * 10 + "fragment G on Item { parts { id } }",
            "{ item { ...F } } fragment F on Item { " + "parts {" * 10 + "...G" + "}" * 11 + "fragment G on Item { parts { id } }",
            "DOCUMENT_TOO_DEEP",
        ),
        (
            "{ item { " + "... on Item { parts { " * 10 + "id" + "}}" * 10 + "}}",
            "{ item { " + "... on Item { parts { " * 11 + "id" + "}}" * 11 + "}}",
            "DOCUMENT_TOO_DEEP",
        ),
        (
            "{ " + " ".join(f"a{n}: hello" for n in range(30)) + " }",
            "{ " + " ".join(f"a{n}: hello" for n in range(31)) + " }",
            "TOO_MANY_ALIASES",
        ),
        (
            "{ " + "hello @skip(if: true) " * 50 + "}",
            "{ " + "hello @skip(if: true) " * 50 + "...F @skip(if: true) } fragment F on Query { hello }",
            "TOO_MANY_DIRECTIVES",
        ),
        ("{ " + "hello " * 250 + "}", "{ " + "hello " * 251 + "}", "DOCUMENT_TOO_LARGE"),
    ],
)
async def test_s15_a_document_has_limits(fits: str, too_much: str, code: str) -> None:
    schema = toy_schema(Limits(cost=10**12))
    assert await refused(schema, fits) == {}
    assert (await refused(schema, too_much))["code"] == code


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{ hello viewerId }", {}, 0),
        ("{ item { id } }", {}, 1),
        ("{ items(first: 7) { nodes { id } } }", {}, 1 + 7),
        ("{ items { nodes { id } pageInfo { id } } }", {}, 1 + 20 + 1),
        ("{ items(first: 7) { nodes { items(first: 3) { nodes { id } } } } }", {}, 1 + 7 * (1 + 1 + 3)),
        ("{ item { parts { id } } }", {}, 1 + 10),
        ("{ item { firstParts { id } } }", {}, 1 + 5),
        ("query ($n: Int! = 4) { items(first: $n) { nodes { id } } }", {}, 1 + 4),
        ("query ($n: Int! = 4) { items(first: $n) { nodes { id } } }", {"n": 9}, 1 + 9),
        ("query ($n: Int! = 4) { items(first: $n) { nodes { id } } }", {"n": 9.0}, 1 + 9),
        ("query ($n: Int) { item { items(first: $n) { nodes { id } } } }", {}, 2 + 20),
        ("query ($n: Int) { item { items(first: $n) { nodes { id } } } }", {"n": None}, 2 + 20),
        (
            "query ($n: Int! = 4) { items(first: $n) { ...F } } fragment F on Page { nodes { id } pageInfo { id } }",
            {"n": -5},
            1 + 1 + 1,
        ),
        ("{ items(first: 7) { ... { nodes { ...I } } } } fragment I on Item { items(first: 3) { size } }", {}, 1 + 7 * 2),
    ],
)
def test_an_object_costs_one_times_the_first_around_it(
    schema: UsherSchema, query: str, variables: dict[str, object], cost: int
) -> None:
    assert cost_of(schema, query, variables) == cost


async def test_what_costs_too_much_is_refused_with_the_price_also_when_the_document_is_known(schema: UsherSchema) -> None:
    query = "query ($n: Int! = 1) { items(first: $n) { nodes { items(first: $n) { nodes { id } } } } }"
    assert await refused(schema, query, {"n": 69}) == {}
    assert await refused(schema, query, {"n": 70}) == {"code": "DOCUMENT_TOO_COSTLY", "cost": 5041, "limit": 5000}
    assert await refused(schema, query) == {}
    assert await refused(schema, DOUBLING) == {"code": "DOCUMENT_TOO_COSTLY", "cost": 2**24, "limit": 5000}


async def test_a_document_has_at_most_2000_tokens(schema: UsherSchema) -> None:
    assert (await refused(schema, "{" + " hello" * 1_998 + "}"))["code"] == "DOCUMENT_TOO_LARGE"
    assert (await refused(schema, "{" + " hello" * 1_999 + "}"))["code"] == "GRAPHQL_PARSE_FAILED"


async def test_s15_introspection_is_allowed_but_not_thirty_times_at_once(schema: UsherSchema) -> None:
    full = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True)
    assert await refused(schema, full) == {}
    assert 1_000 < cost_of(schema, full, {}) < 2_500
    types = "fragment S on __Schema { types { fields { args { type { name } } type { name } } inputFields { type { name } } } }"
    many = "{ " + " ".join(f"a{number}: __schema {{ ...S }}" for number in range(30)) + " } " + types
    assert (await refused(schema, many))["code"] == "DOCUMENT_TOO_COSTLY"


async def test_s15_of_a_hundred_mistakes_eight_are_told(schema: UsherSchema) -> None:
    result = await schema.execute("{ " + " ".join(f"unknown{n}" for n in range(100)) + " }", context_value=Context(Toys(), None))
    told = [f"Cannot query field 'unknown{n}' on type 'Query'." for n in range(8)]
    enough = "Too many validation errors, error limit reached. Validation aborted."
    assert [error.message for error in result.errors or ()] == [*told, enough]
    assert [error.extensions for error in result.errors or ()] == [{"code": "GRAPHQL_VALIDATION_FAILED"}] * 9


def bombs() -> Iterator[str]:
    yield DOUBLING
    yield "{ " + " ".join(f"a{number}: hello" for number in range(10_000)) + " }"
    yield "{ " + "#\n" * 40_000 + "hello }"
    yield "{ " + "item { id } " * 660 + "}"
    yield "{ " + "item { id } " * 125 + "}"
    yield "{ " + "... on Query { " * 490 + "hello" + " }" * 491
    yield "{ hello " + "@skip(if: true) " * 330 + "}"
    yield "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }"
    yield "{ item { ...A } } fragment A on Item { parts { ...A ...A } }"
    yield "[" * 50_000
    yield '{ hello(name: "' + "x" * 100_000 + '") }'
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }} " for n in range(149))
    yield "{ ...F0 } " + chain + "fragment F149 on Query { hello }"


@pytest.mark.parametrize("bomb", list(bombs()), ids=range(12))
async def test_s15_no_document_takes_long_to_refuse(schema: UsherSchema, bomb: str) -> None:
    await refused(schema, "{ hello }")
    times = []
    # A collection of garbage may fall into one of them, not into all; the spaces make each a document of its own.
    for more in range(3):
        started = time.process_time()
        await refused(schema, bomb + " " * more)
        times.append(time.process_time() - started)
    # Without the limits these take from seconds to hours; the slowest about 70 ms with them.
    assert min(times) < 0.2


def test_s15_the_sync_way_has_the_same_limits(schema: UsherSchema) -> None:
    assert schema.execute_sync("{ hello }").data == {"hello": "hello world"}
    result = schema.execute_sync(DOUBLING)
    assert [error.extensions for error in result.errors or ()] == [{"code": "DOCUMENT_TOO_COSTLY", "cost": 2**24, "limit": 5000}]


async def test_the_names_of_what_a_document_selects_are_known_wherever_they_stand(schema: UsherSchema) -> None:
    text = "query One { ...Greeting } query Other { other: hello item { id } } fragment Greeting on Query { ... { hello } }"
    await schema.execute(text, operation_name="One", context_value=Context(Toys(), None))
    known = schema.documents.find(text)
    assert known is not None
    assert known.names == {"hello", "item", "id"}


def test_a_context_that_knows_nothing_of_its_document_takes_everything_for_selected() -> None:
    context = OperationContext()
    assert context.selects("seats")
    context.selected = frozenset({"id", "seats"})
    assert (context.selects("statusMap"), context.selects("statusMap", "seats")) == (False, True)
