"""Events and how to find them."""

from datetime import datetime
from functools import partial
from typing import Self

import strawberry
from strawberry import Private

from domain import events as domain
from domain.events import EventCategory, EventStatus
from domain.orders import OrderFilter
from resolvers.sessions import count_sessions_of_event, sessions_of_event
from schema.connections import After, Connection, First, page_request
from schema.context import Info
from schema.members import LazyOrganizer
from schema.nodes import Node
from schema.scalars import shown
from schema.selling import LazyOrder, OnlyBuyer, OnlyOrders, orders_sold
from schema.sessions import Session


@strawberry.type(
    description="What people come for: a concert, a film, a match, a bus route. Its dated occurrences are its sessions."
)
class Event(Node):
    slug: str = strawberry.field(description="Unique, readable, for addresses; stable.")
    title: str = strawberry.field(description="Plain text.")
    description: str = strawberry.field(description="Plain text, paragraphs separated by empty lines.")
    category: EventCategory = strawberry.field(description="What kind of event it is.")
    status: EventStatus = strawberry.field(description="Only PUBLISHED events are sold.")
    minimum_age: int | None = strawberry.field(
        description="Buyers younger than this on the day of the session, in years, are refused."
    )
    event: Private[domain.Event]

    @strawberry.field(description="The next session on sale or still to come, null when all are over.")
    async def next_session(self, info: Info) -> Session | None:
        session = await info.context.next_session.load(self.event.id)
        return Session.of(session) if session else None

    @strawberry.field(description="All its sessions, past ones included, in the order of their start.")
    async def sessions(self, info: Info, first: First = 20, after: After = None) -> Connection[Session]:
        services = info.context.services
        page = await sessions_of_event(services, self.event.id, page_request(first, after))
        return Connection.of(page, Session.of, partial(count_sessions_of_event, services, self.event.id))

    @strawberry.field(description="Who puts it on.")
    async def organizer(self, info: Info) -> LazyOrganizer:
        from schema.organizers import Organizer  # lazy like the annotation

        return Organizer.of(await info.context.found_organizer(self.event.organizer_id))

    @strawberry.field(
        description="Orders for all its sessions, newest first; null for everybody but the organizer's owners, managers and box "
        "office."
    )
    async def orders(
        self, info: Info, first: First = 20, after: After = None, status: OnlyOrders = None, email: OnlyBuyer = None
    ) -> Connection[LazyOrder] | None:
        where = OrderFilter(event_id=self.event.id, status=status, email=email)
        return await orders_sold(info, page_request(first, after), where)

    @classmethod
    def of(cls, event: domain.Event) -> Self:
        return cls(
            id=shown("event", event.id),
            slug=event.slug,
            title=event.title,
            description=event.description,
            category=event.category,
            status=event.status,
            minimum_age=event.minimum_age,
            event=event,
        )


@strawberry.input(description="All conditions given must hold; dates and city are those of one and the same session.")
class EventFilter:
    search: str | None = strawberry.field(default=None, description="Words of the title or description, at most 200 characters.")
    category: EventCategory | None = strawberry.field(default=None, description="Only of this kind.")
    city: str | None = strawberry.field(default=None, description="A session in this city; case does not matter.")
    starts_after: datetime | None = strawberry.field(default=None, description="A session that starts then or later.")
    starts_before: datetime | None = strawberry.field(default=None, description="A session that starts before.")

    def read(self) -> domain.EventFilter:
        return domain.EventFilter(
            search=self.search.strip() or None if self.search else None,
            category=self.category,
            city=self.city,
            starts_after=self.starts_after,
            starts_before=self.starts_before,
        )
