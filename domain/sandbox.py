"""The sandbox, where frontends are tested: a clock that can be moved, rivals that buy, faults on demand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from domain.errors import ServerBusy
from domain.ids import SessionId

RETRY_AFTER_MS = 300


class RivalStrategy(StrEnum):
    """RANDOM: any free seats. BEST: the best there are. CONTEND: all want the first free ones, so most are refused."""

    RANDOM = "RANDOM"
    BEST = "BEST"
    CONTEND = "CONTEND"


@dataclass(frozen=True, slots=True)
class Rivalry:
    """`buying`: how many of a hundred holds are bought; of the others half are given back, and half left to expire."""

    session_id: SessionId
    count: int
    strategy: RivalStrategy
    seed: int
    buying: int
    pause: timedelta


@dataclass(slots=True)
class Score:
    """What rivals have done by now. Tickets, but refused attempts."""

    rivalry: Rivalry
    running: bool = True
    held: int = 0
    bought: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Faults:
    """Of a hundred: locks and changes that are ServerBusy, payments that are declined. And how long each of them takes longer."""

    busy: int = 0
    declined: int = 0
    delay: timedelta = timedelta()


class Clock(Protocol):
    """The database's clock, which decides everything but how long tokens live."""

    @property
    def ahead(self) -> timedelta:
        """Of the real one; as last read by this process."""

    async def move(self, by: timedelta) -> None:
        """Forward, for all processes on the database."""


class Rivals(Protocol):
    def start(self, rivalry: Rivalry) -> None:
        """In place of those that the session has."""

    def stop(self, session_id: SessionId) -> None: ...
    def scores(self) -> Sequence[Score]: ...


@dataclass(slots=True)
class Sandbox:
    """`cut_connections` ends all websockets of this process without a word, and says how many."""

    clock: Clock
    rivals: Rivals
    faults: Faults = field(default=Faults())
    cut_connections: Callable[[], int] = lambda: 0

    def busy(self) -> ServerBusy:
        return ServerBusy(RETRY_AFTER_MS)
