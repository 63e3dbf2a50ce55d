"""Anything anybody may do, in any order, alone or many in one commit: the database says what the paper says, step by step."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar
from uuid import UUID

import orjson
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from domain.answers import Once
from domain.changes import Availability, applied
from domain.errors import DomainError, SeatsUnavailable, SoldOut, TicketNotValid, TooManyTickets
from domain.holds import Admissions, ChangeHold, Hold
from domain.ids import HoldId, PaymentId, RefundId, TicketId, TicketTypeId, UserId
from domain.seats import SeatStatus
from tests.builders import Show, a_buyer, a_key, a_room, a_show, buyers
from tests.db.asking import BUYERS, LABELS, asks, picks
from tests.db.conftest import Office, open_office
from tests.db.paper_inventory import Ask, PaperAnswer, PaperHold, PaperInventory, PaperPayment, Said, modulo

T = TypeVar("T")
STANDING, LIMIT = 5, 5
FOUND = """
SELECT jsonb_build_object(
    'inventory', (SELECT jsonb_build_array(version, held, sold) FROM inventory WHERE session_id = $1),
    'pool', (SELECT jsonb_build_array(held, sold) FROM admission_pool WHERE session_id = $1),
    'seats', (SELECT jsonb_object_agg(label, status) FROM seat WHERE session_id = $1),
    'holds', (SELECT coalesce(jsonb_object_agg(id, state), '{}') FROM hold WHERE session_id = $1),
    'orders', (SELECT coalesce(jsonb_object_agg(hold_id, status), '{}') FROM ticket_order WHERE session_id = $1),
    'payments', (SELECT coalesce(jsonb_object_agg(id, status), '{}') FROM payment WHERE session_id = $1),
    'tickets', (SELECT coalesce(jsonb_object_agg(id, status), '{}') FROM ticket WHERE session_id = $1),
    'refunds', (SELECT coalesce(jsonb_agg(jsonb_build_array(payment_id, ticket_id, refund.amount_minor, done_at IS NOT NULL)
                                          ORDER BY payment_id, ticket_id), '[]')
                FROM refund JOIN payment ON payment.id = payment_id WHERE session_id = $1))::text
"""


class Inventories(RuleBasedStateMachine):
    """`office` and `run` are set by the test, once for all examples; each example has a show of its own."""

    office: Office
    run: Callable[[Coroutine[Any, Any, Any]], Any]
    show: Show
    people: list[UserId]
    paper: PaperInventory

    @initialize()
    def put_on(self) -> None:
        room = a_room(rows=1, seats=len(LABELS), name="Paper room")
        terms = {"ticket_limit": LIMIT, "holds_an_hour": 10_000}
        self.show = self.run(a_show(self.office.transaction, room=room, standing=STANDING, **terms))
        self.people = self.run(buyers(self.office.transaction, BUYERS))
        self.paper = PaperInventory(dict.fromkeys(LABELS, "AVAILABLE"), STANDING, LIMIT)

    @rule(batch=st.lists(asks, min_size=1, max_size=4))
    def ask(self, batch: list[Ask]) -> None:
        there: dict[str, Sequence[object]] = {
            "CHANGE": self.paper.holds,
            "RELEASE": self.paper.holds,
            "CONVERT": self.paper.payments,
            "CANCEL": self.paper.tickets,
        }
        possible = [modulo(one, len(there.get(one.kind, "-"))) for one in batch if there.get(one.kind, "-")]
        if not possible:
            return
        # What a command means is settled before any of them is decided.
        asked = [self._command(one) for one in possible]
        expected = self.paper.decide(possible)
        answers = self.run(_at_once(asked))
        for answer, said in zip(answers, expected, strict=True):
            self._compare_answer(answer, said)
        self.run(self._note_tickets())
        self._compare()

    @precondition(lambda self: self.paper.holds)
    @rule(pick=picks)
    def time_passes(self, pick: int) -> None:
        hold = self.paper.holds[pick % len(self.paper.holds)]
        hold.time_is_over = True
        self.run(self.office.let_time_pass(_hold_id(hold)))
        self._compare()

    @precondition(lambda self: self.paper.holds)
    @rule(pick=picks)
    def order(self, pick: int) -> None:
        hold = self.paper.holds[pick % len(self.paper.holds)]
        expected = self.paper.order(hold)
        said, payment_id = self.run(self._place(hold))
        assert said == expected
        if payment_id is not None:
            self.paper.payments.append(PaperPayment(payment_id, hold, hold.price))
        self._compare()

    @precondition(lambda self: self.paper.payments)
    @rule(pick=picks)
    def decline(self, pick: int) -> None:
        payment = self.paper.payments[pick % len(self.paper.payments)]
        self.paper.decline(payment)
        self.run(self._decline(payment.id))
        self._compare()

    @precondition(lambda self: self.paper.tickets)
    @rule(pick=picks)
    def use(self, pick: int) -> None:
        ticket = self.paper.tickets[pick % len(self.paper.tickets)]
        assert ticket.id is not None
        [answer] = self.run(_at_once([self.office.scan(TicketId(ticket.id), self.people[0])]))
        assert type(answer).__name__ == self.paper.use(ticket)
        self._compare()

    @precondition(lambda self: any(not one.done for one in self.paper.refunds))
    @rule()
    def pay_back_the_oldest(self) -> None:
        [refund_id, *_] = self.run(self.office.refunds_of(self.show.session_id))
        [(payment_id, ticket_id)] = self.run(self.office.rows("SELECT payment_id, ticket_id FROM refund WHERE id = $1", refund_id))
        [refund] = [
            one
            for one in self.paper.refunds
            if (one.payment.id, one.ticket and one.ticket.id) == (payment_id, ticket_id) and not one.done
        ]
        self.paper.pay_back(refund)
        self.run(self.office.note_refunded(RefundId(refund_id)))
        self._compare()

    def teardown(self) -> None:
        if hasattr(self, "show"):
            assert self.run(self.office.broken_invariants()) == []
            assert self.run(_replayed(self.office, self.show)) == self.run(_as_it_is(self.office, self.show))

    def _command(self, ask: Ask) -> Awaitable[object]:
        inventory, session_id = self.office.inventory, self.show.session_id
        match ask.kind:
            case "LOCK":
                return inventory.lock(self.show.lock(self.people[ask.buyer], *ask.seats, standing=ask.places or 0, key=ask.key))
            case "CHANGE":
                return inventory.change(session_id, self._change(self.paper.holds[ask.pick], ask))
            case "RELEASE":
                hold = self.paper.holds[ask.pick]
                return inventory.release(session_id, _hold_id(hold), self._key(hold.buyer, "releaseHold", ask))
            case "CONVERT":
                return inventory.convert(session_id, PaymentId(self.paper.payments[ask.pick].id))
            case "CANCEL":
                ticket = self.paper.tickets[ask.pick]
                assert ticket.id is not None
                return inventory.cancel(session_id, TicketId(ticket.id), None, self._key(ticket.hold.buyer, "cancelTicket", ask))
            case "EXPIRE":
                return inventory.expire(session_id)

    def _key(self, buyer: int, operation: str, ask: Ask) -> Once | None:
        return a_key(self.people[buyer], operation, ask.key, ask) if ask.key else None

    def _change(self, hold: PaperHold, ask: Ask) -> ChangeHold:
        assert self.show.standing_type is not None
        places = () if ask.places is None else (Admissions(self.show.standing_type, ask.places),)
        key = self._key(hold.buyer, "changeHold", ask)
        return ChangeHold(_hold_id(hold), self.people[hold.buyer], ask.seats, ask.removed, places, key)

    def _compare_answer(self, answer: object, said: Said) -> None:
        if isinstance(said, PaperAnswer):
            assert isinstance(answer, Hold)
            assert said.hold.id in (None, answer.id)
            said.hold.id = answer.id
            assert (answer.seats, sum(one.quantity for one in answer.general_admission)) == (said.seats, said.places)
            assert answer.total.minor == said.price
        elif isinstance(answer, DomainError):
            assert (type(answer).__name__, _named_by(answer)) == said
        else:
            assert said == ("done", None)

    async def _place(self, hold: PaperHold) -> tuple[str, UUID | None]:
        [answer] = await _at_once([self._ordered(hold)])
        if isinstance(answer, DomainError):
            return type(answer).__name__, None
        assert isinstance(answer, list)
        return ("payment", answer[0]) if answer else ("ordered", None)

    async def _ordered(self, hold: PaperHold) -> list[UUID]:
        async with self.office.transaction() as work:
            _, payment = await work.orders.place(_hold_id(hold), self.people[hold.buyer], "card")
        return [payment.id] if payment else []

    async def _decline(self, payment_id: UUID) -> None:
        async with self.office.transaction() as work:
            await work.orders.decline(PaymentId(payment_id))

    async def _note_tickets(self) -> None:
        """Tickets get their ids in the database; those of an order are alike but for their seats."""
        new = [one for one in self.paper.tickets if one.id is None]
        for hold in {id(one.hold): one.hold for one in new}.values():
            rows = await self.office.rows(
                "SELECT t.id, seat_label FROM ticket t JOIN ticket_order o ON o.id = order_id WHERE hold_id = $1"
                " ORDER BY seat_label, t.id",
                hold.id,
            )
            mine = [one for one in new if one.hold is hold]
            assert [seat for _, seat in rows] == [one.seat for one in mine]
            for ticket, (identity, _) in zip(mine, rows, strict=True):
                ticket.id = identity

    def _compare(self) -> None:
        paper = self.paper
        held, sold = (len(paper.seats_that_are(status)) for status in ("HELD", "SOLD"))
        assert orjson.loads(self.run(self.office.scalar(FOUND, self.show.session_id))) == {
            "inventory": [paper.version, held + paper.places_held, sold + paper.places_sold],
            "pool": [paper.places_held, paper.places_sold],
            "seats": paper.seats,
            "holds": {str(one.id): one.state for one in paper.holds},
            "orders": {str(one.id): one.order for one in paper.holds if one.order},
            "payments": {str(one.id): one.status for one in paper.payments},
            "tickets": {str(one.id): one.status for one in paper.tickets},
            "refunds": sorted(
                ([str(one.payment.id), one.ticket and str(one.ticket.id), one.minor, one.done] for one in paper.refunds),
                key=lambda one: (one[0], one[1] is None, one[1]),
            ),
        }


def _hold_id(hold: PaperHold) -> HoldId:
    assert hold.id is not None
    return HoldId(hold.id)


def _named_by(refusal: DomainError) -> object:
    match refusal:
        case SeatsUnavailable():
            return refusal.labels
        case SoldOut():
            return refusal.available
        case TooManyTickets():
            return refusal.limit
        case TicketNotValid():
            return refusal.status.value
        case _:
            return None


async def _at_once(asked: Sequence[Awaitable[object]]) -> list[object]:
    """Answers and refusals; anything else is a failure."""
    answers = await asyncio.gather(*asked, return_exceptions=True)
    for one in answers:
        if isinstance(one, BaseException) and not isinstance(one, DomainError):
            raise one
    return list(answers)


Comparable = tuple[int, int, int, int, dict[SeatStatus, set[str]], dict[TicketTypeId, int]]


def _comparable(state: Availability) -> Comparable:
    seats = {status: set(labels) for status, labels in state.seats.items()}
    return (state.version, state.available, state.held, state.sold, seats, dict(state.general_admission))


async def _as_it_is(office: Office, show: Show) -> Comparable:
    return _comparable(await office.snapshot(show.session_id))


async def _replayed(office: Office, show: Show) -> Comparable:
    """From version 0 through the whole log of changes."""
    assert show.standing_type is not None
    state = Availability(show.session_id, 0, len(LABELS) + STANDING, 0, 0, {}, {show.standing_type: STANDING})
    for delta in await office.log.since(show.session_id, 0) or ():
        state = applied(state, delta)
    return _comparable(state)


def test_whatever_happens_the_database_and_the_paper_say_the_same(database_url: str) -> None:
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        opening = open_office(database_url)
        office = runner.run(_entered(opening))
        machine = type("Machine", (Inventories,), {"office": office, "run": staticmethod(runner.run)})
        terms = settings(
            max_examples=30,
            phases=(Phase.explicit, Phase.generate),
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )
        try:
            run_state_machine_as_test(machine, settings=terms)
        finally:
            runner.run(opening.__aexit__(None, None, None))


async def _entered(opening: Any) -> Office:
    office: Office = await opening.__aenter__()
    await a_buyer(office.transaction)
    return office
