"""One session's inventory kept on paper: the same rules in the plainest Python, to compare the database with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self, TypeAlias
from uuid import UUID

SEAT_PRICE, STANDING_PRICE = 2500, 1000


@dataclass(slots=True)
class PaperHold:
    buyer: int
    seats: tuple[str, ...]
    places: int
    state: str = "ACTIVE"
    time_is_over: bool = False
    order: str | None = None
    id: UUID | None = None

    @property
    def quantity(self) -> int:
        return len(self.seats) + self.places

    @property
    def price(self) -> int:
        return len(self.seats) * SEAT_PRICE + self.places * STANDING_PRICE

    @property
    def live(self) -> bool:
        return self.state in ("ACTIVE", "ORDERED")


@dataclass(frozen=True, slots=True)
class PaperAnswer:
    """A hold as it was when it was answered: it may have been changed since, the answer has not."""

    hold: PaperHold
    seats: tuple[str, ...]
    places: int
    price: int

    @classmethod
    def of(cls, hold: PaperHold) -> Self:
        return cls(hold, hold.seats, hold.places, hold.price)


@dataclass(slots=True)
class PaperPayment:
    id: UUID
    hold: PaperHold
    minor: int
    status: str = "PENDING"
    bought: bool = False


@dataclass(slots=True)
class PaperTicket:
    hold: PaperHold
    seat: str | None
    status: str = "VALID"
    id: UUID | None = None


@dataclass(slots=True)
class PaperRefund:
    payment: PaperPayment
    ticket: PaperTicket | None
    minor: int
    done: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """`pick` chooses among the holds, payments or tickets there are; the rest is for LOCK and CHANGE, keys for others too.

    `places` of a CHANGE are what the hold is to have, None for as many as it has.
    """

    kind: Literal["LOCK", "CHANGE", "RELEASE", "CONVERT", "CANCEL", "EXPIRE"]
    pick: int = 0
    buyer: int = 0
    seats: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    places: int | None = 0
    key: str | None = None


Said: TypeAlias = "PaperAnswer | tuple[str, object]"
DONE: Said = ("done", None)
NOTHING_LEFT: Said = ("InvalidInput", None)
# A mistake, and what is so only while a payment is under way.
NOT_REMEMBERED = (NOTHING_LEFT, ("NotAllowed", None))


@dataclass(slots=True)
class PaperInventory:
    seats: dict[str, str]
    standing: int
    limit: int
    version: int = 0
    changed: bool = False
    holds: list[PaperHold] = field(default_factory=list)
    payments: list[PaperPayment] = field(default_factory=list)
    tickets: list[PaperTicket] = field(default_factory=list)
    refunds: list[PaperRefund] = field(default_factory=list)
    answers: dict[tuple[str, int, str], tuple[Ask, Said]] = field(default_factory=dict)
    answers_now: dict[tuple[str, int, str], tuple[Ask, Said]] = field(default_factory=dict)

    def decide(self, batch: Sequence[Ask]) -> list[Said]:
        """One commit: what is over expires, then what frees or sells, then locks and changes; answers in the order asked."""
        self.changed = False
        self.answers_now = {}
        for hold in self.holds:
            if hold.state == "ACTIVE" and hold.time_is_over:
                self._free(hold, "EXPIRED", "EXPIRED")
        said: dict[int, Said] = {}
        for at, ask in sorted(enumerate(batch), key=lambda one: one[1].kind in ("LOCK", "CHANGE")):
            said[at] = self._answer(ask)
        self.version += self.changed
        return [said[at] for at in range(len(batch))]

    def _answer(self, ask: Ask) -> Said:
        match ask.kind:
            case "LOCK":
                return self._under_key(ask, ask.buyer, self._lock)
            case "CHANGE":
                return self._under_key(ask, self.holds[ask.pick].buyer, self._change)
            case "RELEASE":
                hold = self.holds[ask.pick]
                return self._under_key(ask, hold.buyer, lambda _: self._release(hold))
            case "CONVERT":
                return self._convert(self.payments[ask.pick])
            case "CANCEL":
                ticket = self.tickets[ask.pick]
                return self._under_key(ask, ticket.hold.buyer, lambda _: self._cancel(ticket))
            case "EXPIRE":
                return DONE

    def _under_key(self, ask: Ask, buyer: int, decide: Callable[[Ask], Said]) -> Said:
        if ask.key is None:
            return decide(ask)
        name = ask.kind, buyer, ask.key
        first = self.answers.get(name) or self.answers_now.get(name)
        if first is not None:
            return first[1] if first[0] == ask else ("IdempotencyConflict", None)
        said = decide(ask)
        self.answers_now[name] = (ask, said)
        if said not in NOT_REMEMBERED:
            self.answers[name] = (ask, said)
        return said

    def _change(self, ask: Ask) -> Said:
        hold = self.holds[ask.pick]
        if hold.state != "ACTIVE":
            return ("NotAllowed", None) if hold.state == "ORDERED" else ("HoldExpired", None)
        added = tuple(label for label in ask.seats if label not in hold.seats)
        seats = tuple(label for label in hold.seats if label not in ask.removed) + added
        places = hold.places if ask.places is None else ask.places
        more = len(seats) + places - hold.quantity
        if more > 0 and self._count_of(hold.buyer) + more > self.limit:
            return ("TooManyTickets", self.limit)
        if taken := tuple(label for label in added if self.seats[label] != "AVAILABLE"):
            return ("SeatsUnavailable", taken)
        if places - hold.places > self.places_left:
            return ("SoldOut", self.places_left)
        if not seats and not places:
            return NOTHING_LEFT
        if (seats, places) != (hold.seats, hold.places):
            self._mark([label for label in hold.seats if label not in seats], "AVAILABLE")
            self._mark(added, "HELD")
            hold.seats, hold.places = seats, places
        return PaperAnswer.of(hold)

    def _count_of(self, buyer: int) -> int:
        held = sum(hold.quantity for hold in self.holds if hold.live and hold.buyer == buyer)
        return held + sum(ticket.status != "CANCELLED" for ticket in self.tickets if ticket.hold.buyer == buyer)

    def _lock(self, ask: Ask) -> Said:
        places = ask.places or 0
        if self._count_of(ask.buyer) + len(ask.seats) + places > self.limit:
            return ("TooManyTickets", self.limit)
        if taken := tuple(label for label in ask.seats if self.seats[label] != "AVAILABLE"):
            return ("SeatsUnavailable", taken)
        if places > self.places_left:
            return ("SoldOut", self.places_left)
        hold = PaperHold(ask.buyer, ask.seats, places)
        self.holds.append(hold)
        self._mark(hold.seats, "HELD")
        return PaperAnswer.of(hold)

    def _release(self, hold: PaperHold) -> Said:
        if hold.state in ("ORDERED", "CONVERTED"):
            return ("NotAllowed", None)
        if hold.state != "ACTIVE":
            return ("HoldExpired", None)
        self._free(hold, "RELEASED", "CANCELLED")
        return DONE

    def _convert(self, payment: PaperPayment) -> Said:
        hold = payment.hold
        if payment.status == "SUCCEEDED":
            return ("HoldExpired", None) if hold.state != "CONVERTED" else DONE
        payment.status = "SUCCEEDED"
        if not hold.live or payment.minor != hold.price:
            self.refunds.append(PaperRefund(payment, None, payment.minor))
            return ("HoldExpired", None)
        payment.bought = True
        hold.state, hold.order = "CONVERTED", "PAID"
        self.tickets += [PaperTicket(hold, seat) for seat in sorted(hold.seats)]
        self.tickets += [PaperTicket(hold, None) for _ in range(hold.places)]
        self._mark(hold.seats, "SOLD")
        return DONE

    def _cancel(self, ticket: PaperTicket) -> Said:
        if ticket.status == "USED":
            return ("TicketAlreadyUsed", None)
        if ticket.status == "CANCELLED":
            return ("TicketNotValid", "CANCELLED")
        ticket.status = "CANCELLED"
        [payment] = [one for one in self.payments if one.hold is ticket.hold and one.bought]
        self.refunds.append(PaperRefund(payment, ticket, SEAT_PRICE if ticket.seat else STANDING_PRICE))
        if all(one.status == "CANCELLED" for one in self.tickets if one.hold is ticket.hold):
            ticket.hold.order = "CANCELLED"
        self._mark([ticket.seat] if ticket.seat else [], "AVAILABLE")
        return DONE

    def order(self, hold: PaperHold) -> Literal["payment", "ordered", "HoldExpired"]:
        """What ordering it now comes to; the caller adds the payment."""
        if hold.state in ("ORDERED", "CONVERTED"):
            return "ordered"
        if hold.state != "ACTIVE" or hold.time_is_over:
            return "HoldExpired"
        hold.state, hold.order = "ORDERED", "AWAITING_PAYMENT"
        return "payment"

    def decline(self, payment: PaperPayment) -> None:
        if payment.status == "PENDING":
            payment.status = "FAILED"
            if payment.hold.state == "ORDERED":
                payment.hold.state = "ACTIVE"

    def use(self, ticket: PaperTicket) -> str:
        if ticket.status != "VALID":
            return "TicketAlreadyUsed" if ticket.status == "USED" else "TicketNotValid"
        ticket.status = "USED"
        return "Ticket"

    def pay_back(self, refund: PaperRefund) -> None:
        refund.done = True
        hold = refund.payment.hold
        if hold.order == "CANCELLED" and all(one.done for one in self.refunds if one.payment.hold is hold):
            hold.order = "REFUNDED"

    def _free(self, hold: PaperHold, state: str, order: str) -> None:
        hold.state = state
        hold.order = hold.order and order
        self._mark(hold.seats, "AVAILABLE")

    def _mark(self, labels: Sequence[str], status: str) -> None:
        self.changed = True
        for label in labels:
            self.seats[label] = status

    @property
    def places_held(self) -> int:
        return sum(hold.places for hold in self.holds if hold.live)

    @property
    def places_sold(self) -> int:
        return sum(ticket.seat is None and ticket.status != "CANCELLED" for ticket in self.tickets)

    @property
    def places_left(self) -> int:
        return self.standing - self.places_held - self.places_sold

    def seats_that_are(self, status: str) -> list[str]:
        return [label for label, one in self.seats.items() if one == status]


def modulo(ask: Ask, count: int) -> Ask:
    return replace(ask, pick=ask.pick % count)
