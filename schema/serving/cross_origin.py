"""Pages of other origins may ask the API, where the operator lists them. Websockets keep to the same list by themselves."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp
from strawberry.http.websocket_origin import normalize_allowed_origins

PREFLIGHT_SECONDS = 7_200


def with_cors(app: ASGIApp, allowed_origins: Sequence[str]) -> CORSMiddleware:
    """`*` stands for every origin. No cookies anywhere: who asks is said by a bearer token alone."""
    return CORSMiddleware(
        app,
        allow_origins=normalize_allowed_origins(allowed_origins),
        allow_methods=("GET", "POST", "OPTIONS"),
        allow_headers=("authorization", "content-type"),
        max_age=PREFLIGHT_SECONDS,
    )
