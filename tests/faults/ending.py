"""After all is quiet: what clients were told, compared with what the database has."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from db.verification import PostgresVerification
from domain.ids import SessionId, read_id
from tests.faults.believed import stories
from tests.faults.checker import Contradiction
from tests.faults.history import ORDER, TICKET, History, minor
from tests.faults.watching import last_maps

HOLDS = "SELECT id, user_id, state, seat_labels FROM hold WHERE session_id = $1"
ORDERS = """
SELECT o.id, o.hold_id, o.status, o.total_minor,
       (SELECT coalesce(sum(amount_minor), 0) FROM payment p WHERE p.order_id = o.id AND p.status = 'SUCCEEDED')
       - (SELECT coalesce(sum(r.amount_minor), 0) FROM refund r JOIN payment p ON p.id = payment_id WHERE p.order_id = o.id) AS kept
FROM ticket_order o WHERE o.session_id = $1
"""
TICKETS = "SELECT id, order_id, seat_label, status, price_minor FROM ticket WHERE session_id = $1"
SEATS = "SELECT label, status FROM seat WHERE session_id = $1 AND status <> 'AVAILABLE'"
PENDING = "SELECT count(*) FROM payment WHERE status = 'PENDING'"
LIVE = ("VALID", "USED")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Truth:
    holds: Mapping[UUID, Row]
    orders: Mapping[UUID, Row]
    tickets: Mapping[UUID, Row]
    seats: Mapping[str, str]
    version: int
    people: Sequence[UUID]


async def truth_of(url: str, session_id: SessionId, people: Sequence[UUID]) -> Truth:
    connection = await asyncpg.connect(url)
    try:
        holds, orders, tickets = [
            {row["id"]: dict(row) for row in await connection.fetch(query, session_id)} for query in (HOLDS, ORDERS, TICKETS)
        ]
        seats = {row["label"]: row["status"] for row in await connection.fetch(SEATS, session_id)}
        version = await connection.fetchval("SELECT version FROM inventory WHERE session_id = $1", session_id)
    finally:
        await connection.close()
    return Truth(holds, orders, tickets, seats, version, people)


async def compared(history: History, url: str, session_id: SessionId, people: Sequence[UUID]) -> list[Contradiction]:
    truth = await truth_of(url, session_id, people)
    found = [Contradiction(check.__name__, evidence) for check in COMPARISONS for evidence in check(history, truth)]
    async for report in PostgresVerification(url).reports(session_id):
        if report.violations:
            found.append(Contradiction(report.name, f"{report.violations} of {report.checked}: {report.examples}"))
    return found


def what_was_acknowledged_is_there(history: History, truth: Truth) -> Iterator[str]:
    for story in stories(history).values():
        stored = truth.holds.get(_uuid(story.hold))
        if stored is None:
            yield f"an acknowledged hold is gone: {story.locked}"
            continue
        if story.bought and stored["state"] != "CONVERTED":
            yield f"an acknowledged sale is lost: {stored['state']} {story.bought}"
        if not any(story.asked("change")) and stored["seat_labels"] != list(story.locked["seats"]):
            yield f"{stored['seat_labels']} are held, acknowledged was {story.locked}"
    for request, answer in history.said(ORDER):
        for ticket in answer["tickets"]:
            if _uuid(ticket["id"]) not in truth.tickets:
                yield f"an acknowledged ticket is gone: {ticket} {request}"


def nobody_has_what_nobody_was_told_of(history: History, truth: Truth) -> Iterator[str]:
    told = {_uuid(hold) for hold in stories(history)}
    unanswered = {one.buyer for one in history.of("lock") if one.answer is None}
    numbers = {person: number for number, person in enumerate(truth.people)}
    for identity, stored in truth.holds.items():
        if identity not in told and numbers[stored["user_id"]] not in unanswered:
            yield f"nobody was told of hold {identity}: {dict(stored)}"


def what_was_refused_was_not_sold(history: History, truth: Truth) -> Iterator[str]:
    sold: dict[UUID, list[Row]] = defaultdict(list)
    for ticket in truth.tickets.values():
        sold[truth.orders[ticket["order_id"]]["hold_id"]].append(ticket)
    for story in stories(history).values():
        if not story.perhaps_bought and sold[_uuid(story.hold)]:
            yield f"sold, though not bought: {story.hold} {[str(one) for one in story.asked('buy')]}"


def tickets_are_what_their_buyers_think(history: History, truth: Truth) -> Iterator[str]:
    for request, answer in history.said(TICKET):
        if truth.tickets[_uuid(str(request.input["ticketId"]))]["status"] != "CANCELLED":
            yield f"an acknowledged cancellation is lost: {answer} {request}"
    cancelling = {_uuid(str(one.input["ticketId"])) for one in history.of("cancel")}
    for identity, ticket in truth.tickets.items():
        if ticket["status"] == "CANCELLED" and identity not in cancelling:
            yield f"nobody cancelled {dict(ticket)}"


def money_is_for_tickets(history: History, truth: Truth) -> Iterator[str]:
    """What is kept of what was paid is the price of the tickets that are left, and what the buyer was quoted for them."""
    worth: dict[UUID, int] = defaultdict(int)
    for ticket in truth.tickets.values():
        worth[ticket["order_id"]] += ticket["price_minor"] if ticket["status"] in LIVE else 0
    for identity, order in truth.orders.items():
        if order["kept"] != worth[identity]:
            yield f"{order['kept']} is kept for tickets worth {worth[identity]}: {dict(order)}"
    for request, answer in history.said(ORDER):
        stored = truth.orders[_uuid(answer["id"])]
        if stored["total_minor"] != minor(answer["total"]):
            yield f"{stored['total_minor']} in the end: {request}"


def watchers_see_what_is_so(history: History, truth: Truth) -> Iterator[str]:
    for at, seen in enumerate(last_maps(history)):
        if (seen.version, seen.taken) != (truth.version, truth.seats):
            differing = sorted(seen.taken.items() ^ truth.seats.items())
            yield f"watcher {at} is at version {seen.version} of {truth.version}; differing: {differing}"


COMPARISONS = (
    what_was_acknowledged_is_there,
    nobody_has_what_nobody_was_told_of,
    what_was_refused_was_not_sold,
    tickets_are_what_their_buyers_think,
    money_is_for_tickets,
    watchers_see_what_is_so,
)


def _uuid(text: str) -> UUID:
    read = read_id(text)
    assert read is not None
    return read[1]
