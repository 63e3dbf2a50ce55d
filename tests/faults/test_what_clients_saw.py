"""Small histories, written by hand: what the checker has to find in them, and what it must not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.faults.checker import contradictions
from tests.faults.history import Answer, Attempt, History, Outcome, Request, Sighting, Terms, Update

TERMS = Terms(life=10.0, seats=4, standing=2, limit=4)
# The database's clock when the clients' own says 0.
EPOCH = 1_800_000_000.0


def shown(second: float) -> str:
    return datetime.fromtimestamp(EPOCH + second, UTC).isoformat(timespec="milliseconds")


def a_hold(identity: str, *seats: str, at: float, ends: float | None = None, **more: Any) -> Answer:
    ends = at + TERMS.life if ends is None else ends
    total = {"amount": str(25 * len(seats))}
    times = {"serverTime": shown(at), "expiresAt": shown(ends)}
    hold = {"__typename": "Hold", "id": identity, "state": "ACTIVE", "seats": list(seats), "total": total, "generalAdmission": []}
    return {**hold, **times, **more}


def an_order(status: str, *seats: str) -> Answer:
    tickets = [{"id": seat, "seat": seat, "status": "VALID", "price": {"amount": "25.00"}} for seat in seats]
    return {"__typename": "Order", "id": "o", "status": status, "total": {"amount": "25.00"}, "tickets": tickets}


@dataclass
class Told:
    """Every request takes 20 ms, the answer is decided in the middle of it."""

    history: History = field(default_factory=lambda: History(TERMS))

    def ask(self, buyer: int, operation: str, at: float, answer: Answer | None, **more: Any) -> Request:
        attempt = Attempt(0, at - 0.01, at + 0.01, Outcome.ANSWERED if answer else Outcome.CUT_OFF)
        request = Request(buyer, operation, more.pop("input", {}), more.pop("key", None), **more)
        request.attempts, request.answer = [attempt], answer
        self.history.requests.append(request)
        return request

    def lock(self, buyer: int, identity: str, *seats: str, at: float, **more: Any) -> Request:
        asked = {"seats": list(seats), "generalAdmission": []}
        return self.ask(buyer, "lock", at, a_hold(identity, *seats, at=at), input=asked, **more)

    def refuse(self, buyer: int, *seats: str, at: float, **more: Any) -> Request:
        asked = {"seats": list(seats), "generalAdmission": []}
        return self.ask(buyer, "lock", at, {"__typename": "SeatsUnavailable", "labels": list(seats)}, input=asked, **more)

    def buy(self, buyer: int, hold: str, at: float, answer: Answer, method: str = "sandbox-ok", **more: Any) -> Request:
        asked = {"holdId": hold, "paymentMethod": method}
        return self.ask(buyer, "buy", at, answer, input=asked, hold=hold, **more)

    def release(self, buyer: int, hold: str, at: float, answer: Answer | None) -> Request:
        return self.ask(buyer, "release", at, answer, input={"holdId": hold}, hold=hold)

    @property
    def broken(self) -> set[str]:
        return {one.promise for one in contradictions(self.history)}


def test_a_seat_given_to_two_is_found() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.lock(2, "b", "S-1", at=10.9)
    assert told.broken == {"a_seat_is_one_holds"}


def test_a_seat_given_on_when_its_time_was_over_is_nothing() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.lock(2, "b", "S-1", at=11)
    assert told.broken == set()


def test_a_seat_whose_release_was_asked_for_and_not_answered_may_be_anybodys() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.release(1, "a", 2, None)
    told.lock(2, "b", "S-1", at=3)
    assert told.broken == set()


def test_a_seat_given_on_before_its_release_was_asked_for_is_found() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.lock(2, "b", "S-1", at=1.5)
    told.release(1, "a", 2, a_hold("a", "S-1", at=2, ends=11, state="RELEASED"))
    assert told.broken == {"a_seat_is_one_holds"}


def test_what_was_bought_stays_its_buyers_whatever_the_time() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.buy(1, "a", 2, an_order("PAID", "S-1"))
    told.lock(2, "b", "S-1", at=1_000)
    assert told.broken == {"a_seat_is_one_holds"}
    told.ask(1, "cancel", 900, {"__typename": "Ticket"}, input={"ticketId": "S-1"}, hold="a", seat="S-1")
    assert told.broken == set()


def test_an_expired_hold_that_is_bought_is_found() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.buy(1, "a", 11.1, an_order("PAID", "S-1"))
    assert told.broken == {"what_ended_is_over"}


def test_a_hold_that_is_over_too_soon_is_found() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.buy(1, "a", 10.9, {"__typename": "HoldExpired"})
    assert told.broken == {"what_has_not_ended_is_not_over"}


def test_a_refusal_needs_somebody_who_had_the_seat() -> None:
    told = Told()
    told.refuse(2, "S-1", at=1)
    assert told.broken == {"what_is_refused_was_somebodys"}
    told.ask(1, "lock", 0.5, None, input={"seats": ["S-1"], "generalAdmission": []})
    # Nobody knows what became of that one.
    assert told.broken == set()


def test_a_refusal_long_after_the_seat_came_back_is_found() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.release(1, "a", 2, a_hold("a", "S-1", at=2, ends=11, state="RELEASED"))
    told.refuse(2, "S-1", at=2.015)
    assert told.broken == set()
    told.refuse(2, "S-1", at=2.1)
    assert told.broken == {"what_is_refused_was_somebodys"}


def test_clocks_that_cannot_be_one_are_found() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.ask(2, "lock", 1, a_hold("b", "S-2", at=1.5), input={"seats": ["S-2"], "generalAdmission": []})
    assert told.broken == {"there_is_one_clock"}


def test_a_key_with_two_answers_is_found_and_so_is_a_replay_that_does_not_say_so() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1, key="k")
    told.refuse(1, "S-1", at=2, key="k")
    assert told.broken == {"a_key_has_one_answer"}
    told = Told()
    told.lock(1, "a", "S-1", at=1, key="k")
    again = told.lock(1, "a", "S-1", at=2, key="k")
    assert told.broken == {"a_replay_says_so"}
    again.replayed = True
    assert told.broken == set()
    told.history.requests[0].replayed = True
    assert told.broken == {"a_replay_says_so"}


def test_another_input_under_the_same_key_has_to_be_a_conflict() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1, key="k")
    told.lock(1, "b", "S-2", at=2, key="k")
    assert told.broken == {"a_key_has_one_answer"}


def test_an_order_that_goes_back_or_costs_something_else_is_found() -> None:
    for later in (an_order("AWAITING_PAYMENT"), an_order("CANCELLED", "S-1"), an_order("PAID", "S-1", "S-2")):
        told = Told()
        told.lock(1, "a", "S-1", at=1)
        told.buy(1, "a", 2, an_order("PAID", "S-1"))
        told.buy(1, "a", 3, later)
        assert told.broken == {"orders_are_their_holds"}


def test_a_ticket_that_is_cancelled_twice_is_found() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.buy(1, "a", 2, an_order("PAID", "S-1"))
    for second, key in ((3, "k"), (4, "l")):
        told.ask(1, "cancel", second, {"__typename": "Ticket"}, input={"ticketId": "S-1"}, key=key, hold="a", seat="S-1")
    assert told.broken == {"a_ticket_is_cancelled_once"}


def test_whoever_gets_at_anothers_hold_is_found() -> None:
    told = Told()
    told.lock(1, "a", "S-1", at=1)
    told.release(2, "a", 2, {"__typename": "NotFound"})
    assert told.broken == set()
    told.release(2, "a", 3, {"__typename": "HoldExpired"})
    assert told.broken == {"what_is_anothers_is_not_there"}


def test_too_many_tickets_are_found() -> None:
    told = Told()
    told.lock(1, "a", "S-1", "S-2", "S-3", at=1)
    told.lock(1, "b", "S-4", "S-5", at=2)
    assert told.broken == {"no_more_is_given_than_there_is"}


def test_who_is_not_answered_is_found() -> None:
    told = Told()
    request = told.ask(1, "lock", 1, None, input={"seats": ["S-1"], "generalAdmission": []})
    for outcome, broken in ((Outcome.UNANSWERED, True), (Outcome.BROKEN, True), (Outcome.BUSY, False), (Outcome.ABANDONED, False)):
        request.attempts[0].outcome = outcome
        assert (told.broken == {"everybody_is_answered"}) is broken


def an_update(kind: str, version: int, held: int, groups: Mapping[str, list[str]], before: int | None = None) -> Update:
    seats = [{"status": status, "labels": labels} for status, labels in groups.items()]
    counts = {"available": 6 - held, "held": held, "sold": 0, "generalAdmission": [{"available": 2}]}
    name = "seats" if kind == "AvailabilitySnapshot" else "changes"
    return Update(0.0, {"__typename": kind, "version": version, "previousVersion": before, **counts, name: seats})


def broken_for(*sightings: list[Update]) -> set[str]:
    history = History(TERMS, sightings=[Sighting(0, updates) for updates in sightings])
    return {one.promise for one in contradictions(history)}


def test_watchers_are_shown_each_version_after_the_last_and_the_same_as_others() -> None:
    first = an_update("AvailabilitySnapshot", 1, 1, {"HELD": ["S-1"]})
    second = an_update("AvailabilityDelta", 2, 2, {"HELD": ["S-2"]}, 1)
    assert broken_for([first, second], [an_update("AvailabilitySnapshot", 2, 2, {"HELD": ["S-1", "S-2"]})]) == set()
    assert broken_for([first, an_update("AvailabilityDelta", 3, 2, {"HELD": ["S-2"]}, 2)]) == {"versions_follow_each_other"}
    assert broken_for([second, first]) == {"versions_follow_each_other", "counts_are_those_of_the_map"}
    assert broken_for([an_update("AvailabilitySnapshot", 1, 2, {"HELD": ["S-1"]})]) == {"counts_are_those_of_the_map"}
    assert broken_for([first], [an_update("AvailabilitySnapshot", 1, 1, {"HELD": ["S-2"]})]) == {"a_version_is_one_map"}


def best(quantity: int) -> dict[str, Any]:
    return {"input": {"bestAvailable": {"ticketTypeId": "t", "quantity": quantity}, "generalAdmission": []}}


def test_the_best_are_as_many_as_were_asked_for_and_were_not_somebody_elses() -> None:
    told = Told()
    told.ask(1, "lock", 1, a_hold("a", "A-1", "A-2", at=1), **best(2))
    assert told.broken == set()
    told.ask(2, "lock", 2, a_hold("b", "A-3", at=2), **best(2))
    assert told.broken == {"a_hold_is_what_was_asked_for"}


def test_to_be_told_that_the_best_were_taken_is_found() -> None:
    told = Told()
    told.lock(1, "a", "A-1", at=1)
    told.ask(2, "lock", 2, {"__typename": "SeatsUnavailable", "labels": ["A-1"]}, **best(1))
    assert told.broken == {"the_best_are_nobody_elses"}


def test_the_best_that_nobody_has_heard_of_yet_may_be_any() -> None:
    told = Told()
    told.ask(1, "lock", 1, None, **best(1))
    told.refuse(2, "A-4", at=2)
    assert told.broken == set()
