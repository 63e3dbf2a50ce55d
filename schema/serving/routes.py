"""What is served beside GraphQL and the pages: layouts, webhooks, health."""

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from domain.errors import NotAllowed, NotFound, ServerBusy
from domain.repositories import StoredLayout
from resolvers.orders import settle
from resolvers.seats import layout
from resolvers.services import Services
from schema.serving.codings import coded, coding_for
from schema.serving.requests import RequestRefused, body

log = structlog.get_logger()

LARGEST_WEBHOOK = 64 * 1024
WITHIN = timedelta(seconds=10)
LAYOUTS_KEPT = 64
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
FOR_ANYBODY = {"Access-Control-Allow-Origin": "*"}
LAYOUT_HEADERS = {"Content-Type": "application/json", "Cache-Control": "public, max-age=31536000, immutable", **FOR_ANYBODY}
LATER = {"Retry-After": "1"}


class Layouts:
    """Layout JSON by hash, compressed when it was stored; what is under a hash never changes, so it is kept."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: OrderedDict[str, StoredLayout] = OrderedDict()

    async def serve(self, request: Request) -> Response:
        try:
            found = await self._found(request.path_params["hash"])
        except ServerBusy:
            return Response(status_code=503, headers={**FOR_ANYBODY, **LATER})
        if found is None:
            return Response(status_code=404, headers=FOR_ANYBODY)
        coding = coding_for(request)
        whole = {"br": found.brotli, "gzip": found.gzip, "": found.plain}[coding]
        return coded(request, whole, coding, found.hash[:32], LAYOUT_HEADERS)

    async def _found(self, hash: str) -> StoredLayout | None:
        if hash not in self._kept:
            if not HASH.fullmatch(hash):
                return None
            stored = await layout(self._services, hash)
            if stored is None:
                return None
            self._kept[hash] = stored
            if len(self._kept) > LAYOUTS_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(hash)
        return self._kept[hash]


def payment_webhook(services: Services, within: timedelta) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        try:
            sent = await body(request.receive, within, LARGEST_WEBHOOK)
            await settle(services, services.payments.read_webhook(sent, dict(request.headers)))
        except RequestRefused as refused:
            return Response(status_code=refused.status, headers=refused.headers)
        except (NotAllowed, ClientDisconnect):
            log.warning("webhook_refused")
            return Response(status_code=400)
        except NotFound:
            return Response(status_code=404)
        except ServerBusy:
            return Response(status_code=503, headers=LATER)
        return Response(status_code=204)

    return receive


def service_routes(services: Services, within: timedelta = WITHIN) -> list[BaseRoute]:
    """`within`: how long the body of a webhook may take to arrive."""
    return [
        Route("/layouts/{hash:str}.json", Layouts(services).serve),
        Route("/webhooks/payments", payment_webhook(services, within), methods=["POST"]),
    ]


def health_routes(ready: Callable[[], Awaitable[bool]]) -> list[BaseRoute]:
    async def live(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def answers(_: Request) -> Response:
        return PlainTextResponse("ok") if await ready() else PlainTextResponse("the database does not answer", 503)

    return [Route("/health/live", live), Route("/health/ready", answers)]
