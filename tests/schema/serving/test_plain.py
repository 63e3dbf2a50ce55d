"""Compiled completion gives what the executor gives, for whatever is asked and whatever the values are."""

import inspect
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, TypeAlias

import orjson
import pytest
import strawberry
from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode, OperationType, parse
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetails
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.types import ExecutionResult
from structlog.testing import capture_logs

from schema.api import schema as api
from schema.serving.documents import Checked
from schema.serving.errors import cause_of
from schema.serving.execution import UsherExecutor, UsherSchema
from schema.serving.limits import Limits

LOCK = """mutation($input: LockTicketsInput!) { lockTickets(input: $input) { __typename
  ... on Hold { id state seats total { amount currency } generalAdmission { quantity ticketTypeId } expiresAt serverTime }
  ... on SeatsUnavailable { labels alternatives } ... on Error { code message } } }"""
ROOMY = Limits(selections=10_000, aliases=10_000, directives=10_000, depth=100, cost=10**9)


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Leaf(Named):
    number: int | None
    ratio: float
    flag: bool | None
    tags: list[str]
    colour: Colour
    at: datetime | None
    ident: strawberry.ID
    grid: list[list[int | None]] | None


@strawberry.type
class Twig:
    length: int


Either: TypeAlias = Annotated[Leaf | Twig, strawberry.union("Either")]


@strawberry.type
class Branch:
    leaf: Leaf
    maybe: Leaf | None
    leaves: list[Leaf]
    sparse: list[Leaf | None] | None
    twig: Twig
    either: Either
    named: Named | None

    @strawberry.field
    def soon(self) -> Leaf:
        return self.leaf

    @strawberry.field
    async def later(self, wanted: bool = True) -> Leaf | None:
        return self.maybe if wanted else None


@strawberry.type
class Query:
    @strawberry.field
    async def branch(self, info: strawberry.Info[Branch, None]) -> Branch:
        return info.context

    @strawberry.field
    def maybe_branch(self, info: strawberry.Info[Branch, None]) -> Branch | None:
        return info.context


SCHEMA = UsherSchema(query=Query, types=[Leaf, Twig], limits=ROOMY)


@dataclass
class Later:
    """Can be awaited, once or not at all."""

    value: object

    def __await__(self) -> Generator[None, None, object]:
        return self.value
        yield


class Odd:
    name = "odd"


WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, "text", 7, 2**40, 1.5, float("nan"), [], [None], ("a",), {}, {"a"}, True, Colour.BLUE, Odd(), ValueError("a value")]
) | st.builds(Later, st.sampled_from(["text", None, 7]))


def value(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what the type says."""
    return st.integers(0, 6).flatmap(lambda n: WRONG if n == 6 else right)


LEAVES = st.builds(
    Leaf,
    name=value(st.text(max_size=3)),
    number=value(st.none() | st.integers(-5, 5)),
    ratio=value(st.floats(allow_nan=False, allow_infinity=False, width=32)),
    flag=value(st.none() | st.booleans()),
    tags=value(st.lists(value(st.text(max_size=2)), max_size=2) | st.tuples(st.text(max_size=2))),
    colour=value(st.sampled_from(Colour)),
    at=value(st.none() | st.datetimes(timezones=st.just(UTC))),
    ident=value(st.text(max_size=3)),
    grid=value(st.none() | st.lists(value(st.lists(value(st.none() | st.integers(0, 3)), max_size=2)), max_size=2)),
)
TWIGS = st.builds(Twig, length=value(st.integers(0, 9)))
BRANCHES = st.builds(
    Branch,
    leaf=LEAVES,
    maybe=value(st.none() | LEAVES),
    leaves=value(st.lists(value(LEAVES), max_size=2)),
    sparse=value(st.none() | st.lists(value(st.none() | LEAVES), max_size=2)),
    twig=value(TWIGS),
    either=value(LEAVES | TWIGS),
    named=value(st.none() | LEAVES),
)
PLAIN_OF_LEAF = [
    "name",
    "number",
    "ratio",
    "flag",
    "tags",
    "colour",
    "at",
    "ident",
    "grid",
    "__typename",
    "alias: name",
    "n: number",
]
OF_LEAF = st.lists(
    st.sampled_from([*PLAIN_OF_LEAF, "name @include(if: true)", "number @skip(if: $no)", "... on Named { name }", "...Parts"]),
    min_size=1,
    max_size=5,
).map(lambda parts: f"{{ {' '.join(parts)} }}")
OF_TWIG = st.just("{ length __typename }")


@st.composite
def of_branch(draw: st.DrawFn) -> str:
    parts = [
        "__typename",
        f"leaf {draw(OF_LEAF)}",
        f"again: leaf {draw(OF_LEAF)}",
        f"leaf {draw(OF_LEAF)}",
        f"maybe {draw(OF_LEAF)}",
        f"leaves {draw(OF_LEAF)}",
        f"sparse {draw(OF_LEAF)}",
        f"twig {draw(OF_TWIG)}",
        f"soon {draw(OF_LEAF)}",
        f"later {draw(OF_LEAF)}",
        f"never: later(wanted: $no) {draw(OF_LEAF)}",
        "named { name __typename }",
        f"either {{ __typename ... on Leaf {draw(OF_LEAF)} ... on Twig {draw(OF_TWIG)} }}",
    ]
    return " ".join(draw(st.lists(st.sampled_from(parts), min_size=1, max_size=4)))


PARTS = "fragment Parts on Leaf { name tags }"


def document(made: tuple[str, str, str]) -> str:
    root, selected, last = made
    return f"query($no: Boolean!) {{ {root} {{ {selected} leaf {{ ...Parts }} last: {last} }} }} {PARTS}"


# With a directive anywhere nothing is planned.
VARYING = "leaf { n: number @skip(if: $no) }"
STEADY = "later(wanted: $no) { name }"
DOCUMENTS = st.tuples(st.sampled_from(["branch", "maybeBranch"]), of_branch(), st.sampled_from([VARYING, STEADY])).map(document)
PLAIN_DOCUMENTS = (
    st.tuples(st.sampled_from(["branch", "maybeBranch"]), of_branch(), st.just(STEADY))
    .map(document)
    .filter(lambda text: "@" not in text)
)


def said(result: ExecutionResult) -> tuple[bytes, list[tuple[object, ...]]]:
    """What counts of a result: of masked errors, what they were."""
    errors = result.errors or ()
    told = [(error.path, error.locations, type(cause_of(error)), str(cause_of(error))) for error in errors]
    return orjson.dumps(result.data), sorted(told, key=str)


async def both_ways(text: str, branch: Branch, *, no: bool = False) -> tuple[ExecutionResult, ExecutionResult]:
    variables = {"no": no}
    whole = await SCHEMA.execute(text, variables, context_value=branch)
    known = SCHEMA.ready(text, None, variables, (OperationType.QUERY,))
    assert known is not None, whole.errors
    quick = await SCHEMA.execute_known(known, variables=variables, context=branch, operation_name=None, extensions=None)
    return whole, quick


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(PLAIN_DOCUMENTS, PLAIN_DOCUMENTS, PLAIN_DOCUMENTS, DOCUMENTS), branch=BRANCHES)
async def test_the_result_is_what_the_executor_makes_of_it(text: str, branch: Branch) -> None:
    for no in (False, True):
        with capture_logs():
            whole, quick = await both_ways(text, branch, no=no)
        assert said(quick) == said(whole)


async def test_what_is_given_twice_is_completed_from_the_same_plans_and_each_time_anew() -> None:
    text = "{ branch { leaf { name } twig { length } } }"
    for name, length in (("a", 1), ("b", 2)):
        leaf = Leaf(
            name=name, number=1, ratio=1.0, flag=None, tags=[], colour=Colour.RED, at=None, ident=strawberry.ID("1"), grid=None
        )
        branch = Branch(leaf=leaf, maybe=None, leaves=[], sparse=None, twig=Twig(length=length), either=leaf, named=None)
        whole, quick = await both_ways(text, branch)
        assert quick.data == whole.data == {"branch": {"leaf": {"name": name}, "twig": {"length": length}}}


def test_what_a_buyer_asks_of_a_hold_is_plain() -> None:
    document = parse(LOCK)
    checked = api.documents.check(LOCK, document)
    assert isinstance(checked, Checked)
    core = api._schema
    variables = {"input": {"sessionId": "session"}}
    executor = UsherExecutor.build(core, document, raw_variable_values=variables, plans=checked.plans)
    [operation] = document.definitions
    assert isinstance(executor, UsherExecutor)
    assert isinstance(operation, OperationDefinitionNode)
    field = operation.selection_set.selections[0]
    assert isinstance(field, FieldNode)
    for name in ("Hold", "SeatsUnavailable", "ServerBusy"):
        answer = core.type_map[name]
        assert isinstance(answer, GraphQLObjectType)
        asked = executor.collect_subfields(answer, [FieldDetails(field, None)])
        assert checked.plans.object(answer, asked.grouped_field_set, executor.collect_subfields) is not None


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("collect_subfields", ["self", "return_type", "field_details_list"]),
        ("execute_fields", ["self", "parent_type", "source_value", "path", "grouped_field_set", "position_context"]),
        ("execute_field", ["self", "parent_type", "source", "field_details_list", "path", "position_context"]),
    ],
)
def test_the_seams_of_the_executor_are_where_they_were(method: str, parameters: list[str]) -> None:
    assert list(inspect.signature(vars(Executor)[method]).parameters) == parameters
    assert method in vars(UsherExecutor)
