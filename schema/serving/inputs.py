"""Input objects are built by what is known of their fields, looked up once: Strawberry looks it up for every value, in 90 µs."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLInputType, GraphQLSchema, get_nullable_type, is_leaf_type, is_list_type
from strawberry.relay import GlobalID
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import InputContext
from strawberry.types.base import StrawberryContainer, StrawberryMaybe, StrawberryObjectDefinition

Convert = Callable[[Any, InputContext], object]


def build_inputs_quickly(schema: GraphQLSchema) -> None:
    """Sets the hook that Strawberry's definitions of input types have for this, where nobody has."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
            if isinstance(definition, StrawberryObjectDefinition) and definition.from_input is None:
                definition.from_input = _builder(definition, type_)


def _builder(definition: StrawberryObjectDefinition, written: GraphQLInputObjectType) -> "Callable[..., Any] | None":
    """None where a field is of a kind that only Strawberry knows how to read."""
    by_python_name = {
        field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].python_name: name for name, field in written.fields.items()
    }
    parts: list[tuple[str, str, Convert]] = []
    for field in definition.fields:
        name = by_python_name[field.python_name]
        type_ = field.resolve_type(type_definition=definition)
        if _special(type_):
            return None
        parts.append((name, field.python_name, _convert(written.fields[name].type, type_, name)))
    absent: Mapping[str, None] = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }

    def build(class_: type, value: Mapping[str, Any], context: InputContext) -> Any:
        given = {attribute: convert(value[name], context) for name, attribute, convert in parts if name in value}
        return class_(**{**absent, **given})

    return build


def _special(type_: object) -> bool:
    if isinstance(type_, StrawberryMaybe) or type_ is GlobalID:
        return True
    return isinstance(type_, StrawberryContainer) and _special(type_.of_type)


def _convert(type_: GraphQLInputType, python_type: Any, name: str) -> Convert:
    inner = get_nullable_type(type_)
    if is_leaf_type(inner):
        return lambda value, _: value
    if is_list_type(inner) and is_leaf_type(get_nullable_type(inner.of_type)):
        # A copy, because a default is the same list for everybody.
        return lambda value, _: None if value is None else list(value)
    return lambda value, context: context.convert(value, python_type, name)
