"""The inventory: every command that changes a session's seats, sent in batches to the lock path of `inventory.sql`."""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

import asyncpg
import orjson

from db.batches import BUSY, RETRY_AFTER_MS, Batches, Command, Verdict
from domain.changes import AvailabilityDelta
from domain.errors import (
    AgeRestricted,
    DomainError,
    HoldExpired,
    IdempotencyConflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    SaleNotOpen,
    SeatsUnavailable,
    ServerBusy,
    SessionStarted,
    SoldOut,
    TicketAlreadyUsed,
    TicketNotValid,
    TooManyTickets,
)
from domain.holds import Hold, HoldState, LockTickets
from domain.ids import HoldId, OrderId, PaymentId, SessionId, TicketId, TicketTypeId, new_id
from domain.money import Money
from domain.tickets import TicketStatus

DUE = """
SELECT DISTINCT session_id FROM hold WHERE state = 'ACTIVE' AND expires_at <= clock_timestamp()
"""


class BatchedInventory:
    """Implements `domain.repositories.Inventory`."""

    def __init__(self, pool: asyncpg.Pool, batches: Batches) -> None:
        self._pool = pool
        self._batches = batches

    async def lock(self, command: LockTickets) -> Hold:
        hold_id = HoldId(new_id())
        verdict = await self._batches.ask(command.session_id, _lock_command(hold_id, command))
        if verdict.name != "DONE":
            _refuse_lock(verdict, command)
        return Hold(
            id=HoldId(UUID(str(verdict.detail["hold"]))),
            session_id=command.session_id,
            user_id=command.user_id,
            state=HoldState.ACTIVE,
            seats=tuple(command.seats),
            total=Money(verdict.number("total"), str(verdict.detail["currency"])),
            expires_at=verdict.at,
            server_time=verdict.clock,
            general_admission=tuple(command.general_admission),
        )

    async def release(self, session_id: SessionId, hold_id: HoldId) -> None:
        verdict = await self._batches.ask(session_id, {"kind": "RELEASE", "id": str(hold_id)})
        if verdict.name != "DONE":
            _refuse(verdict)

    async def convert(self, session_id: SessionId, payment_id: PaymentId) -> OrderId:
        verdict = await self._batches.ask(session_id, {"kind": "CONVERT", "id": str(payment_id)})
        if verdict.name != "DONE":
            _refuse(verdict)
        return OrderId(UUID(str(verdict.detail["order"])))

    async def cancel(self, session_id: SessionId, ticket_id: TicketId, reason: str | None) -> None:
        verdict = await self._batches.ask(session_id, {"kind": "CANCEL", "id": str(ticket_id), "reason": reason})
        if verdict.name != "DONE":
            _refuse(verdict)

    async def expire(self, session_id: SessionId) -> None:
        await self._batches.ask(session_id, {"kind": "EXPIRE"})

    async def expiring(self) -> Sequence[SessionId]:
        try:
            rows = await self._pool.fetch(DUE)
        except BUSY as error:
            raise ServerBusy(RETRY_AFTER_MS) from error
        return [SessionId(row["session_id"]) for row in rows]


@asynccontextmanager
async def batched_inventory(
    pool: asyncpg.Pool, hold_lifetime: timedelta, announce: Callable[[AvailabilityDelta], None]
) -> AsyncIterator[BatchedInventory]:
    """Leaving it waits for the batches under way. `announce` is called after each commit that changed something."""
    async with Batches(pool, hold_lifetime, announce) as batches:
        yield BatchedInventory(pool, batches)


def _lock_command(hold_id: HoldId, command: LockTickets) -> Command:
    admissions = [{"id": str(one.ticket_type_id), "quantity": one.quantity} for one in command.general_admission]
    asked = orjson.dumps([str(command.session_id), list(command.seats), admissions])
    return {
        "kind": "LOCK",
        "hold": str(hold_id),
        "buyer": str(command.user_id),
        "seats": list(command.seats),
        "admissions": admissions,
        "key": command.idempotency_key,
        "hash": hashlib.sha256(asked).hexdigest(),
    }


def _refuse_lock(verdict: Verdict, command: LockTickets) -> NoReturn:
    detail = verdict.detail
    match verdict.name:
        case "UNKNOWN_SEATS":
            first = str(verdict.labels[0])
            raise InvalidInput(("input", "seats", str(list(command.seats).index(first))), f"There is no seat {first!r}.")
        case "UNKNOWN_TICKET_TYPE":
            at = [str(one.ticket_type_id) for one in command.general_admission].index(str(detail["ticketType"]))
            path = ("input", "generalAdmission", str(at), "ticketTypeId")
            raise InvalidInput(path, "This is not a general admission ticket type of the session.")
        case "SALE_NOT_OPEN":
            raise SaleNotOpen(verdict.maybe_at)
        case "AGE_RESTRICTED":
            raise AgeRestricted(verdict.number("age"))
        case "TOO_MANY_TICKETS":
            raise TooManyTickets(verdict.number("limit"))
        case "SEATS_UNAVAILABLE":
            raise SeatsUnavailable(verdict.labels)
        case "SOLD_OUT":
            raise SoldOut(TicketTypeId(UUID(str(detail["ticketType"]))), verdict.number("available"))
        case _:
            _refuse(verdict)


def _refuse(verdict: Verdict) -> NoReturn:
    raise _refusal(verdict)


def _refusal(verdict: Verdict) -> DomainError:
    plain: Mapping[str, type[DomainError]] = {
        "NOT_FOUND": NotFound,
        "NOT_ALLOWED": NotAllowed,
        "IDEMPOTENCY_CONFLICT": IdempotencyConflict,
    }
    timed: Mapping[str, Callable[[datetime], DomainError]] = {
        "HOLD_EXPIRED": HoldExpired,
        "TICKET_ALREADY_USED": TicketAlreadyUsed,
        "SESSION_STARTED": SessionStarted,
    }
    if verdict.name in timed:
        return timed[verdict.name](verdict.at)
    if verdict.name == "TICKET_NOT_VALID":
        return TicketNotValid(TicketStatus(str(verdict.detail["status"])))
    return plain[verdict.name]()
