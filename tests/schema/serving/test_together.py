"""What many ask at once is executed once for all who asked before it began."""

import asyncio
from dataclasses import dataclass, field

import pytest

from schema.serving.together import Executed, Together


@dataclass
class Shop:
    """Executions wait to be let go, one at a time; each answers with the stock as it was when it began."""

    stock: int = 10
    begun: int = 0
    personal: bool = False
    together: Together[int] = field(default_factory=Together)
    gates: list[asyncio.Event] = field(default_factory=list)

    async def ask(self, key: str = "stock") -> int:
        return (await self.together.ask(key, self._execute)).answer

    async def _execute(self) -> Executed[int]:
        self.begun += 1
        seen, gate = self.stock, asyncio.Event()
        self.gates.append(gate)
        await gate.wait()
        return Executed(seen, self.personal)

    async def asked(self, count: int, *, key: str = "stock") -> list[asyncio.Task[int]]:
        tasks = [asyncio.create_task(self.ask(key)) for _ in range(count)]
        await settled()
        return tasks

    async def let_go(self, number: int) -> None:
        self.gates[number].set()
        await settled()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_asks_alone_executes_it_at_once_and_leaves_nothing_behind() -> None:
    shop = Shop()
    [alone] = await shop.asked(1)
    await shop.let_go(0)
    assert (await alone, shop.begun, shop.together._turns) == (10, 1, {})


async def test_who_asks_meanwhile_is_answered_by_the_next_execution_all_by_one() -> None:
    shop = Shop()
    [first] = await shop.asked(1)
    shop.stock = 9
    later = await shop.asked(5)
    assert shop.begun == 1
    await shop.let_go(0)
    # What they are told began after they had asked: it knows of the seat that was sold before.
    assert (first.done(), [one.done() for one in later], shop.begun) == (True, [False] * 5, 2)
    await shop.let_go(1)
    assert (await first, [await one for one in later], shop.begun) == (10, [9] * 5, 2)
    assert shop.together._turns == {}


async def test_what_differs_does_not_wait_for_each_other() -> None:
    shop = Shop()
    await shop.asked(1, key="stock")
    await shop.asked(1, key="price")
    assert shop.begun == 2
    for gate in shop.gates:
        gate.set()


async def test_what_depends_on_who_asks_is_executed_for_each() -> None:
    shop = Shop(personal=True)
    [first] = await shop.asked(1)
    later = await shop.asked(3)
    await shop.let_go(0)
    await shop.let_go(1)
    # The next has executed its own, and told the others to.
    assert shop.begun == 4
    for gate in shop.gates:
        gate.set()
    assert [await one for one in (first, *later)] == [10] * 4


@pytest.mark.parametrize("who", ["who executes", "who is next", "who waits"])
async def test_who_leaves_holds_up_nobody(who: str) -> None:
    shop = Shop()
    [first] = await shop.asked(1)
    second, third = await shop.asked(2)
    if who == "who executes":
        first.cancel()
    if who == "who waits":
        second.cancel()
    await settled()
    shop.gates[0].set()
    if who == "who is next":
        turn = shop.together._turns["stock"]
        while len(turn.waiting) == 2:
            await asyncio.sleep(0)
        # It has just been told to go on, and does not know it yet.
        second.cancel()
    async with asyncio.timeout(5):
        while not third.done():
            await settled()
            for gate in shop.gates:
                gate.set()
    assert await third == 10
    assert shop.together._turns == {}


async def test_what_goes_wrong_goes_wrong_for_who_executed_it_only() -> None:
    together: Together[int] = Together()
    failing = asyncio.Event()

    async def fails() -> Executed[int]:
        await failing.wait()
        raise LookupError

    async def works() -> Executed[int]:
        return Executed(1, personal=False)

    first = asyncio.create_task(together.ask("stock", fails))
    await settled()
    second = asyncio.create_task(together.ask("stock", works))
    await settled()
    failing.set()
    async with asyncio.timeout(5):
        outcomes = await asyncio.gather(first, second, return_exceptions=True)
    assert isinstance(outcomes[0], LookupError)
    assert outcomes[1] == Executed(1, personal=False)
    assert together._turns == {}
