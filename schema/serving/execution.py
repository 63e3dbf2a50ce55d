"""The schema as it is served: documents checked once, plain subtrees compiled, errors presentable, no memory kept per event."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, TypeGuard, cast

import strawberry
from graphql import ExecutionResult as Executed
from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, OperationType, default_field_resolver, default_type_resolver
from graphql.execution import Executor
from graphql.execution.collect_fields import CollectedFields
from graphql.execution.values import VariableValues
from strawberry.execution.is_awaitable import optimized_is_awaitable
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionContext, ExecutionResult

from schema.answers import replays
from schema.serving.documents import Checked, Documents, KnownDocuments, TimedDocuments, too_long
from schema.serving.errors import Presenter, UnexpectedErrors
from schema.serving.inputs import build_inputs_quickly
from schema.serving.limits import Limits
from schema.serving.plain import UNPLAIN, Fields, Plans, key_of
from schema.serving.prepared import Prepared

# What Strawberry itself gives the executor.
_is_awaitable: Callable[[Any], TypeGuard[Awaitable[Any]]] = optimized_is_awaitable  # type: ignore[assignment]  # says bool only


class UsherExecutor(StrawberryGraphQLCoreExecutionContext):
    """With `plans`, completes plain subtrees by them. The result is the same without."""

    def __init__(self, *args: Any, plans: Plans | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.plans = plans if plans and plans.fixed else None

    @classmethod
    def of(cls, schema: GraphQLSchema, prepared: Prepared, values: VariableValues, **more: Any) -> "UsherExecutor":
        """As `build` makes it; `more` is what that takes besides."""
        return cls(
            schema,
            prepared.fragment_definitions,
            prepared.fragments,
            None,
            more.pop("context_value"),
            prepared.operation,
            values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            **more,
        )

    def execute_prepared(self, prepared: Prepared) -> Executed | Awaitable[Executed]:
        """What `execute_operation` does, after it has found the fields."""
        try:
            data: Any = self.execute_root_grouped_field_set(prepared.root_type, None, prepared.fields, prepared.serially, None)
        except GraphQLError as error:
            return self._failed(error)
        return self._completed(data) if _is_awaitable(data) else self._response(data)

    async def _completed(self, data: Awaitable[Any]) -> Executed:
        try:
            return self._response(await data)
        except GraphQLError as error:
            return self._failed(error)

    def _failed(self, error: GraphQLError) -> Executed:
        self.collected_errors.add(error, None)
        return self._response(None)

    def _response(self, data: Any) -> Executed:
        response = self.build_response(data)
        assert isinstance(response, Executed)
        return response

    def build_per_event_executor(self, payload: Any) -> Executor[Any]:
        """graphql-core 3.3.2 shares this memo between all events of a subscription, and so keeps 2.65 KB of each to its end."""
        executor = super().build_per_event_executor(payload)
        executor._relevant_sub_fields = {}
        return executor

    def collect_subfields(self, return_type: GraphQLObjectType, field_details_list: Fields) -> CollectedFields:
        if self.plans is None:
            return super().collect_subfields(return_type, field_details_list)
        key = key_of(return_type, field_details_list)
        known = self.plans.collected.get(key)
        if known is None:
            known = self.plans.collected[key] = super().collect_subfields(return_type, field_details_list)
        return known

    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Any, grouped_field_set: dict[str, Fields], position: Any
    ) -> Any:
        # Without a path these are the fields of the root, which are not collected by us.
        if self.plans is not None and path is not None:
            complete = self.plans.object(parent_type, grouped_field_set, self.collect_subfields)
            if complete is not None:
                try:
                    return complete(source_value)
                except UNPLAIN:
                    return super().execute_fields(parent_type, source_value, path, grouped_field_set, position)
        return super().execute_fields(parent_type, source_value, path, grouped_field_set, position)

    def execute_field(self, parent_type: GraphQLObjectType, source: Any, details: Fields, path: Any, position: Any) -> Any:
        complete = self.plans.field(parent_type, details, self.collect_subfields) if self.plans is not None else None
        if complete is not None:
            try:
                return complete(source)
            except UNPLAIN:
                return super().execute_field(parent_type, source, details, path, position)
        return super().execute_field(parent_type, source, details, path, position)


class UsherSchema(strawberry.Schema):
    """`more` is what `strawberry.Schema` takes: query, mutation, subscription, types, config, exception_handlers..."""

    def __init__(self, *, limits: Limits | None = None, **more: Any) -> None:
        super().__init__(execution_context_class=UsherExecutor, **more)
        build_inputs_quickly(self._schema)
        self.limits = limits or Limits()
        self.documents = Documents(self._schema, self.limits)
        self.unexpected = UnexpectedErrors()
        self._hooked = bool(self.extensions or self.directives)

    def ready(
        self, text: str, operation: str | None, variables: Mapping[str, object], kinds: Collection[OperationType]
    ) -> Checked | None:
        """What `execute_known` may be asked for; None where it has to be `execute`."""
        return None if self._hooked else self.documents.ready(text, operation, variables, kinds)

    async def execute_known(
        self,
        known: Checked,
        *,
        variables: dict[str, Any] | None,
        context: object,
        operation_name: str | None,
        extensions: dict[str, Any] | None,
    ) -> ExecutionResult:
        """What `execute` answers, for an operation of a known document that may be executed, in a third of its time.

        Strawberry's own way calls the hooks of extensions at each of its steps, and there are none here.
        """
        more = {"context_value": context, "is_awaitable": _is_awaitable, "operation_extensions": extensions, "plans": known.plans}
        begun = self._begin(known, operation_name, variables or {}, more)
        # What is done already needs no timer, which would be a tenth of the smallest request.
        executed = begun if isinstance(begun, Executed) else await self._in_time(begun)
        if executed.errors:
            self._presenter(parsed=True, operation=operation_name or next(iter(known.operations))).present(executed.errors)
        return ExecutionResult(data=executed.data, errors=executed.errors, extensions=replays(context, executed.data))

    async def _in_time(self, begun: Awaitable[Executed]) -> Executed:
        try:
            async with asyncio.timeout(self.limits.duration.total_seconds()):
                return await begun
        except TimeoutError:
            return Executed(None, [too_long()])

    def _begin(
        self, known: Checked, name: str | None, variables: dict[str, Any], more: dict[str, Any]
    ) -> Executed | Awaitable[Executed]:
        prepared = known.prepared.get(name)
        values = prepared.values(variables) if prepared else None
        if prepared is not None and values is not None:
            return UsherExecutor.of(self._schema, prepared, values, **more).execute_prepared(prepared)
        built = UsherExecutor.build(self._schema, known.document, raw_variable_values=variables, operation_name=name, **more)
        if isinstance(built, list):
            return Executed(None, built)
        if known.plans.fixed and (found := Prepared.of(built)):
            known.prepared[name] = found
        # Nothing here is delivered in parts.
        return cast(Executed | Awaitable[Executed], built.execute_operation())

    def get_extensions(self, sync: bool = False) -> list[SchemaExtension]:
        # An operation that never awaits cannot be ended by a timer.
        served = KnownDocuments(self.documents) if sync else TimedDocuments(self.documents)
        return [served, *super().get_extensions(sync)]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Strawberry calls this once for every result that has errors, before anybody is sent them."""
        parsed = execution_context is not None and execution_context.graphql_document is not None
        operation = execution_context.operation_name if execution_context else None
        self._presenter(parsed=parsed, operation=operation).present(errors)

    def _presenter(self, *, parsed: bool, operation: str | None) -> Presenter:
        return Presenter(self.unexpected, parsed=parsed, operation=(operation or "")[:100])
