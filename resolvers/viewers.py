"""Who somebody is."""

from collections.abc import Collection, Mapping

from domain.errors import Unauthenticated
from domain.ids import UserId
from domain.viewers import User, Viewer
from resolvers.services import Services


def signed_in(viewer: Viewer | None) -> Viewer:
    """Raises `Unauthenticated` where nobody is."""
    if viewer is None:
        raise Unauthenticated
    return viewer


async def users_by_ids(services: Services, ids: Collection[UserId]) -> Mapping[UserId, User]:
    async with services.reading() as work:
        return await work.users.by_ids(ids)
