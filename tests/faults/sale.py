"""One sale: a session that everybody wants, its buyers and watchers, let loose on servers for a while, and what they saw."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg
import httpx

from db.engine import make_engine
from db.unit_of_work import transactions
from domain.ids import SessionId, UserId, show_id
from domain.viewers import Role, User
from resolvers.gateways.tokens import SignedAccessTokens
from tests.builders import a_room, a_show, buyers
from tests.faults.asking import Line
from tests.faults.buying import Board, Buyer
from tests.faults.checker import Contradiction, contradictions
from tests.faults.ending import PENDING, compared
from tests.faults.gateway import Gateway
from tests.faults.history import History, Sighting, Terms
from tests.faults.watchers import Watcher

TOKEN_KEY = bytes(range(64, 96))
WATCHERS_EACH = 2
AGREED_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Sale:
    """`patience`: how long a client waits for an answer; `settles_within`: how long until no payment is under way; in seconds."""

    database_url: str
    urls: Sequence[str]
    session_id: SessionId
    seated_id: UUID
    standing_id: UUID
    people: Sequence[UserId]
    history: History
    seed: int
    patience: float = 10.0
    settles_within: float = 30.0

    async def run(self, work: Callable[[], Awaitable[bool]]) -> None:
        """Until `work` is done. Where it answers True, on until all is settled and the watchers agree, as far as they ever will."""
        signer = SignedAccessTokens(TOKEN_KEY, "usher", timedelta(hours=10))
        closed = asyncio.Event()
        async with _http() as http, self._watched(http) as watchers:
            async with asyncio.TaskGroup() as tasks:
                for buyer in self._buyers(http, signer, closed):
                    tasks.create_task(buyer.until_closed())
                tasks.create_task(self._gateway(http, closed).repeat_itself())
                to_the_end = await work()
                closed.set()
            if to_the_end:
                await self._settled(watchers)

    async def faults(self) -> list[Contradiction]:
        return [
            *contradictions(self.history),
            *await compared(self.history, self.database_url, self.session_id, self.people),
        ]

    def _buyers(self, http: httpx.AsyncClient, signer: SignedAccessTokens, closed: asyncio.Event) -> list[Buyer]:
        seats = self.history.terms.labels
        seated, standing = (show_id("tickettype", one) for one in (self.seated_id, self.standing_id))
        board = Board(show_id("session", self.session_id), seated, standing, seats)
        found = []
        for number, person in enumerate(self.people):
            token, _ = signer.issue(User(person, "", frozenset({Role.ATTENDEE}), ""))
            chance = random.Random(f"{self.seed} {number}")
            line = Line(number, self.urls, token, http, self.history, chance, self.patience, closed)
            found.append(Buyer(number, line, board, chance))
        return found

    def _gateway(self, http: httpx.AsyncClient, closed: asyncio.Event) -> Gateway:
        chance = random.Random(f"{self.seed} gateway")
        return Gateway(self.database_url, self.session_id, self.urls, http, self.history, chance, closed)

    @asynccontextmanager
    async def _watched(self, http: httpx.AsyncClient) -> AsyncIterator[list[Watcher]]:
        session_id = show_id("session", self.session_id)
        sightings = [Sighting(at) for at in range(len(self.urls)) for _ in range(WATCHERS_EACH)]
        self.history.sightings += sightings
        watchers = [Watcher(self.urls[one.server], session_id, http, one) for one in sightings]
        tasks = [asyncio.create_task(one.follow()) for one in watchers]
        try:
            yield watchers
            assert [task for task in tasks if task.done()] == []
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _settled(self, watchers: Sequence[Watcher]) -> None:
        connection = await asyncpg.connect(self.database_url)
        try:
            await _comes_true(self.settles_within, lambda: self._nothing_pends(connection))
            await _comes_true(AGREED_SECONDS, lambda: self._all_agree(connection, watchers))
        finally:
            await connection.close()

    async def _nothing_pends(self, connection: "asyncpg.Connection[asyncpg.Record]") -> bool:
        live = "SELECT count(*) FROM hold WHERE session_id = $1 AND state = 'ACTIVE'"
        return not await connection.fetchval(PENDING) and not await connection.fetchval(live, self.session_id)

    async def _all_agree(self, connection: "asyncpg.Connection[asyncpg.Record]", watchers: Sequence[Watcher]) -> bool:
        version = await connection.fetchval("SELECT version FROM inventory WHERE session_id = $1", self.session_id)
        return {one.version for one in watchers} == {version}


async def _comes_true(seconds: float, condition: Callable[[], Awaitable[bool]]) -> bool:
    until = asyncio.get_running_loop().time() + seconds
    while not (met := await condition()) and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.05)
    return met


def _http() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_connections=None, max_keepalive_connections=50))


async def a_sale(database_url: str, urls: Sequence[str], terms: Terms, *, crowd: int, seed: int, **waits: float) -> Sale:
    engine = make_engine(database_url)
    transaction = transactions(engine)
    room = a_room(rows=1, seats=terms.seats, name=f"Room of {terms.seats}")
    show = await a_show(transaction, room=room, standing=terms.standing, ticket_limit=terms.limit, holds_an_hour=1_000_000)
    people = await buyers(transaction, crowd)
    await engine.dispose()
    assert show.seat_type is not None
    assert show.standing_type is not None
    return Sale(database_url, urls, show.session_id, show.seat_type, show.standing_type, people, History(terms), seed, **waits)
