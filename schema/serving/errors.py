"""What a client is told of an error: a code always, a reason where it was meant for it, and of our bugs an id only."""

import re
import secrets
from collections.abc import Sequence

import structlog
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError

from domain.errors import DomainError, InvalidInput, ServerBusy

log = structlog.get_logger()

# Of values, graphql-core makes them whoever asks; those of documents are left out where introspection is.
SUGGESTIONS = re.compile(r" Did you mean [^?]*\?")
MASK = "Something went wrong on our side."


def refusal(code: str, message: str, **extensions: object) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code, **extensions})


def bug(error_id: str | None = None) -> GraphQLError:
    """Of ours; `error_id` is under which the log has it, as is the id of the request, where that has one."""
    return refusal("INTERNAL", MASK, **_ids(error_id))


def _ids(error_id: str | None) -> dict[str, str]:
    ids = {"id": error_id, "requestId": structlog.contextvars.get_contextvars().get("request_id")}
    return {name: id for name, id in ids.items() if id}


class UnexpectedErrors:
    """Logs and counts what nobody expected, in this process."""

    def __init__(self) -> None:
        self.count = 0

    def report(self, error: Exception | None, **fields: object) -> str:
        """Without an error, the one that is just passing. Returns the id under which the log has it."""
        self.count += 1
        error_id = secrets.token_hex(5)
        log.error("unexpected_error", error_id=error_id, exc_info=error or True, **fields)
        return error_id


class Presenter:
    """Makes the errors of one result presentable, in place."""

    def __init__(self, unexpected: UnexpectedErrors, *, parsed: bool, operation: str) -> None:
        self._unexpected = unexpected
        self._parsed = parsed
        self._operation = operation
        self._ids: dict[int, str] = {}

    def present(self, errors: Sequence[GraphQLError]) -> None:
        for error in errors:
            match cause_of(error):
                case DomainError() as expected:
                    error.message = expected.message
                    error.extensions = _told(expected)
                case CannotGetOperationTypeError() as unknown:
                    error.message = unknown.as_http_error_reason()
                    error.extensions = {"code": "OPERATION_RESOLUTION_FAILURE"}
                case MissingQueryError():
                    error.message, error.extensions = "The document is empty.", {"code": "GRAPHQL_PARSE_FAILED"}
                case GraphQLError() as meant if code := self._code(meant, error):
                    error.extensions = {**(meant.extensions or {}), "code": code}
                    if code == "BAD_USER_INPUT":
                        error.message = SUGGESTIONS.sub("", error.message)
                case cause:
                    error.message = MASK
                    error.extensions = {"code": "INTERNAL", **_ids(self._id(cause, error))}

    def _code(self, meant: GraphQLError, error: GraphQLError) -> str | None:
        """None for what was not meant for a client, e.g. graphql-core's complaint about a value that a resolver returned."""
        if meant.extensions and "code" in meant.extensions:
            return str(meant.extensions["code"])
        if not self._parsed:
            return "GRAPHQL_PARSE_FAILED"
        # Variables are read before there is a path; an argument's error points at the argument, a resolver's at nothing.
        if not error.path or meant.nodes:
            return "BAD_USER_INPUT"
        return None

    def _id(self, cause: Exception, error: GraphQLError) -> str:
        # A failed batch of a loader is the same exception in every field that waited for it.
        if id(cause) not in self._ids:
            self._ids[id(cause)] = self._unexpected.report(cause, operation=self._operation, path=error.path)
        return self._ids[id(cause)]


def cause_of(error: GraphQLError) -> Exception:
    """What was raised first: graphql-core wraps a resolver's error to give it a place."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _told(expected: DomainError) -> dict[str, object]:
    match expected:
        case InvalidInput():
            return {"code": "BAD_USER_INPUT", "path": list(expected.path)}
        case ServerBusy():
            return {"code": "SERVER_BUSY", "retryAfterMs": expected.retry_after_ms}
    return {"code": re.sub(r"(?<!^)(?=[A-Z])", "_", type(expected).__name__).upper()}
