"""Whatever happens in whatever order, who shares sees what it would see by the ordinary path."""

import asyncio
import random

import pytest

from domain.seats import SeatStatus
from tests.schema.serving.watchers import House, Reader, house, left, seats_of


class Chance:
    """Comings, goings, changes and pauses in random order; half of the watchers share, half take the ordinary path."""

    def __init__(self, here: House, random: random.Random) -> None:
        self._here = here
        self._random = random
        self.present: dict[Reader, asyncio.Task[None]] = {}
        self.everybody: list[Reader] = []

    async def change(self) -> None:
        for _ in range(self._random.choice((1, 1, 1, 5, 80))):
            self._here.toys.change(f"A-{self._random.randrange(30)}", self._random.choice(list(SeatStatus)))

    async def come(self) -> None:
        here, reader = self._here, Reader()
        newest = here.toys.log.state.version
        since = self._random.choice((None, None, self._random.randrange(newest + 3)))
        if since is not None and since <= newest:
            reader.expects(since, here.toys.states[since])
        self.everybody.append(reader)
        if self._random.random() < 0.5:
            self.present[reader] = here.watch(reader, v=since)
        else:
            self.present[reader] = here.tasks.create_task(reader.ordinarily(here.schema, here.context(), v=since))

    async def leave(self) -> None:
        if self.present:
            await left(self.present.pop(self._random.choice(list(self.present))))

    async def pause(self) -> None:
        if self.present:
            self._random.choice(list(self.present)).read(False)

    async def resume(self) -> None:
        for reader in self.present:
            reader.read(True)

    async def wait(self) -> None:
        await asyncio.sleep(self._random.choice((0, 0, 0.005)))


@pytest.mark.parametrize("seed", range(8))
async def test_whoever_comes_goes_or_is_slow_sees_what_it_would_see_alone(seed: int) -> None:
    dice = random.Random(seed)
    async with house(messages_per_second=dice.choice((50, 1_000)), kept=dice.choice((5, 10_000))) as here:
        chance = Chance(here, dice)
        steps = (chance.change,) * 4 + (chance.come, chance.come, chance.leave, chance.pause, chance.resume, chance.wait)
        for _ in range(600):
            await dice.choice(steps)()
            await asyncio.sleep(0)
        await chance.resume()
        here.toys.change("B-1")
        for reader in chance.present:
            await reader.heard_of(here.toys.log.state.version)
        assert {tuple(reader.faults) for reader in chance.everybody} == {()}
        assert [reader.seats for reader in chance.present] == [seats_of(here.toys.log.state)] * len(chance.present)
        assert len(chance.present) > 20
        await left(*chance.present.values())
        assert (len(here.sharing), here.toys.sources) == (0, 0)
