"""The checker is worth its word: it finds nothing in an Usher as it is, and every guard that is taken out of one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import quote

import pytest
import structlog

from tests.faults.breaks import BREAKS, Break
from tests.faults.checker import Contradiction, contradictions
from tests.faults.history import Terms
from tests.faults.sale import Sale, a_sale
from tests.faults.ushers import two_ushers

# Few seats and many buyers: most guards are needed within a second.
TERMS = Terms(life=1.0, seats=12, standing=1, limit=2)
CROWD = 12
LOOKED_AT_EVERY = 0.5
CONTROL_SECONDS = 4.0


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What a broken Usher complains of would take more time than what it does."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


async def found_in(
    database_url: str, broken: Break, work_of: Callable[[Sale], Callable[[], Awaitable[bool]]]
) -> list[Contradiction]:
    await broken.done_to(database_url)
    second = f"{database_url}?usher.ahead={quote(broken.second_clock)}" if broken.second_clock else database_url
    async with two_ushers((database_url, second), round(TERMS.life), broken.plug) as urls:
        waits = {"patience": broken.patience, "settles_within": 5.0}
        sale = await a_sale(database_url, urls, TERMS, crowd=CROWD, seed=1, **waits)
        await sale.run(work_of(sale))
        return await sale.faults()


def until_found(broken: Break) -> Callable[[Sale], Callable[[], Awaitable[bool]]]:
    """What clients saw is enough for most; what is left is found in the end."""

    def of(sale: Sale) -> Callable[[], Awaitable[bool]]:
        async def work() -> bool:
            until = asyncio.get_running_loop().time() + broken.seconds
            while asyncio.get_running_loop().time() < until:
                await asyncio.sleep(LOOKED_AT_EVERY)
                if any(one.promise in broken.promises for one in contradictions(sale.history)):
                    return False
            return True

        return work

    return of


@pytest.mark.parametrize("name", BREAKS)
async def test_a_guard_that_is_missing_is_found(database_url: str, name: str) -> None:
    broken = BREAKS[name]
    found = await found_in(database_url, broken, until_found(broken))
    assert {one.promise for one in found} & broken.promises, found


async def test_in_an_usher_as_it_is_nothing_is_found(database_url: str) -> None:
    sales: list[Sale] = []

    def of(sale: Sale) -> Callable[[], Awaitable[bool]]:
        sales.append(sale)

        async def work() -> bool:
            await asyncio.sleep(CONTROL_SECONDS)
            return True

        return work

    assert await found_in(database_url, Break(frozenset()), of) == []
    # It was asked of everything, and everything was refused that can be.
    said = {(one.operation, one.said) for one in sales[0].history.requests}
    assert any(one.best and one.said == "Hold" for one in sales[0].history.requests)
    assert said >= {("lock", "Hold"), ("lock", "SeatsUnavailable"), ("buy", "Order"), ("cancel", "Ticket"), ("release", "Hold")}
