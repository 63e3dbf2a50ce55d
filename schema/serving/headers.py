"""Headers of every HTTP answer that says nothing else, and what the pages may do beyond the default."""

from collections.abc import Mapping


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
    "Cache-Control": "no-store",
}
# Half a year; not for subdomains, which may be others'.
HSTS: Mapping[str, str] = {"Strict-Transport-Security": "max-age=15768000"}
# The decoder of codes is WebAssembly, and the camera is what it reads them with.
GATE: Mapping[str, str] = {
    "Content-Security-Policy": _policy(script_src="'self' 'wasm-unsafe-eval'"),
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
