"""The whole app of one process: the API at /graphql, what is beside it, and the pages."""

from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import partial

from starlette.applications import Starlette
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from resolvers.services import Services
from resolvers.standing import until_another
from schema.api import schema as api
from schema.context import Context
from schema.serving.capacity import Capacity
from schema.serving.cross_origin import with_cors
from schema.serving.documents import Documents
from schema.serving.errors import UnexpectedErrors, bug
from schema.serving.execution import UsherSchema
from schema.serving.http import serve_graphql
from schema.serving.metrics import Metrics
from schema.serving.outside import Outside
from schema.serving.pages import Pages
from schema.serving.posts import ShortWay
from schema.serving.routes import health_routes, service_routes
from schema.serving.shell import Shell
from schema.serving.throttle import Throttle
from schema.serving.well_known import key_set_route


@dataclass(frozen=True, slots=True)
class Served:
    """What an app is made of. `allowed_origins`: whose pages may use the API, besides its own; `*` is everybody's."""

    services: Services
    ready: Callable[[], Awaitable[bool]]
    pages: Pages
    metrics: Metrics
    capacity: Capacity
    allowed_origins: Sequence[str] = ()
    more: Sequence[BaseRoute] = ()
    throttle: Throttle | None = None
    shell: Shell = field(default_factory=Shell)


def app_of(served: Served) -> ASGIApp:
    graphql = serve_graphql(
        own(api, served.shell),
        make_context=partial(Context, served.services),
        read_token=served.services.access_tokens.read,
        until_another=partial(until_another, served.services.topics),
        allowed_origins=served.allowed_origins,
        capacity=served.capacity,
        metrics=served.metrics,
        throttle=served.throttle,
        allowed=served.shell.documents,
    )
    cors = with_cors(graphql, served.allowed_origins)
    routes = [
        Route("/graphql", cors),
        WebSocketRoute("/graphql", graphql),
        *health_routes(served.ready),
        *service_routes(served.services),
        key_set_route(served.services.access_tokens),
        *served.more,
        *served.pages.routes(),
    ]
    app = Starlette(routes=routes, exception_handlers={404: served.pages.not_found, Exception: broken})
    # It would send people to wherever their Host header says.
    app.router.redirect_slashes = False
    return Outside(ServerErrorMiddleware(ShortWay(app, graphql, cors), handler=broken), served.shell)


async def broken(_: Request, error: Exception) -> Response:
    """The server logs it, by the same request id."""
    return JSONResponse({"errors": [bug().formatted]}, 500)


def own(schema: UsherSchema, shell: Shell) -> UsherSchema:
    """What is known of documents differs from app to app, and so does who may ask for what."""
    own = copy(schema)
    own.documents = Documents(schema._schema, schema.limits, shell.introspection)
    own.unexpected = UnexpectedErrors()
    return own
