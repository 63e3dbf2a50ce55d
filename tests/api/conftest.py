"""A whole Usher in the test's own loop: real database, real sockets, small rooms."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from domain.events import EventCategory
from domain.ids import EventId, UserId, new_id, read_id, show_id
from domain.money import Money
from domain.organizers import MemberRole
from domain.plans import PlannedEvent, PlannedSession, PlannedTicketType, PlannedVenue
from domain.seats import Category, Row, Seat, SeatMap, Section
from domain.viewers import Role, User
from main import Plugged, build_app, plugged
from resolvers.events import put_on
from resolvers.gateways.settings import Settings
from resolvers.seats import keep_seat_map
from resolvers.sign_ins import sign_in
from schema.serving.listening import Server, bound_socket, listen, server_for
from tests.api.client import Client
from tests.builders import ORGANIZER, belongs

PASSWORD = "usher-demo"
# Once: it takes 30 ms, and houses are many.
HASHED: list[str] = []


def small_room() -> SeatMap:
    rows = tuple(
        Row(name, tuple(Seat(f"{name}-{n}", str(n), n * 25.0, y, "Stalls", accessible=n == 10) for n in range(1, 11)))
        for name, y in (("A", 0.0), ("B", 25.0))
    )
    return SeatMap("Small room", (Category("Stalls", "#336699"),), (Section("Stalls", rows),))


@dataclass(frozen=True, slots=True)
class House:
    """One session with 20 seats at 25 EUR and 5 standing places at 10, and some people."""

    usher: Plugged
    url: str
    database_url: str
    folder: Path
    now: datetime
    nobody: Client
    fan: Client
    rival: Client
    gate: Client
    session_id: str
    standing_id: str

    def lock(self, *seats: str, key: str | None = None) -> dict[str, Any]:
        return {"input": {"sessionId": self.session_id, "seats": list(seats), "idempotencyKey": key}}

    def at(self, days: float) -> str:
        moment = self.now + timedelta(days=days)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    async def member(self, name: str, role: MemberRole, *events: EventId, organizer: tuple[str, str] = ORGANIZER) -> Client:
        """A new account, which belongs to the organizer, signed in."""
        await self.add_member(f"{name}@example.com", role, *events, organizer=organizer)
        return await self.nobody.signed_in(f"{name}@example.com")

    async def organizer_id(self, organizer: tuple[str, str] = ORGANIZER) -> str:
        async with self.usher.services.transaction() as work:
            return show_id("organizer", await work.events.organizer(*organizer))

    async def add_member(self, email: str, role: MemberRole, *events: EventId, organizer: tuple[str, str] = ORGANIZER) -> UserId:
        """A new account, which belongs to the organizer."""
        await add_user(self.usher, email, Role.ATTENDEE)
        transaction = self.usher.services.transaction
        async with transaction() as work:
            user = await work.users.by_email(email)
        assert user is not None
        await belongs(transaction, user.id, role, *events, organizer=organizer)
        return user.id

    async def put_on(
        self, *, minimum_age: int | None = None, sale_opens_in_days: float | None = None, starts_in_days: float = 7
    ) -> str:
        """Another session of the same shape; its id."""
        opens = self.now + timedelta(days=sale_opens_in_days) if sale_opens_in_days is not None else None
        plan = a_plan(self.now + timedelta(days=starts_in_days), minimum_age, opens)
        return await put_on_one(self.usher, plan, self.nobody)

    async def put_on_in(self, room: SeatMap, plan: PlannedEvent) -> str:
        """A session in a room of its own; its id."""
        await keep_seat_map(self.usher.services, room)
        return await put_on_one(self.usher, plan, self.nobody)

    @asynccontextmanager
    async def twin(self, redis_url: str, **more: str) -> AsyncIterator[Client]:
        """Nobody at another process on the same database: it shares nothing else with this one."""
        env = {"DATABASE_URL": self.database_url, "USHER_MODE": "demo", "USHER_DATA_DIR": str(self.folder), "REDIS_URL": redis_url}
        settings = Settings.of({**env, **more})
        with closing(bound_socket("127.0.0.1", 0)) as bound:
            listen(bound)
            async with plugged(settings, self.database_url) as usher, httpx.AsyncClient(timeout=20) as http:
                async with in_background(server_for(build_app(usher, settings), on_started=lambda: None), bound):
                    yield Client("http://{}:{}".format(*bound.getsockname()[:2]), http)

    async def move_start(self, days: float) -> None:
        """Moves the session itself, as an organizer would; it lasts two hours."""
        read = read_id(self.session_id)
        assert read is not None
        start = self.now + timedelta(days=days)
        connection = await asyncpg.connect(self.database_url)
        await connection.execute(
            "UPDATE session SET starts_at = $2, ends_at = $3 WHERE id = $1", read[1], start, start + timedelta(hours=2)
        )
        await connection.close()


def a_plan(starts_at: datetime, minimum_age: int | None = None, sale_opens_at: datetime | None = None) -> PlannedEvent:
    session = PlannedSession(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        timezone="Europe/Warsaw",
        ticket_types=(
            PlannedTicketType("Seat", Money(2500, "EUR"), category="Stalls"),
            PlannedTicketType("Standing", Money(1000, "EUR"), capacity=5),
        ),
        venue=PlannedVenue("The Room", "Kraków", "PL", 50.06, 19.94),
        seat_map_hash=small_room().hash,
        sale_opens_at=sale_opens_at,
    )
    return PlannedEvent(f"play-{new_id().hex}", "A Play", "Two acts.", EventCategory.THEATRE, (session,), minimum_age)


async def put_on_one(usher: Plugged, plan: PlannedEvent, client: Client) -> str:
    await keep_seat_map(usher.services, small_room())
    await put_on(usher.services, ORGANIZER, plan)
    found = await client.ask("query($slug: String) { event(slug: $slug) { sessions { nodes { id } } } }", {"slug": plan.slug})
    return str(found["sessions"]["nodes"][0]["id"])


async def add_user(usher: Plugged, email: str, *roles: Role, birth_date: date | None = None) -> UserId:
    services = usher.services
    if not HASHED:
        HASHED.append(await services.passwords.hash(PASSWORD))
    user = User(UserId(new_id()), email, frozenset(roles), HASHED[0], birth_date, verified=True)
    async with services.transaction() as work:
        await work.users.add(user)
    return user.id


async def signed_in(usher: Plugged, nobody: Client, email: str) -> Client:
    """As `Client.signed_in`, without the time that a password takes."""
    async with usher.services.transaction() as work:
        user = await work.users.by_email(email)
    assert user is not None
    return replace(nobody, token=(await sign_in(usher.services, user, "python-httpx")).access_token)


@asynccontextmanager
async def in_background(server: Server, bound: socket.socket) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets=[bound]))
        yield
        server.stop()
        server.stop()


@asynccontextmanager
async def open_house(database_url: str, folder: Path, **env: str) -> AsyncIterator[House]:
    settings = Settings.of({"DATABASE_URL": database_url, "USHER_MODE": "demo", "USHER_DATA_DIR": str(folder), **env})
    with closing(bound_socket("127.0.0.1", 0)) as bound:
        async with _house(settings, database_url, bound) as house:
            yield house


@asynccontextmanager
async def _house(settings: Settings, database_url: str, bound: socket.socket) -> AsyncIterator[House]:
    listen(bound)
    url = "http://{}:{}".format(*bound.getsockname()[:2])
    async with plugged(settings, database_url) as usher, httpx.AsyncClient(timeout=20) as http:
        server = server_for(build_app(usher, settings), on_started=lambda: None, trusted_proxies=settings.trusted_proxies)
        if usher.services.sandbox is not None:
            usher.services.sandbox.cut_connections = server.cut_websockets
        async with in_background(server, bound):
            nobody = Client(url, http)
            await add_user(usher, "fan@example.com", Role.ATTENDEE, birth_date=date(1990, 1, 1))
            await add_user(usher, "rival@example.com", Role.ATTENDEE)
            gate_id = await add_user(usher, "gate@example.com", Role.ATTENDEE)
            now = datetime.now(UTC).replace(microsecond=0)
            session_id = await put_on_one(usher, a_plan(now + timedelta(days=7)), nobody)
            types = await nobody.ask(
                "query($id: ID!) { session(id: $id) { ticketTypes { id generalAdmission } } }", {"id": session_id}
            )
            (standing,) = [one["id"] for one in types["ticketTypes"] if one["generalAdmission"]]
            await belongs(usher.services.transaction, gate_id, MemberRole.GATE)
            people = [await signed_in(usher, nobody, f"{name}@example.com") for name in ("fan", "rival", "gate")]
            fan, rival, gate = people
            yield House(usher, url, database_url, settings.data_dir, now, nobody, fan, rival, gate, session_id, standing)


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def short_house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Holds last one second."""
    async with open_house(database_url, tmp_path, USHER_HOLD_SECONDS="1") as opened:
        yield opened
