"""Root fields that read."""

from functools import partial
from typing import Annotated

import strawberry

from domain import events as domain
from domain.audit import AuditFilter
from domain.errors import InvalidInput
from domain.holds import Selection
from domain.ids import EventId, OrderId, OrganizerId, SessionId, TicketId
from resolvers.audit import count_whole_audit, whole_audit
from resolvers.events import cities, count_events, event_by_slug, list_events
from resolvers.holds import would_lock
from resolvers.invitations import invitation_by_token
from resolvers.orders import order_for
from resolvers.organizers import organizer_by_slug
from resolvers.sandbox.control import sandbox_for
from resolvers.tickets import ticket_for
from resolvers.verification import verify_for
from resolvers.viewers import signed_in
from resolvers.waiting_rooms import queue_position, showing
from schema.audit import AuditEntry, OnlyAction
from schema.clients import ClientQuery
from schema.connections import After, Connection, First, page_request
from schema.context import Info
from schema.events import Event, EventFilter
from schema.finding import find_node
from schema.holds import QUEUE_TOKEN, Lockable, SelectionVerdict
from schema.members import Invitation
from schema.nodes import Node
from schema.orders import Order
from schema.organizers import Organizer
from schema.sandbox import Sandbox
from schema.scalars import maybe_wanted, wanted
from schema.sessions import Session
from schema.tickets import Ticket
from schema.verification import InvariantReport
from schema.viewers import User
from schema.waiting_rooms import QueuePosition, position_of

Id = Annotated[strawberry.ID, strawberry.argument(description="Its global id.")]
MaybeId = Annotated[strawberry.ID | None, strawberry.argument(description="Its global id; not together with slug.")]
OnlyOrganizer = Annotated[strawberry.ID | None, strawberry.argument(description="Only what concerns this organizer.")]
OnlySession = Annotated[strawberry.ID | None, strawberry.argument(description="Only what belongs to this session.")]
Slug = Annotated[str | None, strawberry.argument(description="Its slug; not together with id.")]
Seats = Annotated[list[str], strawberry.argument(description="Labels of the seats, each once, at most 100.")]
InvitationToken = Annotated[str, strawberry.argument(description="What the mailed link has after the #, or inviteMember has told.")]
QueueToken = Annotated[str | None, strawberry.argument(description=QUEUE_TOKEN)]
Filter = Annotated[EventFilter | None, strawberry.argument(description="Only events that fit.")]


@strawberry.type(description="All that can be asked. What does not exist or is not yours is null.")
class Query(ClientQuery):
    @strawberry.field(description="Anything with a global id.")
    async def node(self, info: Info, id: Id) -> Node | None:
        return await find_node(info.context, id)

    @strawberry.field(description="Published events, in the order of their next session; those without one last.")
    async def events(self, info: Info, first: First = 20, after: After = None, filter: Filter = None) -> Connection[Event]:
        where = filter.read() if filter else domain.EventFilter()
        page = await list_events(info.context.services, page_request(first, after), where)
        return Connection.of(page, Event.of, partial(count_events, info.context.services, where))

    @strawberry.field(
        description="Cities with a published session that has not ended, each once, alphabetical; for the filter of events."
    )
    async def cities(self, info: Info) -> list[str]:
        return list(await cities(info.context.services))

    @strawberry.field(description="One event, by exactly one of id and slug.")
    async def event(self, info: Info, id: MaybeId = None, slug: Slug = None) -> Event | None:
        if (id is None) == (slug is None):
            raise InvalidInput(("id",), "Give either id or slug.")
        if slug is not None:
            found = await event_by_slug(info.context.services, slug)
        else:
            event_id = maybe_wanted("event", id or "")
            found = await info.context.seen_event(EventId(event_id)) if event_id else None
        return Event.of(found) if found else None

    @strawberry.field(description="One session.")
    async def session(self, info: Info, id: Id) -> Session | None:
        session_id = maybe_wanted("session", id)
        found = await info.context.seen_session(SessionId(session_id)) if session_id else None
        return Session.of(found) if found else None

    @strawberry.field(
        description="What lockTickets would say of exactly these seats now, for the viewer; without an access token, nobody's "
        "limits count. Locks nothing. Null for a session that does not exist."
    )
    async def selection_verdict(
        self, info: Info, session_id: Id, seats: Seats, queue_token: QueueToken = None
    ) -> SelectionVerdict | None:
        wanted, viewer = maybe_wanted("session", session_id), info.context.viewer
        if wanted is None:
            return None
        selection = Selection(SessionId(wanted), tuple(seats), viewer.user_id if viewer else None)
        found = await would_lock(info.context.services, showing(info.context.services, selection, queue_token))
        return Lockable.of(found) if found else None

    @strawberry.field(
        description="Where the viewer is in the queue for a session: what the subscription of the same name tells, for who cannot "
        "hold a websocket open. Ask every five seconds at most. Null for a session that does not exist."
    )
    async def queue_position(self, info: Info, session_id: Id) -> QueuePosition | None:
        viewer, asked = signed_in(info.context.viewer), maybe_wanted("session", session_id)
        found = await queue_position(info.context.services, viewer, SessionId(asked)) if asked else None
        return position_of(info, found) if found else None

    @strawberry.field(description="One organizer, by exactly one of id and slug.")
    async def organizer(self, info: Info, id: MaybeId = None, slug: Slug = None) -> Organizer | None:
        if (id is None) == (slug is None):
            raise InvalidInput(("id",), "Give either id or slug.")
        if slug is not None:
            found = await organizer_by_slug(info.context.services, slug)
        else:
            organizer_id = maybe_wanted("organizer", id or "")
            found = await info.context.organizer.load(OrganizerId(organizer_id)) if organizer_id else None
        return Organizer.of(found) if found else None

    @strawberry.field(
        description="The open invitation that a token is for; null for any other, and for one that was accepted, withdrawn or "
        "replaced, or is over. Ask by POST, which leaves no token in a log. No access token is needed."
    )
    async def invitation(self, info: Info, token: InvitationToken) -> Invitation | None:
        found = await invitation_by_token(info.context.services, token)
        return Invitation.of(found) if found else None

    @strawberry.field(description="One ticket, for its holder and those who check it in or sell it.")
    async def ticket(self, info: Info, id: Id) -> Ticket | None:
        ticket_id = maybe_wanted("ticket", id)
        found = await ticket_for(info.context.services, info.context.viewer, TicketId(ticket_id)) if ticket_id else None
        return Ticket.of(found) if found else None

    @strawberry.field(description="One order, for its buyer and those who sell for the organizer.")
    async def order(self, info: Info, id: Id) -> Order | None:
        order_id = maybe_wanted("order", id)
        found = await order_for(info.context.services, info.context.viewer, OrderId(order_id)) if order_id else None
        return Order.of(found) if found else None

    @strawberry.field(description="The signed-in user; null without a valid access token.")
    async def me(self, info: Info) -> User | None:
        viewer = info.context.viewer
        found = await info.context.user.load(viewer.user_id) if viewer else None
        return User.of(found) if found else None

    @strawberry.field(description="What a frontend can be tested against. Null for everybody but admins, and outside demo mode.")
    async def sandbox(self, info: Info) -> Sandbox | None:
        found = sandbox_for(info.context.services, info.context.viewer)
        return Sandbox.of(found) if found else None

    @strawberry.field(
        description="What staff and partners did, newest first, of one organizer or of all. For admins: fails with the error code "
        "NOT_ALLOWED for everybody else."
    )
    async def audit_log(
        self, info: Info, first: First = 20, after: After = None, organizer_id: OnlyOrganizer = None, action: OnlyAction = None
    ) -> Connection[AuditEntry]:
        services, viewer = info.context.services, signed_in(info.context.viewer)
        only = OrganizerId(wanted("organizer", organizer_id)) if organizer_id is not None else None
        where = AuditFilter(only, action)
        page = await whole_audit(services, viewer, page_request(first, after), where)
        return Connection.of(page, AuditEntry.of, partial(count_whole_audit, services, viewer, where))

    @strawberry.field(
        description="Asks everything that is stored whether every promise was kept, and replays the change logs; it may take "
        "seconds. For admins: fails with the error code NOT_ALLOWED for everybody else."
    )
    async def verification(self, info: Info, session_id: OnlySession = None) -> list[InvariantReport]:
        only = SessionId(wanted("session", session_id)) if session_id is not None else None
        found = await verify_for(info.context.services, signed_in(info.context.viewer), only)
        return [InvariantReport.of(report) for report in found]
