"""Rival buyers, set loose on a session: they watch it live, lock, buy, give back and let go, like everybody else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from random import Random

import structlog

from domain.changes import Availability, AvailabilityUpdate
from domain.errors import DomainError, InvalidInput, ServerBusy, TooManyHolds, TooManyTickets
from domain.events import TicketType
from domain.holds import Admissions, BestAvailable, Hold, LockTickets
from domain.ids import SessionId
from domain.sandbox import Rivalry, RivalStrategy, Score
from domain.seats import SeatStatus
from domain.viewers import Viewer
from resolvers.demo.buyers import buyers
from resolvers.holds import lock_tickets, release_hold
from resolvers.orders import buy_tickets
from resolvers.services import Services
from resolvers.sessions import seat_order, sessions_by_ids, ticket_types_of_sessions

log = structlog.get_logger()

SIZES = (1, 2, 2, 2, 3, 4)
CONTENDED = 12
PATIENCE_SECONDS = 1.0


class Crowd:
    """The rivals of one session. It ends when nothing is left, or no rival may have more."""

    def __init__(self, services: Services, rivalry: Rivalry) -> None:
        self.score = Score(rivalry)
        self._services = services
        self._free: dict[str, None] = {}
        self._types: Sequence[TicketType] = ()
        self._left: int | None = None

    async def run(self) -> None:
        rivalry = self.score.rivalry
        try:
            emails = [f"rival-{rivalry.seed}-{number}@sandbox.example" for number in range(rivalry.count)]
            viewers = await buyers(self._services, emails)
            await self._look_around(rivalry.session_id)
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._watch(rivalry.session_id))
                async with asyncio.TaskGroup() as people:
                    for number, viewer in enumerate(viewers):
                        people.create_task(self._live(viewer, Random(f"{rivalry.seed}:{number}")))
                watching.cancel()
        finally:
            self.score.running = False

    async def _look_around(self, session_id: SessionId) -> None:
        session = (await sessions_by_ids(self._services, [session_id]))[session_id]
        self._types = (await ticket_types_of_sessions(self._services, [session_id]))[session_id]
        order = await seat_order(self._services, session.seat_map_hash)
        self._free = dict.fromkeys(order.places if order else ())

    async def _watch(self, session_id: SessionId) -> None:
        everything = tuple(self._free)
        async with aclosing(self._services.seats.watch(session_id, None)) as updates:
            async for update in updates:
                if isinstance(update, Availability):
                    self._free = dict.fromkeys(everything)
                self._learn(update)

    def _learn(self, update: AvailabilityUpdate) -> None:
        self._left = update.available + update.held
        groups = update.seats if isinstance(update, Availability) else update.changes
        for status, labels in groups.items():
            for label in labels:
                if status is SeatStatus.AVAILABLE:
                    self._free[label] = None
                else:
                    self._free.pop(label, None)

    async def _live(self, viewer: Viewer, chance: Random) -> None:
        pause = self.score.rivalry.pause.total_seconds()
        while self._left != 0:
            await asyncio.sleep(chance.expovariate(1 / pause))
            wanted = self._wish(viewer, chance)
            if wanted is None:
                continue
            try:
                hold = await lock_tickets(self._services, wanted)
                self.score.held += len(hold.seats) + sum(one.quantity for one in hold.general_admission)
                await self._decide(viewer, hold, chance)
            except (TooManyTickets, TooManyHolds):
                return
            except InvalidInput:
                # Not for sale.
                for label in wanted.seats:
                    self._free.pop(label, None)
            except ServerBusy:
                await asyncio.sleep(PATIENCE_SECONDS)
            except DomainError:
                self.score.refused += 1

    async def _decide(self, viewer: Viewer, hold: Hold, chance: Random) -> None:
        await asyncio.sleep(chance.expovariate(1 / self.score.rivalry.pause.total_seconds()))
        if chance.randrange(100) < self.score.rivalry.buying:
            order = await buy_tickets(self._services, viewer, hold.id, "sandbox-ok")
            async with self._services.transaction() as work:
                tickets = (await work.tickets.of_orders([order.id]))[order.id]
            self.score.bought += len(tickets)
        elif chance.random() < 0.5:
            await release_hold(self._services, viewer, hold.id)

    def _wish(self, viewer: Viewer, chance: Random) -> LockTickets | None:
        """None while nothing is free."""
        session_id, strategy = self.score.rivalry.session_id, self.score.rivalry.strategy
        size = chance.choice(SIZES)
        seated = [one for one in self._types if not one.general_admission]
        standing = [one for one in self._types if one.general_admission]
        if standing and (not seated or chance.random() < len(standing) / len(self._types)):
            places = Admissions(chance.choice(standing).id, size)
            return LockTickets(session_id, viewer.user_id, general_admission=(places,))
        if strategy is RivalStrategy.BEST:
            return LockTickets(session_id, viewer.user_id, best_available=BestAvailable(chance.choice(seated).id, size))
        free = list(self._free)[:CONTENDED] if strategy is RivalStrategy.CONTEND else list(self._free)
        labels = chance.sample(free, min(size, len(free)))
        return LockTickets(session_id, viewer.user_id, tuple(labels)) if labels else None


class RivalCrowds:
    """Implements `domain.sandbox.Rivals`. Outside `running` nobody is set loose."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._crowds: dict[SessionId, tuple[Crowd, asyncio.Task[None]]] = {}

    @asynccontextmanager
    async def running(self, services: Services) -> AsyncIterator[None]:
        self._services = services
        async with asyncio.TaskGroup() as self._tasks:
            try:
                yield
            finally:
                for session_id in list(self._crowds):
                    self.stop(session_id)

    def start(self, rivalry: Rivalry) -> None:
        assert self._services is not None
        assert self._tasks is not None
        self.stop(rivalry.session_id)
        crowd = Crowd(self._services, rivalry)
        self._crowds[rivalry.session_id] = crowd, self._tasks.create_task(self._ran(crowd))

    def stop(self, session_id: SessionId) -> None:
        if session_id in self._crowds:
            self._crowds[session_id][1].cancel()

    def scores(self) -> Sequence[Score]:
        return [crowd.score for crowd, _ in self._crowds.values()]

    async def _ran(self, crowd: Crowd) -> None:
        [outcome] = await asyncio.gather(crowd.run(), return_exceptions=True)
        if isinstance(outcome, Exception):
            log.error("rivals_failed", exc_info=outcome)
