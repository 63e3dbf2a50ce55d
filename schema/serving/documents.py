"""Documents are parsed, limited and validated once, then known by their text."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    specified_rules,
    validate,
    visit,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from domain.viewers import Viewer
from schema.answers import replays
from schema.serving.cost import Price, Prices
from schema.serving.errors import refusal
from schema.serving.insiders import Introspection
from schema.serving.limits import Limits, excess, introspects
from schema.serving.plain import Plans
from schema.serving.prepared import Prepared

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
KEPT = 1_000
# A parsed document takes about 160 bytes per character.
KEPT_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that validated; `operations` are what they are by the names as written, None for the one without."""

    document: DocumentNode
    operations: Mapping[str | None, OperationType]
    prices: Prices
    length: int
    plans: Plans
    introspects: bool
    names: frozenset[str]
    # Of the operations those whose answers have turned out to depend on who asks.
    personal: set[str | None] = field(default_factory=set)
    # Of the operations those that have been executed, where they can be again in fewer steps.
    prepared: dict[str | None, Prepared] = field(default_factory=dict)

    def chosen(self, operation: str | None) -> str | None:
        """Without a name, the only one there is."""
        return next(iter(self.operations)) if operation is None else operation

    def kind(self, operation: str | None) -> OperationType | None:
        return self.operations.get(self.chosen(operation))

    def cost(self, operation: str | None, variables: Mapping[str, object]) -> int:
        """Raises `KeyError` for an operation that the document has not."""
        return self.prices.cost(self.chosen(operation), variables)


class Documents:
    """The longest unused one goes when there are too many, or too much of them. Only valid ones are kept."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        introspection: Introspection = Introspection.ON,
        *,
        kept: int = KEPT,
        kept_characters: int = KEPT_CHARACTERS,
    ) -> None:
        self.limits = limits
        self._introspection = introspection
        self._schema = schema
        self._kept, self._kept_characters = kept, kept_characters
        # By the text itself: hashing it as a key takes a tenth of what sha256 does.
        self._known: OrderedDict[str, Checked] = OrderedDict()
        self._characters = 0

    def __len__(self) -> int:
        return len(self._known)

    def find(self, text: str) -> Checked | None:
        known = self._known.get(text)
        if known:
            self._known.move_to_end(text)
        return known

    def ready(
        self, text: str, operation: str | None, variables: Mapping[str, object], kinds: Collection[OperationType]
    ) -> Checked | None:
        """A known document whose operation may be executed as it is. None for all else, which the whole way has an answer to."""
        known = self.find(text)
        if known is None or (operation is None and len(known.operations) > 1):
            return None
        if known.kind(operation) not in kinds or self.refused(known, operation, variables):
            return None
        if known.introspects and self._introspection is not Introspection.ON:
            return None
        return known

    def price(self, text: str, operation: str | None, variables: Mapping[str, object]) -> Price | None:
        """None for what is not known, has no such operation, or costs more than any may and is refused for that."""
        known = self._known.get(text)
        if known is None or (operation is None and len(known.operations) > 1):
            return None
        kind = known.kind(operation)
        cost = 0 if kind is None else max(known.cost(operation, variables), 1)
        return None if kind is None or cost > self.limits.cost else Price(cost, kind is OperationType.QUERY)

    def check(self, text: str, document: DocumentNode) -> Checked | list[GraphQLError]:
        if too_much := excess(document, self.limits):
            return [too_much]
        # Suggestions would tell by and by what introspection does not.
        silent = self._introspection is not Introspection.ON
        errors = validate(self._schema, document, RULES, max_errors=self.limits.validation_errors, hide_suggestions=silent)
        for error in errors:
            error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
        if errors:
            return errors
        operations = {
            each.name.value if each.name else None: each.operation
            for each in document.definitions
            if isinstance(each, OperationDefinitionNode)
        }
        prices, plans = Prices(self._schema, document), Plans(self._schema, document)
        checked = Checked(document, operations, prices, len(text), plans, introspects(document), _names(document))
        self._keep(text, checked)
        return checked

    def _keep(self, text: str, checked: Checked) -> None:
        self._known[text] = checked
        self._characters += checked.length
        while len(self._known) > self._kept or self._characters > self._kept_characters:
            self._characters -= self._known.popitem(last=False)[1].length

    def hidden(self, checked: Checked, viewer: Viewer | None) -> GraphQLError | None:
        if not checked.introspects or self._introspection.allows(viewer):
            return None
        return refusal("INTROSPECTION_OFF", "This server does not say here what its schema is; the documentation does.")

    def refused(self, checked: Checked, operation: str | None, variables: Mapping[str, object]) -> GraphQLError | None:
        """Why this operation of a valid document is not executed with these variables."""
        if operation is None and len(checked.operations) > 1:
            return refusal("OPERATION_RESOLUTION_FAILURE", "The document has several operations: name one in operationName.")
        cost = checked.cost(operation, variables)
        if cost <= self.limits.cost:
            return None
        message = f"The operation costs {cost}, {self.limits.cost} at most: ask for fewer items or fewer levels."
        # Beyond 53 bits a client's number would be wrong.
        return refusal("DOCUMENT_TOO_COSTLY", message, cost=min(cost, 2**53 - 1), limit=self.limits.cost)


def _names(document: DocumentNode) -> frozenset[str]:
    """Of the fields that are selected, wherever."""
    looking = _Names()
    visit(document, looking)
    return frozenset(looking.found)


class _Names(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.found.add(node.name.value)


def too_long() -> GraphQLError:
    return refusal("TIMEOUT", "The operation took too long and was ended; whether it had an effect is not known.")


class KnownDocuments(SchemaExtension):
    """The only extension, because each costs 50 µs a request. Made anew for every operation; `documents` is shared."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        named = context.operation_name
        text = context.query or ""
        known = self._documents.find(text)
        context.graphql_document = known.document if known else None
        context.parse_options = {"max_tokens": self._documents.limits.tokens}
        context.validation_rules = ()
        yield
        # Without a document there was a syntax error, which Strawberry reports.
        if context.graphql_document is not None:
            checked = known or self._documents.check(text, context.graphql_document)
            context.pre_execution_errors = self._errors(checked, named, context.variables or {})

    def get_results(self) -> dict[str, object]:
        execution = self.execution_context
        return replays(execution.context, execution.result.data if execution.result else None)

    def _errors(
        self, checked: Checked | list[GraphQLError], named: str | None, variables: Mapping[str, object]
    ) -> list[GraphQLError] | None:
        if isinstance(checked, list):
            return checked
        if named is not None and named not in checked.operations:
            # Strawberry refuses it in its next step.
            return None
        viewer = getattr(self.execution_context.context, "viewer", None)
        refused = self._documents.hidden(checked, viewer) or self._documents.refused(checked, named, variables)
        return [refused] if refused else None


class TimedDocuments(KnownDocuments):
    """Ends what takes too long: a query, a mutation, the start of a subscription."""

    async def on_execute(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._documents.limits.duration.total_seconds()):
                yield
        except TimeoutError as error:
            # A resolver's own timeout is an error of its field and never comes here.
            raise too_long() from error
