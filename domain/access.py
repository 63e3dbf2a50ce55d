"""Who may do what with an organizer's things: the rights of each role, and how far they reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.ids import EventId, OrganizerId
from domain.organizers import MemberRole, Post


class Right(StrEnum):
    SEE_MEMBERS = "SEE_MEMBERS"
    MANAGE_MEMBERS = "MANAGE_MEMBERS"
    MANAGE_DEVICES = "MANAGE_DEVICES"
    MANAGE_CLIENTS = "MANAGE_CLIENTS"
    SEE_AUDIT = "SEE_AUDIT"
    SEE_DRAFTS = "SEE_DRAFTS"
    PUT_ON = "PUT_ON"
    RUN_WAITING_ROOMS = "RUN_WAITING_ROOMS"
    SEE_ORDERS = "SEE_ORDERS"
    CANCEL_TICKETS = "CANCEL_TICKETS"
    CHECK_IN = "CHECK_IN"


BOX_OFFICE = frozenset({Right.SEE_ORDERS, Right.CANCEL_TICKETS})
GATE = frozenset({Right.CHECK_IN})
OF_ROLE: Mapping[MemberRole, frozenset[Right]] = {
    MemberRole.OWNER: frozenset(Right),
    MemberRole.MANAGER: frozenset(Right),
    MemberRole.BOX_OFFICE: BOX_OFFICE,
    MemberRole.GATE: GATE,
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a right reaches: all that `organizers` have, and of others only these `events`. `everywhere`: an admin's.

    The same in a query's WHERE as it is asked here, so that what is out of reach is not even read.
    """

    everywhere: bool = False
    organizers: frozenset[OrganizerId] = frozenset()
    events: frozenset[tuple[OrganizerId, EventId]] = frozenset()

    @property
    def nowhere(self) -> bool:
        return not (self.everywhere or self.organizers or self.events)

    def covers(self, organizer_id: OrganizerId, event_id: EventId | None = None) -> bool:
        """Without an event: all that the organizer has."""
        if self.everywhere or organizer_id in self.organizers:
            return True
        return event_id is not None and (organizer_id, event_id) in self.events


NOWHERE = Reach()
EVERYWHERE = Reach(everywhere=True)


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account is now to whom: as the database says, whatever its token does."""

    admin: bool = False
    posts: Mapping[OrganizerId, Post] = field(default_factory=dict)

    def reach(self, *rights: Right) -> Reach:
        """Of any of the rights."""
        if self.admin:
            return EVERYWHERE
        holding = {organizer_id: post for organizer_id, post in self.posts.items() if not OF_ROLE[post.role].isdisjoint(rights)}
        whole = frozenset(organizer_id for organizer_id, post in holding.items() if post.events is None)
        single = ((organizer_id, event) for organizer_id, post in holding.items() for event in post.events or ())
        return Reach(organizers=whole, events=frozenset(single))

    def role_at(self, organizer_id: OrganizerId) -> MemberRole | None:
        """An admin is as an owner everywhere."""
        if self.admin:
            return MemberRole.OWNER
        post = self.posts.get(organizer_id)
        return post.role if post else None


NO_RIGHTS = Rights()
