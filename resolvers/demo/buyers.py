"""Buyers who are not people: a demo's guests and a sandbox's rivals."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from domain.ids import UserId, new_id
from domain.repositories import Transaction
from domain.viewers import NO_PASSWORD, Role, User, Viewer
from resolvers.services import Services

BORN = date(1980, 1, 1)
STAY = timedelta(days=1)


async def buyers(services: Services, emails: Sequence[str]) -> Sequence[Viewer]:
    """In that order; those who are not there yet are added."""
    async with services.transaction() as work:
        ends = await work.now() + STAY
        return [await _buyer(work, email, ends) for email in emails]


async def _buyer(work: Transaction, email: str, ends: datetime) -> Viewer:
    user = await work.users.by_email(email)
    if user is None:
        user = User(UserId(new_id()), email, frozenset({Role.ATTENDEE}), NO_PASSWORD, BORN, verified=True)
        await work.users.add(user)
    return Viewer(user.id, user.roles, ends)
