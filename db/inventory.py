"""The inventory: every command that changes a session's seats, sent in batches to the lock path of `inventory.sql`."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import asyncpg

from db.batches import BUSY, RETRY_AFTER_MS, Batches
from db.judging import Command
from db.line_tasks import LineTasks
from db.refusals import refusal, refused_taking
from db.verdicts import Verdict
from domain.answers import Once
from domain.changes import AvailabilityDelta
from domain.errors import ServerBusy
from domain.holds import Admissions, BestAvailable, ChangeHold, Hold, HoldState, Lockable, LockTickets, Selection
from domain.ids import HoldId, OrderId, PaymentId, PlaceId, SessionId, TicketId, TicketTypeId, new_id
from domain.money import Money

DUE = """
SELECT DISTINCT session_id FROM hold WHERE state = 'ACTIVE' AND expires_at <= clock_timestamp()
"""

NO_OFFERS: Command = {"offers": False}


class BatchedInventory:
    """Implements `domain.repositories.Inventory`."""

    def __init__(self, pool: asyncpg.Pool, batches: Batches) -> None:
        self._pool = pool
        self._batches = batches

    async def lock(self, command: LockTickets) -> Hold:
        hold_id = HoldId(new_id())
        verdict = await self._ask(command.session_id, _lock_command(hold_id, command), command.once)
        if verdict.name != "DONE":
            raise refused_taking(verdict, command)
        return Hold(
            id=HoldId(UUID(str(verdict.detail["hold"]))),
            session_id=command.session_id,
            user_id=command.user_id,
            state=HoldState.ACTIVE,
            seats=tuple(verdict.detail.get("seats", command.seats)),
            total=Money(verdict.number("total"), str(verdict.detail["currency"])),
            expires_at=verdict.at,
            server_time=verdict.clock,
            general_admission=tuple(command.general_admission),
            leaves_single=tuple(verdict.detail.get("singles", ())),
        )

    async def change(self, session_id: SessionId, command: ChangeHold) -> Hold:
        verdict = await self._ask(session_id, _change_command(command), command.once)
        if verdict.name != "DONE":
            raise refused_taking(verdict, command)
        places = [Admissions(TicketTypeId(UUID(one["id"])), one["quantity"]) for one in verdict.detail["admissions"]]
        return Hold(
            id=command.hold_id,
            session_id=session_id,
            user_id=command.user_id,
            state=HoldState.ACTIVE,
            seats=tuple(verdict.detail["seats"]),
            total=Money(verdict.number("total"), str(verdict.detail["currency"])),
            expires_at=verdict.at,
            server_time=verdict.clock,
            general_admission=tuple(places),
            leaves_single=tuple(verdict.detail["singles"]),
            extended=verdict.detail["extended"],
        )

    async def extend(self, session_id: SessionId, hold_id: HoldId, once: Once | None = None) -> None:
        verdict = await self._ask(session_id, {"kind": "EXTEND", "id": str(hold_id)}, once)
        if verdict.name != "DONE":
            raise refusal(verdict)

    async def would_lock(self, selection: Selection) -> Lockable:
        verdict = await self._batches.would(selection.session_id, _selection_command(selection))
        if verdict.name != "DONE":
            raise refused_taking(verdict, selection)
        total = Money(verdict.number("total"), str(verdict.detail["currency"]))
        left = verdict.number("left") if selection.user_id else None
        return Lockable(total, tuple(verdict.detail.get("singles", ())), left)

    async def release(self, session_id: SessionId, hold_id: HoldId, once: Once | None = None) -> None:
        verdict = await self._ask(session_id, {"kind": "RELEASE", "id": str(hold_id)}, once)
        if verdict.name != "DONE":
            raise refusal(verdict)

    async def convert(self, session_id: SessionId, payment_id: PaymentId) -> OrderId:
        verdict = await self._batches.ask(session_id, {"kind": "CONVERT", "id": str(payment_id)})
        if verdict.name != "DONE":
            raise refusal(verdict)
        return OrderId(UUID(str(verdict.detail["order"])))

    async def cancel(self, session_id: SessionId, ticket_id: TicketId, reason: str | None, once: Once | None = None) -> None:
        verdict = await self._ask(session_id, {"kind": "CANCEL", "id": str(ticket_id), "reason": reason}, once)
        if verdict.name != "DONE":
            raise refusal(verdict)

    async def expire(self, session_id: SessionId) -> None:
        await self._batches.ask(session_id, {"kind": "EXPIRE"})

    async def expiring(self) -> Sequence[SessionId]:
        try:
            rows = await self._pool.fetch(DUE)
        except BUSY as error:
            raise ServerBusy(RETRY_AFTER_MS) from error
        return [SessionId(row["session_id"]) for row in rows]

    async def _ask(self, session_id: SessionId, command: Command, once: Once | None) -> Verdict:
        if once is None:
            return await self._batches.ask(session_id, command)
        key = {"caller": str(once.user_id), "operation": once.operation, "key": once.key, "hash": once.input_hash.hex()}
        verdict = await self._batches.ask(session_id, {**command, **key})
        once.replayed = "replayed" in verdict.detail
        return verdict


@asynccontextmanager
async def batched_inventory(
    pool: asyncpg.Pool, hold_lifetime: timedelta, announce: Callable[[AvailabilityDelta], None]
) -> AsyncIterator[BatchedInventory]:
    """Leaving it waits for the batches under way. `announce` is called after each commit that changed something."""
    async with LineTasks(failed="inventory_failed") as tasks:
        yield BatchedInventory(pool, Batches(pool, tasks, hold_lifetime, announce))


def _lock_command(hold_id: HoldId, command: LockTickets) -> Command:
    admissions = [{"id": str(one.ticket_type_id), "quantity": one.quantity} for one in command.general_admission]
    best = _best(command.best_available) if command.best_available else None
    return {
        "kind": "LOCK",
        "hold": str(hold_id),
        "buyer": str(command.user_id),
        "seats": list(command.seats),
        "admissions": admissions,
        **({"best": best} if best else {}),
        **({} if command.offers else NO_OFFERS),
        **_shown(command.place),
    }


def _shown(place: PlaceId | None) -> Command:
    return {"place": str(place)} if place else {}


def _best(wanted: BestAvailable) -> Command:
    return {
        "ticketType": str(wanted.ticket_type_id),
        "quantity": wanted.quantity,
        "sections": list(wanted.sections),
        "accessible": wanted.accessible,
    }


def _selection_command(selection: Selection) -> Command:
    buyer = str(selection.user_id) if selection.user_id else None
    asked = {"kind": "LOCK", "hold": str(new_id()), "buyer": buyer, "seats": list(selection.seats), "admissions": []}
    return {**asked, **_shown(selection.place)}


def _change_command(command: ChangeHold) -> Command:
    admissions = [{"id": str(one.ticket_type_id), "quantity": one.quantity} for one in command.general_admission]
    return {
        "kind": "CHANGE",
        "id": str(command.hold_id),
        "buyer": str(command.user_id),
        "added": list(command.add),
        "removed": list(command.remove),
        "admissions": admissions,
        **({} if command.offers else NO_OFFERS),
        **_shown(command.place),
    }
