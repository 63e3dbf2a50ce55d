"""graphql-transport-ws: what a message must look like, how long a connection lives, and a context per operation."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from starlette.websockets import WebSocketState
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
from schema.serving.errors import MASK, refusal
from schema.serving.execution import UsherSchema

FORBIDDEN = 4403
LONGEST_REASON = 123


@dataclass(slots=True)
class Connection:
    """What lives as long as the socket; operations get a context of their own, because loaders must not live that long."""

    make_context: Callable[[Viewer | None], object]
    connection_params: dict[str, object] = field(default_factory=dict)
    viewer: Viewer | None = None


class SafeSocket(ASGIWebSocketAdapter):
    async def send_json(self, message: Mapping[str, object]) -> None:
        try:
            await super().send_json(message)
        except RuntimeError as error:
            # What Starlette says after our close, and uvicorn after one of its own.
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        if WebSocketState.DISCONNECTED not in (self.ws.application_state, self.ws.client_state):
            # Reasons quote what clients sent, and RFC 6455 has room for 123 bytes.
            await super().close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))


class TransportWS(BaseGraphQLTransportWSHandler[Connection, None]):
    schema: UsherSchema

    async def handle(self) -> None:
        try:
            async with asyncio.timeout(None) as self._life:
                await super().handle()
        except TimeoutError:
            if not self._life.expired():
                raise
            await self.websocket.close(FORBIDDEN, "The access token has ended")

    async def handle_message(self, message: Message) -> None:
        if fault := fault_of(message):
            await self.handle_invalid_message(fault)
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        first = not self.connection_init_received
        await super().handle_connection_init({"type": "connection_init", "payload": message.get("payload") or {}})
        if first and self.context.viewer:
            left = self.context.viewer.expires_at - datetime.now(UTC)
            self._life.reschedule(asyncio.get_running_loop().time() + left.total_seconds())

    async def handle_ping(self, message: PingMessage) -> None:
        payload = message.get("payload")
        await self.send_message({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        most = self.max_subscriptions_per_connection or 0
        if not self.connection_acknowledged or message["id"] in self.operations or len(self.operations) < most:
            await super().handle_subscribe(message)
            return
        error = refusal("TOO_MANY_OPERATIONS", f"A connection has at most {most} operations at a time.", limit=most)
        await self.send_message({"id": message["id"], "type": "error", "payload": [error.formatted]})

    async def run_operation(self, operation: Operation[Connection, None]) -> None:
        try:
            await self._answer(operation)
        except WebSocketDisconnected:
            self.operations.pop(operation.id, None)
        finally:
            if self.operations.get(operation.id) is operation:
                # Only a bug outside of the resolvers ends up here: the client is told, and may use the id again.
                error_id = self.schema.unexpected.report(None, transport="websocket")
                await operation.send_initial_errors([refusal("INTERNAL", MASK, id=error_id)])

    async def _answer(self, operation: Operation[Connection, None]) -> None:
        results = await self.schema.stream(
            operation.query,
            variable_values=operation.variables,
            context_value=self.context.make_context(self.context.viewer),
            operation_name=operation.operation_name,
        )
        async with aclosing(cast(AsyncGenerator[ExecutionResult, None], results)):
            async for result in cast(AsyncGenerator[ExecutionResult, None], results):
                if isinstance(result, PreExecutionError):
                    await operation.send_initial_errors(result.errors or [])
                    return
                await operation.send_next(result)
        await operation.send_operation_message({"id": operation.id, "type": "complete"})


def fault_of(message: Any) -> str | None:
    """What is wrong with a message, in words for the closing frame."""
    match message:
        case {"type": "connection_init" | "ping" | "pong"}:
            return _unless_object_or_null(message, "payload")
        case {"type": "subscribe", "id": str(id), "payload": {"query": str()} as payload} if id:
            if not isinstance(payload.get("operationName"), str | None):
                return "operationName must be a string"
            return _unless_object_or_null(payload, "variables") or _unless_object_or_null(payload, "extensions")
        case {"type": "complete", "id": str(id)} if id:
            return None
        case {"type": str(kind)} if kind not in ("subscribe", "complete"):
            return f"Unknown message type: {kind}"
    return "Not a message of graphql-transport-ws"


def _unless_object_or_null(holder: Mapping[str, Any], name: str) -> str | None:
    return None if isinstance(holder.get(name), dict | None) else f"{name} must be an object"
