"""How far a right reaches, as a condition of a query: what is beyond is not read at all."""

from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, or_, true, tuple_

from domain.access import Reach


def within(
    reach: Reach, organizer: SQLColumnExpression[UUID], event: SQLColumnExpression[UUID] | None = None
) -> ColumnElement[bool]:
    """Without an event: only what is the organizer's as a whole."""
    if reach.everywhere:
        return true()
    whole = organizer.in_(reach.organizers)
    if event is None or not reach.events:
        return whole
    return or_(whole, tuple_(organizer, event).in_(reach.events))
