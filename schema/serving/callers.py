"""What a request's headers say of who sends it, for the few fields that ask: nothing is read for all the others."""

from contextvars import ContextVar

from starlette.types import Scope

CALLER: ContextVar[Scope | None] = ContextVar("CALLER", default=None)
LONGEST = 400
# The first that is named: browsers also name those that they are to be taken for.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def device() -> str:
    """E.g. "Firefox on Linux"; of a program its name, as it says it. Empty where nothing is said."""
    agent = _user_agent()[:LONGEST]
    browser = next((name for sign, name in BROWSERS.items() if sign in agent), None)
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or _named(agent)


def _named(agent: str) -> str:
    """What a program calls itself, without its version: letters, digits and a few signs only."""
    name = agent.partition("/")[0].strip()[:40]
    return name if name.isascii() and name.replace("-", "").replace("_", "").replace(" ", "").isalnum() else ""


def _user_agent() -> str:
    scope = CALLER.get()
    found = (value for name, value in scope["headers"] if name == b"user-agent") if scope else iter(())
    return bytes(next(found, b"")).decode("latin-1")
