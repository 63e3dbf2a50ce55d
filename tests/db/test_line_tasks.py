"""Lines served in the background: their tasks' failures and their end."""

import asyncio

import structlog

from db.line_tasks import LineTasks


async def test_what_goes_wrong_in_one_line_is_logged_and_ends_neither_the_others_nor_the_owner() -> None:
    served = list[str]()

    async def bad() -> None:
        raise LookupError("nobody expected this")

    async def good() -> None:
        await asyncio.sleep(0)
        served.append("good")

    with structlog.testing.capture_logs() as logged:
        async with LineTasks(failed="line_failed") as tasks:
            tasks.begin(bad())
            tasks.begin(good())
    assert served == ["good"]
    assert [(line["event"], type(line["exc_info"])) for line in logged] == [("line_failed", LookupError)]


async def test_leaving_waits_for_what_is_under_way_also_when_the_owner_fails() -> None:
    ended = asyncio.Event()

    async def serving() -> None:
        await asyncio.sleep(0)
        ended.set()

    failure = None
    try:
        async with LineTasks(failed="line_failed") as tasks:
            tasks.begin(serving())
            raise KeyError("the owner's own")
    except KeyError as error:
        failure = error
    assert (failure is not None, ended.is_set()) == (True, True)
