"""The built pages, from memory: each file under its own name, the shop under every path of its router."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from schema.serving.codings import COMPRESS, Coding, coded, coding_for
from schema.serving.headers import GATE

# Paths that the shop's own router knows.
ACCOUNT_PATHS = ("/register", "/forgot", "/reset", "/verify", "/invitation", "/account")
SHOP_PATHS = ("/", "/events/{slug}", "/sessions/{id}", "/basket", "/tickets", "/orders", *ACCOUNT_PATHS)
NOT_BUILT = "The pages are not built: `make web` does it. The API is served at /graphql all the same."

FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=300"
# Other people's pages load these two.
EMBEDDED = ("widget.js", "client.js")
FOR_ANYBODY = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}

# Not `mimetypes`: it asks the machine, and machines differ.
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
INCOMPRESSIBLE = (".png", ".webp", ".woff2")
NOTHING_MORE: Mapping[str, str] = {}


@dataclass(slots=True)
class File:
    """Compressed when somebody first asks for that form, and kept."""

    name: str
    plain: bytes
    tag: str
    _forms: dict[Coding, bytes] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, folder: Path, path: Path) -> Self:
        plain = path.read_bytes()
        return cls(path.relative_to(folder).as_posix(), plain, sha256(plain).hexdigest()[:32])

    @property
    def headers(self) -> dict[str, str]:
        media_type = MEDIA_TYPES.get(Path(self.name).suffix, "application/octet-stream")
        if self.name.startswith("assets/"):
            return {"Content-Type": media_type, "Cache-Control": FOR_EVER}
        return {"Content-Type": media_type, "Cache-Control": A_MOMENT, **(FOR_ANYBODY if self.name in EMBEDDED else {})}

    async def serve(self, request: Request, more: Mapping[str, str] = NOTHING_MORE) -> Response:
        coding: Coding = "" if self.name.endswith(INCOMPRESSIBLE) else coding_for(request)
        return coded(request, await self._form(coding), coding, self.tag, {**self.headers, **more})

    async def _form(self, coding: Coding) -> bytes:
        if not coding:
            return self.plain
        async with self._turn:
            if coding not in self._forms:
                self._forms[coding] = await asyncio.to_thread(COMPRESS[coding], self.plain)
            return self._forms[coding]


class Pages:
    """What is in `folder` now; what changes there later is not seen."""

    def __init__(self, folder: Path, *, explorer: bool) -> None:
        found = [File.of(folder, path) for path in sorted(folder.rglob("*")) if path.is_file()]
        self._files = {file.name: file for file in found}
        self._explorer = explorer
        self.built = "index.html" in self._files

    def routes(self) -> list[BaseRoute]:
        pages = [*(self._page(path, "index.html") for path in SHOP_PATHS), self._page("/gate", "gate.html", GATE)]
        if self._explorer:
            pages.append(self._page("/explorer", "explorer.html"))
        files = [Route(f"/{name}", file.serve) for name, file in self._files.items() if not name.endswith(".html")]
        return [*pages, *files]

    def _page(self, path: str, name: str, headers: Mapping[str, str] = NOTHING_MORE) -> Route:
        async def page(request: Request) -> Response:
            if name not in self._files:
                return PlainTextResponse(NOT_BUILT, 503)
            return await self._files[name].serve(request, {**headers, "Cache-Control": "no-cache"})

        return Route(path, page)

    async def not_found(self, request: Request, _: Exception) -> Response:
        """For people, the shop, which has a page for it; for programs, a line."""
        for_people = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
        if not for_people or not self.built:
            return PlainTextResponse("Not Found", 404)
        page = self._files["index.html"]
        return Response(page.plain, 404, {**page.headers, "Cache-Control": "no-store"})
