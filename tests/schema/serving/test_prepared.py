"""What is prepared of an operation gives what graphql-core gives, or leaves it to it."""

import asyncio
import inspect
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode, OperationType, parse
from graphql.execution import Executor
from graphql.execution.values import get_variable_values
from hypothesis import given
from hypothesis import strategies as st

from schema.serving.execution import UsherExecutor, UsherSchema
from schema.serving.prepared import Prepared


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.input
class Point:
    x: int
    y: float | None = 1.5


@strawberry.input
class Shape:
    name: str
    points: list[Point] | None
    colours: list[Colour] = strawberry.field(default_factory=lambda: [Colour.RED])


@strawberry.input
class Tree:
    inside: list["Tree"] | None = None


@strawberry.type
class Query:
    @strawberry.field
    def seen(
        self, shape: Shape | None = None, number: int = 0, ids: list[strawberry.ID] | None = None, tree: Tree | None = None
    ) -> str:
        return f"{shape} {number} {ids} {tree}"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def noted(self, info: strawberry.Info[list[str], None], word: str, refused: bool = False) -> str:
        info.context.append(f"{word} began")
        await asyncio.sleep(0)
        info.context.append(f"{word} ended")
        if refused:
            raise ValueError(word)
        return word


SCHEMA = UsherSchema(query=Query, mutation=Mutation)
CORE = SCHEMA._schema
TYPES = (
    "Int",
    "Int!",
    "Float",
    "String!",
    "Boolean",
    "ID!",
    "[ID!]",
    "[Int]!",
    "Colour!",
    "[Colour]",
    "Point!",
    "Shape",
    "[Shape!]!",
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**33), 2**33)
    | st.floats(allow_nan=False)
    | st.text(max_size=3)
    | st.sampled_from(["RED", "BLUE", "GREEN"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "name", "points", "colours", "other"]), inner, max_size=4)
    ),
    max_leaves=8,
)
POINT = st.fixed_dictionaries({"x": st.integers(0, 9)}, optional={"y": st.none() | st.floats(0, 1)})
SHAPE = st.fixed_dictionaries(
    {"name": st.text(max_size=2)},
    optional={"points": st.none() | st.lists(POINT, max_size=2), "colours": st.lists(st.sampled_from(["RED", "BLUE"]), max_size=2)},
)
VALUES = JSON | POINT | SHAPE | st.lists(SHAPE, max_size=2) | st.lists(st.integers(0, 5), max_size=3)


def prepared(text: str, **values: object) -> Prepared | None:
    built = UsherExecutor.build(CORE, parse(text), raw_variable_values=values)
    assert isinstance(built, UsherExecutor), built
    return Prepared.of(built)


GOOD: dict[str, object] = {
    "Int!": 1, "String!": "a", "ID!": "a", "[Int]!": [1], "Colour!": "RED", "Point!": {"x": 1}, "[Shape!]!": []
}  # fmt: skip


@given(type_=st.sampled_from(TYPES), given_values=st.dictionaries(st.sampled_from(["v", "w"]), VALUES, max_size=2))
def test_variables_are_read_as_graphql_core_reads_them(type_: str, given_values: dict[str, Any]) -> None:
    text = f"query($v: {type_}) {{ seen }}"
    [operation] = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    one = prepared(text, v=GOOD.get(type_))
    assert one is not None
    whole = get_variable_values(CORE, operation.variable_definitions or (), given_values)
    quick = one.values(given_values)
    if isinstance(whole, list):
        assert quick is None
    else:
        assert quick is not None
        assert (quick.coerced, list(quick.sources)) == (whole.coerced, list(whole.sources))
        assert [one.value for one in quick.sources.values()] == [one.value for one in whole.sources.values()]


@pytest.mark.parametrize("variable", ["$v: Int = 3", "$v: Tree", "$v: [Tree!]"])
def test_what_has_a_default_or_may_nest_without_end_is_left_to_graphql_core(variable: str) -> None:
    assert prepared(f"query({variable}) {{ seen }}") is None


async def test_what_is_prepared_is_answered_alike_mutations_one_after_another_and_with_their_errors() -> None:
    text = """mutation($bad: Boolean!) { a: noted(word: "a") b: noted(word: "b", refused: $bad) c: noted(word: "c") }"""
    answers, notes = [], []
    for bad in (False, False, True, True):
        noted: list[str] = []
        await SCHEMA.execute(text, {"bad": bad}, context_value=[])
        known = SCHEMA.ready(text, None, {"bad": bad}, (OperationType.MUTATION,))
        assert known is not None
        result = await SCHEMA.execute_known(known, variables={"bad": bad}, context=noted, operation_name=None, extensions=None)
        answers.append((result.data, [error.path for error in result.errors or ()]))
        notes.append(noted)
        if bad:
            # The next is made anew by graphql-core.
            known.prepared.clear()
        else:
            assert list(known.prepared) == [None]
    assert answers == [({"a": "a", "b": "b", "c": "c"}, [])] * 2 + [(None, [["b"]])] * 2
    whole = [f"{word} {what}" for word in "abc" for what in ("began", "ended")]
    assert notes[:2] == [whole] * 2
    assert notes[2] == notes[3]


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("__init__", ["self", "schema", "fragment_definitions", "fragments", "root_value", "context_value", "operation",
                      "variable_values", "field_resolver", "type_resolver", "subscribe_field_resolver"]),
        ("execute_root_grouped_field_set", ["self", "root_type", "root_value", "grouped_field_set", "serially"]),
        ("build_response", ["self", "data"]),
    ],
)  # fmt: skip
def test_the_seams_are_where_they_were(method: str, parameters: list[str]) -> None:
    assert list(inspect.signature(vars(Executor)[method]).parameters)[: len(parameters)] == parameters
