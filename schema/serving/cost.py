"""What an operation costs: one per object, times `first` of the connections that it is in; more for one that changes something."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

# How many items a list is taken to have that no `first` bounds.
UNBOUNDED = 10
# How much dearer introspection is than its objects, whose lists are counted as one: about 70 full ones would fit otherwise.
INTROSPECTION = 25
# Beside the objects of its answer, for each field: it takes locks and is written to disk.
MUTATION = 10
# Combinations of variables that a document's costs are remembered for.
KEPT = 64

Variables = Mapping[str, object]
Parent = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, slots=True)
class Price:
    """`refundable`: what its lists do not have is given back."""

    cost: int
    refundable: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many: the variable's value where there is one, else `otherwise`."""

    otherwise: int
    variable: str | None = None

    def value(self, variables: Variables) -> int:
        given = variables.get(self.variable) if self.variable else None
        # Whatever is no number is refused when the variables are read.
        return max(int(given), 1) if isinstance(given, int | float) else self.otherwise


@dataclass(slots=True)
class Selections:
    """`many` are lists that the `first` of the field around them bounds; `fragments` are shared between all who spread them."""

    single: "list[Priced]" = field(default_factory=list)
    many: "list[Priced]" = field(default_factory=list)
    fragments: "list[Selections]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Priced:
    """`items` such objects, and in each the lists of its selections have `each` items."""

    items: Count
    each: Count
    selections: Selections


class Prices:
    """The prices of a valid document's operations, as a tree over its fragments, each of which is priced once."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        self._priced: dict[str, Selections] = {}
        self._operations: dict[str | None, tuple[Selections, Variables]] = {}
        # By operation, and by the variables that say how many are asked for.
        self._known: dict[tuple[str | None, tuple[object, ...]], int] = {}
        self._counted: dict[str, None] = {}
        self._mutation = schema.mutation_type
        for each in document.definitions:
            if isinstance(each, OperationDefinitionNode):
                root = schema.get_root_type(each.operation)
                selections = self._selections(each.selection_set, root)
                self._operations[each.name.value if each.name else None] = (selections, _defaults(each))

    def cost(self, operation: str | None, variables: Variables) -> int:
        """Raises `KeyError` for an operation that the document has not."""
        given = tuple([variables.get(name) for name in self._counted]) if self._counted else ()
        if not all(type(one) is int or one is None for one in given):
            return self._sum(operation, variables)
        known = self._known.get((operation, given))
        if known is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            known = self._known[operation, given] = self._sum(operation, variables)
        return known

    def _sum(self, operation: str | None, variables: Variables) -> int:
        selections, defaults = self._operations[operation]
        single, many = _sums(selections, {**defaults, **variables}, {})
        return single + many * UNBOUNDED

    def _selections(self, written: SelectionSetNode, parent: object) -> Selections:
        priced = Selections()
        for selection in written.selections:
            match selection:
                case FieldNode() if isinstance(parent, Parent):
                    self._price(selection, parent, priced)
                case InlineFragmentNode(type_condition=condition, selection_set=nested):
                    narrowed = self._schema.get_type(condition.name.value) if condition else parent
                    priced.fragments.append(self._selections(nested, narrowed))
                case FragmentSpreadNode(name=name):
                    priced.fragments.append(self._fragment(name.value))
        return priced

    def _fragment(self, name: str) -> Selections:
        if name not in self._priced:
            fragment = self._fragments[name]
            self._priced[name] = self._selections(fragment.selection_set, self._schema.get_type(fragment.type_condition.name.value))
        return self._priced[name]

    def _price(self, selected: FieldNode, parent: Parent, into: Selections) -> None:
        if parent is self._mutation:
            into.single.append(Priced(Count(MUTATION), Count(1), Selections()))
        definition = self._schema.get_field(parent, selected.name.value)
        if definition is None or selected.selection_set is None:
            return
        nested = self._selections(selected.selection_set, get_named_type(definition.type))
        first = _first(selected, definition)
        if first is not None and first.variable:
            self._counted[first.variable] = None
        usual = Count(1 if parent.name.startswith("__") else UNBOUNDED)
        if selected.name.value.startswith("__"):
            into.single.append(Priced(Count(INTROSPECTION), Count(1), nested))
        elif not is_list_type(get_nullable_type(definition.type)):
            into.single.append(Priced(Count(1), first or usual, nested))
        elif first:
            into.single.append(Priced(first, usual, nested))
        else:
            into.many.append(Priced(Count(1), usual, nested))


def _first(selected: FieldNode, definition: GraphQLField) -> Count | None:
    argument = definition.args.get("first")
    if argument is None:
        return None
    usual = _default(argument)
    for given in selected.arguments or ():
        if given.name.value == "first":
            match given.value:
                case IntValueNode(value=text):
                    return Count(max(int(text), 1))
                case VariableNode(name=name):
                    return Count(usual, name.value)
    return Count(usual)


def _default(argument: GraphQLArgument) -> int:
    return argument.default_value if isinstance(argument.default_value, int) else UNBOUNDED


def _defaults(operation: OperationDefinitionNode) -> Variables:
    return {
        each.variable.name.value: int(each.default_value.value)
        for each in operation.variable_definitions or ()
        if isinstance(each.default_value, IntValueNode)
    }


def _sums(selections: Selections, variables: Variables, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Of what stands once and of what is repeated. `known` keeps a fragment from being added up again for every spread."""
    if id(selections) not in known:
        single = sum(_total(each, variables, known) for each in selections.single)
        many = sum(_total(each, variables, known) for each in selections.many)
        for fragment in selections.fragments:
            more_single, more_many = _sums(fragment, variables, known)
            single, many = single + more_single, many + more_many
        known[id(selections)] = single, many
    return known[id(selections)]


def _total(priced: Priced, variables: Variables, known: dict[int, tuple[int, int]]) -> int:
    single, many = _sums(priced.selections, variables, known)
    return priced.items.value(variables) * (1 + single + many * priced.each.value(variables))
