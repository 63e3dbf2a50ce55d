"""What is kept out of logs, and what is not."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from resolvers.gateways.redaction import redacted
from resolvers.gateways.terminal import configure_logs

JWT = "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
REFRESH = "Zm9v-YmFy_Z3R5dWlvcGFzZGZnaGprbHp4Y3Zibm0x1"
QR = "US1." + "ABCDEFGHIJ234567" * 10


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"Bearer {JWT} was refused", "Bearer [redacted] was refused"),
        (f"token={REFRESH}", "token=[redacted]"),
        (f'{{"qr": "{QR}"}}', '{"qr": "[redacted]"}'),
        ("no account for fan+tickets@mail.example.com.", "no account for [redacted]."),
        ("/login/fan%40example.com", "/login/[redacted]"),
        ("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA", "[redacted]"),
        ("postgresql://usher:hunter2@db/usher", "postgresql://[redacted]@db/usher"),
        ("paid with 4242 4242 4242 4242, thanks", "paid with [redacted], thanks"),
        ("4242-4242-4242-4242", "[redacted]"),
        ("378282246310005", "[redacted]"),
    ],
)
def test_s31_secrets_are_not_told(text: str, kept: str) -> None:
    assert redacted(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "session_01m7zf07tqe4kswaa5xdwvw8yv",
        "0190f3c2-7b1e-7cc3-98c4-dc0c0c07398f",
        "9833a477073acb25ccded701dd6c42a8ff1202909a4bfdf5296690721b411a27",
        "2026-11-21T16:42:29.123456Z",
        "4242 4242 4242 4241",
        "1700000000000",
        "postgresql://db:5432/usher",
        "test_what_is_no_http_is_answered_with_the_same_headers_and_no_banner",
        "seat A-1 @ 20:00",
    ],
)
def test_what_a_log_is_for_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What production writes to stderr."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logs(json=True)
    yield written
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def test_s31_neither_fields_nor_exceptions_nor_other_libraries_tell(logged: io.StringIO) -> None:
    log = structlog.get_logger()
    log.info("login", password="hunter2", access_token="abc", nested={"to": "fan@example.com"}, count=3)
    try:
        raise ValueError("no user fan@example.com")
    except ValueError:
        log.exception("failed")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application for %s", "fan@example.com")
    told = logged.getvalue()
    for secret in ("hunter2", "abc", "fan@example.com"):
        assert secret not in told
    first, second, third = (json.loads(line) for line in told.splitlines())
    assert (first["password"], first["access_token"], first["nested"]["to"], first["count"]) == (*["[redacted]"] * 3, 3)
    assert second["exception"][0]["exc_value"] == "no user [redacted]"
    assert third["event"] == "Exception in ASGI application for [redacted]"


def test_s31_a_line_has_the_id_of_its_request(logged: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="12345678"):
        structlog.get_logger().info("one")
        logging.getLogger("uvicorn.error").error("two")
    assert [json.loads(line)["request_id"] for line in logged.getvalue().splitlines()] == ["12345678", "12345678"]
