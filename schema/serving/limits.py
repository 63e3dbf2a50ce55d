"""How large a document may be, and one pass over its text that says no before validation spends time on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, FragmentSpreadNode, GraphQLError, OperationDefinitionNode
from graphql.language.ast import SelectionNode

from schema.serving.errors import refusal

INTROSPECTION = ("__schema", "__type")


@dataclass(frozen=True, slots=True)
class Limits:
    """`selections`: fields, spreads and inline fragments as written. Validation time is quadratic in them: 250 take 70 ms.

    `introspections`: of the whole schema, which takes 70 ms each.

    `duration` is for the request to arrive, and again for it to be executed.
    """

    tokens: int = 2_000
    selections: int = 250
    depth: int = 12
    aliases: int = 30
    directives: int = 50
    introspections: int = 1
    cost: int = 5_000
    validation_errors: int = 8
    duration: timedelta = timedelta(seconds=10)


@dataclass(slots=True)
class Outline:
    """One definition by itself; `spreads` are its fragments with the depth at which they are spread."""

    depth: int = 0
    selections: int = 0
    aliases: int = 0
    directives: int = 0
    introspects: bool = False
    introspections: int = 0
    spreads: list[tuple[str, int]] = field(default_factory=list)


def excess(document: DocumentNode, limits: Limits) -> GraphQLError | None:
    """What the document has too much of. Takes any document that parses, also invalid and cyclic ones."""
    executable = [each for each in document.definitions if isinstance(each, OperationDefinitionNode | FragmentDefinitionNode)]
    outlines = [(each, outlined(each)) for each in executable]
    for code, name, limit in (
        ("DOCUMENT_TOO_LARGE", "selections", limits.selections),
        ("TOO_MANY_ALIASES", "aliases", limits.aliases),
        ("TOO_MANY_DIRECTIVES", "directives", limits.directives),
        ("DOCUMENT_TOO_COSTLY", "introspections", limits.introspections),
    ):
        if sum(getattr(outline, name) for _, outline in outlines) > limit:
            return refusal(code, f"A document has at most {limit} {name}.", limit=limit)
    fragments = {each.name.value: outline for each, outline in outlines if isinstance(each, FragmentDefinitionNode)}
    depths: dict[str, int] = {}
    operations = [outline for each, outline in outlines if isinstance(each, OperationDefinitionNode)]
    if any(depth_of(operation, fragments, depths) > limits.depth for operation in operations):
        return refusal("DOCUMENT_TOO_DEEP", f"Fields are nested at most {limits.depth} levels deep.", limit=limits.depth)
    return None


def introspects(document: DocumentNode) -> bool:
    return any(
        outlined(each).introspects
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode | FragmentDefinitionNode)
    )


def outlined(definition: OperationDefinitionNode | FragmentDefinitionNode) -> Outline:
    outline = Outline(directives=len(definition.directives or ()))
    for variable in definition.variable_definitions or ():
        outline.directives += len(variable.directives or ())
    # A stack, not recursion: a few hundred nested inline fragments are more frames than Python allows.
    waiting: list[tuple[SelectionNode, int]] = [(each, 1) for each in definition.selection_set.selections]
    while waiting:
        selection, depth = waiting.pop()
        outline.selections += 1
        outline.directives += len(selection.directives or ())
        waiting += [(each, below) for each, below in _beneath(selection, depth, outline)]
    return outline


def _beneath(selection: SelectionNode, depth: int, outline: Outline) -> list[tuple[SelectionNode, int]]:
    if isinstance(selection, FragmentSpreadNode):
        outline.spreads.append((selection.name.value, depth))
        return []
    below = depth
    if isinstance(selection, FieldNode):
        outline.depth = max(outline.depth, depth)
        outline.aliases += selection.alias is not None
        introspects = selection.name.value in INTROSPECTION
        outline.introspects = outline.introspects or introspects
        outline.introspections += selection.name.value == "__schema"
        # Introspection is nested by its nature; graphql-core has a rule of its own against cycles in it.
        below = -1_000 if introspects else depth + 1
    nested = getattr(selection, "selection_set", None)
    return [(each, below) for each in nested.selections] if nested else []


def depth_of(outline: Outline, fragments: Mapping[str, Outline], depths: dict[str, int]) -> int:
    """`depths` remembers every fragment's own depth, so that each is looked at once however often it is spread."""
    deepest = outline.depth
    for name, depth in outline.spreads:
        if name not in depths and name in fragments:
            # In place before its parts are known, which ends a cycle; validation reports it.
            depths[name] = 0
            depths[name] = depth_of(fragments[name], fragments, depths)
        deepest = max(deepest, depth - 1 + depths.get(name, 0))
    return deepest
