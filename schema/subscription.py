"""Root fields that push."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Annotated

import strawberry

from domain.ids import EventId, HoldId, OrderId, SessionId
from resolvers.sessions import seats_to_watch, watch_seats
from resolvers.viewers import signed_in
from resolvers.waiting_rooms import watch_position
from resolvers.watching import watch_event, watch_gate, watch_hold, watch_order, watch_tickets
from schema.check_ins import GateActivity
from schema.context import Info
from schema.events import Event
from schema.holds import HoldChange
from schema.orders import Order
from schema.scalars import wanted
from schema.seats import AvailabilityUpdate, update_of
from schema.serving.relay import SHARED, relayed
from schema.tickets import MyTicketsUpdate
from schema.waiting_rooms import QueuePosition, position_of

Watched = Annotated[strawberry.ID, strawberry.argument(description="The session to watch.")]
SinceVersion = Annotated[
    int | None, strawberry.argument(description="The version that the client has, to continue after being cut off.")
]
Sections = Annotated[
    list[str] | None,
    strawberry.argument(
        description="Names of sections of the seat map, at most 100: only their seats are told of. Counts stay the whole "
        "session's, and every version is told, also one without any of these seats."
    ),
]
WatchedEvent = Annotated[strawberry.ID, strawberry.argument(description="The event to watch.")]
WatchedHold = Annotated[strawberry.ID, strawberry.argument(description="A hold of yours.")]
WatchedOrder = Annotated[strawberry.ID, strawberry.argument(description="An order of yours.")]
WatchedQueue = Annotated[strawberry.ID, strawberry.argument(description="The session that is queued for.")]
WatchedGate = Annotated[strawberry.ID, strawberry.argument(description="The session that is admitted to.")]


@strawberry.type(
    description="All that can be watched, over a websocket with the subprotocol graphql-transport-ws. What is not there, or not "
    "yours, ends with the error code NOT_FOUND, at the start or later. Every message is whole and present: who reads slowly misses "
    "what was in between, never the last."
)
class Subscription:
    @strawberry.subscription(
        description="Live seats of one session. With sinceVersion a client that was cut off resumes: deltas from there, "
        "or a snapshot if that is too far back.",
        metadata={SHARED: "sinceVersion"},
    )
    async def seat_availability(
        self, info: Info, session_id: Watched, since_version: SinceVersion = None, sections: Sections = None
    ) -> AsyncGenerator[AvailabilityUpdate, None]:
        services = info.context.services
        watched = await seats_to_watch(services, SessionId(wanted("session", session_id)), sections)
        async with aclosing(relayed(info.root_value, partial(watch_seats, services, watched), since_version)) as updates:
            async for update in updates:
                yield update_of(update, watched)

    @strawberry.subscription(
        description="An event: as it is, then whenever it or one of its sessions became another: status, dates, what is sold at "
        "what price. How much is left is seatAvailability's."
    )
    async def event_changed(self, info: Info, event_id: WatchedEvent) -> AsyncGenerator[Event, None]:
        async with aclosing(watch_event(info.context.services, EventId(wanted("event", event_id)))) as events:
            async for event in events:
                info.context.forget()
                yield Event.of(event)

    @strawberry.subscription(
        description="A hold, for its buyer: as it is, then whenever it became another, also when it is about to expire. Completes "
        "with its end: CONVERTED, RELEASED or EXPIRED."
    )
    async def hold_changed(self, info: Info, hold_id: WatchedHold) -> AsyncGenerator[HoldChange, None]:
        viewer = signed_in(info.context.viewer)
        async with aclosing(watch_hold(info.context.services, viewer, HoldId(wanted("hold", hold_id)))) as holds:
            async for hold in holds:
                info.context.forget()
                yield HoldChange.of(hold)

    @strawberry.subscription(
        description="An order, for its buyer: as it is, then at every change of its status. Completes with EXPIRED or REFUNDED; "
        "a PAID one may still be cancelled, and a CANCELLED one refunded."
    )
    async def order_changed(self, info: Info, order_id: WatchedOrder) -> AsyncGenerator[Order, None]:
        viewer = signed_in(info.context.viewer)
        async with aclosing(watch_order(info.context.services, viewer, OrderId(wanted("order", order_id)))) as orders:
            async for order in orders:
                info.context.forget()
                yield Order.of(order)

    @strawberry.subscription(
        description="The viewer's tickets whenever some were issued, used or cancelled, or ended with their session. The first "
        "message has none: it says that from now on nothing is missed, so ask for me.tickets after it."
    )
    async def my_tickets(self, info: Info) -> AsyncGenerator[MyTicketsUpdate, None]:
        async with aclosing(watch_tickets(info.context.services, signed_in(info.context.viewer))) as updates:
            async for tickets in updates:
                info.context.forget()
                yield MyTicketsUpdate.of(tickets)

    @strawberry.subscription(
        description="Where the viewer is in the queue for a session: as it is, then as it goes on, every three seconds at most and "
        "seldom while there is long to wait; at once when the draw was held, when the rate changes, and when it is the viewer's "
        "turn. Completes with NoQueue, NotQueued, Admitted or AdmissionMissed: waiting changes nothing there."
    )
    async def queue_position(self, info: Info, session_id: WatchedQueue) -> AsyncGenerator[QueuePosition, None]:
        viewer, services = signed_in(info.context.viewer), info.context.services
        async with aclosing(watch_position(services, viewer, SessionId(wanted("session", session_id)))) as positions:
            async for position in positions:
                yield position_of(info, position)

    @strawberry.subscription(
        description="A session's admission, for those who check tickets in: as it is, then as it goes on, five times a second at "
        "most. Ends with the error code NOT_ALLOWED for everyone else, and for who loses that role."
    )
    async def gate_activity(self, info: Info, session_id: WatchedGate) -> AsyncGenerator[GateActivity, None]:
        viewer = signed_in(info.context.viewer)
        watched = SessionId(wanted("session", session_id))
        async with aclosing(watch_gate(info.context.services, viewer, watched)) as activities:
            async for activity in activities:
                info.context.forget()
                yield GateActivity.of(activity)
