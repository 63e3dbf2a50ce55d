"""Idempotency keys: asking again is asking once."""

from dataclasses import dataclass, field

from domain.ids import UserId

LONGEST_KEY = 255


@dataclass(slots=True)
class Once:
    """A caller's key for an operation on one input, of which there is a fingerprint.

    Whoever finds that it was answered before gives that answer again, and sets `replayed`.
    """

    user_id: UserId
    operation: str
    key: str
    input_hash: bytes
    replayed: bool = field(default=False, compare=False)
