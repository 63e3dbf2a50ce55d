"""A subscription that lives for days must not grow, nor must many that come and go."""

import asyncio
import gc
import tracemalloc
from collections.abc import Awaitable, Callable

from graphql.execution import Executor
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.serving.execution import UsherExecutor
from tests.schema.serving.raw import raw_socket
from tests.schema.serving.toy import Context, Toys, toy_schema
from tests.schema.serving.watchers import Reader, house, left
from tests.schema.serving.wire import ToyServer, toy_server, wire


async def test_events_of_a_subscription_leave_nothing_in_memory() -> None:
    stream = await toy_schema().subscribe(
        "subscription { things(to: 3000) { id parts { id } } }", context_value=Context(Toys(), None)
    )
    for _ in range(500):
        await anext(stream)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(2_000):
        await anext(stream)
    gc.collect()
    # graphql-core alone keeps 28 objects per event here: 56,000.
    assert len(gc.get_objects()) - before < 500
    await stream.aclose()


async def test_a_hundred_thousand_events_of_one_subscription_leave_nothing_in_memory() -> None:
    stream = await toy_schema().subscribe("subscription { count(to: 101000) }", context_value=Context(Toys(), None))
    for _ in range(1_000):
        await anext(stream)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(100_000):
        await anext(stream)
    gc.collect()
    assert len(gc.get_objects()) - before < 500
    await stream.aclose()


def test_the_seam_of_the_executor_is_where_it_was() -> None:
    assert issubclass(StrawberryGraphQLCoreExecutionContext, Executor)
    assert "build_per_event_executor" in vars(Executor)
    assert "build_per_event_executor" in vars(UsherExecutor)
    assert toy_schema().execution_context_class is UsherExecutor


async def test_changes_of_a_shared_stream_leave_nothing_in_memory() -> None:
    async with house(messages_per_second=1_000_000) as here:
        reader = Reader()
        task = here.watch(reader)

        async def changes(first: int, last: int) -> None:
            for number in range(first, last):
                here.toys.change(f"A-{number % 50}")
                await reader.heard_of(number)
                for grown in (here.toys.log.deltas, here.toys.states, reader.heard):
                    grown.clear()

        await reader.heard_times(1)
        await changes(1, 301)
        kept = await growth(lambda: changes(301, 3_301))
        # The hub keeps 300 deltas of half a kilobyte, the stream 64; what is kept of each would be 8 MB.
        assert kept < 300_000
        await left(task)


async def growth(work: Callable[[], Awaitable[None]]) -> int:
    """In bytes."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    await work()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return after - before


async def test_subscriptions_that_begin_and_end_leave_nothing_in_memory() -> None:
    async with toy_server() as server, wire(server) as ws:
        await ws.start()

        async def cycles(number: int) -> None:
            for _ in range(number):
                for id, query in (("a", "subscription { seats { version } }"), ("b", "subscription { watch }")):
                    await ws.ask(id, query)
                    await ws.hear()
                    await ws.say({"type": "complete", "id": id})
            server.toys.contexts.clear()
            await until(server, "subscriptions")

        await cycles(50)
        # A context, its loaders and results of each would be some megabytes.
        assert await growth(lambda: cycles(500)) < 400_000
        assert len(server.endpoint.live.sharing) == 0


async def test_clients_that_vanish_leave_nothing_in_memory() -> None:
    async with toy_server() as server:

        async def vanish(number: int) -> None:
            for _ in range(number):
                async with raw_socket(server) as client:
                    await client.start()
                    await client.ask("a", "subscription { seats { version } }")
                    await client.ask("b", "subscription { watch }")
                    await client.read_until(b'"type":"next"', 2)
            server.toys.contexts.clear()
            await until(server, "sockets")

        await vanish(20)
        assert await growth(lambda: vanish(200)) < 400_000
        assert (server.toys.sources, server.toys.watching, len(server.endpoint.live.addresses)) == (0, 0, 0)


async def until(server: ToyServer, none: str) -> None:
    async with asyncio.timeout(5):
        while server.counted(none):
            await asyncio.sleep(0.01)
