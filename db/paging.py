"""Keyset pages: a cursor names the last row seen by its sort key, so that inserts and deletes move nothing."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Select, SQLColumnExpression, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import InvalidInput
from domain.repositories import Page, PageRequest

T = TypeVar("T")
Query: TypeAlias = Select[*tuple[Any, ...]]
Key = tuple[datetime, UUID]
# What stands for "no date" in a key: later than every real one.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def to_cursor(key: Key) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([key[0].isoformat(), key[1].hex])).decode().rstrip("=")


def from_cursor(cursor: str) -> Key:
    """Raises `InvalidInput` for anything that `to_cursor` did not make."""
    try:
        at, identity = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        key = datetime.fromisoformat(at), UUID(hex=identity)
        # Other zones reach instants that Postgres has not.
        if to_cursor(key) == cursor and key[0].tzinfo == UTC:
            return key
    except (binascii.Error, ValueError, TypeError, AttributeError, UnicodeEncodeError):
        pass
    raise InvalidInput(("after",), "This is not a cursor of this list.")


async def read_page(
    session: AsyncSession,
    query: Query,
    key: tuple[SQLColumnExpression[datetime], SQLColumnExpression[UUID]],
    wanted: PageRequest,
    made: Callable[[Any], T],
    *,
    newest_first: bool = False,
) -> Page[T]:
    """`made` gets a row of the query; the key is added behind it. One row more than asked tells whether there is more."""
    columns = tuple_(*key)
    if wanted.after is not None:
        seen = from_cursor(wanted.after)
        query = query.where(columns < seen if newest_first else columns > seen)
    order = [column.desc() if newest_first else column.asc() for column in key]
    rows = (await session.execute(query.add_columns(*key).order_by(*order).limit(wanted.first + 1))).all()
    return _page(rows, wanted, made)


def _page(rows: Sequence[Any], wanted: PageRequest, made: Callable[[Any], T]) -> Page[T]:
    shown = rows[: wanted.first]
    return Page(
        items=[made(row) for row in shown],
        cursors=[to_cursor((row[-2], row[-1])) for row in shown],
        has_next=len(rows) > wanted.first,
        has_previous=wanted.after is not None,
    )
