"""What is served beside GraphQL and the pages: layouts, webhooks, health."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from domain.errors import NotAllowed, NotFound, ServerBusy
from domain.repositories import StoredLayout
from resolvers.orders import settle
from resolvers.seats import layout
from resolvers.services import Services
from schema.serving.codings import coded, coding_for

log = structlog.get_logger()

LARGEST_WEBHOOK = 64 * 1024
LAYOUTS_KEPT = 64
LAYOUT_HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Access-Control-Allow-Origin": "*",
}


class Layouts:
    """Layout JSON by hash, compressed when it was stored; what is under a hash never changes, so it is kept."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: OrderedDict[str, StoredLayout] = OrderedDict()

    async def serve(self, request: Request) -> Response:
        found = await self._found(request.path_params["hash"])
        if found is None:
            return Response(status_code=404, headers={"Access-Control-Allow-Origin": "*"})
        coding = coding_for(request)
        body = {"br": found.brotli, "gzip": found.gzip, "": found.plain}[coding]
        return coded(request, body, coding, found.hash[:32], LAYOUT_HEADERS)

    async def _found(self, hash: str) -> StoredLayout | None:
        if hash not in self._kept:
            stored = await layout(self._services, hash)
            if stored is None:
                return None
            self._kept[hash] = stored
            if len(self._kept) > LAYOUTS_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(hash)
        return self._kept[hash]


def payment_webhook(services: Services) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        body = await _body(request)
        try:
            await settle(services, services.payments.read_webhook(body, dict(request.headers)))
        except NotAllowed:
            log.warning("webhook_refused")
            return Response(status_code=400)
        except NotFound:
            return Response(status_code=404)
        except ServerBusy:
            return Response(status_code=503, headers={"Retry-After": "1"})
        return Response(status_code=204)

    return receive


async def _body(request: Request) -> bytes:
    """Raises `NotAllowed` beyond the limit, before more is read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_WEBHOOK:
            raise NotAllowed
    return body


def service_routes(services: Services) -> list[BaseRoute]:
    return [
        Route("/layouts/{hash:str}.json", Layouts(services).serve),
        Route("/webhooks/payments", payment_webhook(services), methods=["POST"]),
    ]


def health_routes(ready: Callable[[], Awaitable[bool]]) -> list[BaseRoute]:
    async def live(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def answers(_: Request) -> Response:
        return PlainTextResponse("ok") if await ready() else PlainTextResponse("the database does not answer", 503)

    return [Route("/health/live", live), Route("/health/ready", answers)]
