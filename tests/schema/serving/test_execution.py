"""A subscription that lives for days must not grow."""

import gc

from tests.schema.serving.toy import Context, Toys, toy_schema


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
