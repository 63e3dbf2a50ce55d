"""What two subscriptions must have in common to be the same one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    IntValueNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

LARGEST_INT = 2**31 - 1
Variables = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Plan:
    """Of an operation that is one shared field. It continues from `since`, or from what the variable says.

    `left_out`: the variable means nothing else, so that who continues from different places shares all the same.
    """

    declared: frozenset[str]
    since: int | None = None
    since_variable: str | None = None
    left_out: bool = False

    def place(self, given: Variables) -> tuple[Variables, int | None] | None:
        """The variables that matter, and where to continue from; None where that is not a version."""
        variables = {name: value for name, value in given.items() if name in self.declared}
        since = self.since if self.since_variable is None else variables.get(self.since_variable, self.since)
        if self.left_out and self.since_variable is not None:
            variables.pop(self.since_variable, None)
        if since is None:
            return variables, None
        return (variables, since) if type(since) is int and abs(since) <= LARGEST_INT else None


def canonical(variables: Variables) -> str | None:
    """None where they are nested deeper than can be written."""
    try:
        # As text, because every subscription keeps it: bytes that orjson 3.13 has written keep the 4 KiB they were written into.
        return orjson.dumps(variables, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        return None


def plan_of(document: DocumentNode, operation_name: str | None, shared: Mapping[str, str]) -> Plan | None:
    """Of a valid document. `shared`: the argument that says where to continue, by field. None for what is not shared."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    named = [each for each in operations if operation_name is None or (each.name and each.name.value == operation_name)]
    if len(named) != 1 or len(named[0].selection_set.selections) != 1:
        return None
    field = named[0].selection_set.selections[0]
    if not isinstance(field, FieldNode) or field.name.value not in shared:
        return None
    declared = {each.variable.name.value: each for each in named[0].variable_definitions or ()}
    since = _given(field.arguments or (), shared[field.name.value])
    match since:
        case VariableNode(name=name):
            definition = declared[name.value]
            return Plan(
                frozenset(declared),
                _number(definition.default_value),
                name.value,
                # One that must be given is missed where it is left out.
                left_out=not isinstance(definition.type, NonNullTypeNode) and _uses(document, name.value) == 1,
            )
        case _:
            return Plan(frozenset(declared), _number(since))


def _given(arguments: tuple[ArgumentNode, ...], name: str) -> ValueNode | None:
    return next((each.value for each in arguments if each.name.value == name), None)


def _number(value: ValueNode | None) -> int | None:
    return int(value.value) if isinstance(value, IntValueNode) else None


def _uses(document: DocumentNode, variable: str) -> int:
    """Its definitions are none."""
    counting = _Counting()
    visit(document, counting)
    return counting.used[variable]


class _Counting(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.used: Counter[str] = Counter()

    def enter_variable(self, node: VariableNode, _key: Any, parent: object, *_: Any) -> None:
        self.used[node.name.value] += not isinstance(parent, VariableDefinitionNode)
