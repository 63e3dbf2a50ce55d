"""graphql-transport-ws: what a message must look like, how long a connection lives, and a context per operation."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    PingMessage,
    SubscribeMessage,
)
from strawberry.types.execution import ExecutionResult, PreExecutionError

from domain.viewers import Viewer
from schema.serving.capacity import TooMany
from schema.serving.errors import bug, refusal
from schema.serving.execution import UsherSchema
from schema.serving.live import HasLive, Live
from schema.serving.persisted import DocumentRefused
from schema.serving.requests import Asked
from schema.serving.sharing import MakeContext
from schema.serving.throttle import OperationRefused
from schema.serving.transports import FRAMES, Frames

FORBIDDEN = 4403
TOKEN_ENDED = "The access token has ended"
SIGNED_OUT = "Signed out, or signed in with other roles by now"
TRY_AGAIN_LATER = 1013
LONGEST_REASON = 123
BUSY_MS = 1_000
PING = b'{"type":"ping"}'


@dataclass(slots=True)
class Connection:
    """What lives as long as the socket; operations get a context of their own, because loaders must not live that long."""

    make_context: MakeContext
    address: str = ""
    # Of the page it was opened by.
    origin: str | None = None
    connection_params: dict[str, object] = field(default_factory=dict)
    # Who has taken one of its places for this.
    viewer: Viewer | None = None


class SafeSocket(ASGIWebSocketAdapter):
    @property
    def frames(self) -> Frames | None:
        """None on a server that has only what ASGI has."""
        frames: Frames | None = self.ws.scope.get("extensions", {}).get(FRAMES)
        return frames

    async def send_text(self, text: str) -> None:
        try:
            await self.ws.send_text(text)
        except (RuntimeError, WebSocketDisconnect) as error:
            # What Starlette says after our close, and uvicorn after one of its own.
            raise WebSocketDisconnected from error

    async def send_json(self, message: Mapping[str, object]) -> None:
        await self.send_text(orjson.dumps(message).decode())

    async def close(self, code: int, reason: str) -> None:
        if WebSocketState.DISCONNECTED not in (self.ws.application_state, self.ws.client_state):
            # Reasons quote what clients sent, and RFC 6455 has room for 123 bytes.
            await super().close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))


class TransportWS(BaseGraphQLTransportWSHandler[Connection, None]):
    schema: UsherSchema
    websocket: SafeSocket

    @property
    def live(self) -> Live:
        return cast(HasLive, self.view).live

    async def handle(self) -> None:
        self.frames = self.websocket.frames
        self._gave_up = False
        self._ended_by = TOKEN_ENDED
        self._watching: asyncio.Task[None] | None = None
        self._ping_when_quiet(self.live.capacity.quiet.total_seconds())
        try:
            async with asyncio.timeout(None) as self._life, asyncio.TaskGroup() as self._beside:
                await super().handle()
                if self._watching is not None:
                    self._watching.cancel()
        except TimeoutError:
            if not self._life.expired():
                raise
            if not self._gave_up:
                await self.websocket.close(FORBIDDEN, self._ended_by)
        finally:
            self._pinging.cancel()
            if self.context.viewer is not None:
                self.live.users.leave(self.context.viewer.user_id)
            if self.frames is not None and self.frames.cut_off:
                self.live.metrics.cut_offs.inc()

    def give_up(self) -> None:
        """The client does not read; where the transport cannot be told, the connection ends with its handler."""
        self.live.metrics.cut_offs.inc()
        self._gave_up = True
        self._life.reschedule(asyncio.get_running_loop().time())

    def _ping_when_quiet(self, seconds: float) -> None:
        """Browsers' scripts do not see the pings of the websocket protocol, and so not that a connection is dead."""
        if self.frames is not None:
            if self.frames.quiet and self.connection_acknowledged:
                self.frames.offer(PING)
            self.frames.quiet = True
        self._pinging = asyncio.get_running_loop().call_later(seconds, self._ping_when_quiet, seconds)

    async def handle_message(self, message: Message) -> None:
        if fault := fault_of(message):
            await self.handle_invalid_message(fault)
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        first = not self.connection_init_received
        try:
            await super().handle_connection_init({"type": "connection_init", "payload": message.get("payload") or {}})
        except TooMany as full:
            await self.websocket.close(TRY_AGAIN_LATER, str(full))
            return
        if first and self.context.viewer:
            left = self.context.viewer.expires_at - datetime.now(UTC)
            self._life.reschedule(asyncio.get_running_loop().time() + left.total_seconds())
            self._watching = self._beside.create_task(self._end_when_another(self.context.viewer))

    async def _end_when_another(self, viewer: Viewer) -> None:
        await self.live.until_another(viewer)
        self._ended_by = SIGNED_OUT
        self._life.reschedule(asyncio.get_running_loop().time())

    async def handle_ping(self, message: PingMessage) -> None:
        payload = message.get("payload")
        await self.send_message({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        most = self.max_subscriptions_per_connection or 0
        if not self.connection_acknowledged or message["id"] in self.operations:
            await super().handle_subscribe(message)
            return
        try:
            if len(self.operations) >= most:
                raise DocumentRefused(
                    refusal("TOO_MANY_OPERATIONS", f"A connection has at most {most} operations at a time.", limit=most)
                )
            await super().handle_subscribe(self._written(message))
        except DocumentRefused as refused:
            await self.send_message({"id": message["id"], "type": "error", "payload": [refused.error.formatted]})

    def _written(self, message: SubscribeMessage) -> SubscribeMessage:
        """Raises `DocumentRefused`."""
        payload = cast(Mapping[str, Any], message["payload"])
        named = Asked(payload.get("query") or "", None, None, payload.get("extensions"), payload.get("documentId"))
        written = self.live.persisted.written(named, self.context.viewer)
        return cast(SubscribeMessage, {**message, "payload": {**payload, "query": written.query}})

    async def run_operation(self, operation: Operation[Connection, None]) -> None:
        try:
            with self.live.subscription():
                await self._answer(operation)
        except TooMany as full:
            await operation.send_initial_errors([refusal("SERVER_BUSY", str(full), retryAfterMs=BUSY_MS)])
        except OperationRefused as refused:
            await operation.send_initial_errors([refused.as_error()])
        except WebSocketDisconnected:
            self.operations.pop(operation.id, None)
        finally:
            if self.operations.get(operation.id) is operation:
                # Only a bug outside of the resolvers ends up here: the client is told, and may use the id again.
                error_id = self.schema.unexpected.report(None, transport="websocket")
                await operation.send_initial_errors([bug(error_id)])

    async def _answer(self, operation: Operation[Connection, None]) -> None:
        asked = Asked(operation.query, operation.variables, operation.operation_name, None)
        admission = self.live.admission
        bill = admission.begin(asked, self.context.viewer, self.context.address)
        if wanted := self.live.sharing.wanted(operation.query, operation.operation_name, operation.variables):
            admission.begun(bill, asked)
            last = await self.live.sharing.follow(wanted, Told(self, operation))
            if not last or await self._tell(operation, last):
                await operation.send_operation_message({"id": operation.id, "type": "complete"})
            return
        results = await self.schema.stream(
            operation.query,
            variable_values=operation.variables,
            context_value=self.context.make_context(self.context.viewer, self.context.address),
            operation_name=operation.operation_name,
        )
        async with aclosing(cast(AsyncGenerator[ExecutionResult, None], results)):
            async for result in cast(AsyncGenerator[ExecutionResult, None], results):
                told, bill = admission.end(bill, asked, result), None
                if not await self._tell(operation, told):
                    return
        await operation.send_operation_message({"id": operation.id, "type": "complete"})

    async def _tell(self, operation: Operation[Connection, None], result: ExecutionResult | PreExecutionError) -> bool:
        """False where that was the last message."""
        self.live.metrics.executions.inc()
        if isinstance(result, PreExecutionError):
            await operation.send_initial_errors(result.errors or [])
            return False
        await operation.send_next(result)
        self.live.metrics.deliveries.inc()
        return True


class Told:
    """Implements `Watcher`: one operation of a socket, whose id is spliced into what is the same for all."""

    __slots__ = ("_before", "_frames", "_handler", "_task")

    def __init__(self, handler: TransportWS, operation: Operation[Connection, None]) -> None:
        self._handler = handler
        self._frames = handler.frames
        self._task = cast(asyncio.Task[None], operation.task)
        self._before = b'{"id":' + orjson.dumps(operation.id) + b',"type":"next","payload":'

    def offer(self, payload: bytes) -> bool:
        # The client may have completed it a moment ago, and use the id for something else now.
        if self._frames is None or self._task.cancelling():
            return False
        return self._frames.offer(b"".join((self._before, payload, b"}")))

    async def send(self, payload: bytes) -> None:
        frames = self._frames
        if frames is None:
            await self._send_by_asgi(payload)
            return
        text = b"".join((self._before, payload, b"}"))
        while not frames.offer(text):
            if not await frames.room():
                raise WebSocketDisconnected

    async def _send_by_asgi(self, payload: bytes) -> None:
        text = b"".join((self._before, payload, b"}")).decode()
        try:
            async with asyncio.timeout(self._handler.live.capacity.patience.total_seconds()):
                await self._handler.websocket.send_text(text)
        except TimeoutError as error:
            self._handler.give_up()
            raise WebSocketDisconnected from error


async def refuse_handshake(socket: WebSocket, response: Response) -> None:
    """As said over HTTP, where the server can do that."""
    if "websocket.http.response" in socket.scope.get("extensions", {}):
        await socket.send_denial_response(response)
    else:
        await socket.close()


def fault_of(message: Any) -> str | None:
    """What is wrong with a message, in words for the closing frame."""
    match message:
        case {"type": "connection_init" | "ping" | "pong"}:
            return _unless_object_or_null(message, "payload")
        case {"type": "subscribe", "id": str(id), "payload": dict(payload)} if id and _names_a_document(payload):
            if not isinstance(payload.get("operationName"), str | None):
                return "operationName must be a string"
            return _unless_object_or_null(payload, "variables") or _unless_object_or_null(payload, "extensions")
        case {"type": "complete", "id": str(id)} if id:
            return None
        case {"type": str(kind)} if kind not in ("subscribe", "complete"):
            return f"Unknown message type: {kind}"
    return "Not a message of graphql-transport-ws"


def _names_a_document(payload: Mapping[str, Any]) -> bool:
    match payload:
        case {"query": str()} | {"documentId": str()}:
            return isinstance(payload.get("query", ""), str) and isinstance(payload.get("documentId", ""), str)
        case {"extensions": {"persistedQuery": _}}:
            return payload.get("query") is None
    return False


def _unless_object_or_null(holder: Mapping[str, Any], name: str) -> str | None:
    return None if isinstance(holder.get(name), dict | None) else f"{name} must be an object"
