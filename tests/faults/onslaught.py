"""A sale while everything around it dies: `python -m tests.faults.onslaught SECONDS SEED` runs it and prints what was seen."""

import asyncio
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from db.migrating import migrate
from tests.faults.checker import Contradiction
from tests.faults.history import History, Terms
from tests.faults.processes import MortalPostgres, UsherProcess, mortal_postgres
from tests.faults.sale import Sale, a_sale
from tests.faults.ushers import settings_of
from tests.subscriptions.servers import Valkey, free_port

TERMS = Terms(life=3.0, seats=40, standing=10, limit=6)
CROWD = 24
# Longer than a hold lives, shorter than a client waits.
FROZEN_SECONDS = TERMS.life + 1
AWAY_SECONDS = 2.0
# After the last harm, so that some of what it did is seen.
CALM_SECONDS = 4.0


@dataclass(slots=True)
class Stage:
    """Everything that can be harmed, and what was."""

    ushers: Sequence[UsherProcess]
    postgres: MortalPostgres
    valkey: Valkey
    chance: random.Random
    done: list[str] = field(default_factory=list)

    @property
    def harms(self) -> Sequence[Callable[[], Awaitable[None]]]:
        return (
            self.kill_an_usher,
            self.kill_a_backend,
            self.freeze_an_usher,
            self.kill_the_postmaster,
            self.valkey_is_away,
            self.kill_both_ushers,
        )

    async def kill_an_usher(self) -> None:
        one = self.chance.choice(self.ushers)
        one.send(signal.SIGKILL)
        await one.ready()

    async def kill_both_ushers(self) -> None:
        for one in self.ushers:
            one.send(signal.SIGKILL)
        for one in self.ushers:
            await one.ready()

    async def kill_a_backend(self) -> None:
        await self.postgres.kill_a_backend()
        await self.postgres.start()

    async def kill_the_postmaster(self) -> None:
        await self.postgres.kill()
        await asyncio.sleep(self.chance.uniform(0, AWAY_SECONDS))
        await self.postgres.start()

    async def freeze_an_usher(self) -> None:
        one = self.chance.choice(self.ushers)
        one.send(signal.SIGSTOP)
        await asyncio.sleep(FROZEN_SECONDS)
        one.send(signal.SIGCONT)

    async def valkey_is_away(self) -> None:
        await self.valkey.kill()
        await asyncio.sleep(AWAY_SECONDS)
        await self.valkey.start()

    async def harm_for(self, seconds: float) -> bool:
        """Each in turn, in an order of chance, as often as there is time for; at the least once."""
        until = asyncio.get_running_loop().time() + seconds - CALM_SECONDS
        turn: list[Callable[[], Awaitable[None]]] = []
        while len(self.done) < len(self.harms) or asyncio.get_running_loop().time() < until:
            turn = turn or self.chance.sample(self.harms, len(self.harms))
            harm = turn.pop()
            await asyncio.sleep(self.chance.uniform(0.5, 2.0))
            await harm()
            self.done.append(harm.__name__)
        await asyncio.sleep(CALM_SECONDS)
        return True


@asynccontextmanager
async def a_stage(folder: Path, seed: int) -> AsyncIterator[Stage]:
    valkey = Valkey(folder, free_port())
    async with mortal_postgres(folder / "data") as postgres:
        await migrate(postgres.url)
        await valkey.start()
        environment = settings_of(round(TERMS.life), DATABASE_URL=postgres.url, REDIS_URL=valkey.url)
        ushers = [UsherProcess(environment, folder / f"usher-{number}.log") for number in range(2)]
        tasks = [asyncio.create_task(one.keep_up()) for one in ushers]
        try:
            for one in ushers:
                await one.ready()
            yield Stage(ushers, postgres, valkey, random.Random(seed))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await valkey.kill()


@dataclass(frozen=True, slots=True)
class Seen:
    harm: Sequence[str]
    history: History
    starts: int
    faults: Sequence[Contradiction]
    errors: Sequence[str]

    @property
    def requests(self) -> Mapping[str, int]:
        """How many came to what."""
        return Counter(f"{one.operation} {one.said or 'nothing'}" for one in self.history.requests)

    @property
    def attempts(self) -> Mapping[str, int]:
        return Counter(str(attempt.outcome) for one in self.history.requests for attempt in one.attempts)


async def onslaught(folder: Path, seconds: float, seed: int) -> Seen:
    async with a_stage(folder, seed) as stage:
        urls = [one.url for one in stage.ushers]
        sale: Sale = await a_sale(stage.postgres.url, urls, TERMS, crowd=CROWD, seed=seed, patience=15.0)
        await sale.run(lambda: stage.harm_for(seconds))
        starts, errors = sum(one.starts for one in stage.ushers), [line for one in stage.ushers for line in one.errors()]
        return Seen(stage.done, sale.history, starts, await sale.faults(), errors)


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="usher-faults-") as name:
        # As root, Postgres runs as somebody else, who has to get there.
        Path(name).chmod(0o711)
        yield Path(name)


def main(seconds: float, seed: int) -> int:
    say = sys.stdout.write
    say(f"seed {seed}, {seconds:.0f} s\n")
    with a_folder() as folder:
        seen = asyncio.run(onslaught(folder, seconds, seed))
    say(f"harm: {dict(Counter(seen.harm))}; processes started: {seen.starts}\n")
    say("".join(f"  {count:6} {what}\n" for what, count in sorted(seen.requests.items())))
    say(f"attempts: {dict(seen.attempts)}\n")
    for at, one in enumerate(seen.history.sightings):
        say(f"watcher {at}: {len(one.updates)} updates over {one.sockets} sockets\n")
    say("".join(f"BROKEN {fault}\n" for fault in seen.faults) or "Every promise was kept.\n")
    say("".join(f"LOGGED {line}\n" for line in seen.errors))
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2])))
