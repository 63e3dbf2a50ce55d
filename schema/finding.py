"""`node(id:)`: the thing that a global id names, for whoever may see it."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from domain.ids import EventId, HoldId, OrderId, OrganizerId, SessionId, TicketId, TicketTypeId, UserId, VenueId, read_id
from resolvers.orders import order_for
from resolvers.tickets import ticket_for
from schema.context import Context
from schema.events import Event
from schema.holds import Hold
from schema.nodes import Node
from schema.orders import Order
from schema.organizers import Organizer
from schema.sessions import Session, TicketType, Venue
from schema.tickets import Ticket
from schema.viewers import User


async def find_node(context: Context, id: str) -> Node | None:
    read = read_id(id)
    if read is None or read[0] not in FINDERS:
        return None
    return await FINDERS[read[0]](context, read[1])


async def _event(context: Context, value: UUID) -> Event | None:
    found = await context.seen_event(EventId(value))
    return Event.of(found) if found else None


async def _session(context: Context, value: UUID) -> Session | None:
    found = await context.seen_session(SessionId(value))
    return Session.of(found) if found else None


async def _venue(context: Context, value: UUID) -> Venue | None:
    found = await context.venue.load(VenueId(value))
    return Venue.of(found) if found else None


async def _ticket_type(context: Context, value: UUID) -> TicketType | None:
    found = await context.ticket_type.load(TicketTypeId(value))
    return TicketType.of(found) if found and await context.seen_session(found.session_id) else None


async def _hold(context: Context, value: UUID) -> Hold | None:
    found = await context.hold.load(HoldId(value))
    mine = found is not None and context.viewer is not None and found.user_id == context.viewer.user_id
    return Hold.of(found) if found and mine else None


async def _order(context: Context, value: UUID) -> Order | None:
    found = await order_for(context.services, context.viewer, OrderId(value))
    return Order.of(found) if found else None


async def _ticket(context: Context, value: UUID) -> Ticket | None:
    found = await ticket_for(context.services, context.viewer, TicketId(value))
    return Ticket.of(found) if found else None


async def _user(context: Context, value: UUID) -> User | None:
    if context.viewer is None or context.viewer.user_id != value:
        return None
    found = await context.user.load(UserId(value))
    return User.of(found) if found else None


async def _organizer(context: Context, value: UUID) -> Organizer | None:
    found = await context.organizer.load(OrganizerId(value))
    return Organizer.of(found) if found else None


FINDERS: Mapping[str, Callable[[Context, UUID], Awaitable[Node | None]]] = {
    "event": _event,
    "session": _session,
    "venue": _venue,
    "tickettype": _ticket_type,
    "hold": _hold,
    "order": _order,
    "ticket": _ticket,
    "user": _user,
    "organizer": _organizer,
}
