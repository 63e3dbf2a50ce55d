"""What nobody means to send."""

from collections.abc import Sequence
from random import Random
from typing import Any

TEXTS: Sequence[str] = (
    "",
    " ",
    "x",
    "null",
    "\x00",
    "a\x00b",
    "\x7f\x1b[2J",
    "\u202e\u200b\ufeff",
    "\U0010ffff",
    "é" * 300,
    "x" * 5_000,
    "' OR 1=1--",
    "'; DROP TABLE account; --",
    "\\'; SELECT pg_sleep(9); --",
    '" OR ""="',
    "%s %(x)s {0.__class__} {{7*7}} ${7*7}",
    "%",
    "_",
    "</script><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "-1",
    "NaN",
    "1e999",
    "١٢٣",
    "0x7f",
    "2026-02-30T25:61:61Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "2026-11-21T16:00:00+99:99",
    "2026-11-21",
    "EUR",
    "A-1",
    "session_00000000000000000000000000",
    "session_7zzzzzzzzzzzzzzzzzzzzzzzzz",
    "session_zzzzzzzzzzzzzzzzzzzzzzzzzz",
    "hold_01m7zf07tqe4kswaa5xdwvw8yv",
    "nothing_01m7zf07tqe4kswaa5xdwvw8yv",
    "US1." + "A" * 160,
    "a@b.co",
    "a@" + "b" * 300 + ".co",
    "fan@example.com",
    "eyJhbGciOiJub25lIn0.e30.",
)
NUMBERS: Sequence[int] = (0, 1, -1, 2, 100, 101, 2**15, 2**31 - 1, 2**31, -(2**31) - 1, 10**9, 2**53, 2**63, 2**64, -(2**63))
FLOATS: Sequence[float] = (0.0, -0.0, 0.5, 1e-320, 1e308, 1.5e18)


def text(random: Random) -> str:
    return random.choice(TEXTS) if random.random() < 0.9 else "".join(chr(random.randrange(1, 0xD800)) for _ in range(9))


def value(random: Random, depth: int = 3) -> Any:
    """Any JSON."""
    if random.random() < 0.02:
        return nested(random.choice((60, 126, 127, 128)))
    kind = random.randrange(8 if depth else 6)
    match kind:
        case 0:
            return None
        case 1:
            return random.random() < 0.5
        case 2:
            return random.choice(NUMBERS)
        case 3:
            return random.choice(FLOATS)
        case 4 | 5:
            return text(random)
        case 6:
            return [value(random, depth - 1) for _ in range(random.randrange(4))]
    return {text(random): value(random, depth - 1) for _ in range(random.randrange(4))}


def nested(levels: int) -> Any:
    tree: Any = 1
    for _ in range(levels):
        tree = {"x": [tree]}
    return tree


def replaced(random: Random, tree: Any) -> Any:
    """With something else at some place in it."""
    if random.random() < 0.2 or not isinstance(tree, dict | list) or not tree:
        return value(random)
    if isinstance(tree, list):
        at = random.randrange(len(tree))
        return [replaced(random, each) if place == at else each for place, each in enumerate(tree)]
    name = random.choice(sorted(tree))
    return {key: replaced(random, each) if key == name else each for key, each in tree.items()}


def damaged(random: Random, whole: bytes) -> bytes:
    """Some of its bytes are gone, doubled, moved, or others."""
    for _ in range(random.randrange(1, 5)):
        at = random.randrange(len(whole) + 1)
        upto = min(len(whole), at + random.randrange(1, 9))
        others = (b"", b"\x00", b'"', b"{", b"}", b"[", b"\\u0000", b"\xff\xfe")
        part = random.choice((*others, whole[at:upto] * 3, random.randbytes(3)))
        whole = whole[:at] + part + whole[upto:]
    return whole
