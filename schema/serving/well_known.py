"""The public keys of access tokens, for partners' own servers (RFC 7517)."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.gateways import AccessTokens

# A key is published before it signs and for a while after; operators wait longer than this between the two.
HEADERS = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}


def key_set_route(tokens: AccessTokens) -> Route:
    body = orjson.dumps(tokens.key_set())

    async def show(_: Request) -> Response:
        return Response(body, media_type="application/jwk-set+json", headers=HEADERS)

    return Route("/.well-known/jwks.json", show)
