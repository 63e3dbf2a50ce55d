"""Idempotency keys as clients give them, and what a response says of answers that were given before."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Annotated

import orjson
import strawberry

from domain.answers import LONGEST_KEY, Once
from domain.errors import InvalidInput
from domain.viewers import Viewer
from schema.context import Context, Info

KEY = (
    "The client's own key, new for everything that it means to do once: asked again with the same key and input, within 24 hours, "
    "the answer is the one that was given first, and nothing is done twice; with another input, it is an IdempotencyConflict. "
    "1 to 255 characters."
)
IdempotencyKey = Annotated[str | None, strawberry.argument(description=KEY)]
# What may be another one when the same is asked again.
NOT_ASKED = ("idempotency_key", "queue_token")
REPLAY = "idempotentReplay"


def once(
    info: Info, viewer: Viewer, asked: object, key: str | None, path: tuple[str, ...] = ("input", "idempotencyKey")
) -> Once | None:
    """None without a key. Raises `InvalidInput`, at the path of the key."""
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidInput(path, f"An idempotency key has 1 to {LONGEST_KEY} characters.")
    made = Once(viewer.user_id, info.field_name, key, fingerprint(asked))
    info.context.asked_once.append((str(info.path.key), made))
    return made


def fingerprint(asked: object) -> bytes:
    return hashlib.sha256(orjson.dumps(_plain(asked), default=str)).digest()


def _plain(asked: object) -> object:
    if is_dataclass(asked):
        return {one.name: _plain(getattr(asked, one.name)) for one in fields(asked) if one.name not in NOT_ASKED}
    return [_plain(one) for one in asked] if isinstance(asked, list) else asked


def replays(context: object, data: Mapping[str, object] | None) -> dict[str, object]:
    """For the response's extensions: true, or of several answers the names of those that were given before."""
    asked = context.asked_once if isinstance(context, Context) else ()
    replayed = [name for name, one in asked if one.replayed]
    if not replayed:
        return {}
    return {REPLAY: replayed if data is not None and len(data) > 1 else True}
