"""GraphQL over HTTP, and the websocket at the same path."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import orjson
from graphql import GraphQLError
from graphql import OperationType as Kind
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET, UnsetType

from domain.errors import Unauthenticated
from domain.viewers import Viewer
from schema.serving.capacity import Capacity, TooMany, address_of
from schema.serving.contexts import OperationContext
from schema.serving.documents import Checked
from schema.serving.execution import UsherSchema
from schema.serving.live import Client, Live, UntilAnother, never
from schema.serving.media import EVENTS, GRAPHQL_JSON, JSON, preferred, preferred_stream
from schema.serving.metrics import Metrics
from schema.serving.persisted import Allowed, DocumentRefused
from schema.serving.plans import canonical
from schema.serving.requests import Asked, Post, ReadToken, RequestRefused, asked_by, asked_in, body, too_many, viewer_of
from schema.serving.sharing import MakeContext
from schema.serving.streams import FORMS, Streamed, events
from schema.serving.throttle import OperationRefused, Throttle
from schema.serving.together import Executed, Together
from schema.serving.websocket import Connection, SafeSocket, TransportWS, refuse_handshake

# Drafts of GraphQL over HTTP since 2026 say 422; clients and the published audits still expect this.
REQUEST_ERROR = 400
STATUSES = {"TIMEOUT": 503, "INTERNAL": 500, "DOCUMENT_NOT_TRUSTED": 403}
# Of what a request may say besides, only how its document was named does not matter to the answer.
PERSISTED = {"persistedQuery"}
INIT_TIMEOUT = timedelta(seconds=5)
MOST_OPERATIONS = 32
USE_A_WEBSOCKET = (
    f"Subscriptions are served at this path, over a websocket with the subprotocol {GRAPHQL_TRANSPORT_WS_PROTOCOL}, "
    f"or to clients that prefer it as {EVENTS}."
)

KINDS: Mapping[str, Collection[Kind]] = {"GET": (Kind.QUERY,), "POST": (Kind.QUERY, Kind.MUTATION)}


def serve_graphql(
    schema: UsherSchema,
    *,
    make_context: MakeContext,
    read_token: ReadToken,
    allowed_origins: Sequence[str],
    init_timeout: timedelta = INIT_TIMEOUT,
    capacity: Capacity | None = None,
    metrics: Metrics | None = None,
    until_another: UntilAnother = never,
    allowed: Allowed | None = None,
    throttle: Throttle | None = None,
) -> "GraphQLEndpoint":
    """An ASGI app for one path, `http` and `websocket`. Pages of its own origin may open websockets, and `allowed_origins`."""
    live = Live.of(schema, make_context, capacity or Capacity(), metrics or Metrics(), allowed or Allowed(), throttle)
    return GraphQLEndpoint(replace(live, until_another=until_another), make_context, read_token, allowed_origins, init_timeout)


class GraphQLEndpoint(GraphQL[Connection, None]):
    graphql_transport_ws_handler_class = TransportWS
    websocket_adapter_class = SafeSocket
    schema: UsherSchema

    def __init__(
        self,
        live: Live,
        make_context: MakeContext,
        read_token: ReadToken,
        allowed_origins: Sequence[str],
        init_timeout: timedelta,
    ) -> None:
        super().__init__(
            live.schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=init_timeout,
            max_subscriptions_per_connection=MOST_OPERATIONS,
            allowed_origins=allowed_origins,
        )
        self.live = live
        self._make_context = make_context
        self._read_token = read_token
        self._queries: Together[ExecutionResult] = Together()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._serve_socket(scope, receive, send)
            return
        request = Request(scope, receive)
        media_type = preferred(request.headers.get("accept", ""))
        try:
            response = await self._answer(request, media_type)
            # It begins with taking its places: until then it may be refused.
            await response(scope, receive, send)
        except RequestRefused as refused:
            await _refused(refused, media_type)(scope, receive, send)
        except DocumentRefused as refused:
            await _not_written(refused, media_type)(scope, receive, send)
        except ClientDisconnect:
            return

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with self.live.connection(scope.get("client")):
                await super().__call__(scope, receive, send)
        except TooMany as full:
            await refuse_handshake(WebSocket(scope, receive, send), _refused(too_many(full), JSON))

    async def _answer(self, request: Request, media_type: str) -> ASGIApp:
        address = address_of(request.scope.get("client"))
        viewer = self._viewer(request.headers.get("authorization"), address, request.headers.get("origin"))
        asked = self.live.persisted.written(await asked_in(request, within=self.schema.limits.duration), viewer)
        stream = preferred_stream(request.headers.get("accept", ""))
        result = await self._result(request.method, asked, viewer, address)
        if result is None:
            if stream is None:
                raise RequestRefused(400, "BAD_REQUEST", USE_A_WEBSOCKET)
            return Streamed(self.live, FORMS[stream], asked, viewer, self._make_context)
        return _whole(result, EVENTS if stream == EVENTS else media_type)

    async def posted(self, post: Post, receive: Receive, client: Client) -> Response:
        """To a body of JSON, from a client that takes no stream. Raises `ClientDisconnect`."""
        try:
            address = address_of(client)
            viewer = self._viewer(post.authorization, address, post.origin)
            asked = self.live.persisted.written(asked_by(await body(receive, self.schema.limits.duration)), viewer)
            result = await self._result("POST", asked, viewer, address)
            if result is None:
                raise RequestRefused(400, "BAD_REQUEST", USE_A_WEBSOCKET)
        except RequestRefused as refused:
            return _refused(refused, post.media_type)
        except DocumentRefused as refused:
            return _not_written(refused, post.media_type)
        return _whole(result, post.media_type)

    def _viewer(self, authorization: str | None, address: str, origin: str | None) -> Viewer | None:
        try:
            viewer = viewer_of(authorization, self._read_token)
        except Unauthenticated as error:
            raise RequestRefused(401, "UNAUTHENTICATED", error.message, {"WWW-Authenticate": "Bearer"}) from error
        if viewer is not None and viewer.grant is not None and not viewer.grant.good_here(address, origin):
            raise RequestRefused(403, "TOKEN_NOT_FOR_HERE", "This token is for another page or another address.")
        return viewer

    async def _result(self, method: str, asked: Asked, viewer: Viewer | None, address: str) -> ExecutionResult | None:
        """None for a subscription. Raises `RequestRefused`."""
        try:
            bill = self.live.admission.begin(asked, viewer, address)
        except OperationRefused as refused:
            raise refused.over_http() from refused
        result = await self._executed(method, asked, viewer, address)
        if result is None:
            self.live.admission.begun(bill, asked)
            return None
        return self.live.admission.end(bill, asked, result)

    async def _executed(self, method: str, asked: Asked, viewer: Viewer | None, address: str) -> ExecutionResult | None:
        """None for a subscription."""
        known = self.schema.ready(asked.query, asked.operation_name, asked.variables or {}, KINDS[method])
        if known is not None:
            return await self._together(known, asked, viewer, address)
        allowed = {OperationType.QUERY} if method == "GET" else {OperationType.QUERY, OperationType.MUTATION}
        try:
            return await self.schema.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=self._make_context(viewer, address),
                operation_name=asked.operation_name,
                allowed_operation_types=allowed,
                operation_extensions=asked.extensions,
            )
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.SUBSCRIPTION:
                return None
            raise RequestRefused(405, "METHOD_NOT_ALLOWED", "Mutations are served by POST.", {"Allow": "POST"}) from error
        except CannotGetOperationTypeError as error:
            errors = [GraphQLError("", original_error=error)]
            self.schema.process_errors(errors)
            return ExecutionResult(data=None, errors=errors)

    async def _together(self, known: Checked, asked: Asked, viewer: Viewer | None, address: str) -> ExecutionResult:
        """With all others who ask the same now, where it is a query whose answer has not depended on who asks so far."""

        async def execute() -> Executed[ExecutionResult]:
            context = self._make_context(viewer, address)
            # Of a context that is not one of ours, nothing is known.
            ours = context if isinstance(context, OperationContext) else None
            if ours is not None:
                ours.selected = known.names
            self.live.metrics.answered.inc()
            result = await self.schema.execute_known(
                known,
                variables=asked.variables,
                context=context,
                operation_name=asked.operation_name,
                extensions=asked.extensions,
            )
            if personal := ours is None or ours.personal:
                known.personal.add(asked.operation_name)
            return Executed(result, personal)

        more = asked.extensions is not None and asked.extensions.keys() != PERSISTED
        variables = canonical(asked.variables or {})
        alone = more or variables is None or asked.operation_name in known.personal
        if alone or known.kind(asked.operation_name) is not Kind.QUERY:
            return (await execute()).answer
        # The document lives as long as anybody asks for it.
        return (await self._queries.ask((id(known), asked.operation_name, variables), execute)).answer

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Connection:
        return Connection(self._make_context, address_of(request.scope.get("client")), request.headers.get("origin"))

    async def on_ws_connect(self, context: Connection) -> UnsetType | dict[str, object] | None:
        """Raises `TooMany`."""
        parameters = context.connection_params
        given = parameters.get("authorization") or parameters.get("Authorization")
        try:
            viewer = viewer_of(given, self._read_token)
        except Unauthenticated as error:
            raise ConnectionRejectionError from error
        if viewer is not None and viewer.grant is not None and not viewer.grant.good_here(context.address, context.origin):
            raise ConnectionRejectionError
        if viewer is not None:
            with self.live.refusing():
                self.live.users.take(viewer.user_id)
        context.viewer = viewer
        acknowledged: UnsetType = UNSET
        return acknowledged

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)


def _whole(result: ExecutionResult, media_type: str) -> Response:
    errors = [error.formatted for error in result.errors or ()]
    content: dict[str, object] = {"errors": errors} if errors else {}
    if result.extensions:
        content["extensions"] = result.extensions
    # An error with a path is a field's; without any, nothing was executed and there is no data to speak of.
    if result.data is not None or any("path" in error for error in errors):
        return _response({**content, "data": result.data}, 200, media_type)
    status = STATUSES.get(errors[0]["extensions"]["code"], REQUEST_ERROR) if media_type == GRAPHQL_JSON else 200
    return _response(content, status, media_type)


def _not_written(refused: DocumentRefused, media_type: str) -> Response:
    return _whole(ExecutionResult(data=None, errors=[refused.error]), media_type)


def _refused(refused: RequestRefused, media_type: str) -> Response:
    error = {"message": refused.message, "extensions": {"code": refused.code, **refused.more}}
    return _response({"errors": [error]}, refused.status, media_type, refused.headers)


def _response(content: object, status: int, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    body = orjson.dumps(content)
    return Response(
        events(body) if media_type == EVENTS else body,
        status,
        {"Cache-Control": "no-store", "Content-Type": f"{media_type}; charset=utf-8", **(headers or {})},
    )
