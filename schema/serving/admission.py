"""Whether an operation may run, asked in one place for HTTP, websockets and streams, before any of it is executed."""

from collections.abc import Mapping

from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from domain.viewers import Viewer
from schema.serving.documents import Documents
from schema.serving.metrics import Metrics
from schema.serving.requests import Asked
from schema.serving.throttle import Bill, Throttle, Throttled


class Admission:
    def __init__(self, documents: Documents, throttle: Throttle | None, metrics: Metrics) -> None:
        self._documents, self._throttle, self._metrics = documents, throttle, metrics

    def begin(self, asked: Asked, viewer: Viewer | None, address: str) -> Bill | None:
        """What to `end` with the result; None for who has no limit. Raises `Throttled`."""
        if self._throttle is None:
            return None
        price = self._documents.price(asked.query, asked.operation_name, asked.variables or NOTHING)
        try:
            return self._throttle.admit(viewer, address, price, asked.extensions)
        except Throttled:
            self._metrics.throttled.labels("account" if viewer else "address").inc()
            raise

    def begun(self, bill: Bill | None, asked: Asked) -> None:
        """What a document costs that was new is known as soon as it was validated."""
        if bill is not None and bill.price is None:
            bill.add(self._documents.price(asked.query, asked.operation_name, asked.variables or NOTHING))

    def end(self, bill: Bill | None, asked: Asked, result: ExecutionResult) -> ExecutionResult:
        """The result, with what the client is told beside it. The one that is given stays as it is: it may be others' too."""
        if bill is None:
            return result
        self.begun(bill, asked)
        told = bill.settle(result.data)
        if told is None or isinstance(result, PreExecutionError):
            return result
        return ExecutionResult(data=result.data, errors=result.errors, extensions={**(result.extensions or {}), **told})


NOTHING: Mapping[str, object] = {}
