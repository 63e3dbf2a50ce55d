"""Plain subtrees: selections of attributes only, compiled once for a document and completed without the executor.

Whatever is not as it should be raises one of `UNPLAIN`; then the executor completes the same values by itself, errors included.
Compared with it on generated documents and values by a test.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLID,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    Visitor,
    is_leaf_type,
    visit,
)
from graphql.execution.collect_fields import CollectedFields, FieldDetails
from graphql.pyutils import is_awaitable
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

Fields: TypeAlias = "list[FieldDetails]"
Complete: TypeAlias = Callable[[Any], Any]
# What an attribute that is missing or not as its type says can raise while it is completed.
UNPLAIN = (GraphQLError, AttributeError, TypeError, ValueError, LookupError, ArithmeticError)
TYPENAME = "__typename"


class Plans:
    """Of one valid document: its selections as they are collected, and how the plain ones are completed. None: not plain."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        # With directives or arguments of fragments, what is selected depends on variables.
        self.fixed = not _varies(document)
        self.collected: dict[tuple[str | int, ...], CollectedFields] = {}
        self._fields: dict[tuple[str | int, ...], Complete | None] = {}
        self._objects: dict[int, tuple[object, Complete | None]] = {}

    def object(self, parent: GraphQLObjectType, grouped: Mapping[str, Fields], collect: "Collect") -> Complete | None:
        """Of all that is selected of an object; `grouped` is one of those that were collected here."""
        known = self._objects.get(id(grouped))
        if known is None:
            # What is a key here by its id has to stay alive.
            known = self._objects[id(grouped)] = grouped, self._object(parent, grouped, collect)
        return known[1]

    def field(self, parent: GraphQLObjectType, details: Fields, collect: "Collect") -> Complete | None:
        """Of one field, which takes the object that has it."""
        key = key_of(parent, details)
        if key not in self._fields:
            self._fields[key] = self._field(parent, details, collect)
        return self._fields[key]

    def _object(self, parent: GraphQLObjectType, grouped: Mapping[str, Fields], collect: "Collect") -> Complete | None:
        parts = []
        for name, details in grouped.items():
            complete = self.field(parent, details, collect)
            if complete is None:
                return None
            parts.append((name, complete))

        def complete_object(source: Any) -> dict[str, Any]:
            return {name: complete(source) for name, complete in parts}

        return complete_object

    def _field(self, parent: GraphQLObjectType, details: Fields, collect: "Collect") -> Complete | None:
        name = details[0].node.name.value
        if name == TYPENAME:
            return lambda _: parent.name
        field = parent.fields.get(name)
        written = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF) if field else None
        if field is None or field.args or not isinstance(written, StrawberryField):
            return None
        if not written.is_basic_field or written.default_resolver is not getattr:
            return None
        value = self._value(field.type, details, collect)
        return _attribute(written.python_name, value) if value else None

    def _value(self, type_: GraphQLOutputType, details: Fields, collect: "Collect") -> Complete | None:
        if isinstance(type_, GraphQLNonNull):
            inner = self._inner(type_.of_type, details, collect)
            return _never_null(inner) if inner else None
        inner = self._inner(type_, details, collect)
        return _or_null(inner) if inner else None

    def _inner(self, type_: GraphQLOutputType, details: Fields, collect: "Collect") -> Complete | None:
        """Of a value that is not null."""
        if isinstance(type_, GraphQLList):
            item = self._value(type_.of_type, details, collect)
            return _list(item) if item else None
        if is_leaf_type(type_):
            return _text if type_ is GraphQLString or type_ is GraphQLID else _leaf(type_)
        if not isinstance(type_, GraphQLObjectType):
            return None
        whole = self.object(type_, collect(type_, details).grouped_field_set, collect)
        return _of_its_type(type_, whole) if whole else None


Collect: TypeAlias = Callable[[GraphQLObjectType, Fields], CollectedFields]


def key_of(parent: GraphQLObjectType, details: Fields) -> tuple[str | int, ...]:
    """The document's nodes live as long as the plans do."""
    return parent.name, *[id(each.node) for each in details]


def _attribute(name: str, complete: Complete) -> Complete:
    return lambda source: complete(getattr(source, name))


def _never_null(complete: Complete) -> Complete:
    def completed(value: Any) -> Any:
        if value is None:
            raise TypeError
        return complete(value)

    return completed


def _or_null(complete: Complete) -> Complete:
    return lambda value: None if value is None else complete(value)


def _list(complete: Complete) -> Complete:
    def completed(value: Any) -> Any:
        if type(value) is not list and type(value) is not tuple:
            raise TypeError
        return [complete(item) for item in value]

    return completed


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _leaf(type_: GraphQLLeafType) -> Complete:
    coerce = type_.coerce_output_value

    def completed(value: Any) -> Any:
        if isinstance(value, Exception) or is_awaitable(value):
            raise TypeError
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise TypeError
        return coerced

    return completed


def _of_its_type(type_: GraphQLObjectType, complete: Complete) -> Complete:
    """An object is completed as what its field says; where that implements an interface, Strawberry looks twice."""
    origin = type_.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].origin

    def completed(value: Any) -> Any:
        if type(value) is not origin:
            raise TypeError
        return complete(value)

    return completed


def _varies(document: DocumentNode) -> bool:
    looking = _Looking()
    visit(document, looking)
    return looking.found


class _Looking(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_directive(self, _node: DirectiveNode, *_: Any) -> None:
        self.found = True

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.found = self.found or bool(getattr(node, "arguments", None))
