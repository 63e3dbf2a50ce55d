"""Around all that is served: an id for each request, security headers on whatever is answered, a line of the log if wanted."""

import re
import secrets
import time
from collections.abc import Iterable, Sequence

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.serving.headers import HEADERS, HSTS
from schema.serving.shell import Shell

Headers = Sequence[tuple[bytes, bytes]]

STARTS = ("http.response.start", "websocket.http.response.start")
REQUEST_ID = b"x-request-id"
# A proxy's id is taken over where it can do no harm in a log.
HARMLESS = re.compile(rb"[0-9A-Za-z_-]{8,64}")

log = structlog.get_logger()


class Outside:
    """A plain ASGI wrapper: Starlette's BaseHTTPMiddleware would copy every body and break cancellation."""

    def __init__(self, app: ASGIApp, shell: Shell) -> None:
        self._app = app
        added = {**HEADERS, **HSTS} if shell.https else HEADERS
        self._added = tuple((name.lower().encode(), value.encode()) for name, value in added.items())
        self._logged = shell.access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = _given_id(scope["headers"]) or secrets.token_hex(8).encode()
        structlog.contextvars.bind_contextvars(request_id=request_id.decode())
        answer = Answer(scope, send, request_id, self._added)
        if not self._logged:
            await self._app(scope, receive, answer.send)
            return
        began = time.perf_counter()
        try:
            await self._app(scope, receive, answer.send)
        finally:
            _log(scope, answer.status, time.perf_counter() - began)


class Answer:
    """`status` is 0 until there is one."""

    __slots__ = ("_added", "_id", "_scope", "_send", "status")

    def __init__(self, scope: Scope, send: Send, request_id: bytes, added: Headers) -> None:
        self._scope, self._send, self._id, self._added = scope, send, request_id, added
        self.status = 0

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind in STARTS:
            self.status = message["status"]
            message["headers"] = self._completed(message.get("headers", ()))
        elif kind == "websocket.accept":
            self.status = 101
            message["headers"] = [*message.get("headers", ()), (REQUEST_ID, self._id)]
        elif kind == "websocket.close" and not self.status and "websocket.http.response" in self._scope.get("extensions", ()):
            # The server would refuse the handshake without any of the headers.
            await self.send({"type": "websocket.http.response.start", "status": 403})
            message = {"type": "websocket.http.response.body", "body": b""}
        await self._send(message)

    def _completed(self, headers: Headers) -> Headers:
        names = {name for name, _ in headers}
        return [*headers, *(each for each in self._added if each[0] not in names), (REQUEST_ID, self._id)]


def _given_id(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    for name, value in headers:
        if name == REQUEST_ID:
            return value if HARMLESS.fullmatch(value) else None
    return None


def _log(scope: Scope, status: int, seconds: float) -> None:
    # Without the query string, in which documents and variables may be.
    log.info(
        "request",
        method=scope.get("method", "WEBSOCKET"),
        path=scope["path"],
        status=status,
        ms=round(seconds * 1000, 1),
        address=(scope.get("client") or ("",))[0],
    )
