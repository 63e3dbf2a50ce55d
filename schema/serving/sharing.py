"""Which subscriptions are the same, and the stream that all of those share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from graphql import GraphQLError, parse
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.execution import ExecutionResult

from domain.errors import DomainError
from domain.viewers import Viewer
from schema.serving.documents import Checked
from schema.serving.execution import UsherSchema
from schema.serving.metrics import Metrics
from schema.serving.plans import Plan, Variables, canonical, plan_of
from schema.serving.relay import SHARED, Relay
from schema.serving.shared import Result, Results, SharedStream, Watcher

PLANS_KEPT = 256

# Of who asks, and from which address.
MakeContext: TypeAlias = Callable[[Viewer | None, str], object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """`key` is the same for all who may share; `since` is only this one's."""

    text: str
    operation_name: str | None
    variables: Variables
    key: tuple[str, str | None, str]
    since: int | None


class Sharing:
    """The shared streams of one endpoint; each lives as long as somebody follows it."""

    def __init__(self, schema: UsherSchema, make_context: MakeContext, metrics: Metrics) -> None:
        self._schema = schema
        self._make_context = make_context
        self._metrics = metrics
        self._fields = shared_fields(schema)
        self._streams: dict[tuple[str, str | None, str], SharedStream] = {}
        self._plan = lru_cache(PLANS_KEPT)(self._make_plan)

    def __len__(self) -> int:
        return len(self._streams)

    def wanted(self, text: str, operation_name: str | None, variables: Variables | None) -> Wanted | None:
        """None for all that takes the ordinary path, also because something is wrong with it."""
        plan = self._plan(text, operation_name) if any(name in text for name in self._fields) else None
        placed = plan.place(variables or {}) if plan else None
        if placed is None:
            return None
        kept, since = placed
        written = canonical(kept)
        return None if written is None else Wanted(text, operation_name, kept, (text, operation_name, written), since)

    async def follow(self, wanted: Wanted, watcher: Watcher) -> Result | None:
        """Until the stream ends: by an error, or with None."""
        stream = self._streams.get(wanted.key)
        if stream is None or stream.ended:
            stream = self._streams[wanted.key] = SharedStream(lambda relay: self._subscribe(wanted, relay), self._metrics)
            self._metrics.shared_streams.inc()
        stream.watchers += 1
        try:
            return await stream.follow(watcher, wanted.since)
        except DomainError as error:
            # Of the reading that was only for this one.
            errors = [GraphQLError(error.message, original_error=error)]
            self._schema.process_errors(errors)
            return ExecutionResult(data=None, errors=errors)
        finally:
            stream.watchers -= 1
            if not stream.watchers:
                await self._end(wanted, stream)

    async def _end(self, wanted: Wanted, stream: SharedStream) -> None:
        if self._streams.get(wanted.key) is stream:
            del self._streams[wanted.key]
        self._metrics.shared_streams.dec()
        await stream.close()

    async def _subscribe(self, wanted: Wanted, relay: Relay) -> Results:
        results: Results = await self._schema.subscribe(
            wanted.text,
            variable_values=dict(wanted.variables),
            # Nobody's: what is shared is the same for everybody.
            context_value=self._make_context(None, ""),
            root_value=relay,
            operation_name=wanted.operation_name,
        )
        return results

    def _make_plan(self, text: str, operation_name: str | None) -> Plan | None:
        checked = self._checked(text)
        return plan_of(checked.document, operation_name, self._fields) if checked else None

    def _checked(self, text: str) -> Checked | None:
        documents = self._schema.documents
        known = documents.find(text)
        if known is not None:
            return known
        try:
            document = parse(text, max_tokens=documents.limits.tokens)
        except GraphQLError:
            return None
        checked = documents.check(text, document)
        return checked if isinstance(checked, Checked) else None


def shared_fields(schema: UsherSchema) -> dict[str, str]:
    """By its name in GraphQL, the argument of each shared field that says where to continue."""
    subscription = schema.get_type_by_name("Subscription")
    fields = subscription.fields if isinstance(subscription, StrawberryObjectDefinition) else []
    name = schema.config.name_converter.get_graphql_name
    return {name(field): field.metadata[SHARED] for field in fields if SHARED in field.metadata}
