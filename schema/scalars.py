"""Scalars: how ids, instants and amounts are written on the wire."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.errors import NotFound
from domain.ids import read_id, show_id

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)")

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def write_instant(moment: datetime) -> str:
    """UTC, to the millisecond: what every client's Date can hold."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_instant(text: object) -> datetime:
    """Raises `GraphQLError` for a local time: without an offset nobody knows which instant it is."""
    if not isinstance(text, str) or not INSTANT.fullmatch(text):
        raise GraphQLError(f"{text!r} is not a date and time with an offset, e.g. 2027-01-31T19:30:00Z")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise GraphQLError(f"{text!r} is no date and time there is") from error


def read_day(text: object) -> date:
    """Raises `GraphQLError`."""
    if not isinstance(text, str) or not DAY.fullmatch(text):
        raise GraphQLError(f"{text!r} is not a day, e.g. 1990-04-12")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise GraphQLError(f"{text!r} is no day there is") from error


DateTime: ScalarDefinition = strawberry.scalar(
    name="DateTime",
    description="An instant, RFC 3339: written in UTC to the millisecond (2027-01-31T18:30:00.000Z), read with any offset.",
    specified_by_url="https://scalars.graphql.org/andimarek/date-time",
    serialize=write_instant,
    parse_value=read_instant,
)
DecimalText: ScalarDefinition = strawberry.scalar(
    name="Decimal",
    description='A decimal number carried as a string, e.g. "49.90", with as many decimals as its currency has.',
    specified_by_url="https://scalars.graphql.org/chillicream/decimal",
    serialize=str,
    parse_value=Decimal,
)
Day: ScalarDefinition = strawberry.scalar(
    name="Date",
    description="A day of the calendar, ISO 8601: 1990-04-12.",
    specified_by_url="https://scalars.graphql.org/andimarek/local-date",
    serialize=date.isoformat,
    parse_value=read_day,
)
SCALARS: dict[object, ScalarDefinition] = {datetime: DateTime, Decimal: DecimalText, date: Day}


def shown(prefix: str, value: UUID) -> strawberry.ID:
    return strawberry.ID(show_id(prefix, value))


def wanted(prefix: str, text: str) -> UUID:
    """Raises `NotFound` for anything but an id of that kind: what it names cannot exist."""
    value = maybe_wanted(prefix, text)
    if value is None:
        raise NotFound
    return value


def maybe_wanted(prefix: str, text: str) -> UUID | None:
    read = read_id(text)
    return read[1] if read is not None and read[0] == prefix else None
