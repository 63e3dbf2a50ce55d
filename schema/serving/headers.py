"""Security headers on every HTTP answer, and what the pages may do beyond the default."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def _policy(**more: str) -> str:
    """Of contents that come from here only; directives have underscores for hyphens."""
    # 'self' covers websockets of the own host in every browser that runs ES2022 (Safari: since 16).
    directives = {
        "default_src": "'self'",
        "img_src": "'self' data: blob:",
        "object_src": "'none'",
        "base_uri": "'none'",
        "form_action": "'self'",
        "frame_ancestors": "'none'",
        **more,
    }
    return "; ".join(f"{name.replace('_', '-')} {value}" for name, value in directives.items())


HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _policy(),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# The decoder of codes is WebAssembly, and the camera is what it reads them with.
GATE: Mapping[str, str] = {
    "Content-Security-Policy": _policy(script_src="'self' 'wasm-unsafe-eval'"),
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class SecurityHeaders:
    """A plain ASGI wrapper: Starlette's BaseHTTPMiddleware would copy every body and break cancellation."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
