"""The committed SDL is the served one, and a partner can read it alone."""

from pathlib import Path

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, build_schema

from schema.api import schema

COMMITTED = Path(__file__).parents[2] / "schema" / "schema.graphql"
CORE = (
    "type Event implements Node",
    "type Availability {",
    "union LockTicketsResult = Hold | SeatsUnavailable | SoldOut | SaleNotOpen | TooManyTickets | AgeRestricted",
    "seatAvailability(",
)


def without_description(served: GraphQLSchema) -> list[str]:
    missing = []
    for name, kind in served.type_map.items():
        if name.startswith("__"):
            continue
        if not kind.description and name not in ("String", "Int", "Float", "Boolean", "ID"):
            missing.append(name)
        if isinstance(kind, GraphQLEnumType):
            missing += [f"{name}.{value}" for value, one in kind.values.items() if not one.description]
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                missing += [f"{name}.{field_name}"] if not field.description else []
                args = getattr(field, "args", {})
                missing += [f"{name}.{field_name}({arg}:)" for arg, one in args.items() if not one.description]
    return missing


def test_the_committed_sdl_is_the_served_one() -> None:
    assert COMMITTED.read_text() == schema.as_str() + "\n", "run `python main.py schema > schema/schema.graphql`"


def test_every_type_field_argument_and_enum_value_is_described() -> None:
    assert without_description(build_schema(schema.as_str())) == []


def test_a_missing_description_is_seen() -> None:
    assert without_description(build_schema('"All." type Query { a("An id." id: ID, b: Int): Int }')) == ["Query.a", "Query.a(b:)"]


def test_the_core_of_the_contract_is_served() -> None:
    assert [part for part in CORE if part not in schema.as_str()] == []
