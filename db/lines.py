"""The line of one session: served in order of arrival, and never longer than can be served in time."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from db.judging import Command
from db.verdicts import Verdict
from domain.errors import ServerBusy

LONGEST_WAIT = 2.0
# Measured: beyond some hundred a batch only gets slower to answer, not faster per command.
MOST_IN_A_BATCH = 256
MOST_WAITING = 20_000
# Who has paid is not turned away.
ALWAYS_ADMITTED = ("CONVERT",)
SHORTEST_RETRY, LONGEST_RETRY = 0.5, 10.0


@dataclass(slots=True)
class Waiting:
    command: Command
    answer: asyncio.Future[Verdict]
    since: float

    @property
    def patient(self) -> bool:
        return self.command["kind"] in ALWAYS_ADMITTED

    def tell(self, verdict: Verdict) -> None:
        if not self.answer.done():
            self.answer.set_result(verdict)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


@dataclass(slots=True)
class Line:
    """`took` is how many seconds the last batch took, `pace` how many one takes, as measured of late. `refused` came in vain.

    Not how many commands a second are served: the more wait, the more go into a batch, at hardly more time.
    """

    clock: Callable[[], float] = field(default_factory=lambda: asyncio.get_running_loop().time)
    pace: float = 0.0
    took: float = 0.0
    refused: int = 0
    _waiting: deque[Waiting] = field(default_factory=deque)
    _began: float | None = None
    _alarm: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, command: Command) -> asyncio.Future[Verdict]:
        """Raises `ServerBusy` where the answer would come too late."""
        loop = asyncio.get_running_loop()
        waiting = Waiting(command, loop.create_future(), self.clock())
        wait = self.wait()
        if len(self) >= MOST_WAITING or (wait > LONGEST_WAIT and not waiting.patient):
            self.refused += 1
            raise ServerBusy(retry_after_ms(wait))
        self._waiting.append(waiting)
        if self._alarm is None:
            self._alarm = loop.call_later(LONGEST_WAIT, self._give_up_on_the_late)
        return waiting.answer

    def wait(self) -> float:
        """How many seconds who joins now would wait for an answer. A batch that takes longer than others did is the new measure."""
        under_way = 0.0 if self._began is None else self.clock() - self._began
        pace = max(self.pace, under_way)
        rest = 0.0 if self._began is None else pace - under_way
        return rest + (len(self) // MOST_IN_A_BATCH + 1) * pace

    @contextmanager
    def batch(self) -> Iterator[list[Waiting]]:
        """The next in line. How long they take is measured; who has no answer by then gets `ServerBusy`."""
        served = [self._waiting.popleft() for _ in range(min(len(self), MOST_IN_A_BATCH))]
        self._began = self.clock()
        try:
            yield served
        finally:
            self.took = self.clock() - self._began
            self.pace = (self.pace + self.took) / 2 if self.pace else self.took
            self._began = None
            for waiting in served:
                waiting.fail(ServerBusy(retry_after_ms(self.wait())))

    def dissolve(self) -> None:
        """Nobody is served any more."""
        while self._waiting:
            self._waiting.popleft().fail(ServerBusy(retry_after_ms(self.wait())))
        if self._alarm is not None:
            self._alarm.cancel()

    def _give_up_on_the_late(self) -> None:
        self._alarm = None
        until = self.clock() - LONGEST_WAIT
        for waiting in self._waiting:
            if waiting.since <= until and not waiting.patient:
                waiting.fail(ServerBusy(retry_after_ms(self.wait())))
        self._waiting = deque(one for one in self._waiting if one.since > until or one.patient)
        if self._waiting:
            due = max(self._waiting[0].since - until, 0.1)
            self._alarm = asyncio.get_running_loop().call_later(due, self._give_up_on_the_late)


def retry_after_ms(wait: float) -> int:
    """About as long as the wait would have been, each a bit different, so that not all come again at once."""
    return round(1000 * min(max(wait, SHORTEST_RETRY), LONGEST_RETRY) * random.uniform(0.5, 1.5))
