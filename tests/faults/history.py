"""What clients saw: every request with its attempts and answer, every update of a watcher; nothing that only a server knows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Answer = Mapping[str, Any]
HELD, ORDER, TICKET = "Hold", "Order", "Ticket"


class Outcome(StrEnum):
    """CUT_OFF: the connection broke. ABANDONED: the client left. UNANSWERED: its patience ended. BROKEN: not what was asked."""

    UNDER_WAY = "UNDER_WAY"
    ANSWERED = "ANSWERED"
    BUSY = "BUSY"
    CUT_OFF = "CUT_OFF"
    ABANDONED = "ABANDONED"
    UNANSWERED = "UNANSWERED"
    BROKEN = "BROKEN"


@dataclass(slots=True)
class Attempt:
    """`sent` and `received` are seconds of the client's own monotonic clock."""

    server: int
    sent: float
    received: float = float("inf")
    outcome: Outcome = Outcome.UNDER_WAY
    said: str = ""


@dataclass(slots=True)
class Request:
    """One thing that a buyer wants, tried until it is answered. Without an answer anything may have become of it.

    `hold` and `seat` are what it is about, where the input does not say so. `replayed`: it was answered before, says the answer.
    """

    buyer: int
    operation: str
    input: Mapping[str, Any]
    key: str | None = None
    hold: str = ""
    seat: str = ""
    attempts: list[Attempt] = field(default_factory=list)
    answer: Answer | None = None
    replayed: bool = False

    @property
    def sent(self) -> float:
        return self.attempts[0].sent if self.attempts else float("inf")

    @property
    def received(self) -> float:
        return self.attempts[-1].received if self.answer else float("inf")

    @property
    def said(self) -> str:
        return str(self.answer["__typename"]) if self.answer else ""

    @property
    def refused(self) -> bool:
        return self.answer is not None and self.said not in (HELD, ORDER, TICKET)

    @property
    def best(self) -> int | None:
        """Of a lock that lets the server choose: how many seats."""
        return self.input["bestAvailable"]["quantity"] if "bestAvailable" in self.input else None

    def __str__(self) -> str:
        return f"buyer {self.buyer}: {self.operation} {self.hold or ''} {dict(self.input)} key {self.key} -> {self.answer}"


@dataclass(frozen=True, slots=True)
class Update:
    at: float
    answer: Answer


@dataclass(slots=True)
class Sighting:
    """What one watcher was sent, in order, over as many sockets as it took; resumed from where it was."""

    server: int
    updates: list[Update] = field(default_factory=list)
    sockets: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client knows beforehand. Prices are in minor units; `life` is how long a hold lives, in seconds."""

    life: float
    seats: int
    standing: int
    limit: int
    seat_price: int = 2_500
    standing_price: int = 1_000

    @property
    def labels(self) -> Sequence[str]:
        return [f"A-{number}" for number in range(1, self.seats + 1)]

    def price(self, seats: int, standing: int) -> int:
        return seats * self.seat_price + standing * self.standing_price


@dataclass(slots=True)
class History:
    terms: Terms
    requests: list[Request] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)

    def of(self, *operations: str) -> Iterator[Request]:
        return (one for one in self.requests if one.operation in operations)

    def said(self, *kinds: str) -> Iterator[tuple[Request, Answer]]:
        return ((one, one.answer) for one in self.requests if one.answer is not None and one.said in kinds)


def instant(answer: Answer, name: str) -> float:
    """Seconds since the epoch, by the database's clock."""
    return datetime.fromisoformat(str(answer[name])).timestamp()


def minor(money: Mapping[str, Any]) -> int:
    return round(float(money["amount"]) * 100)


def places(answer: Answer) -> int:
    """Of general admission."""
    return sum(int(one["quantity"]) for one in answer.get("generalAdmission", ()))


def statuses(groups: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {str(label): str(group["status"]) for group in groups for label in group["labels"]}
