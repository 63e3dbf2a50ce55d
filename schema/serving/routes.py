"""What is served beside GraphQL: layouts, webhooks, health, and the page."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from domain.errors import NotAllowed, NotFound, ServerBusy
from domain.repositories import StoredLayout
from resolvers.orders import settle
from resolvers.seats import layout
from resolvers.services import Services

log = structlog.get_logger()

FOR_EVER = "public, max-age=31536000, immutable"
LARGEST_WEBHOOK = 64 * 1024
LAYOUTS_KEPT = 64
# Paths that the page's own router knows.
PAGES = ("/", "/events/{slug}", "/sessions/{id}", "/tickets", "/gate")


class Layouts:
    """Layout JSON by hash, compressed when it was stored; what is under a hash never changes, so it is kept."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: OrderedDict[str, StoredLayout] = OrderedDict()

    async def serve(self, request: Request) -> Response:
        found = await self._found(request.path_params["hash"])
        if found is None:
            return Response(status_code=404, headers={"Access-Control-Allow-Origin": "*"})
        body, encoding = _encoded(found, request.headers.get("accept-encoding", ""))
        etag = f'"{found.hash[:32]}{"-" + encoding if encoding else ""}"'
        headers = {"ETag": etag, "Cache-Control": FOR_EVER, "Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "*"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(body, media_type="application/json", headers=headers)

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


def _encoded(found: StoredLayout, accepted: str) -> tuple[bytes, str]:
    """The smallest form that the client takes; a coding with q=0 is one it does not."""
    codings = {part.split(";")[0].strip() for part in accepted.lower().split(",") if "q=0" not in part.replace("q=0.", "")}
    if "br" in codings:
        return found.brotli, "br"
    if "gzip" in codings:
        return found.gzip, "gzip"
    return found.plain, ""


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


def demo_accounts(emails: Sequence[str], password: str) -> Route:
    """So that the page can offer to sign in with one click; in demo mode only."""
    body = orjson.dumps({"accounts": [{"email": email} for email in emails], "password": password})

    async def accounts(_: Request) -> Response:
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    return Route("/demo.json", accounts)


def service_routes(services: Services) -> list[BaseRoute]:
    return [
        Route("/layouts/{hash:str}.json", Layouts(services).serve),
        Route("/webhooks/payments", payment_webhook(services), methods=["POST"]),
    ]


def page_routes(folder: Path) -> list[BaseRoute]:
    """The page under its own paths, and its files."""

    async def page(_: Request) -> Response:
        return FileResponse(folder / "index.html", headers={"Cache-Control": "no-cache"})

    return [*(Route(path, page) for path in PAGES), Mount("/", StaticFiles(directory=folder))]
