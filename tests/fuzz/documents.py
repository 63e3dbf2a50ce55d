"""Operations that the schema knows, with values that it does not expect."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationType,
    get_named_type,
    is_leaf_type,
)

from tests.fuzz import nasty

DEEPEST = 4


@dataclass
class Written:
    """One operation, while it is written. `known` are ids that there are."""

    random: Random
    schema: GraphQLSchema
    known: Sequence[str]
    declared: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    def operation(self, kind: str) -> dict[str, Any]:
        """The body of a request."""
        type_ = self.schema.get_root_type(OperationType(kind))
        assert type_ is not None
        many = 1 if kind == "subscription" else self.random.randrange(1, 4)
        names = [self.random.choice(sorted(type_.fields)) for _ in range(many)]
        fields = " ".join(f"f{at}: {self._field(name, type_.fields[name], 0)}" for at, name in enumerate(names))
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        return {"query": f"{kind} Fuzz{declared} {{ {fields} }}", "variables": self.variables, "operationName": "Fuzz"}

    def _field(self, name: str, definition: GraphQLField, depth: int) -> str:
        given = [f"{arg}: {self._given(argument)}" for arg, argument in definition.args.items() if self._wanted(argument)]
        arguments = f"({', '.join(given)})" if given else ""
        return f"{name}{arguments}{self._selections(get_named_type(definition.type), depth)}"

    def _wanted(self, argument: GraphQLArgument) -> bool:
        return self.random.random() < (0.95 if isinstance(argument.type, GraphQLNonNull) else 0.5)

    def _selections(self, type_: Any, depth: int) -> str:
        if is_leaf_type(type_):
            return ""
        parts = ["__typename"]
        if isinstance(type_, GraphQLUnionType | GraphQLInterfaceType):
            possible = self.schema.get_possible_types(type_)
            for each in self.random.sample(possible, min(len(possible), 3)):
                # An alias each: those of a union may have fields of one name and several types.
                parts.append(f"... on {each.name} {{ {self._some(each, depth, each.name + '_')} }}")
        else:
            parts.append(self._some(type_, depth))
        return " { " + " ".join(parts) + " }"

    def _some(self, type_: GraphQLObjectType, depth: int, alias: str = "") -> str:
        fields = [(name, each) for name, each in type_.fields.items() if depth < DEEPEST or is_leaf_type(get_named_type(each.type))]
        chosen = self.random.sample(fields, min(len(fields), self.random.randrange(1, 4)))
        return " ".join(f"{_alias(alias, name)}{self._field(name, each, depth + 1)}" for name, each in chosen) or "__typename"

    def _given(self, argument: GraphQLArgument) -> str:
        value = self._value(argument.type)
        if self.random.random() < 0.5:
            return _literal(value)
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {argument.type}")
        self.variables[name] = value.plain() if isinstance(value, Enum) else _plain(value)
        return f"${name}"

    def _value(self, type_: GraphQLInputType) -> Any:
        random = self.random
        if random.random() < 0.03:
            return nasty.value(random)
        if isinstance(type_, GraphQLNonNull):
            return self._value(type_.of_type)
        if random.random() < 0.1:
            return None
        if isinstance(type_, GraphQLList):
            return [self._value(type_.of_type) for _ in range(random.randrange(4))]
        if isinstance(type_, GraphQLEnumType):
            return Enum(random.choice(sorted(type_.values)))
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        return self._scalar(type_)

    def _object(self, type_: GraphQLInputObjectType) -> dict[str, Any]:
        names = [name for name, each in type_.fields.items() if isinstance(each.type, GraphQLNonNull) or self.random.random() < 0.4]
        if type_.is_one_of:
            names = [self.random.choice(sorted(type_.fields))]
        return {name: self._value(type_.fields[name].type) for name in names}

    def _scalar(self, type_: GraphQLScalarType) -> Any:
        random = self.random
        match type_.name:
            case "Int":
                return random.choice(nasty.NUMBERS)
            case "Float":
                return random.choice(nasty.FLOATS)
            case "Boolean":
                return random.random() < 0.5
            case "ID":
                return random.choice(self.known) if random.random() < 0.7 else nasty.text(random)
        return nasty.text(random)


@dataclass(frozen=True)
class Enum:
    name: str

    def plain(self) -> str:
        return self.name


def _alias(prefix: str, name: str) -> str:
    return f"{prefix}{name}: " if prefix else ""


def _literal(value: Any) -> str:
    match value:
        case Enum(name):
            return name
        case list():
            return f"[{', '.join(_literal(each) for each in value)}]"
        case dict():
            return "{" + ", ".join(f"{_name(key)}: {_literal(each)}" for key, each in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else json.dumps(value)


def _name(key: str) -> str:
    return key if key.isidentifier() and key.isascii() else "x"


def _plain(value: Any) -> Any:
    match value:
        case Enum(name):
            return name
        case list():
            return [_plain(each) for each in value]
        case dict():
            return {key: _plain(each) for key, each in value.items()}
    return value
