"""The schema as it is served: documents checked once, errors presentable, no memory kept per event."""

from typing import Any

import strawberry
from graphql import GraphQLError
from graphql.execution import Executor
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionContext

from schema.serving.documents import Documents, KnownDocuments, TimedDocuments
from schema.serving.errors import Presenter, UnexpectedErrors
from schema.serving.limits import Limits


class ForgetfulExecutor(StrawberryGraphQLCoreExecutionContext):
    def build_per_event_executor(self, payload: Any) -> Executor[Any]:
        """graphql-core 3.3.2 shares this memo between all events of a subscription, and so keeps 2.65 KB of each to its end."""
        executor = super().build_per_event_executor(payload)
        executor._relevant_sub_fields = {}
        return executor


class UsherSchema(strawberry.Schema):
    """`more` is what `strawberry.Schema` takes: query, mutation, subscription, types, config, exception_handlers..."""

    def __init__(self, *, limits: Limits | None = None, **more: Any) -> None:
        super().__init__(execution_context_class=ForgetfulExecutor, **more)
        self.limits = limits or Limits()
        self.documents = Documents(self._schema, self.limits)
        self.unexpected = UnexpectedErrors()

    def get_extensions(self, sync: bool = False) -> list[SchemaExtension]:
        # An operation that never awaits cannot be ended by a timer.
        served = KnownDocuments(self.documents) if sync else TimedDocuments(self.documents)
        return [served, *super().get_extensions(sync)]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Strawberry calls this once for every result that has errors, before anybody is sent them."""
        parsed = execution_context is not None and execution_context.graphql_document is not None
        operation = (execution_context.operation_name or "")[:100] if execution_context else ""
        Presenter(self.unexpected, parsed=parsed, operation=operation).present(errors)
