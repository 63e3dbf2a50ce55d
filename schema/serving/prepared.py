"""An operation of a known document, prepared: what is the same for every request of it is found once.

Taken from an executor that graphql-core has built; variables that are not plainly right are left to it, errors included.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    VariableDefinitionNode,
    coerce_input_value,
    get_named_type,
    is_non_null_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FragmentDetails, GroupedFieldSet, collect_fields
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the schema and the document say of it."""

    operation: OperationDefinitionNode
    fragment_definitions: Mapping[str, FragmentDefinitionNode]
    fragments: Mapping[str, FragmentDetails]
    root_type: GraphQLObjectType
    fields: GroupedFieldSet
    signatures: tuple[GraphQLVariableSignature, ...]

    @classmethod
    def of(cls, built: Executor[Any]) -> "Prepared | None":
        """None where the variables are of a kind that has to be looked at by graphql-core each time."""
        root_type = built.schema.get_root_type(built.operation.operation)
        signatures = [_signature(built.schema, node) for node in built.operation.variable_definitions or ()]
        plain = [one for one in signatures if one is not None]
        if root_type is None or len(plain) < len(signatures):
            return None
        collected = collect_fields(built.schema, built.fragments, built.variable_values, root_type, built.operation, False)
        fields = collected.grouped_field_set
        return cls(built.operation, built.fragment_definitions, built.fragments, root_type, fields, tuple(plain))

    @property
    def serially(self) -> bool:
        """Of a single field it makes no difference."""
        return self.operation.operation is OperationType.MUTATION and len(self.fields) > 1

    def values(self, given: Mapping[str, Any]) -> VariableValues | None:
        """What graphql-core makes of them; None where it has to say so itself."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature in self.signatures:
            value = given.get(signature.name, Undefined)
            sources[signature.name] = VariableValueSource(signature, value)
            if value is Undefined:
                if is_non_null_type(signature.type):
                    return None
                continue
            coerced[signature.name] = found = coerce_input_value(value, signature.type)
            if found is Undefined:
                return None
        return VariableValues(sources, coerced)


def _signature(schema: GraphQLSchema, node: VariableDefinitionNode) -> GraphQLVariableSignature | None:
    """None where it has a default, or where what is given may be nested without end."""
    signature = get_variable_signature(schema, node)
    if not isinstance(signature, GraphQLVariableSignature) or node.default_value or _nests(signature.type, ()):
        return None
    return signature


def _nests(type_: GraphQLInputType, within: tuple[str, ...]) -> bool:
    named = get_named_type(type_)
    if not isinstance(named, GraphQLInputObjectType):
        return False
    inside = (*within, named.name)
    return any(get_named_type(field.type).name in inside or _nests(field.type, inside) for field in named.fields.values())
