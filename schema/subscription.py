"""Root fields that push."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from domain.ids import SessionId
from resolvers.sessions import watch_seats
from schema.context import Info
from schema.scalars import wanted
from schema.seats import AvailabilityUpdate, update_of

Watched = Annotated[strawberry.ID, strawberry.argument(description="The session to watch.")]
SinceVersion = Annotated[
    int | None, strawberry.argument(description="The version that the client has, to continue after being cut off.")
]


@strawberry.type(description="All that can be watched, over a websocket with the subprotocol graphql-transport-ws.")
class Subscription:
    @strawberry.subscription(
        description="Live seats of one session. With sinceVersion a client that was cut off resumes: deltas from there, "
        "or a snapshot if that is too far back."
    )
    async def seat_availability(
        self, info: Info, session_id: Watched, since_version: SinceVersion = None
    ) -> AsyncGenerator[AvailabilityUpdate, None]:
        watched = SessionId(wanted("session", session_id))
        async with aclosing(watch_seats(info.context.services, watched, since_version)) as updates:
            async for update in updates:
                yield update_of(update)
