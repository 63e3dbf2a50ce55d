"""Live seats as the documentation of Strawberry and broadcaster has them: a subscription of its own for each watcher."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path
from typing import Annotated, Any, cast

import orjson
import strawberry
import uvicorn
from broadcaster import Broadcast, Event
from strawberry.asgi import GraphQL

from domain.seats import SeatStatus
from tests.benchmarks.live_feed import Feed, Message


@strawberry.type
class SeatGroup:
    status: strawberry.enum(SeatStatus)  # type: ignore[valid-type]  # the same enum under the same name
    labels: list[str]


@strawberry.type
class PlacesLeft:
    ticket_type_id: strawberry.ID
    available: int


@strawberry.type
class AvailabilitySnapshot:
    version: int
    available: int
    held: int
    sold: int
    seats: list[SeatGroup]
    general_admission: list[PlacesLeft]


@strawberry.type
class AvailabilityDelta:
    previous_version: int
    version: int
    available: int
    held: int
    sold: int
    changes: list[SeatGroup]
    general_admission: list[PlacesLeft]


AvailabilityUpdate = Annotated[AvailabilitySnapshot | AvailabilityDelta, strawberry.union("AvailabilityUpdate")]


def update_of(seen: dict[str, Any]) -> AvailabilitySnapshot | AvailabilityDelta:
    counts = {name: seen[name] for name in ("version", "available", "held", "sold")}
    left = [PlacesLeft(ticket_type_id=one["ticketTypeId"], available=one["available"]) for one in seen["generalAdmission"]]
    if "previousVersion" not in seen:
        return AvailabilitySnapshot(**counts, seats=groups(seen["seats"]), general_admission=left)
    previous, changes = seen["previousVersion"], groups(seen["changes"])
    return AvailabilityDelta(previous_version=previous, **counts, changes=changes, general_admission=left)


def groups(seen: list[dict[str, Any]]) -> list[SeatGroup]:
    return [SeatGroup(status=SeatStatus(group["status"]), labels=group["labels"]) for group in seen]


def schema_of(feed: Feed, broadcast: Broadcast) -> strawberry.Schema:
    @strawberry.type
    class Query:
        version: int = feed.first.update["version"]

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def seat_availability(self, session_id: strawberry.ID) -> AsyncGenerator[AvailabilityUpdate, None]:
            async with broadcast.subscribe("seats") as events:
                yield update_of(feed.first.update)
                async for event in cast(AsyncIterable[Event], events):
                    yield update_of(orjson.loads(event.message))

    return strawberry.Schema(query=Query, subscription=Subscription)


async def pass_on(published: asyncio.Queue[Message], broadcast: Broadcast) -> None:
    while True:
        message = await published.get()
        await broadcast.publish("seats", orjson.dumps(message.update).decode())


async def main(port: int, messages: Path) -> None:
    feed, published = Feed(messages), asyncio.Queue[Message]()
    async with Broadcast("memory://") as broadcast, asyncio.TaskGroup() as tasks:
        passing_on = tasks.create_task(pass_on(published, broadcast))
        feed.start(published.put_nowait)
        # Without uvicorn's pings: so far behind, it would take the watchers for dead.
        app: Any = GraphQL(schema_of(feed, broadcast))
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False, ws_ping_interval=None)
        await uvicorn.Server(config).serve()
        passing_on.cancel()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner:
        runner.run(main(int(sys.argv[1]), Path(sys.argv[2])))
