"""Inputs are built as Strawberry builds them."""

import inspect
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType
from hypothesis import given
from hypothesis import strategies as st
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_argument
from strawberry.types.base import StrawberryObjectDefinition

from schema.api import schema as api
from schema.serving.execution import UsherSchema


@strawberry.enum
class Colour(Enum):
    RED = "red"


@strawberry.input
class Seat:
    label: str
    price_minor: int = 5
    colours: list[Colour] | None = None


@strawberry.input
class Wish:
    session_id: strawberry.ID
    seats: list[Seat]
    best: Seat | None = None
    maybe: list[Seat | None] | None = None
    tags: list[str] | None = None
    at: datetime | None = None
    unset: str | None = strawberry.UNSET
    needed: int | None


@strawberry.input
class Odd:
    either: strawberry.Maybe[str]


@strawberry.type
class Query:
    @strawberry.field
    def ask(self, wish: Wish, odd: Odd | None = None) -> str:
        return repr(wish)


SCHEMA = UsherSchema(query=Query)
SEATS = st.fixed_dictionaries(
    {"label": st.text(max_size=3)}, optional={"priceMinor": st.integers(), "colours": st.none() | st.just([Colour.RED])}
)
WISHES = st.fixed_dictionaries(
    {"sessionId": st.text(max_size=3), "seats": st.lists(SEATS, max_size=2)},
    optional={
        "best": st.none() | SEATS,
        "maybe": st.none() | st.lists(st.none() | SEATS, max_size=2),
        "tags": st.none() | st.lists(st.text(max_size=2), max_size=2),
        "at": st.none() | st.datetimes(),
        "unset": st.none() | st.text(max_size=2),
        "needed": st.none() | st.integers(),
    },
)


def definition_of(type_: type) -> StrawberryObjectDefinition:
    found: StrawberryObjectDefinition = vars(type_)["__strawberry_definition__"]
    return found


def built(value: Any) -> object:
    config = StrawberryConfig()
    return convert_argument(value, Wish, SCHEMA.schema_converter.scalar_registry, config)


@given(WISHES)
def test_an_input_is_what_strawberry_makes_of_it(value: dict[str, Any]) -> None:
    quick = built(value)
    hooks = [(one, one.from_input) for one in map(definition_of, (Wish, Seat))]
    for definition, hook in hooks:
        assert hook is not None
        definition.from_input = None
    try:
        slow = built(value)
    finally:
        for definition, hook in hooks:
            definition.from_input = hook
    assert quick == slow
    assert isinstance(quick, Wish)
    # A client's list may be a default, which is the same for everybody.
    assert quick.tags is None or quick.tags is not value["tags"]


def test_what_only_strawberry_knows_how_to_read_is_left_to_it() -> None:
    assert definition_of(Odd).from_input is None


def test_every_input_of_the_api_is_built_so() -> None:
    inputs = [one for one in api._schema.type_map.values() if isinstance(one, GraphQLInputObjectType)]
    definitions = [one.extensions[GraphQLCoreConverter.DEFINITION_BACKREF] for one in inputs]
    assert "LockTicketsInput" in [one.name for one in definitions]
    assert [one.name for one in definitions if one.from_input is None] == []


def test_the_seam_of_inputs_is_where_it_was() -> None:
    assert "from_input" in [one.name for one in fields(StrawberryObjectDefinition)]
    assert "type_definition.from_input(" in inspect.getsource(convert_argument)
