"""Believes only what clients saw, and finds what in it cannot all be true."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.faults.believed import SHOWN, STANDING, Look, Stay, Story, by_what, certain, named, possible, stories
from tests.faults.history import HELD, ORDER, TICKET, Answer, History, Outcome, Request, Terms, instant, minor, places
from tests.faults.watching import maps


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`promise` is the name of the one that was broken."""

    promise: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.evidence}"


Check = Callable[[Look], Iterator[str]]


def contradictions(history: History) -> list[Contradiction]:
    """Also of a history that is not over: what is not answered yet may have become anything."""
    look = Look.of(history)
    return [Contradiction(promise, evidence) for promise, check in PROMISES.items() for evidence in check(look)]


def everybody_is_answered(look: Look) -> Iterator[str]:
    for request in look.history.requests:
        for attempt in request.attempts:
            if attempt.outcome in (Outcome.UNANSWERED, Outcome.BROKEN):
                yield f"{attempt.outcome} by server {attempt.server}: {attempt.said} {request}"


def there_is_one_clock(look: Look) -> Iterator[str]:
    if look.clock.low > look.clock.high + 2 * SHOWN:
        yield f"answers told times that are {look.clock.low - look.clock.high:.3f} s apart"


def a_seat_is_one_holds(look: Look) -> Iterator[str]:
    """Also: no seat is sold to two, for what is sold stays its buyer's."""
    for label, stays in by_what(certain(look.history, look.clock)).items():
        if label == STANDING:
            continue
        last = stays[0]
        for stay in stays[1:]:
            if stay.start + SHOWN < last.end and stay.hold != last.hold:
                yield f"{label} was buyer {last.buyer}'s ({last.hold}) when buyer {stay.buyer} was given it ({stay.hold})"
            last = max(last, stay, key=lambda one: one.end)


def no_more_is_given_than_there_is(look: Look) -> Iterator[str]:
    stays = certain(look.history, look.clock)
    standing = [one for one in stays if one.what == STANDING]
    if (most := _most_at_once(standing)) > look.history.terms.standing:
        yield f"{most} standing places of {look.history.terms.standing}"
    for buyer in {one.buyer for one in stays}:
        if (most := _most_at_once([one for one in stays if one.buyer == buyer])) > look.history.terms.limit:
            yield f"buyer {buyer} had {most} tickets, {look.history.terms.limit} are allowed"


def _most_at_once(stays: Sequence[Stay]) -> int:
    # What ends in the same moment ends first.
    steps = sorted([(one.start + SHOWN, one.quantity) for one in stays] + [(one.end, -one.quantity) for one in stays])
    most = now = 0
    for _, quantity in steps:
        now += quantity
        most = max(most, now)
    return most


def a_hold_is_what_was_asked_for(look: Look) -> Iterator[str]:
    terms = look.history.terms
    for request, answer in look.history.said(HELD):
        if request.operation != "lock" or not _first_of_its_key(look, request):
            continue
        # Of the best it is known how many they are.
        had = sorted(answer["seats"]), places(answer)
        right = len(had[0]) == len(set(had[0])) == request.best if request.best else had[0] == sorted(request.input["seats"])
        if not right or had[1] != places(request.input) or minor(answer["total"]) != terms.price(len(had[0]), had[1]):
            yield str(request)
        # The time is told as it was when the last of the batch was decided.
        lives = terms.life / 2 < _lives(answer) < terms.life + SHOWN
        if len(request.attempts) == 1 and (answer["state"] != "ACTIVE" or not lives):
            yield f"lives {_lives(answer):.3f} s: {request}"


def _first_of_its_key(look: Look, request: Request) -> bool:
    return all(one.sent > request.received for one in look.same_key[named(request)] if one is not request)


def _lives(answer: Answer) -> float:
    return instant(answer, "expiresAt") - instant(answer, "serverTime")


def a_key_has_one_answer(look: Look) -> Iterator[str]:
    for requests in look.same_key.values():
        first, *others = sorted((one for one in requests if one.answer is not None), key=lambda one: one.received) or (None,)
        for other in others:
            assert first is not None
            if other.input != first.input:
                if first.said == HELD and other.said != "IdempotencyConflict":
                    yield f"another input is no conflict: {first} AND {other}"
            elif _meant(first) != _meant(other):
                yield f"{first} AND {other}"


def a_replay_says_so(look: Look) -> Iterator[str]:
    """Exactly what was answered before is said to have been."""
    for requests in look.same_key.values():
        for request in requests:
            others = [one for one in requests if one is not request]
            if request.replayed and len(request.attempts) == 1 and all(one.sent > request.received for one in others):
                yield f"never answered before: {request}"
            known = any(one.said == request.said and one.received < request.sent and one.input == request.input for one in others)
            if not request.replayed and known and request.said in (HELD, ORDER, TICKET):
                yield f"answered before: {request}"


def _meant(request: Request) -> tuple[object, ...]:
    """What of an answer stays the same however late it is asked for."""
    answer = request.answer
    assert answer is not None
    said = request.said
    if said == ORDER:
        return said, answer["id"], minor(answer["total"])
    if said == HELD:
        return said, answer["id"]
    return said, tuple(answer.get("labels", ()))


def what_ended_is_over(look: Look) -> Iterator[str]:
    """Nobody buys, changes or extends an expired hold."""
    for story in stories(look.history).values():
        over = story.may_end(look.history.terms.life)
        first_buy = min((one.sent for one in story.asked("buy") if not one.refused), default=float("inf"))
        for request in story.asked("buy", "change", "extend"):
            since = first_buy if request.operation == "buy" else request.sent
            if request.said in (HELD, ORDER) and look.clock.earliest(since) > over and not _replayed(look, request):
                yield f"over since {look.clock.earliest(since) - over:.3f} s: {request}"


def _replayed(look: Look, request: Request) -> bool:
    return request.key is not None and any(one.sent < request.sent for one in look.same_key[named(request)])


def what_has_not_ended_is_not_over(look: Look) -> Iterator[str]:
    for story in stories(look.history).values():
        for request in story.requests:
            answered = request.received
            if request.said == "NotFound":
                yield f"an acknowledged hold is gone: {request}"
            kept = answered < story.given_back and story.bought is None
            if request.said == "HoldExpired" and kept and look.clock.latest(answered) < _promised_by(story, request):
                yield f"over too soon: {request}"


def _promised_by(story: Story, before: Request) -> float:
    """The latest end that the buyer had been promised before they asked."""
    held = [one.answer for one in story.asked("change", "extend") if one.said == HELD and one.received < before.sent]
    return max(instant(answer, "expiresAt") for answer in (story.locked, *(one for one in held if one is not None)))


def what_is_refused_was_somebodys(look: Look) -> Iterator[str]:
    had = by_what(possible(look.history, look.clock))
    for request, answer in look.history.said("SeatsUnavailable"):
        first = min((one.sent for one in look.same_key[named(request)]), default=request.sent)
        since, until = look.clock.earliest(first), look.clock.latest(request.received)
        for label in answer["labels"]:
            if not any(stay.start <= until and since <= stay.end for stay in had.get(label, ())):
                yield f"nobody had {label}: {request}"


def the_best_are_nobody_elses(look: Look) -> Iterator[str]:
    """Who lets the server choose is never told that others were quicker."""
    for request, _ in look.history.said("SeatsUnavailable"):
        if request.best:
            yield str(request)


def what_is_anothers_is_not_there(look: Look) -> Iterator[str]:
    owners = {hold: story.buyer for hold, story in stories(look.history).items()}
    for request in look.history.requests:
        if request.hold in owners and owners[request.hold] != request.buyer and request.answer and request.said != "NotFound":
            yield f"the hold is buyer {owners[request.hold]}'s: {request}"


def orders_are_their_holds(look: Look) -> Iterator[str]:
    """The price that was quoted for tickets that were held, once; and what is paid stays paid."""
    for story in stories(look.history).values():
        orders = [one for one in story.asked("buy") if one.answer is not None and one.said == ORDER]
        ids = {str(one.answer["id"]) for one in orders if one.answer is not None}
        if len(ids) > 1:
            yield f"{story.hold} was sold as {ids}"
        for order in orders:
            yield from _faults_of(order, look.history.terms)
        for before, after in pairwise(sorted(orders, key=lambda one: one.received)):
            yield from _went_back(before, after, any(story.asked("cancel")))


def _faults_of(order: Request, terms: Terms) -> Iterator[str]:
    answer = order.answer
    assert answer is not None
    tickets = answer["tickets"]
    seats = [one["seat"] for one in tickets if one["seat"] is not None]
    due = terms.price(len(seats), len(tickets) - len(seats))
    paid = sum(minor(one["price"]) for one in tickets)
    if answer["status"] == "PAID" and not minor(answer["total"]) == paid == due:
        yield f"the tickets cost {paid}, and should {due}: {order}"
    if len(set(seats)) != len(seats) or (answer["status"] in ("AWAITING_PAYMENT", "EXPIRED") and tickets):
        yield str(order)


def _went_back(before: Request, after: Request, cancelled: bool) -> Iterator[str]:
    assert before.answer is not None
    assert after.answer is not None
    was, became = before.answer["status"], after.answer["status"]
    kept = {"AWAITING_PAYMENT", "PAID"} | ({"CANCELLED", "REFUNDED"} if cancelled else set())
    if before.input["paymentMethod"] == "sandbox-declined":
        return
    sequential = before.received < after.sent
    if became not in kept or (sequential and was == "PAID" and became == "AWAITING_PAYMENT"):
        yield f"{was} became {became}: {after}"


def a_ticket_is_cancelled_once(look: Look) -> Iterator[str]:
    done: dict[str, Request] = {}
    for request, _answer in look.history.said(TICKET):
        before = done.setdefault(str(request.input["ticketId"]), request)
        if before.key != request.key:
            yield f"{before} AND {request}"


PROMISES: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        everybody_is_answered,
        there_is_one_clock,
        a_seat_is_one_holds,
        no_more_is_given_than_there_is,
        a_hold_is_what_was_asked_for,
        a_key_has_one_answer,
        a_replay_says_so,
        what_ended_is_over,
        what_has_not_ended_is_not_over,
        what_is_refused_was_somebodys,
        the_best_are_nobody_elses,
        what_is_anothers_is_not_there,
        orders_are_their_holds,
        a_ticket_is_cancelled_once,
        *maps,
    )
}
