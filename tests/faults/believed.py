"""What a client may conclude from what it saw: when the database's clock said what, and who had which seat from when to when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from tests.faults.history import HELD, ORDER, TICKET, Answer, History, Outcome, Request, instant, places

FOR_EVER = float("inf")
# Instants are shown in whole milliseconds.
SHOWN = 0.002
STANDING = "(standing)"
# Asked for again under its key, a hold may be shown as it became.
LIVE = ("ACTIVE", "ORDERED")


@dataclass(frozen=True, slots=True)
class Clock:
    """The database's clock as seen from outside: a client's own moment lies between `earliest` and `latest` of it."""

    low: float
    high: float

    @classmethod
    def of(cls, history: History) -> Self:
        low, high = -FOR_EVER, FOR_EVER
        for _, answer, sent, received in timed(history):
            low, high = max(low, instant(answer, "serverTime") - received), min(high, instant(answer, "serverTime") - sent)
        return cls(low, high)

    def earliest(self, moment: float) -> float:
        return moment + min(self.low, self.high) - SHOWN

    def latest(self, moment: float) -> float:
        return moment + max(self.low, self.high) + SHOWN


def timed(history: History) -> Iterator[tuple[Request, Answer, float, float]]:
    """Answers that tell the time, each between when it was asked for and when it came."""
    for request, answer in history.said(HELD):
        last = request.attempts[-1]
        if "serverTime" in answer and last.outcome is Outcome.ANSWERED:
            yield request, answer, last.sent, last.received


Named = tuple[int, str, str | None]


@dataclass(frozen=True, slots=True)
class Look:
    """A history and what follows from all of it: the database's clock, and what was asked under the same key, in that order."""

    history: History
    clock: Clock
    same_key: Mapping[Named, Sequence[Request]]

    @classmethod
    def of(cls, history: History) -> Self:
        same_key: dict[Named, list[Request]] = defaultdict(list)
        for request in history.requests:
            if request.key is not None:
                same_key[named(request)].append(request)
        return cls(history, Clock.of(history), same_key)


def named(request: Request) -> Named:
    return request.buyer, request.operation, request.key


@dataclass(frozen=True, slots=True)
class Stay:
    """So many of `what` were a hold's, or a ticket's that came of it, from `start` to `end` of the database's clock."""

    what: str
    hold: str
    buyer: int
    start: float
    end: float
    quantity: int = 1


@dataclass(slots=True)
class Story:
    """Of one hold: how it was locked, and what its buyer asked of it since, in order."""

    hold: str
    buyer: int
    locked: Answer
    requests: list[Request] = field(default_factory=list)

    def asked(self, *operations: str) -> Iterator[Request]:
        return (one for one in self.requests if one.operation in operations)

    def began(self, life: float) -> float:
        return instant(self.locked, "expiresAt") - life

    @property
    def surely_ends(self) -> float:
        """Not before this, unless it was given back: what its buyer was promised last."""
        return max(instant(answer, "expiresAt") for answer in self._held())

    def may_end(self, life: float) -> float:
        """Not after this, unless it was bought."""
        extends = any(not one.refused for one in self.asked("extend"))
        return self.began(life) + 2 * life if extends else self.surely_ends

    @property
    def given_back(self) -> float:
        """When its buyer first asked for that."""
        return min((one.sent for one in self.asked("release")), default=FOR_EVER)

    @property
    def bought(self) -> Request | None:
        """Answered with an order that is paid, or will be."""
        orders = [one for one in self.asked("buy") if one.said == ORDER]
        return next((one for one in orders if _will_be_paid(one)), None)

    @property
    def perhaps_bought(self) -> bool:
        return any(not one.refused for one in self.asked("buy"))

    def _held(self) -> Iterator[Answer]:
        yield self.locked
        for one in self.asked("change", "extend"):
            if one.answer is not None and one.said == HELD and one.answer["state"] in LIVE:
                yield one.answer


def _will_be_paid(buy: Request) -> bool:
    assert buy.answer is not None
    return str(buy.answer["status"]) != "AWAITING_PAYMENT" or str(buy.input["paymentMethod"]) != "sandbox-declined"


def stories(history: History) -> Mapping[str, Story]:
    """By the hold's id, of holds that were acknowledged."""
    told: dict[str, Story] = {}
    for request, answer in sorted(history.said(HELD), key=lambda one: one[0].received):
        if request.operation == "lock":
            told.setdefault(str(answer["id"]), Story(str(answer["id"]), request.buyer, answer))
    for request in sorted(history.of("change", "extend", "release", "buy", "cancel"), key=lambda one: one.sent):
        story = told.get(request.hold)
        if story is not None and story.buyer == request.buyer:
            story.requests.append(request)
    return told


def certain(history: History, clock: Clock) -> list[Stay]:
    """What must have been so, or an acknowledgement was worth nothing."""
    stays: list[Stay] = []
    for story in stories(history).values():
        stays += _certain_seats(story, history.terms.life, clock)
        if quantity := places(story.locked):
            # Tickets without a seat are not told apart: once one is cancelled nothing is certain.
            end = min(_kept_until(story, clock), *_cancelled(story, "", clock), FOR_EVER)
            stays.append(Stay(STANDING, story.hold, story.buyer, story.began(history.terms.life), end, quantity))
    return stays


def _certain_seats(story: Story, life: float, clock: Clock) -> Iterator[Stay]:
    starts = {str(label): story.began(life) for label in story.locked["seats"]}
    for one in story.asked("change"):
        if one.answer is not None and one.said == HELD and one.answer["state"] in LIVE:
            added = (str(label) for label in one.answer["seats"] if label not in starts)
            starts |= dict.fromkeys(added, instant(one.answer, "serverTime"))
    for label, start in starts.items():
        removed = (clock.earliest(one.sent) for one in story.asked("change") if label in (one.input.get("remove") or ()))
        end = min(_kept_until(story, clock), *removed, *_cancelled(story, label, clock), FOR_EVER)
        if start < end:
            yield Stay(label, story.hold, story.buyer, start, end)


def _kept_until(story: Story, clock: Clock) -> float:
    return min(clock.earliest(story.given_back), FOR_EVER if story.bought else story.surely_ends)


def _cancelled(story: Story, seat: str, clock: Clock) -> Iterator[float]:
    return (clock.earliest(one.sent) for one in story.asked("cancel") if one.seat == seat)


def possible(history: History, clock: Clock) -> list[Stay]:
    """What may have been so: nobody else can have had a seat."""
    told, stays = stories(history), list[Stay]()
    for request in history.of("lock"):
        story = told.get(str(request.answer["id"])) if request.answer is not None and request.said == HELD else None
        if story is None and not request.refused:
            # Nobody knows which the best were.
            labels = history.terms.labels if request.best else request.input["seats"]
            stays += [_from(clock.earliest(request.sent), FOR_EVER, str(label), request) for label in labels]
    for story in told.values():
        stays += _possible_seats(story, history.terms.life, clock)
    return stays


def _from(start: float, end: float, label: str, request: Request) -> Stay:
    return Stay(label, request.hold, request.buyer, start, end)


def _possible_seats(story: Story, life: float, clock: Clock) -> Iterator[Stay]:
    end = _gone_by(story, life, clock)
    for label in story.locked["seats"]:
        yield Stay(str(label), story.hold, story.buyer, story.began(life) - SHOWN, _sold_until(story, label, end, clock))
    for one in story.asked("change"):
        for label in one.input.get("add") or () if not one.refused else ():
            yield _from(clock.earliest(one.sent), _sold_until(story, label, end, clock), label, one)


def _gone_by(story: Story, life: float, clock: Clock) -> float:
    """For ever, where it may have been bought; a declined payment keeps the seats until it is declined."""
    if story.perhaps_bought:
        return FOR_EVER
    released = min((clock.latest(one.received) for one in story.asked("release") if one.answer is not None), default=FOR_EVER)
    paying = max((clock.latest(one.received) for one in story.asked("buy")), default=-FOR_EVER)
    return min(released, max(story.may_end(life) + SHOWN, paying))


def _sold_until(story: Story, label: str, end: float, clock: Clock) -> float:
    done = (clock.latest(one.received) for one in story.asked("cancel") if one.seat == label and one.said == TICKET)
    return min(end, *done, FOR_EVER)


def by_what(stays: Iterable[Stay]) -> Mapping[str, list[Stay]]:
    """Each in the order in which they began."""
    found: dict[str, list[Stay]] = defaultdict(list)
    for stay in sorted(stays, key=lambda one: one.start):
        found[stay.what].append(stay)
    return found
