"""Reading a GraphQL request over HTTP; whatever is not one is refused here, before any of it is looked into."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from domain.errors import Unauthenticated
from domain.viewers import Viewer
from schema.serving.capacity import TooMany

LARGEST_BODY = 100 * 1024
LARGEST_QUERY_STRING = 16 * 1024

ReadToken = Callable[[str], Viewer | None]


class RequestRefused(Exception):
    """`more` goes beside the code."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers, self.more = status, code, message, headers, more or {}


def too_many(full: TooMany) -> RequestRefused:
    return RequestRefused(429, "TOO_MANY_CONNECTIONS", str(full), {"Retry-After": "1"})


@dataclass(frozen=True, slots=True)
class Asked:
    """`query` is empty where a document is only named: by `document_id`, or by a hash in the extensions."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What of a POST's headers its answer depends on."""

    media_type: str
    authorization: str | None
    origin: str | None


def viewer_of(authorization: object, read_token: ReadToken) -> Viewer | None:
    """None for nobody. Raises `Unauthenticated` for anything but a bearer token that is valid now."""
    if authorization is None or authorization == "":
        return None
    scheme, _, token = authorization.partition(" ") if isinstance(authorization, str) else ("", "", "")
    viewer = read_token(token.strip()) if scheme.lower() == "bearer" else None
    if viewer is None:
        raise Unauthenticated
    return viewer


async def asked_in(request: Request, *, within: timedelta) -> Asked:
    """Raises `RequestRefused`."""
    match request.method:
        case "GET":
            return asked(_query_parameters(request))
        case "POST":
            _must_be_json(request.headers.get("content-type", ""))
            _must_be_plain(request.headers.get("content-encoding", ""))
            return asked_by(await body(request.receive, within))
    raise RequestRefused(405, "METHOD_NOT_ALLOWED", "GraphQL is served by GET and POST.", {"Allow": "GET, POST"})


def asked_by(body: bytes) -> Asked:
    """Raises `RequestRefused`."""
    return asked(_json(body, "body"))


def asked(parameters: object) -> Asked:
    if isinstance(parameters, list):
        raise _malformed("Batches are not served: send one operation per request.")
    if not isinstance(parameters, dict):
        raise _malformed("The body is not a JSON object.")
    operation_name = parameters.get("operationName")
    if not isinstance(operation_name, str | None):
        raise _malformed("operationName is not a string.")
    for name in ("variables", "extensions"):
        if not isinstance(parameters.get(name), dict | None):
            raise _malformed(f"{name} is not an object.")
    query, extensions, document_id = _query(parameters), parameters.get("extensions"), parameters.get("documentId")
    return Asked(query, parameters.get("variables"), operation_name, extensions, document_id)


def _query(parameters: Mapping[str, Any]) -> str:
    query, document_id = parameters.get("query"), parameters.get("documentId")
    if query is None and (document_id or "persistedQuery" in (parameters.get("extensions") or ())):
        query = ""
    elif not isinstance(query, str) or not query:
        raise _malformed("query is missing, or not a string.")
    if not isinstance(document_id, str | None) or (query and document_id):
        raise _malformed("documentId is not a string, or query is given too.")
    return query


def _query_parameters(request: Request) -> dict[str, object]:
    if len(request.scope["query_string"]) > LARGEST_QUERY_STRING:
        raise RequestRefused(414, "URI_TOO_LONG", f"The query string has at most {LARGEST_QUERY_STRING} bytes; use POST.")
    given: dict[str, object] = {name: text for name, text in request.query_params.items() if text}
    for name in ("variables", "extensions"):
        text = given.get(name)
        if isinstance(text, str):
            given[name] = _json(text.encode("utf-8", "surrogatepass"), name)
    return given


def _must_be_json(content_type: str) -> None:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [each for each in parameters if each.startswith("charset=")]
    if media_type != "application/json" or any(each.strip('"').replace('="', "=") != "charset=utf-8" for each in charsets):
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json in UTF-8.")


def _must_be_plain(coding: str) -> None:
    """A compressed body may be a thousand times as large as it says."""
    if coding.strip().lower() not in ("", "identity"):
        more = {"Accept-Encoding": "identity"}
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "The body must not be compressed.", more)


async def body(receive: Receive, within: timedelta, largest: int = LARGEST_BODY) -> bytes:
    """Raises `RequestRefused`, and `ClientDisconnect` where it will never be whole."""
    seconds = within.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
            whole: bytes = message.get("body", b"")
            while message.get("more_body") and len(whole) <= largest:
                message = await receive()
                whole += message.get("body", b"")
    except TimeoutError as error:
        raise RequestRefused(408, "REQUEST_TIMEOUT", f"The body did not arrive within {seconds:g} seconds.", CLOSE) from error
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    if len(whole) > largest:
        raise RequestRefused(413, "CONTENT_TOO_LARGE", f"The body has at most {largest} bytes.", CLOSE)
    return whole


# What is left of the body is not read.
CLOSE = {"Connection": "close"}


def _json(text: bytes, name: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _malformed(f"The {name} is not JSON.") from error


def _malformed(message: str) -> RequestRefused:
    return RequestRefused(400, "BAD_REQUEST", message)
