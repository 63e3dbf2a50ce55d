"""The built pages as browsers get them: under which paths, how long they are kept, what they may do."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from schema.serving.outside import Outside
from schema.serving.pages import File, Pages
from schema.serving.shell import Shell

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SCRIPT = "console.log('usher')\n" * 40
FOR_EVER, A_MOMENT = "public, max-age=31536000, immutable", "public, max-age=300"
EVERY_PAGE = ["/", "/events/a-play", "/sessions/session_1", "/basket", "/tickets", "/orders", "/gate", "/explorer"]
DIST = {
    "index.html": "<!doctype html><title>The shop</title>",
    "gate.html": "<!doctype html><title>The gate</title>",
    "explorer.html": "<!doctype html><title>The explorer</title>",
    "icon.svg": "<svg/>",
    "widget.js": SCRIPT,
    "client.js": SCRIPT,
    "assets/shop-B4sh.js": SCRIPT,
    "assets/shop-B4sh.css": "p { color: red }",
    "assets/reader-B4sh.wasm": "\0asm",
    "assets/tour-B4sh.png": "not compressed again",
}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    for name, text in DIST.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def served(folder: Path, *, explorer: bool = True) -> httpx.AsyncClient:
    pages = Pages(folder, explorer=explorer)

    async def health(_: object) -> PlainTextResponse:
        return PlainTextResponse("ok")

    app = Starlette(
        routes=[Route("/health/live", health), *pages.routes()],
        exception_handlers={404: pages.not_found},
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(Outside(app, Shell())), base_url="http://usher", headers={"Accept-Encoding": "identity"}
    )


@pytest.fixture
async def client(dist: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with served(dist) as client:
        yield client


@pytest.mark.parametrize("path", EVERY_PAGE)
async def test_every_path_of_a_page_gives_it_and_asks_to_come_back_for_it(client: httpx.AsyncClient, path: str) -> None:
    name = {"/gate": "gate.html", "/explorer": "explorer.html"}.get(path, "index.html")
    answer = await client.get(path)
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, DIST[name], "no-cache")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", [*EVERY_PAGE, "/nothing-here", "/health/live", "/assets/shop-B4sh.js", "/widget.js"])
async def test_no_answer_lets_a_page_run_what_is_not_ours(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=HTML)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    more = {"script-src": "'self' 'wasm-unsafe-eval'"} if path == "/gate" else {}
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        **more,
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", [*EVERY_PAGE, "/nothing-here"])
async def test_only_the_gate_may_use_the_camera(client: httpx.AsyncClient, path: str) -> None:
    camera = "camera=(self)" if path == "/gate" else "camera=()"
    answer = await client.get(path, headers=HTML)
    assert answer.headers["permissions-policy"] == f"{camera}, microphone=(), geolocation=()"


async def test_an_unknown_path_is_a_page_for_people_and_a_line_for_programs(client: httpx.AsyncClient) -> None:
    for_people = await client.get("/nothing-here", headers=HTML)
    assert (for_people.status_code, for_people.text) == (404, DIST["index.html"])
    assert (for_people.headers["content-type"], for_people.headers["cache-control"]) == ("text/html; charset=utf-8", "no-store")
    for method, headers in (("GET", {"Accept": "*/*"}), ("GET", {}), ("POST", HTML)):
        answer = await client.request(method, "/nothing-here", headers=headers)
        assert (answer.status_code, answer.text) == (404, "Not Found")


@pytest.mark.parametrize(
    "path", ["/index.html", "/gate.html", "/assets/", "/assets/../index.html", "/..%2f..%2fetc/passwd", "/%2e%2e/main.py"]
)
async def test_only_files_that_were_built_are_served_and_pages_only_under_their_own_path(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code == 404


async def test_the_explorer_can_be_off(dist: Path) -> None:
    async with served(dist, explorer=False) as client:
        answer = await client.get("/explorer")
        assert (answer.status_code, answer.text) == (404, "Not Found")
        assert (await client.get("/explorer", headers=HTML)).text == DIST["index.html"]


@pytest.mark.parametrize(
    ("path", "media_type", "kept"),
    [
        ("/assets/shop-B4sh.js", "text/javascript; charset=utf-8", FOR_EVER),
        ("/assets/shop-B4sh.css", "text/css; charset=utf-8", FOR_EVER),
        ("/assets/reader-B4sh.wasm", "application/wasm", FOR_EVER),
        ("/assets/tour-B4sh.png", "image/png", FOR_EVER),
        ("/widget.js", "text/javascript; charset=utf-8", A_MOMENT),
        ("/client.js", "text/javascript; charset=utf-8", A_MOMENT),
        ("/icon.svg", "image/svg+xml", A_MOMENT),
    ],
)
async def test_a_file_says_what_it_is_and_how_long_it_may_be_kept(
    client: httpx.AsyncClient, path: str, media_type: str, kept: str
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, DIST[path[1:]])
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (media_type, kept)


async def test_other_peoples_pages_may_load_the_widget_and_the_client_only(client: httpx.AsyncClient) -> None:
    for path in ("/widget.js", "/client.js", "/assets/shop-B4sh.js", "/"):
        headers = (await client.get(path)).headers
        allowed = (headers.get("access-control-allow-origin"), headers.get("cross-origin-resource-policy"))
        assert allowed == (("*", "cross-origin") if path in ("/widget.js", "/client.js") else (None, None))


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br; q=0, gzip; q=0", None),
        ("identity", None),
        ("deflate", None),
    ],
)
async def test_the_smallest_form_that_the_browser_takes(client: httpx.AsyncClient, accepted: str, coding: str | None) -> None:
    for _ in range(2):
        async with client.stream("GET", "/assets/shop-B4sh.js", headers={"Accept-Encoding": accepted}) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        assert (answer.headers.get("content-encoding"), answer.headers["vary"]) == (coding, "Accept-Encoding")
        unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding](raw)
        assert (unpacked.decode(), int(answer.headers["content-length"])) == (SCRIPT, len(raw))
        assert (len(raw) < 100) is (coding is not None)


async def test_a_form_is_made_once_however_many_ask_for_it_at_once(dist: Path) -> None:
    file = File.of(dist, dist / "widget.js")
    request = Request({"type": "http", "headers": [(b"accept-encoding", b"br")]})
    answers = await asyncio.gather(*(file.serve(request) for _ in range(5)))
    assert len({id(answer.body) for answer in answers}) == 1


async def test_pictures_are_not_compressed_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/tour-B4sh.png", headers={"Accept-Encoding": "br"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/widget.js", "/assets/shop-B4sh.js"])
async def test_what_a_browser_has_is_not_sent_again(client: httpx.AsyncClient, path: str) -> None:
    tags = set()
    for accepted in ("br", "gzip", "identity"):
        first = await client.get(path, headers={"Accept-Encoding": accepted})
        tags.add(tag := first.headers["etag"])
        for known in (tag, f'"other", W/{tag}'):
            again = await client.get(path, headers={"Accept-Encoding": accepted, "If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            for name in ("etag", "cache-control", "vary", "content-security-policy"):
                assert again.headers[name] == first.headers[name]
        assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200
    assert len(tags) == 3


async def test_head_says_what_get_would(client: httpx.AsyncClient) -> None:
    get, head = await client.get("/widget.js"), await client.head("/widget.js")
    for answer in (get, head):
        del answer.headers["x-request-id"]
    assert (head.status_code, head.headers) == (200, get.headers)


async def test_without_built_pages_it_says_how_to_build_them(tmp_path: Path) -> None:
    async with served(tmp_path / "nowhere") as client:
        for path in EVERY_PAGE:
            answer = await client.get(path, headers=HTML)
            assert (answer.status_code, "make web" in answer.text) == (503, True)
        assert (await client.get("/nothing-here", headers=HTML)).text == "Not Found"
        assert (await client.get("/health/live")).text == "ok"
