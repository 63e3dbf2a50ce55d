"""The columns that the table classes are made of, as Postgres has them."""

from typing import Any

from sqlalchemy import ARRAY, DateTime, Text
from sqlmodel import Field


def text(**column: Any) -> Any:
    return Field(sa_type=Text, **column)


def instant(**column: Any) -> Any:
    return Field(sa_type=DateTime(timezone=True), **column)


def array(of: Any, **column: Any) -> Any:
    return Field(sa_type=ARRAY(of), **column)
