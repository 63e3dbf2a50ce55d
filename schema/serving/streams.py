"""Subscriptions over HTTP: server-sent events (graphql-sse, distinct connections) and Apollo's multipart protocol."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from starlette.types import Receive, Scope, Send
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from domain.viewers import Viewer
from schema.serving.capacity import TooMany, address_of
from schema.serving.errors import bug
from schema.serving.live import Live
from schema.serving.media import EVENTS, PARTS
from schema.serving.requests import Asked, too_many
from schema.serving.shared import Result, encoded
from schema.serving.sharing import MakeContext
from schema.serving.transports import STOPPING

HEARTBEAT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Form:
    """How results stand in the body. Of parts, each is followed by its boundary at once: clients wait for that to read it."""

    content_type: str
    opening: bytes
    before: bytes
    after: bytes
    heartbeat: bytes
    complete: bytes


FORMS: Mapping[str, Form] = {
    EVENTS: Form(
        content_type="text/event-stream; charset=utf-8",
        opening=b":\n\n",
        before=b"event: next\ndata: ",
        after=b"\n\n",
        heartbeat=b":\n\n",
        complete=b"event: complete\ndata: \n\n",
    ),
    PARTS: Form(
        content_type='multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"',
        opening=b"\r\n--graphql",
        before=b'\r\nContent-Type: application/json\r\n\r\n{"payload":',
        after=b"}\r\n--graphql",
        heartbeat=b"\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql",
        complete=b"--\r\n",
    ),
}


def events(payload: bytes) -> bytes:
    """One result and the end of it."""
    form = FORMS[EVENTS]
    return form.before + payload + form.after + form.complete


class Unread(Exception):
    """The client leaves what it is sent where it is."""


class Streamed:
    """One subscription's response. It ends with its client, its source, its token or the server; implements `Watcher`."""

    def __init__(self, live: Live, form: Form, asked: Asked, viewer: Viewer | None, make_context: MakeContext) -> None:
        self._live = live
        self._form = form
        self._asked = asked
        self._viewer = viewer
        self._make_context = make_context
        self._address = ""
        self._waiting_to_send = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises `RequestRefused` before anything is sent."""
        self._address = address_of(scope.get("client"))
        with ExitStack() as places:
            try:
                places.enter_context(self._live.connection(scope.get("client")))
                places.enter_context(self._live.user(self._viewer))
                places.enter_context(self._live.subscription())
            except TooMany as full:
                raise too_many(full) from full
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._asgi_send = send
        await send({"type": "http.response.start", "status": 200, "headers": self._headers()})
        async with asyncio.TaskGroup() as tasks:
            streaming = tasks.create_task(self._stream())
            leaving = tasks.create_task(_left(receive))
            others = [leaving, tasks.create_task(self._beat()), tasks.create_task(_stopped(scope))]
            if self._viewer is not None:
                others.append(tasks.create_task(self._live.until_another(self._viewer)))
            await asyncio.wait([streaming, *others], timeout=self._seconds_left(), return_when=asyncio.FIRST_COMPLETED)
            gone, complete = leaving.done(), streaming.done()
            for task in (streaming, *others):
                task.cancel()
        if self._waiting_to_send:
            self._live.metrics.cut_offs.inc()
        elif not gone:
            # Without the word that it is complete a client comes again, with a new token or to another server.
            await send({"type": "http.response.body", "body": self._form.complete if complete else b"", "more_body": False})

    def offer(self, payload: bytes) -> bool:
        return False

    async def send(self, payload: bytes) -> None:
        await self._write(self._form.before + payload + self._form.after)

    async def _stream(self) -> None:
        await self._write(self._form.opening)
        outcome = (await asyncio.gather(self._results(), return_exceptions=True))[0]
        if isinstance(outcome, Exception) and not isinstance(outcome, Unread):
            error_id = self._live.schema.unexpected.report(outcome, transport="stream")
            await self.send(encoded(ExecutionResult(data=None, errors=[bug(error_id)])))

    async def _results(self) -> None:
        asked, sharing = self._asked, self._live.sharing
        if wanted := sharing.wanted(asked.query, asked.operation_name, asked.variables):
            if last := await sharing.follow(wanted, self):
                await self.send(encoded(last))
            return
        results = await self._live.schema.stream(
            asked.query,
            variable_values=asked.variables,
            context_value=self._make_context(self._viewer, self._address),
            operation_name=asked.operation_name,
            operation_extensions=asked.extensions,
            allowed_operation_types=(OperationType.SUBSCRIPTION,),
        )
        async with aclosing(cast(AsyncGenerator[Result, None], results)) as each:
            async for result in each:
                await self.send(encoded(result))
                self._live.metrics.executions.inc()
                self._live.metrics.deliveries.inc()

    async def _beat(self) -> None:
        with suppress(Unread):
            while True:
                await asyncio.sleep(HEARTBEAT_SECONDS)
                await self._write(self._form.heartbeat)

    async def _write(self, body: bytes) -> None:
        """Raises `Unread`."""
        self._waiting_to_send += 1
        try:
            async with asyncio.timeout(self._live.capacity.patience.total_seconds()):
                await self._asgi_send({"type": "http.response.body", "body": body, "more_body": True})
        except TimeoutError as error:
            raise Unread from error
        self._waiting_to_send -= 1

    def _headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"content-type", self._form.content_type.encode()),
            (b"cache-control", b"no-store"),
            # nginx would keep it back until it is complete.
            (b"x-accel-buffering", b"no"),
        ]

    def _seconds_left(self) -> float | None:
        return max(0.0, (self._viewer.expires_at - datetime.now(UTC)).total_seconds()) if self._viewer else None


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stopped(scope: Scope) -> None:
    stopping: asyncio.Event = scope.get("extensions", {}).get(STOPPING) or asyncio.Event()
    await stopping.wait()
