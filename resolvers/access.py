"""The one place that is asked who may do what with an organizer's things.

Whoever has a right nowhere is told so (`NotAllowed`), whatever they name; to whoever has it somewhere, all that is beyond its
reach is not there (`NotFound`, or null), as if it did not exist.
"""

from collections.abc import Collection, Mapping
from typing import TypeVar

from domain.access import NO_RIGHTS, NOWHERE, Reach, Right, Rights
from domain.clients import Grant, Scope
from domain.errors import NotAllowed, NotFound
from domain.events import Session
from domain.ids import OrganizerId, SessionId, UserId
from domain.repositories import Transaction
from domain.viewers import Viewer
from resolvers.services import Services

T = TypeVar("T")

OF_SCOPE: Mapping[Scope, Collection[Right]] = {Scope.CHECK_IN: (Right.CHECK_IN,), Scope.READ_ORDERS: (Right.SEE_ORDERS,)}


async def rights_by_ids(services: Services, ids: Collection[UserId]) -> Mapping[UserId, Rights]:
    async with services.reading() as work:
        return await work.organizers.rights(ids)


async def rights_of(work: Transaction, viewer: Viewer) -> Rights:
    """As the database says now, whatever the viewer's token does. A partner's program has none, whatever its account is."""
    if viewer.grant is not None:
        return NO_RIGHTS
    return (await work.organizers.rights([viewer.user_id])).get(viewer.user_id, NO_RIGHTS)


async def reach_of(work: Transaction, viewer: Viewer | None, *rights: Right) -> Reach:
    if viewer is None:
        return NOWHERE
    if viewer.grant is not None:
        return granted_reach(viewer.grant, rights)
    return (await rights_of(work, viewer)).reach(*rights)


def granted_reach(grant: Grant, rights: Collection[Right]) -> Reach:
    """It reaches what its scopes are for."""
    may = any(right in rights for scope in grant.scopes for right in OF_SCOPE.get(scope, ()))
    return Reach(organizers=frozenset({grant.organizer_id})) if may else NOWHERE


def by_viewer(asked: Collection[tuple[Viewer, T]]) -> Mapping[Viewer, list[T]]:
    """What loaders are asked, each reach read once."""
    found: dict[Viewer, list[T]] = {}
    for viewer, one in asked:
        found.setdefault(viewer, []).append(one)
    return found


async def reach_to_act(work: Transaction, viewer: Viewer, right: Right) -> Reach:
    """Raises `NotAllowed` where it reaches nowhere."""
    reach = await reach_of(work, viewer, right)
    if reach.nowhere:
        raise NotAllowed
    return reach


async def administering(work: Transaction, viewer: Viewer) -> None:
    """Raises `NotAllowed` for everybody but admins."""
    if not (await rights_of(work, viewer)).admin:
        raise NotAllowed


async def organizer_within(work: Transaction, viewer: Viewer, right: Right, organizer_id: OrganizerId) -> Reach:
    """Raises `NotAllowed`, `NotFound`."""
    reach = await reach_to_act(work, viewer, right)
    if not reach.covers(organizer_id) or not await work.organizers.by_ids([organizer_id]):
        raise NotFound
    return reach


async def session_within(work: Transaction, viewer: Viewer, right: Right, session_id: SessionId) -> tuple[Session, OrganizerId]:
    """Drafts too. Raises `NotAllowed`, `NotFound`."""
    reach = await reach_to_act(work, viewer, right)
    session = (await work.sessions.by_ids([session_id], hidden=True)).get(session_id)
    owner = (await work.organizers.of_sessions([session_id])).get(session_id)
    if session is None or owner is None or not reach.covers(*owner):
        raise NotFound
    return session, owner[0]
