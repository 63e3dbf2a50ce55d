"""What a device is called, by what it says of itself."""

import pytest

from schema.serving.callers import CALLER, device

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/142.0.0.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} OPR/120.0", "Opera on Windows"),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {CHROME.replace('Safari', 'Mobile Safari')}", "Chrome on Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME}", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605 Version/18 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605 CriOS/142.0 Safari/604.1", "Chrome on iPad"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("curl/8.5.0", "curl"),
        ("Usher Gate/2.1 (Android 15)", "Android"),
        ("<script>alert(1)</script>", ""),
        ("caf\u00e9/1.0", ""),
        ("x" * 5_000, "x" * 40),
        ("", ""),
    ],
)
def test_a_device_is_called_by_its_browser_and_its_system_or_by_the_name_of_its_program(agent: str, name: str) -> None:
    set_to = CALLER.set({"headers": [(b"host", b"localhost"), (b"user-agent", agent.encode("latin-1"))]})
    assert device() == name
    CALLER.reset(set_to)


def test_who_says_nothing_has_no_name() -> None:
    assert device() == ""
    set_to = CALLER.set({"headers": []})
    assert device() == ""
    CALLER.reset(set_to)
