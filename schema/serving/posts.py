"""The short way of what nearly every request is: a POST of JSON to /graphql. Everything else goes through the app.

The same endpoint answers both ways, and a test compares the answers; here are none of the layers that such a request does not
need: routing, middleware, header objects.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from schema.serving.callers import CALLER
from schema.serving.http import GraphQLEndpoint
from schema.serving.media import preferred, preferred_stream
from schema.serving.requests import Post

Headers = Sequence[tuple[bytes, bytes]]
BODIES = frozenset((b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"))
# One that is there twice is a matter for the whole way.
READ = frozenset((b"content-type", b"content-encoding", b"accept", b"authorization", b"origin"))
LONGEST_ACCEPT = 200


class ShortWay:
    """`app` is the whole way, of which `graphql` is the endpoint at `path` and `cors` what is around that."""

    def __init__(self, app: ASGIApp, graphql: GraphQLEndpoint, cors: CORSMiddleware, path: str = "/graphql") -> None:
        self._app, self._graphql, self._path = app, graphql, path
        self._shared: Callable[[str | None], Headers] = lru_cache(maxsize=64)(lambda origin: _headers(cors, origin))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        CALLER.set(scope)
        post = _post(scope) if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == self._path else None
        if post is None:
            await self._app(scope, receive, send)
            return
        try:
            response = await self._graphql.posted(post, receive, scope.get("client"))
        except ClientDisconnect:
            return
        headers = [*response.raw_headers, *self._shared(post.origin)]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})


def _post(scope: Scope) -> Post | None:
    """None for what the whole way is for."""
    said: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in READ:
            if name in said:
                return None
            said[name] = value
    if said.get(b"content-type") not in BODIES or b"content-encoding" in said:
        return None
    media_type = _media_type(said.get(b"accept", b""))
    return Post(media_type, _text(said.get(b"authorization")), _text(said.get(b"origin"))) if media_type else None


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


@lru_cache(maxsize=256)
def _media_type(accept: bytes) -> str | None:
    """None for a stream."""
    text = accept.decode("latin-1")
    return None if len(text) > LONGEST_ACCEPT or preferred_stream(text) else preferred(text)


def _headers(cors: CORSMiddleware, origin: str | None) -> Headers:
    """What the middleware around the endpoint adds to its answer."""
    if origin is None or not cors.is_allowed_origin(origin):
        return [(b"vary", b"Origin")]
    allowed = "*" if cors.allow_all_origins else origin
    return [(b"access-control-allow-origin", allowed.encode("latin-1")), (b"vary", b"Origin")]
