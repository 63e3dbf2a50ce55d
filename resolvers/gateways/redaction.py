"""What no log may have in it, whoever wrote the line: passwords, tokens, QR codes, emails, card numbers."""

import re
from typing import Any

from structlog.typing import EventDict

REDACTED = "[redacted]"
# Of a field, whatever is in it.
NAMES = re.compile(r"password|token$|secret|authorization|cookie|email|card_?number|^qr", re.IGNORECASE)
TEXTS = re.compile(
    "|".join(
        (
            r"eyJ[\w-]+(?:\.[\w-]*){1,4}",  # a JSON Web Token
            r"US1\.[A-Z2-7]{8,}",  # a ticket's QR code
            r"\$argon2\w*\$[^\s\"']+",
            r"(?<=://)[^/\s:@\"']*:[^/\s@\"']+(?=@)",  # user and password in an address
            r"[\w.!#$%&'*+=?^`{|}~-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+",  # an email, also as it stands in an address
            # A random token: long, and of all three kinds of characters, which neither ids nor hashes in hexadecimal are.
            r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{40,}",
        )
    )
)
CARD = re.compile(r"(?<!\d)[2-6](?:[ -]?\d){13,18}(?!\d)")


def without_secret_fields(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {name: REDACTED if NAMES.search(name) else value for name, value in event.items()}


def redacted(text: str) -> str:
    return CARD.sub(_unless_no_card, TEXTS.sub(REDACTED, text))


def redacted_line(_logger: Any, _method: str, line: Any) -> str:
    """After it was rendered: exceptions and nested values are text by then."""
    return redacted(str(line))


def _unless_no_card(found: re.Match[str]) -> str:
    digits = [int(each) for each in found[0] if each.isdigit()]
    # The check digit of ISO/IEC 7812 (Luhn).
    checked = sum(sum(divmod(2 * digit, 10)) if at % 2 else digit for at, digit in enumerate(reversed(digits)))
    return REDACTED if checked % 10 == 0 else found[0]
