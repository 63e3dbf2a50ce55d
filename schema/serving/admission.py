"""Whether an operation may run, asked in one place for HTTP, websockets and streams, before any of it is executed."""

from collections.abc import Mapping

from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from domain.viewers import Viewer
from schema.serving.execution import UsherSchema
from schema.serving.metrics import Metrics
from schema.serving.requests import Asked
from schema.serving.scopes import Scopes
from schema.serving.throttle import Bill, Throttle, Throttled


class Admission:
    def __init__(self, schema: UsherSchema, throttle: Throttle | None, metrics: Metrics) -> None:
        self._documents, self._throttle, self._metrics = schema.documents, throttle, metrics
        self._scopes = Scopes(schema._schema, schema.limits.tokens)

    def begin(self, asked: Asked, viewer: Viewer | None, address: str) -> Bill | None:
        """What to `end` with the result; None for who has no limit. Raises `OperationRefused`."""
        bill = self._admitted(asked, viewer, address)
        if viewer is not None and viewer.grant is not None:
            self._scopes.check(viewer.grant, asked.query)
        return bill

    def _admitted(self, asked: Asked, viewer: Viewer | None, address: str) -> Bill | None:
        if self._throttle is None:
            return None
        price = self._documents.price(asked.query, asked.operation_name, asked.variables or NOTHING)
        try:
            return self._throttle.admit(viewer, address, price, asked.extensions)
        except Throttled:
            self._metrics.throttled.labels(_kind(viewer)).inc()
            raise

    def begun(self, bill: Bill | None, asked: Asked) -> None:
        """What a document costs that was new is known as soon as it was validated."""
        if bill is not None:
            self._add(bill, asked)
            bill.pay()

    def end(self, bill: Bill | None, asked: Asked, result: ExecutionResult) -> ExecutionResult:
        """The result, with what the client is told beside it. The one that is given stays as it is: it may be others' too."""
        if bill is None:
            return result
        self._add(bill, asked)
        told = bill.settle(result.data)
        if told is None or isinstance(result, PreExecutionError):
            return result
        return ExecutionResult(data=result.data, errors=result.errors, extensions={**(result.extensions or {}), **told})

    def _add(self, bill: Bill, asked: Asked) -> None:
        if bill.price is None:
            bill.add(self._documents.price(asked.query, asked.operation_name, asked.variables or NOTHING))


def _kind(viewer: Viewer | None) -> str:
    if viewer is None:
        return "address"
    return "account" if viewer.grant is None else "client"


NOTHING: Mapping[str, object] = {}
